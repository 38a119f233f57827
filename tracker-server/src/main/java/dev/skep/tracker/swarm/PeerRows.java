package dev.skep.tracker.swarm;

import dev.skep.protocol.tracker.AnnounceEvent;
import java.util.Arrays;

/**
 * The peers of one swarm in one address family: dense rows in one byte array, seeders first, then
 * partial seeds, then leechers, so that a seeder is offered leechers by drawing from a range. A row
 * is deleted by moving the last one of its kind into its place, so rows have no lasting number.
 * Above 16 rows an open-addressing index finds the row of an address and port.
 *
 * <p>Guarded by the lock of its stripe.
 */
final class PeerRows {
  private static final int SCAN_UP_TO = 16;
  private static final int[] NO_INDEX = {};
  private static final byte[] NO_ROWS = {};

  /** An entry of the index: eight bits of the hash above the number of the row plus one. */
  private static final int ROW_MASK = 0xff_ffff;

  private static final int COUNTED = 1;
  private static final int HEARD_BEFORE = 2;

  private final RowLayout layout;
  private final Hashing hashing;
  private byte[] rows = NO_ROWS;
  private int[] index = NO_INDEX;
  private int seeders;
  private int uploadOnly; // seeders and partial seeds: where the leechers begin
  private int size;

  PeerRows(RowLayout layout, Hashing hashing) {
    this.layout = layout;
    this.hashing = hashing;
  }

  int size() {
    return size;
  }

  int seeders() {
    return seeders;
  }

  int partialSeeds() {
    return uploadOnly - seeders;
  }

  /** The first row that downloads. */
  int firstLeecher() {
    return uploadOnly;
  }

  RowLayout layout() {
    return layout;
  }

  /** The array that holds the rows; valid until the next insertion or removal. */
  byte[] array() {
    return rows;
  }

  /** Where a row begins in {@link #array()}. */
  int at(int row) {
    return row * layout.stride();
  }

  Standing standing(int row) {
    return row < seeders
        ? Standing.SEEDER
        : row < uploadOnly ? Standing.PARTIAL_SEED : Standing.LEECHER;
  }

  /** Seconds since the peer was heard; a time shortly ahead of {@code now} counts as now. */
  int age(int row, int now) {
    int age = (now - (short) Bytes.SHORTS.get(rows, at(row) + layout.seen())) & 0xffff;
    return age >= 0xff00 ? 0 : age;
  }

  IpAddress address(int row) {
    int at = at(row);
    return layout.ipv4()
        ? IpAddress.ofIpv4((int) Bytes.INTS.get(rows, at))
        : new IpAddress((long) Bytes.LONGS.get(rows, at), (long) Bytes.LONGS.get(rows, at + 8));
  }

  int port(int row) {
    return shortAt(at(row) + layout.port());
  }

  long uploadedBytes(int row) {
    return CoarseSize.fromShort(shortAt(at(row) + layout.uploaded()));
  }

  long downloadedBytes(int row) {
    return CoarseSize.fromShort(shortAt(at(row) + layout.downloaded()));
  }

  long leftBytes(int row) {
    return CoarseSize.fromByte(Byte.toUnsignedInt(rows[at(row) + layout.left()]));
  }

  /** The two letters by which the peer's program names itself, or zero. */
  int clientLetters(int row) {
    return shortAt(at(row) + layout.client());
  }

  private int shortAt(int at) {
    return Short.toUnsignedInt((short) Bytes.SHORTS.get(rows, at));
  }

  /** How fast the peer uploads: see {@link UploadClass}. */
  int uploadClass(int row) {
    return Byte.toUnsignedInt(rows[at(row) + layout.flags()]) >>> 4;
  }

  boolean countedAsCompleted(int row) {
    return (rows[at(row) + layout.flags()] & COUNTED) != 0;
  }

  void markCompleted(int row) {
    rows[at(row) + layout.flags()] |= COUNTED;
  }

