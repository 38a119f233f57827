package dev.skep.agent.storage;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.PieceLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One torrent's pieces between the arrival of their blocks and the verdict. Readers place blocks
 * and say how far a piece has come without a gap; disk workers hash that run, write it from the
 * same memory, and release it. So nothing is read back, and a piece of any length needs only the
 * memory of what waits for a gap to close.
 *
 * <p>When even that exceeds the {@link BlockMemory}, blocks behind gaps are written early and read
 * back for hashing when their turn comes.
 */
public final class PieceStore implements AutoCloseable {

  /** Who learns what became of pieces; called on a disk worker. */
  public interface Verdicts {
    /** All blocks are hashed and, whether good or not, in their file. */
    void verified(int piece, boolean good);

    /** A file could not be written or read back. The piece's blocks are lost. */
    void failed(int piece, IOException why);
  }

  private final Metainfo metainfo;
  private final PieceLayout layout;
  private final DataFiles files;
  private final BlockMemory memory;
  private final DiskWorkers workers;
  private final Verdicts verdicts;
  private final ConcurrentHashMap<Integer, IncomingPiece> incoming = new ConcurrentHashMap<>();
  private final Runnable onPressure = this::spill;
  private volatile boolean closed;

  public PieceStore(
      Metainfo metainfo,
      DataFiles files,
      BlockMemory memory,
      DiskWorkers workers,
      Verdicts verdicts) {
    this.metainfo = metainfo;
    this.layout = metainfo.layout();
    this.files = files;
    this.memory = memory;
    this.workers = workers;
    this.verdicts = verdicts;
    memory.addPressureListener(onPressure);
  }

  /**
   * Takes over a slot with a whole block, from position 0 to the block's length. Never waits.
   *
   * @param block as the piece layout divides; a block that is here already is dropped
   */
  public void place(BlockRef block, ByteBuffer slot) {
    slot.clear().limit(block.lengthBytes());
    boolean placed =
        !closed
            && incoming
                .computeIfAbsent(block.piece(), this::open)
                .place(layout.indexOf(block), slot);
    if (!placed) {
      memory.release(slot);
    }
  }

  private IncomingPiece open(int piece) {
    IncomingPiece in =
        new IncomingPiece(
            piece, layout.blockCount(piece), layout.lengthBytes(piece), metainfo.pieceHasher());
    int length = layout.lengthBytes(piece);
    if (metainfo.padding().bytesIn(layout.offsetBytes(piece), length) < length) {
      for (int i = 0; i < layout.blockCount(piece); i++) {
        if (isPadding(layout.block(piece, i))) {
          in.expectNothing(i);
        }
      }
    }
    return in;
  }

  private boolean isPadding(BlockRef block) {
    long at = layout.offsetBytes(block.piece()) + block.offset();
    return metainfo.padding().covers(at, block.lengthBytes());
  }

  /** All blocks of the piece's first {@code contiguousBytes} have been placed. Never waits. */
  public void ready(int piece, int contiguousBytes) {
    IncomingPiece in = incoming.get(piece);
    if (in != null && in.ready(contiguousBytes, memory.isScarce())) {
      workers.submit(() -> work(in));
    }
  }

  private void spill() {
    for (IncomingPiece in : incoming.values()) {
      if (in.wantSpill()) {
        workers.submit(() -> work(in));
      }
    }
  }

  /** One worker at a time is in here for one piece: {@link IncomingPiece} sees to that. */
  private void work(IncomingPiece in) {
    try {
      for (IncomingPiece.Run run = in.nextRun(); run != null; run = in.nextRun()) {
        try {
          if (run.hash()) {
            hash(in, run);
          }
          write(in, run);
        } finally {
          run.release(memory);
        }
        in.done(run);
      }
    } catch (IOException e) {
      incoming.remove(in.piece(), in);
      in.abandon(memory);
      verdicts.failed(in.piece(), e);
      return;
    }
    if (in.isHashed()) {
      // A spill may have queued it once more: only one of the two finds it still there.
      if (incoming.remove(in.piece(), in)) {
        boolean good = in.matches();
        in.tell(workers.figures(), good);
        verdicts.verified(in.piece(), good);
      }
    } else if (closed) {
      in.abandon(memory);
    }
  }

  private void hash(IncomingPiece in, IncomingPiece.Run run) throws IOException {
    long began = System.nanoTime();
    long readBackBytes = 0;
    for (int i = 0; i < run.size(); i++) {
      ByteBuffer slot = run.slot(i);
      if (slot != null) {
        in.hash(slot.duplicate());
      } else {
        BlockRef block = layout.block(in.piece(), run.firstBlock() + i);
        ByteBuffer back = ByteBuffer.allocate(block.lengthBytes());
        files.read(layout.offsetBytes(in.piece()) + block.offset(), back);
        in.hash(back.flip());
        readBackBytes += block.lengthBytes();
      }
    }
    in.hashed(System.nanoTime() - began, readBackBytes);
  }

  /** Writes the blocks that are in memory, as many at once as lie together. */
  private void write(IncomingPiece in, IncomingPiece.Run run) throws IOException {
    List<ByteBuffer> together = new ArrayList<>();
    for (int i = 0; i <= run.size(); i++) {
      ByteBuffer slot = i < run.size() ? run.slot(i) : null;
      if (slot != null) {
        together.add(slot);
      } else if (!together.isEmpty()) {
        int first = run.firstBlock() + i - together.size();
        long at = layout.offsetBytes(in.piece()) + (long) first * PieceLayout.BLOCK_BYTES;
        files.write(at, together.toArray(ByteBuffer[]::new));
        together.clear();
      }
    }
  }

  /** Drops all blocks that wait. Blocks placed after this are dropped too. */
  @Override
  public void close() {
    closed = true;
    memory.removePressureListener(onPressure);
    for (IncomingPiece in : incoming.values()) {
      if (in.claimIdle()) {
        in.abandon(memory);
      }
    }
    incoming.clear();
  }
}
