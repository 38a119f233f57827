package dev.skep.tracker.swarm.rows;

import dev.skep.protocol.BigEndian;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.address.IpAddress;
import dev.skep.protocol.tracker.AnnounceEvent;
import java.util.Arrays;
import java.util.Optional;

/**
 * Peers of one swarm in one address family: dense rows, seeders first, then partial seeds, then
 * leechers, so that a seeder is offered leechers by drawing from a range. A row is deleted by
 * moving the last one of its kind into its place, so rows have no lasting number. Above 16 rows an
 * index finds the row of an address and port.
 *
 * <p>Guarded by the lock of its stripe.
 */
public final class PeerRows extends IndexedRows {
  /** Most other peers that {@link #remove} touches: of three rows that may move, and the index. */
  public static final int MOST_TOUCHED_BY_REMOVAL = 3 + MOST_TOUCHED_BY_LEAVING;

  private static final int SCAN_UP_TO = 16;

  private static final int COUNTED = 1;
  private static final int HEARD_BEFORE = 2;
  private static final int RESTORED = 4;

  private int seeders;
  private int uploadOnly; // seeders and partial seeds: where the leechers begin
  private int size;

  PeerRows(RowLayout layout, Hashing hashing) {
    super(layout, hashing);
  }

  /** How many peers there are: their rows are 0 to that less one. */
  public int size() {
    return size;
  }

  /** How many of them have everything; these lie first. */
  public int seeders() {
    return seeders;
  }

  /** How many lack something and download nothing more; these lie next. */
  public int partialSeeds() {
    return uploadOnly - seeders;
  }

  /** The first row that downloads. */
  public int firstLeecher() {
    return uploadOnly;
  }

  /** What a peer is to its swarm. */
  public Standing standing(int row) {
    return row < seeders
        ? Standing.SEEDER
        : row < uploadOnly ? Standing.PARTIAL_SEED : Standing.LEECHER;
  }

  /** Seconds since the peer was heard. */
  public int age(int row, int now) {
    return layout().age(array(row), at(row), now);
  }

  /** What peers that crowd together share: the IPv4 address, or the first half of an IPv6 one. */
  public long network(int row) {
    byte[] array = array(row);
    int at = at(row);
    return layout().ipv4()
        ? Integer.toUnsignedLong(BigEndian.intAt(array, at))
        : BigEndian.longAt(array, at);
  }

  /** Where a peer is. */
  public IpAddress address(int row) {
    byte[] array = array(row);
    int at = at(row);
    return layout().ipv4()
        ? IpAddress.ofIpv4(BigEndian.intAt(array, at))
        : new IpAddress(BigEndian.longAt(array, at), BigEndian.longAt(array, at + 8));
  }

  /** The port that it listens on. */
  public int port(int row) {
    return shortAt(row, layout().port());
  }

  /** What it said it uploaded, within 1/2048. */
  public long uploadedBytes(int row) {
    return CoarseSize.fromShort(shortAt(row, layout().uploaded()));
  }

  /** What it said it downloaded, within 1/2048. */
  public long downloadedBytes(int row) {
    return CoarseSize.fromShort(shortAt(row, layout().downloaded()));
  }

  /** What it said it lacks, within 1/8. */
  public long leftBytes(int row) {
    return CoarseSize.fromByte(byteAt(row, layout().left()));
  }

  /** The two letters by which the peer's program names itself, or zero. */
  public int clientLetters(int row) {
    return shortAt(row, layout().client());
  }

  /** The peer's id, where ids are kept. */
  public Optional<PeerId> peerId(int row) {
    RowLayout layout = layout();
    return layout.keepsIds()
        ? Optional.of(PeerId.of(array(row), at(row) + layout.id()))
        : Optional.empty();
  }

  /** How fast the peer uploads: see {@link UploadClass}. */
  public int uploadClass(int row) {
    return byteAt(row, layout().flags()) >>> 4;
  }

  /** Whether its completed download was counted. */
  public boolean countedAsCompleted(int row) {
    return (byteAt(row, layout().flags()) & COUNTED) != 0;
  }

