package dev.skep.tracker.swarm.rows;

import dev.skep.protocol.BigEndian;
import dev.skep.protocol.address.IpAddress;
import java.util.Arrays;

/**
 * Rows of one layout in segments of {@value #ROWS}, so that growing and shrinking copies one
 * segment at most. A segment that {@link #freezeSegments} gave away is copied before it is written
 * to.
 *
 * <p>The three classes of a swarm's peers build upon one another, instead of holding one another,
 * since each object on the way to a row would cost every announce a wait for memory.
 *
 * <p>Guarded by the lock of its stripe.
 */
abstract sealed class SegmentedRows permits IndexedRows {
  /** Rows in every segment but the last, which may be shorter. */
  static final int ROWS = 1 << 10;

  private static final int SHIFT = Integer.numberOfTrailingZeros(ROWS);

  /** An array but for its content. */
  static final int ARRAY_BYTES = 16;

  private static final int REFERENCE_BYTES = 4;
  private static final byte[][] NONE = {};
  private static final byte[] NO_ROWS = {};

  private final RowLayout layout;
  private final Hashing hashing;
  private byte[] only = NO_ROWS; // the one segment while there are no more
  private byte[][] segments = NONE;
  private byte[][] frozen = NONE;
  private int capacity;

  SegmentedRows(RowLayout layout, Hashing hashing) {
    this.layout = layout;
    this.hashing = hashing;
  }

  /** How the rows lie. */
  public final RowLayout layout() {
    return layout;
  }

  /** The array that holds a row, to be read only; valid until the next change. */
  public final byte[] array(int row) {
    return segments.length == 0 ? only : segments[segment(row)];
  }

  /** All segments, or none where {@link #onlySegment} has all rows; to be read only. */
  public final byte[][] segments() {
    return segments;
  }

  /** All rows, while they are in one array; to be read only. */
  public final byte[] onlySegment() {
    return only;
  }

  /** The number of the segment of a row. */
  public static int segment(int row) {
    return row >>> SHIFT;
  }

  /** How many rows of its segment are before it. */
  public static int placeInSegment(int row) {
    return row & (ROWS - 1);
  }

  /** Where a row begins in its array. */
  public final int at(int row) {
    return placeInSegment(row) * layout.stride();
  }

  /** The array that holds a row, to be written to. */
  @SuppressWarnings("ReferenceEquality") // the same array, not an equal one
  final byte[] writable(int row) {
    int segment = row >>> SHIFT;
    if (segment < frozen.length && frozen[segment] == array(row)) {
      set(segment, frozen[segment].clone());
    }
    return array(row);
  }

  private void set(int segment, byte[] rows) {
    if (segments.length == 0) {
      only = rows;
    } else {
      segments[segment] = rows;
    }
  }

  // ---- room

  /** The heap that the rows take, without this object itself. */
  public long bytes() {
    return capacity * (long) layout.stride()
        + (segments.length + 1L) * (ARRAY_BYTES + REFERENCE_BYTES);
  }

  final int capacity() {
    return capacity;
  }

  /** Makes room for so many rows in all, or at least for those of one more segment. */
  final void grow(int rows) {
    int last = Math.max(0, capacity - 1) >>> SHIFT;
    if (capacity < (last + 1) * ROWS) {
      resize(last, Math.min(ROWS, rows - last * ROWS));
    } else {
      segments = last == 0 ? new byte[][] {only, NO_ROWS} : Arrays.copyOf(segments, last + 2);
      only = NO_ROWS;
      segments[last + 1] = NO_ROWS;
      resize(last + 1, Math.min(ROWS, rows - (last + 1) * ROWS));
    }
  }

  /** Gives back room that so many rows do not need; some is kept for those that come again. */
  final void shrink(int rows) {
    int last = segments.length - 1;
    if (last > 0 && rows <= last * ROWS - ROWS / 2) {
      only = last == 1 ? segments[0] : NO_ROWS;
      segments = last == 1 ? NONE : Arrays.copyOf(segments, last);
      capacity = last * ROWS;
    } else if (last < 0 && rows < capacity / 2 - 16) {
      resize(0, rows + 2 + (rows >> 3));
    }
  }

  private void resize(int segment, int rows) {
    set(segment, Arrays.copyOf(array(segment * ROWS), rows * layout.stride()));
    capacity = segment * ROWS + rows;
  }

  // ---- a look from outside

  /**
   * The segments as they are now, to be read outside of the lock and never written to; until {@link
   * #thaw}.
   */
  final byte[][] freezeSegments() {
    frozen = segments.length == 0 ? new byte[][] {only} : segments.clone();
    return frozen;
  }

  /** Lets what was frozen be written to again. */
  public final void thaw() {
    if (isFrozen()) { // those of no swarm in particular are never written to
      frozen = NONE;
    }
  }

  /** Whether somebody reads them outside of the lock. */
  public final boolean isFrozen() {
    return frozen.length > 0;
  }

  // ---- whose row it is

  /** Whether it is the row that is looked for: of this peer, or of who is one with its address. */
  final boolean isAt(int row, long high, long low, int port) {
    byte[] rows = array(row);
    int at = at(row);
    if (layout.ipv4()) {
      return keyOf(BigEndian.longAt(rows, at) >>> 16) == keyOf(ipv4Key(low, port));
    }
    long there = BigEndian.longAt(rows, at);
    return layout.onePerAddress()
        ? IpAddress.partOfSite(there) == IpAddress.partOfSite(high)
        : there == high && isRestAt(rows, at, low, port);
  }

  /** Whether it is the row of this very peer. */
  public final boolean isPeer(int row, long high, long low, int port) {
    byte[] rows = array(row);
    int at = at(row);
    return layout.ipv4()
        ? BigEndian.longAt(rows, at) >>> 16 == ipv4Key(low, port)
        : BigEndian.longAt(rows, at) == high && isRestAt(rows, at, low, port);
  }

  private static boolean isRestAt(byte[] rows, int at, long low, int port) {
    return BigEndian.longAt(rows, at + 8) == low
        && BigEndian.shortAt(rows, at + 16) == (short) port;
  }

  /** The hash by which a row is found. */
  final long hashOf(int row) {
    byte[] rows = array(row);
    int at = at(row);
    return layout.ipv4()
        ? hashing.hash(keyOf(BigEndian.longAt(rows, at) >>> 16))
        : hash(
            BigEndian.longAt(rows, at),
            BigEndian.longAt(rows, at + 8),
            Short.toUnsignedInt(BigEndian.shortAt(rows, at + 16)));
  }

  final long hash(long high, long low, int port) {
    if (layout.ipv4()) {
      return hashing.hash(keyOf(ipv4Key(low, port)));
    }
    return layout.onePerAddress()
        ? hashing.hash(IpAddress.partOfSite(high))
        : hashing.hash(hashing.hash(high, low) + port);
  }

  private long keyOf(long addressAndPort) {
    return layout.onePerAddress() ? addressAndPort >>> Short.SIZE : addressAndPort;
  }

  /** Address and port in one number: the first six bytes of a row. */
  private static long ipv4Key(long low, int port) {
    return ((low & 0xffff_ffffL) << Short.SIZE) | port;
  }
}
