package dev.skep.tracker.swarm;

import dev.skep.protocol.BigEndian;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.address.IpAddress;

/**
 * The peers of one family that an answer names, in compact form (BEP 23 and 7), in a reused array.
 */
public final class Handout {
  private static final int ID_BYTES = 20;

  private static final int IPV4_STRIDE_BYTES = 6;

  private final int addressBytes;
  private byte[] compact = {};
  private byte[] ids = {};
  private int count;
  private boolean withIds;

  Handout(int addressBytes) {
    this.addressBytes = addressBytes;
  }

  /** How many peers there are. */
  public int count() {
    return count;
  }

  /** How many bytes of {@link #compact()} are peers. */
  public int lengthBytes() {
    return count * strideBytes();
  }

  /**
   * The peers: address and port of each, big-endian; only the first {@link #lengthBytes()} count.
   */
  public byte[] compact() {
    return compact;
  }

  /** Bytes per peer: 6 or 18. */
  public int strideBytes() {
    return addressBytes + 2;
  }

  /** Whether ids were kept, and wanted. */
  public boolean hasIds() {
    return withIds;
  }

  /** The id of peer {@code i}; only if {@link #hasIds()}. */
  public PeerId id(int i) {
    return PeerId.of(ids, i * ID_BYTES);
  }

  /** The address of peer {@code i}. */
  public IpAddress address(int i) {
    int at = i * strideBytes();
    return addressBytes == Integer.BYTES
        ? IpAddress.ofIpv4(BigEndian.intAt(compact, at))
        : new IpAddress(BigEndian.longAt(compact, at), BigEndian.longAt(compact, at + 8));
  }

  /** The port of peer {@code i}. */
  public int port(int i) {
    return Short.toUnsignedInt(BigEndian.shortAt(compact, i * strideBytes() + addressBytes));
  }

  void clear() {
    count = 0;
    withIds = false;
  }

  /** Makes room for so many peers, and for their ids if those are kept and wanted. */
  void expect(int peers, boolean peerIds) {
    withIds = peerIds;
    // A peer is stored as whole longs, and the next one overwrites what was too much of it.
    int bytes = peers * strideBytes() + Long.BYTES;
    if (compact.length < bytes) {
      compact = new byte[bytes];
    }
    if (peerIds && ids.length < peers * ID_BYTES) {
      ids = new byte[peers * ID_BYTES];
    }
  }

  /** Adds a peer of IPv4 whose row begins with {@code head}, at {@code at}. */
  void addIpv4(long head, byte[] rows, int at, int idOffset) {
    BigEndian.putLong(compact, count * IPV4_STRIDE_BYTES, head);
    addId(rows, at + idOffset);
  }

  /** Adds the peer whose row begins at {@code at}; the row's first bytes are its compact form. */
  void add(byte[] rows, int at, int idOffset) {
    long head = BigEndian.longAt(rows, at);
    if (addressBytes == Integer.BYTES) {
      addIpv4(head, rows, at, idOffset);
      return;
    }
    int to = count * strideBytes();
    BigEndian.putLong(compact, to, head);
    BigEndian.putLong(compact, to + 8, BigEndian.longAt(rows, at + 8));
    BigEndian.putShort(compact, to + 16, BigEndian.shortAt(rows, at + 16));
    addId(rows, at + idOffset);
  }

  private void addId(byte[] rows, int at) {
    if (withIds) {
      System.arraycopy(rows, at, ids, count * ID_BYTES, ID_BYTES);
    }
    count++;
  }
}