  /** Whether the peer was restored and has not been heard since. */
  public boolean isRestored(int row) {
    return (byteAt(row, layout().flags()) & RESTORED) != 0;
  }

  private int shortAt(int row, int offset) {
    return Short.toUnsignedInt(BigEndian.shortAt(array(row), at(row) + offset));
  }

  private int byteAt(int row, int offset) {
    return Byte.toUnsignedInt(array(row)[at(row) + offset]);
  }

  // ---- what a peer says

  /** Notes that its completed download is counted. */
  public void markCompleted(int row) {
    writable(row)[at(row) + layout().flags()] |= COUNTED;
  }

  /** Writes what an announce says into the peer's row. */
  public void update(int row, AnnouncedPeer said, int now) {
    RowLayout layout = layout();
    byte[] array = writable(row);
    int at = at(row);
    int flags = array[at + layout.flags()];
    boolean comparable = (flags & HEARD_BEFORE) != 0 && said.event != AnnounceEvent.STARTED;
    int uploadClass = UploadClass.UNKNOWN;
    if (comparable) {
      int before = Short.toUnsignedInt(BigEndian.shortAt(array, at + layout.uploaded()));
      uploadClass =
          UploadClass.of(
              said.uploadedBytes - CoarseSize.fromShort(before), layout.age(array, at, now));
    }
    BigEndian.putShort(array, at + layout.seen(), (short) now);
    array[at + layout.flags()] = (byte) ((uploadClass << 4) | (flags & COUNTED) | HEARD_BEFORE);
    array[at + layout.left()] = (byte) CoarseSize.toByte(said.leftBytes);
    BigEndian.putShort(array, at + layout.client(), said.clientLetters());
    BigEndian.putShort(
        array, at + layout.uploaded(), (short) CoarseSize.toShort(said.uploadedBytes));
    BigEndian.putShort(
        array, at + layout.downloaded(), (short) CoarseSize.toShort(said.downloadedBytes));
    if (layout.keepsIds()) {
      BigEndian.putLong(array, at + layout.id(), said.peerIdHigh);
      BigEndian.putLong(array, at + layout.id() + 8, said.peerIdMiddle);
      BigEndian.putInt(array, at + layout.id() + 16, said.peerIdLow);
    }
  }

  // ---- peers come and go

  /** The row of an address and port, or where there is one per address, of that; or -1. */
  public int find(long high, long low, int port) {
    if (hasIndex()) {
      return findInIndex(high, low, port);
    }
    for (int row = 0; row < size; row++) {
      if (isAt(row, high, low, port)) {
        return row;
      }
    }
    return -1;
  }

  /** Adds a peer that is not there yet; all of its row but address and port is zero. */
  public int insert(long high, long low, int port, Standing standing) {
    if (size == capacity()) {
      grow(size + 2 + (size >> 3));
    }
    if (size == SCAN_UP_TO && !hasIndex()) {
      makeIndex(size);
    }
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
    if (hasIndex()) {
      enterIndex(row);
    }
    return row;
  }

  /**
   * Adds a saved row of a peer that is not there yet, heard at {@code seen}.
   *
   * @param saved holds the row at {@code at}, in {@code form}, which may keep ids where this does
   *     not
   */
  public void insertSaved(byte[] saved, int at, RowLayout form, Standing standing, int seen) {
    int row = insert(form.high(saved, at), form.low(saved, at), form.port(saved, at), standing);
    replace(row, saved, at, form, seen);
  }

  /** Replaces a row by a saved one of the same peer, heard at {@code seen}. */
  public void replace(int row, byte[] saved, int at, RowLayout form, int seen) {
    byte[] array = writable(row);
    int common = Math.min(form.stride(), layout().stride());
    System.arraycopy(saved, at, array, at(row), common);
    Arrays.fill(array, at(row) + common, at(row) + layout().stride(), (byte) 0);
    BigEndian.putShort(array, at(row) + layout().seen(), (short) seen);
    array[at(row) + layout().flags()] |= RESTORED;
  }