  /** Writes what an announce says into the peer's row. */
  void update(int row, Announce said, int now) {
    int at = at(row);
    int flags = rows[at + layout.flags()];
    boolean comparable = (flags & HEARD_BEFORE) != 0 && said.event != AnnounceEvent.STARTED;
    int uploadClass =
        comparable
            ? UploadClass.of(said.uploadedBytes - uploadedBytes(row), age(row, now))
            : UploadClass.UNKNOWN;
    Bytes.SHORTS.set(rows, at + layout.seen(), (short) now);
    rows[at + layout.flags()] = (byte) ((uploadClass << 4) | (flags & 0xf) | HEARD_BEFORE);
    rows[at + layout.left()] = (byte) CoarseSize.toByte(said.leftBytes);
    Bytes.SHORTS.set(rows, at + layout.client(), said.clientLetters());
    Bytes.SHORTS.set(rows, at + layout.uploaded(), (short) CoarseSize.toShort(said.uploadedBytes));
    Bytes.SHORTS.set(
        rows, at + layout.downloaded(), (short) CoarseSize.toShort(said.downloadedBytes));
    if (layout.keepsIds()) {
      Bytes.LONGS.set(rows, at + layout.id(), said.peerIdHigh);
      Bytes.LONGS.set(rows, at + layout.id() + 8, said.peerIdMiddle);
      Bytes.INTS.set(rows, at + layout.id() + 16, said.peerIdLow);
    }
  }

  /** The row of an address and port, or -1. */
  int find(long high, long low, int port) {
    if (index.length == 0) {
      for (int row = 0; row < size; row++) {
        if (isAt(row, high, low, port)) {
          return row;
        }
      }
      return -1;
    }
    long hash = hash(high, low, port);
    int tag = tag(hash);
    int mask = index.length - 1;
    for (int slot = (int) hash & mask; index[slot] != 0; slot = (slot + 1) & mask) {
      int entry = index[slot];
      if ((entry & ~ROW_MASK) == tag && isAt((entry & ROW_MASK) - 1, high, low, port)) {
        return (entry & ROW_MASK) - 1;
      }
    }
    return -1;
  }

  /** Adds a peer that is not there yet; all of its row but address and port is zero. */
  int insert(long high, long low, int port, Standing standing) {
    makeRoomForOne();
    int row = size;
    if (standing != Standing.LEECHER) {
      move(uploadOnly, row);
      row = uploadOnly++;
      if (standing == Standing.SEEDER) {
        move(seeders, row);
        row = seeders++;
      }
    }
    size++;
    write(row, high, low, port);
    if (index.length > 0) {
      enter(hash(high, low, port), row);
    }
    return row;
  }

  /**
   * Adds a saved row, heard at {@code seen}; false if its peer is there already.
   *
   * @param saved holds the row at {@code at}, in {@code form}, which may keep ids where this does
   *     not
   */
  boolean insertSaved(byte[] saved, int at, RowLayout form, Standing standing, int seen) {
    long high = form.ipv4() ? 0 : (long) Bytes.LONGS.get(saved, at);
    long low =
        form.ipv4() ? (int) Bytes.INTS.get(saved, at) : (long) Bytes.LONGS.get(saved, at + 8);
    int port = Short.toUnsignedInt((short) Bytes.SHORTS.get(saved, at + form.port()));
    if (find(high, low, port) >= 0) {
      return false;
    }
    int row = insert(high, low, port, standing);
    System.arraycopy(saved, at, rows, at(row), Math.min(form.stride(), layout.stride()));
    Bytes.SHORTS.set(rows, at(row) + layout.seen(), (short) seen);
    return true;
  }

  /** Removes a row; rows of higher numbers may move to lower ones. */
  void remove(int row) {
    if (index.length > 0) {
      leave(slotOf(row));
    }
    int hole = row;
    if (hole < seeders) {
      move(--seeders, hole);
      hole = seeders;
    }
    if (hole < uploadOnly) {
      move(--uploadOnly, hole);
      hole = uploadOnly;
    }
    move(--size, hole);
    if (size < capacity() / 2 - SCAN_UP_TO) {
      resize();
    }
  }

  /** Moves a peer among its equals; returns its new row. */
  int setStanding(int row, Standing standing) {
    int at = row;
    if (at < seeders && standing != Standing.SEEDER) {
      at = swap(at, --seeders);
    }
    if (at < uploadOnly && standing == Standing.LEECHER) {
      at = swap(at, --uploadOnly);
    }
    if (at >= uploadOnly && standing != Standing.LEECHER) {
      at = swap(at, uploadOnly++);
    }
    if (at >= seeders && standing == Standing.SEEDER) {
      at = swap(at, seeders++);
    }
    return at;
  }

  /** Makes room for so many peers in all at once. */
  void reserve(int peers) {
    if (peers > capacity()) {
      rows = Arrays.copyOf(rows, peers * layout.stride());
    }
  }

