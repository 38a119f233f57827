package dev.skep.agent.torrent;

import java.util.Arrays;

/**
 * The blocks asked of one peer and not yet answered, oldest first, without an object per block.
 *
 * <p>Peers answer nearly in order, so the block looked for is nearly always at the front, and a
 * walk from there is cheaper than any map. Blocks are named by {@code piece << 32 | index of the
 * block in its piece}.
 */
final class Requests {
  private static final long GONE = -1;
  static final int NONE = -1;

  private long[] blocks = new long[16];
  private long[] askedAt = new long[16];
  private int[] deliveredThen = new int[16];
  private boolean[] late = new boolean[16];
  private int front;
  private int end; // one after the newest; slots from front to end may be GONE
  private int size;
  private int lateCount;

  static long block(int piece, int index) {
    return (long) piece << 32 | index;
  }

  static int piece(long block) {
    return (int) (block >> 32);
  }

  static int index(long block) {
    return (int) block;
  }

  int size() {
    return size;
  }

  /** Without those that are late. */
  int awaited() {
    return size - lateCount;
  }

  int lateCount() {
    return lateCount;
  }

  /**
   * Adds a block; {@code delivered} is how many blocks the peer had delivered when it was asked for
   * this one.
   */
  void add(long block, long now, int delivered) {
    if (end == blocks.length) {
      makeRoom();
    }
    blocks[end] = block;
    askedAt[end] = now;
    deliveredThen[end] = delivered;
    late[end] = false;
    end++;
    size++;
  }

  private void makeRoom() {
    int capacity = size > blocks.length / 2 ? blocks.length * 2 : blocks.length;
    long[] newBlocks = new long[capacity];
    long[] newAskedAt = new long[capacity];
    int[] newDelivered = new int[capacity];
    boolean[] newLate = new boolean[capacity];
    int n = 0;
    for (int slot = front; slot < end; slot++) {
      if (blocks[slot] != GONE) {
        newBlocks[n] = blocks[slot];
        newAskedAt[n] = askedAt[slot];
        newDelivered[n] = deliveredThen[slot];
        newLate[n] = late[slot];
        n++;
      }
    }
    blocks = newBlocks;
    askedAt = newAskedAt;
    deliveredThen = newDelivered;
    late = newLate;
    front = 0;
    end = n;
  }

  /** The block's slot, or {@link #NONE}. A slot is good until the next {@link #add}. */
  int find(long block) {
    for (int slot = front; slot < end; slot++) {
      if (blocks[slot] == block) {
        return slot;
      }
    }
    return NONE;
  }

  boolean contains(long block) {
    return find(block) != NONE;
  }

  /** The oldest one's slot, or {@link #NONE}. */
  int first() {
    return next(front - 1);
  }

  /** The slot after this one, or {@link #NONE}. */
  int next(int slot) {
    for (int s = slot + 1; s < end; s++) {
      if (blocks[s] != GONE) {
        return s;
      }
    }
    return NONE;
  }

  long blockAt(int slot) {
    return blocks[slot];
  }

  long askedAt(int slot) {
    return askedAt[slot];
  }

  int deliveredThen(int slot) {
    return deliveredThen[slot];
  }

  /** Whether the block was given up here, so that others may be asked for it. */
  boolean isLate(int slot) {
    return late[slot];
  }

  void markLate(int slot) {
    lateCount += late[slot] ? 0 : 1;
    late[slot] = true;
  }

  /** Counts as asked again at this moment. */
  void renew(int slot, long now, int delivered) {
    lateCount -= late[slot] ? 1 : 0;
    late[slot] = false;
    deliveredThen[slot] = delivered;
    askedAt[slot] = now;
  }

  void removeAt(int slot) {
    blocks[slot] = GONE;
    size--;
    lateCount -= late[slot] ? 1 : 0;
    late[slot] = false;
    if (size == 0) {
      front = 0;
      end = 0;
    } else {
      while (blocks[front] == GONE) {
        front++;
      }
    }
  }

  void clear() {
    Arrays.fill(blocks, front, end, GONE);
    front = 0;
    end = 0;
    size = 0;
    lateCount = 0;
  }
}
