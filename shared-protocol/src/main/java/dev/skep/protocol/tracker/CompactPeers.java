package dev.skep.protocol.tracker;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.bencode.BString;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Addresses and ports packed into 6 bytes each (BEP 23) or 18 for IPv6 (BEP 7). */
public final class CompactPeers {
  /** Stride of IPv4 peers. */
  public static final int IPV4_BYTES = 6;

  /** Stride of IPv6 peers. */
  public static final int IPV6_BYTES = 18;

  private CompactPeers() {}

  /** Stride of this peer. */
  public static int length(Endpoint peer) {
    return peer.isIpv4() ? IPV4_BYTES : IPV6_BYTES;
  }

  /** Writes one peer, 6 or 18 bytes by its family. */
  public static void write(Endpoint peer, ByteBuffer out) {
    out.put(peer.address().getAddress()).putShort((short) peer.port());
  }

  /** All peers one after another; give peers of one family only. */
  public static byte[] encode(List<Endpoint> peers) {
    ByteBuffer out = ByteBuffer.allocate(peers.stream().mapToInt(CompactPeers::length).sum());
    peers.forEach(peer -> write(peer, out));
    return out.array();
  }

  /**
   * Reads one peer.
   *
   * @param stride {@link #IPV4_BYTES} or {@link #IPV6_BYTES}
   * @throws java.nio.BufferUnderflowException if fewer bytes remain
   */
  public static Endpoint read(ByteBuffer in, int stride) {
    byte[] address = new byte[stride - 2];
    in.get(address);
    try {
      return new Endpoint(InetAddress.getByAddress(address), in.getShort() & 0xffff);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("a stride of " + stride + " bytes", e);
    }
  }

  /**
   * Reads at most so many peers; those with port 0 are left out.
   *
   * @throws TrackerProtocolException if the length is no multiple of the stride
   */
  public static List<Endpoint> decode(BString packed, int stride, int maxPeers)
      throws TrackerProtocolException {
    return decode(packed.asBuffer(), stride, maxPeers);
  }

  /** The same, but bytes behind the last whole peer are left alone. */
  static List<Endpoint> decodeWhole(BString packed, int stride, int maxPeers) {
    return whole(packed.asBuffer(), stride, maxPeers);
  }

  /**
   * Reads at most so many peers of what remains in a buffer; those with port 0 are left out.
   *
   * @throws TrackerProtocolException if the length is no multiple of the stride
   */
  public static List<Endpoint> decode(ByteBuffer packed, int stride, int maxPeers)
      throws TrackerProtocolException {
    if (packed.remaining() % stride != 0) {
      throw new TrackerProtocolException(
          "compact peers of " + packed.remaining() + " bytes, not a multiple of " + stride);
    }
    return whole(packed, stride, maxPeers);
  }

  private static List<Endpoint> whole(ByteBuffer packed, int stride, int maxPeers) {
    int count = Math.min(maxPeers, packed.remaining() / stride);
    List<Endpoint> peers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Endpoint peer = read(packed, stride);
      if (peer.port() != 0) {
        peers.add(peer);
      }
    }
    return peers;
  }
}