  private void makeRoomForOne() {
    if (size == capacity()) {
      reserve(size + 2 + (size >> 3));
    }
    if (size >= SCAN_UP_TO && (size + 1) * 4L > index.length * 3L) {
      reindex(size + 1);
    }
  }

  private void resize() {
    rows = Arrays.copyOf(rows, at(size + 2 + (size >> 3)));
    if (index.length > 0) {
      reindex(size);
    }
  }

  private int capacity() {
    return rows.length / layout.stride();
  }

  // ---- the index

  private void reindex(int peers) {
    if (peers <= SCAN_UP_TO) {
      index = NO_INDEX;
      return;
    }
    int slots = Integer.highestOneBit(peers * 4 / 3) << 1;
    index = new int[slots];
    for (int row = 0; row < size; row++) {
      enter(hashOf(row), row);
    }
  }

  private void enter(long hash, int row) {
    int mask = index.length - 1;
    int slot = (int) hash & mask;
    while (index[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    index[slot] = tag(hash) | (row + 1);
  }

  /** Empties a slot and closes the gap, so that no search ends too early. */
  private void leave(int slot) {
    int mask = index.length - 1;
    int hole = slot;
    for (int next = (hole + 1) & mask; index[next] != 0; next = (next + 1) & mask) {
      int home = (int) hashOf((index[next] & ROW_MASK) - 1) & mask;
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        index[hole] = index[next];
        hole = next;
      }
    }
    index[hole] = 0;
  }

  private int slotOf(int row) {
    int mask = index.length - 1;
    int slot = (int) hashOf(row) & mask;
    while ((index[slot] & ROW_MASK) != row + 1) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private static int tag(long hash) {
    return (int) (hash >>> 56) << 24;
  }

  private long hashOf(int row) {
    int at = at(row);
    return layout.ipv4()
        ? hashing.hash((long) Bytes.LONGS.get(rows, at) >>> 16)
        : hash(
            (long) Bytes.LONGS.get(rows, at),
            (long) Bytes.LONGS.get(rows, at + 8),
            Short.toUnsignedInt((short) Bytes.SHORTS.get(rows, at + 16)));
  }

  private long hash(long high, long low, int port) {
    return layout.ipv4()
        ? hashing.hash(key(low, port))
        : hashing.hash(hashing.hash(high, low) + port);
  }

  // ---- rows

  /** IPv4 address and port in one number: the first six bytes of a row. */
  private static long key(long low, int port) {
    return ((low & 0xffff_ffffL) << 16) | port;
  }

  private boolean isAt(int row, long high, long low, int port) {
    int at = at(row);
    if (layout.ipv4()) {
      return (long) Bytes.LONGS.get(rows, at) >>> 16 == key(low, port);
    }
    return (long) Bytes.LONGS.get(rows, at + 8) == low
        && (long) Bytes.LONGS.get(rows, at) == high
        && (short) Bytes.SHORTS.get(rows, at + 16) == (short) port;
  }

  private void write(int row, long high, long low, int port) {
    int at = at(row);
    Arrays.fill(rows, at, at + layout.stride(), (byte) 0);
    if (layout.ipv4()) {
      Bytes.INTS.set(rows, at, (int) low);
    } else {
      Bytes.LONGS.set(rows, at, high);
      Bytes.LONGS.set(rows, at + 8, low);
    }
    Bytes.SHORTS.set(rows, at + layout.port(), (short) port);
  }

  private void move(int from, int to) {
    if (from == to) {
      return;
    }
    if (index.length > 0) {
      int slot = slotOf(from);
      index[slot] = (index[slot] & ~ROW_MASK) | (to + 1);
    }
    System.arraycopy(rows, at(from), rows, at(to), layout.stride());
  }

  /** Exchanges two rows; returns {@code b}, where the first now is. */
  private int swap(int a, int b) {
    if (a == b) {
      return b;
    }
    if (index.length > 0) {
      int slotA = slotOf(a);
      int slotB = slotOf(b);
      index[slotA] = (index[slotA] & ~ROW_MASK) | (b + 1);
      index[slotB] = (index[slotB] & ~ROW_MASK) | (a + 1);
    }
    for (int i = 0; i < layout.stride(); i += Integer.BYTES) {
      int other = (int) Bytes.INTS.get(rows, at(a) + i);
      Bytes.INTS.set(rows, at(a) + i, (int) Bytes.INTS.get(rows, at(b) + i));
      Bytes.INTS.set(rows, at(b) + i, other);
    }
    return b;
  }
}
