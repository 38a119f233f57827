package dev.skep.tracker.swarm.rows;

import java.util.Arrays;

/**
 * Rows with an index that finds the row of an address and port: a table with open addressing, and,
 * once that would have more than {@value #MOST_SLOTS} slots, extendible hashing. Then a directory
 * of 2^n entries, chosen by n bits of the hash, leads to many such tables; several neighbouring
 * entries may lead to the same one. A full table is split in two, a table and the one it was split
 * from that became nearly empty are made one: so no operation touches more than the peers of one
 * table, however many there are in all.
 *
 * <p>Guarded by the lock of its stripe.
 */
abstract sealed class IndexedRows extends SegmentedRows permits PeerRows {
  /** Most other peers that {@link #leaveIndex} touches, but for freaks of chance. */
  static final int MOST_TOUCHED_BY_LEAVING = 250;

  private static final int FEWEST_SLOTS = 32;
  private static final int MOST_SLOTS = 1 << 10;

  /** As many as two tables may hold together to be made one. */
  private static final int MERGE_UP_TO = 200;

  private static final int[] NO_TABLE = {};
  private static final int[][] NONE = {};

  /** An entry of a table: eight bits of the hash above the number of the row plus one. */
  private static final int ROW_MASK = 0xff_ffff;

  private static final int DIRECTORY_BITS = 24;

  // Each table has one number more than slots: how many entries it holds.
  private int[] only = NO_TABLE; // the one table while there are no more
  private int[][] directory = NONE;
  private int tables; // of the directory

  IndexedRows(RowLayout layout, Hashing hashing) {
    super(layout, hashing);
  }

  final boolean hasIndex() {
    return only.length + directory.length > 0;
  }

  /** Makes an index of the first {@code size} rows. */
  final void makeIndex(int size) {
    only = newTable(FEWEST_SLOTS);
    for (int row = 0; row < size; row++) {
      enterIndex(row);
    }
  }

  final void dropIndex() {
    only = NO_TABLE;
    directory = NONE;
    tables = 0;
  }

  @Override
  public final long bytes() {
    long slots = only.length + tables * (MOST_SLOTS + 1L) + directory.length;
    return super.bytes() + (hasIndex() ? slots * Integer.BYTES + (tables + 1L) * ARRAY_BYTES : 0);
  }

  /** The row of an address and port, or -1. */
  final int findInIndex(long high, long low, int port) {
    long hash = hash(high, low, port);
    int tag = tag(hash);
    int[] table = table(hash);
    // What is known without a look at the table lets the processor look at the slot sooner.
    int mask = directory.length == 0 ? mask(table) : MOST_SLOTS - 1;
    for (int slot = (int) hash & mask; table[slot] != 0; slot = (slot + 1) & mask) {
      int entry = table[slot];
      if ((entry & ~ROW_MASK) == tag && isAt((entry & ROW_MASK) - 1, high, low, port)) {
        return (entry & ROW_MASK) - 1;
      }
    }
    return -1;
  }

  /** Takes in a row that is written already. */
  final void enterIndex(int row) {
    long hash = hashOf(row);
    for (int[] table = table(hash); isFull(table); table = table(hash)) {
      if (slots(table) < MOST_SLOTS) {
        only = copy(table, newTable(2 * slots(table)));
      } else {
        split(hash);
      }
    }
    place(table(hash), hash, row);
  }

  /** Notes that what is in row {@code from} is about to be moved to row {@code to}. */
  final void moveInIndex(int from, int to) {
    long hash = hashOf(from);
    int[] table = table(hash);
    int slot = slotOf(table, hash, from);
    table[slot] = (table[slot] & ~ROW_MASK) | (to + 1);
  }

  /** Notes that two rows are about to change places. */
  final void swapInIndex(int a, int b) {
    long hashA = hashOf(a);
    long hashB = hashOf(b);
    int[] tableA = table(hashA);
    int[] tableB = table(hashB);
    int slotA = slotOf(tableA, hashA, a);
    int slotB = slotOf(tableB, hashB, b);
    tableA[slotA] = (tableA[slotA] & ~ROW_MASK) | (b + 1);
    tableB[slotB] = (tableB[slotB] & ~ROW_MASK) | (a + 1);
  }

  /** Lets a row go that is still there; how many other peers that touched. */
  final int leaveIndex(int row) {
    long hash = hashOf(row);
    int[] table = table(hash);
    int touched = empty(table, slotOf(table, hash, row));
    if (directory.length == 0) {
      return touched + shrinkOnly();
    }
    return touched + (count(table) <= MERGE_UP_TO ? merge(entryOf(hash)) : 0);
  }

