package dev.skep.agent.torrent;

import org.jspecify.annotations.Nullable;

/**
 * A piece being downloaded: for each block whether it is here, who sent it, and how many peers are
 * asked for it.
 */
final class OpenPiece {
  private static final byte HERE = -1;

  final int piece;
  private final byte[] blocks; // HERE, or the number of peers asked
  private final @Nullable Peer[] senders;

  /** The peer that is filling it; absent when that peer left, choked us or stalls. */
  @Nullable Peer owner;

  /** Only the owner may send blocks: the piece was corrupt before, or its owner is suspected. */
  boolean alone;

  private int here;
  private int free;
  private int firstFree;
  private int contiguous;

  OpenPiece(int piece, int blockCount) {
    this.piece = piece;
    blocks = new byte[blockCount];
    senders = new Peer[blockCount];
    free = blockCount;
  }

  int blockCount() {
    return blocks.length;
  }

  /** Blocks that are not here and that nobody is asked for. */
  int free() {
    return free;
  }

  /** Not full, and nobody is asked for any of its blocks. */
  boolean isIdle() {
    return free > 0 && here + free == blocks.length;
  }

  boolean isFull() {
    return here == blocks.length;
  }

  boolean isHere(int block) {
    return blocks[block] == HERE;
  }

  /** Not here, and nobody is asked for it. */
  boolean isFree(int block) {
    return blocks[block] == 0;
  }

  int asked(int block) {
    return Math.max(0, blocks[block]);
  }

  /** Takes the first free block and counts one peer as asked for it. */
  int takeFree() {
    while (blocks[firstFree] != 0) {
      firstFree++;
    }
    ask(firstFree);
    return firstFree;
  }

  /** One more peer is asked for this block, which is not here. */
  void ask(int block) {
    if (blocks[block]++ == 0) {
      free--;
    }
  }

  /** One peer fewer is asked for this block. */
  void release(int block) {
    if (asked(block) > 0 && --blocks[block] == 0) {
      free++;
      firstFree = Math.min(firstFree, block);
    }
  }

  void arrived(int block, Peer sender) {
    senders[block] = sender;
    settle(block);
  }

  /** Zeros that nobody is asked for. */
  void fill(int block) {
    settle(block);
  }

  private void settle(int block) {
    if (blocks[block] == 0) { // asked long ago and given up since, or never
      free--;
    }
    blocks[block] = HERE;
    here++;
    while (contiguous < blocks.length && blocks[contiguous] == HERE) {
      contiguous++;
    }
  }

  /** How many blocks from the piece's begin are here without a gap. */
  int contiguous() {
    return contiguous;
  }

  @Nullable Peer sender(int block) {
    return senders[block];
  }
}
