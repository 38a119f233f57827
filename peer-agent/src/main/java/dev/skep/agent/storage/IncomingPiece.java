package dev.skep.agent.storage;

import dev.skep.protocol.metainfo.PieceHasher;
import java.nio.ByteBuffer;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of one piece that are in memory or were written early, and its running hash.
 *
 * <p>Its monitor guards the arrays; {@code busy} is true while it is queued for, or with, the one
 * worker that may take runs from it. Only that worker touches the hasher.
 */
final class IncomingPiece {
  /**
   * Blocks that a worker takes at once: enough for one system call, little enough to stay in cache.
   */
  private static final int RUN_BLOCKS = 16;

  /** Neighbouring blocks taken for work. */
  static final class Run {
    private final int firstBlock;
    private final @Nullable ByteBuffer[] slots;
    private final boolean hash;

    private Run(int firstBlock, @Nullable ByteBuffer[] slots, boolean hash) {
      this.firstBlock = firstBlock;
      this.slots = slots;
      this.hash = hash;
    }

    int firstBlock() {
      return firstBlock;
    }

    int size() {
      return slots.length;
    }

    /** One of the blocks, counted from the first; null if it was written early. */
    @Nullable ByteBuffer slot(int i) {
      return slots[i];
    }

    /** Whether their turn to be hashed has come; otherwise they are only to be written. */
    boolean hash() {
      return hash;
    }

    void release(BlockMemory memory) {
      memory.release(slots, 0, slots.length);
    }
  }

  private final int piece;
  private final int lengthBytes;
  private final @Nullable ByteBuffer[] blocks;
  private final BitSet written = new BitSet();
  private final PieceHasher hasher;
  private int readyBlocks;
  private int hashedBlocks;
  private boolean hurried;
  private boolean spill;
  private boolean busy;
  private long hashNanos;
  private long readBackBytes;

  IncomingPiece(int piece, int blockCount, int lengthBytes, PieceHasher hasher) {
    this.piece = piece;
    this.lengthBytes = lengthBytes;
    blocks = new ByteBuffer[blockCount];
    this.hasher = hasher;
    hasher.begin(piece);
  }

  int piece() {
    return piece;
  }

  /** The block is padding, which nobody sends: it is hashed as it reads, and never written. */
  synchronized void expectNothing(int block) {
    written.set(block);
  }

  /** Whether the block was not here yet; it is now. */
  synchronized boolean place(int block, ByteBuffer slot) {
    if (block < hashedBlocks || blocks[block] != null || written.get(block)) {
      return false;
    }
    blocks[block] = slot;
    return true;
  }

  /**
   * Whether the caller must queue this piece for a worker.
   *
   * @param hurry without waiting for a whole run
   */
  synchronized boolean ready(int contiguousBytes, boolean hurry) {
    int count =
        contiguousBytes == lengthBytes ? blocks.length : contiguousBytes / BlockMemory.SLOT_BYTES;
    readyBlocks = Math.max(readyBlocks, count);
    hurried |= hurry;
    return isWorthATurn() && claim();
  }

  /** A whole run, or the end of the piece: handing each block over costs more than hashing it. */
  private boolean isWorthATurn() {
    int waiting = readyBlocks - hashedBlocks;
    return waiting >= RUN_BLOCKS
        || (waiting > 0 && (hurried || spill || readyBlocks == blocks.length));
  }

  /** Whether the caller must queue this piece for a worker. */
  synchronized boolean wantSpill() {
    spill = true;
    return claim();
  }

  synchronized boolean claimIdle() {
    return claim();
  }

  private boolean claim() {
    boolean claimed = !busy;
    busy = true;
    return claimed;
  }

  /** What to do next; null ends the worker's turn. */
  synchronized @Nullable Run nextRun() {
    if (isWorthATurn()) {
      int count = Math.min(RUN_BLOCKS, readyBlocks - hashedBlocks);
      return take(hashedBlocks, count, true);
    }
    if (spill) {
      for (int i = hashedBlocks; i < blocks.length; i++) {
        if (blocks[i] != null) {
          int end = i + 1;
          while (end < blocks.length && end - i < RUN_BLOCKS && blocks[end] != null) {
            end++;
          }
          return take(i, end - i, false);
        }
      }
      spill = false;
    }
    hurried = false;
    busy = false;
    return null;
  }

  private Run take(int first, int count, boolean hash) {
    @Nullable ByteBuffer[] slots = new ByteBuffer[count];
    for (int i = 0; i < count; i++) {
      slots[i] = blocks[first + i];
      blocks[first + i] = null;
      // From here on a second copy of the block is refused.
      written.set(first + i);
    }
    return new Run(first, slots, hash);
  }

  synchronized void done(Run run) {
    if (run.hash()) {
      hashedBlocks = run.firstBlock() + run.size();
      if (hashedBlocks == blocks.length) {
        busy = true; // nobody takes it up again
      }
    }
  }

  synchronized boolean isHashed() {
    return hashedBlocks == blocks.length;
  }

  void hash(ByteBuffer bytes) {
    hasher.update(bytes);
  }

  /** What was just hashed took so long, and so much of it had to be read again. */
  void hashed(long tookNanos, long readAgainBytes) {
    hashNanos += tookNanos;
    readBackBytes += readAgainBytes;
  }

  /** The verdict is counted. */
  void tell(DiskFigures figures, boolean good) {
    figures.pieceDone(good, lengthBytes, hashNanos, readBackBytes);
  }

  /** Whether the hashes are right; asked once, when all is hashed. */
  boolean matches() {
    return hasher.end();
  }

  /** Releases what waits; the piece is of no use after that. */
  synchronized void abandon(BlockMemory memory) {
    busy = true;
    memory.release(blocks, 0, blocks.length);
  }
}