  /**
   * Compares a row to a saved one of the same peer by all that they say of it but when it was
   * heard: an order that is the same everywhere, and means nothing.
   */
  public int compareTo(int row, byte[] saved, int at, RowLayout form, Standing standing) {
    byte[] array = array(row);
    int begin = at(row) + layout().flags();
    int order = standing(row).compareTo(standing);
    if (order == 0) {
      order = Byte.compareUnsigned(heardFlags(array[begin]), heardFlags(saved[at + form.flags()]));
    }
    int end = Math.min(form.stride(), layout().stride());
    return order != 0
        ? order
        : Arrays.compareUnsigned(
            array, begin + 1, at(row) + end, saved, at + form.flags() + 1, at + end);
  }

  private static byte heardFlags(byte flags) {
    return (byte) (flags & ~RESTORED);
  }

  /** Adds what stands in a row of others; returns its row here. */
  public int insertFrom(PeerRows others, int other) {
    byte[] rows = others.array(other);
    int at = others.at(other);
    RowLayout form = others.layout();
    int row =
        insert(
            form.high(rows, at), form.low(rows, at), form.port(rows, at), others.standing(other));
    System.arraycopy(rows, at, writable(row), at(row), layout().stride());
    return row;
  }

  /**
   * Removes a row; rows of higher numbers may move to lower ones.
   *
   * @return how many other peers that touched: moved them, or read them to find them a place in the
   *     index
   */
  public int remove(int row) {
    int touched = hasIndex() ? leaveIndex(row) : 0;
    int hole = row;
    if (hole < seeders) {
      touched += move(--seeders, hole);
      hole = seeders;
    }
    if (hole < uploadOnly) {
      touched += move(--uploadOnly, hole);
      hole = uploadOnly;
    }
    touched += move(--size, hole);
    if (size == SCAN_UP_TO / 2) {
      dropIndex();
    }
    shrink(size);
    return touched;
  }

  /** Moves a peer among its equals; returns its new row. */
  public int setStanding(int row, Standing standing) {
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

  private void write(int row, long high, long low, int port) {
    byte[] array = writable(row);
    int at = at(row);
    Arrays.fill(array, at, at + layout().stride(), (byte) 0);
    if (layout().ipv4()) {
      BigEndian.putInt(array, at, (int) low);
    } else {
      BigEndian.putLong(array, at, high);
      BigEndian.putLong(array, at + 8, low);
    }
    BigEndian.putShort(array, at + layout().port(), (short) port);
  }

  /** Moves a row over one that is free; how many rows were moved. */
  private int move(int from, int to) {
    if (from == to) {
      return 0;
    }
    if (hasIndex()) {
      moveInIndex(from, to);
    }
    byte[] target = writable(to);
    System.arraycopy(array(from), at(from), target, at(to), layout().stride());
    return 1;
  }

  /** Exchanges two rows; returns {@code b}, where the first now is. */
  private int swap(int a, int b) {
    if (a == b) {
      return b;
    }
    if (hasIndex()) {
      swapInIndex(a, b);
    }
    byte[] arrayA = writable(a);
    byte[] arrayB = writable(b);
    int atA = at(a);
    int atB = at(b);
    for (int i = 0; i < layout().stride(); i += Integer.BYTES) {
      int other = BigEndian.intAt(arrayA, atA + i);
      BigEndian.putInt(arrayA, atA + i, BigEndian.intAt(arrayB, atB + i));
      BigEndian.putInt(arrayB, atB + i, other);
    }
    return b;
  }

  // ---- a look from outside

  /** The rows as they are now, to be read outside of the lock; until {@link #thaw}. */
  public FrozenRows freeze() {
    if (size == 0) { // there is nothing to be kept from change
      return new FrozenRows(layout(), new byte[0][], 0, 0, 0);
    }
    return new FrozenRows(layout(), freezeSegments(), seeders, partialSeeds(), size);
  }
}