  /** Empties a slot and closes the gap, so that no search ends too early. */
  private int empty(int[] table, int slot) {
    int touched = 0;
    int mask = mask(table);
    int hole = slot;
    for (int next = (hole + 1) & mask; table[next] != 0; next = (next + 1) & mask) {
      int home = (int) hashOf((table[next] & ROW_MASK) - 1) & mask;
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        table[hole] = table[next];
        hole = next;
      }
      touched++;
    }
    table[hole] = 0;
    table[slots(table)]--;
    return touched;
  }

  // ---- tables come and go

  /** Shares out what the table of a hash holds by the next bit of the hashes. */
  private void split(long hash) {
    int[] full = table(hash);
    if (directory.length == 0) {
      directory = new int[][] {only};
      only = NO_TABLE;
      tables = 1;
    }
    if (sharers(entryOf(hash)) == 1) {
      doubleDirectory();
    }
    int entry = entryOf(hash);
    int shared = sharers(entry);
    int first = entry / shared * shared;
    Arrays.fill(directory, first, first + shared / 2, newTable(MOST_SLOTS));
    Arrays.fill(directory, first + shared / 2, first + shared, newTable(MOST_SLOTS));
    tables++;
    for (int slot = 0; slot < slots(full); slot++) {
      if (full[slot] != 0) {
        int row = (full[slot] & ROW_MASK) - 1;
        long moved = hashOf(row);
        place(table(moved), moved, row);
      }
    }
  }

  private void doubleDirectory() {
    int[][] doubled = new int[2 * directory.length][];
    for (int i = 0; i < doubled.length; i++) {
      doubled[i] = directory[i / 2];
    }
    directory = doubled;
  }

  /** How many entries of the directory lead to the same table as this one. */
  @SuppressWarnings("ReferenceEquality") // the same table, not an equal one
  private int sharers(int entry) {
    int[] table = directory[entry];
    int first = entry;
    while (first > 0 && directory[first - 1] == table) {
      first--;
    }
    int end = entry + 1;
    while (end < directory.length && directory[end] == table) {
      end++;
    }
    return end - first;
  }

  /** Makes a table and the one it was split from one again, if both are nearly empty. */
  private int merge(int entry) {
    int[] table = directory[entry];
    int shared = sharers(entry);
    int first = entry / shared * shared;
    int[] other = directory[first ^ shared];
    if (sharers(first ^ shared) != shared || count(table) + count(other) > MERGE_UP_TO) {
      return 0;
    }
    int touched = count(other);
    copy(other, table);
    Arrays.fill(directory, first ^ shared, (first ^ shared) + shared, table);
    tables--;
    if (2 * shared == directory.length) {
      only = table;
      directory = NONE;
      tables = 0;
    }
    return touched;
  }

  /** Gives back room of the only table. */
  private int shrinkOnly() {
    if (slots(only) == FEWEST_SLOTS || count(only) * 16 > slots(only) * 3) {
      return 0;
    }
    only = copy(only, newTable(slots(only) / 2));
    return count(only);
  }

  private int[] copy(int[] from, int[] to) {
    for (int slot = 0; slot < slots(from); slot++) {
      if (from[slot] != 0) {
        int row = (from[slot] & ROW_MASK) - 1;
        place(to, hashOf(row), row);
      }
    }
    return to;
  }

  // ---- one table

  private static int[] newTable(int slots) {
    return new int[slots + 1];
  }

  private static int slots(int[] table) {
    return table.length - 1;
  }

  private static int mask(int[] table) {
    return table.length - 2;
  }

  private static int count(int[] table) {
    return table[table.length - 1];
  }

  private static boolean isFull(int[] table) {
    return (count(table) + 1) * 4 > slots(table) * 3;
  }

  private static void place(int[] table, long hash, int row) {
    int mask = mask(table);
    int slot = (int) hash & mask;
    while (table[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    table[slot] = tag(hash) | (row + 1);
    table[slots(table)]++;
  }

  private static int slotOf(int[] table, long hash, int row) {
    int mask = mask(table);
    int slot = (int) hash & mask;
    while ((table[slot] & ROW_MASK) != row + 1) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  // ---- bits of the hash: the lowest choose the slot, 24 in the middle the table, the rest is tag

  private int[] table(long hash) {
    return directory.length == 0 ? only : directory[entryOf(hash)];
  }

  private int entryOf(long hash) {
    long bits = (hash >>> DIRECTORY_BITS) & ((1 << DIRECTORY_BITS) - 1);
    return (int) ((bits * directory.length) >>> DIRECTORY_BITS);
  }

  private static int tag(long hash) {
    return (int) (hash >>> 56) << 24;
  }
}
