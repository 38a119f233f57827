package dev.skep.protocol.dht;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;

/**
 * A place in the space that nodes and info-hashes share (BEP 5). How far two are apart is their
 * bits that differ, read as one number.
 *
 * @param high the first 8 bytes, big-endian
 * @param middle the next 8 bytes
 * @param low the last 4 bytes
 */
public record NodeId(long high, long middle, int low) {
  public static final int BYTES = 20;
  public static final int BITS = 8 * BYTES;

  /** So many bits of a node's id follow from its address (BEP 42). */
  private static final int BOUND_BITS = 21;

  private static final byte[] MASK_OF_IPV4 = {0x03, 0x0f, 0x3f, (byte) 0xff};
  private static final byte[] MASK_OF_IPV6 = {
    0x01, 0x03, 0x07, 0x0f, 0x1f, 0x3f, 0x7f, (byte) 0xff
  };

  /** Where an info-hash is. */
  public static NodeId of(InfoHash hash) {
    return new NodeId(hash.high(), hash.middle(), hash.low());
  }

  /**
   * Reads 20 bytes.
   *
   * @throws IllegalArgumentException if it is another number of bytes
   */
  public static NodeId of(byte[] bytes) {
    return of(InfoHash.of(bytes));
  }

  /** Anywhere. */
  public static NodeId random(RandomGenerator random) {
    return new NodeId(random.nextLong(), random.nextLong(), random.nextInt());
  }

  /** One that a node at this address may have (BEP 42). */
  public static NodeId random(InetAddress at, RandomGenerator random) {
    byte[] bytes = random(random).bytes();
    int bound = bound(at, bytes[BYTES - 1]);
    bytes[0] = (byte) (bound >> 24);
    bytes[1] = (byte) (bound >> 16);
    bytes[2] = (byte) ((bound >> 8 & 0xf8) | (bytes[2] & 0x07));
    return of(bytes);
  }

  /** Whether a node at this address may have it; on a local network it may have any. */
  public boolean suits(InetAddress at) {
    if (isFree(at)) {
      return true;
    }
    return (int) (high >>> 32) >>> (32 - BOUND_BITS) == bound(at, (byte) low) >>> (32 - BOUND_BITS);
  }

  private static boolean isFree(InetAddress at) {
    return new Endpoint(at, 0).isLocalNetwork();
  }

  /** Of which the first 21 bits count. */
  private static int bound(InetAddress at, byte last) {
    byte[] address = at.getAddress();
    byte[] mask = address.length == 4 ? MASK_OF_IPV4 : MASK_OF_IPV6;
    byte[] masked = Arrays.copyOf(address, mask.length);
    for (int i = 0; i < mask.length; i++) {
      masked[i] &= mask[i];
    }
    masked[0] |= (byte) ((last & 0x07) << 5);
    CRC32C crc = new CRC32C();
    crc.update(masked);
    return (int) crc.getValue();
  }

  /** A random one that has the first so many bits with this in common, and not the next. */
  public NodeId near(int commonBits, RandomGenerator random) {
    byte[] ours = bytes();
    byte[] bytes = random(random).bytes();
    for (int bit = 0; bit <= commonBits && bit < BITS; bit++) {
      int mask = 0x80 >> (bit & 7);
      boolean set = (ours[bit / 8] & mask) != 0;
      boolean wanted = bit == commonBits ? !set : set;
      bytes[bit / 8] = (byte) (wanted ? bytes[bit / 8] | mask : bytes[bit / 8] & ~mask);
    }
    return of(bytes);
  }

  /** How many of the first bits are the same; 160 for the same id. */
  public int commonBits(NodeId other) {
    if (high != other.high) {
      return Long.numberOfLeadingZeros(high ^ other.high);
    }
    if (middle != other.middle) {
      return 64 + Long.numberOfLeadingZeros(middle ^ other.middle);
    }
    return 128 + Integer.numberOfLeadingZeros(low ^ other.low);
  }

  /** Negative if {@code a} is nearer to this than {@code b}. */
  public int nearer(NodeId a, NodeId b) {
    int order = Long.compareUnsigned(high ^ a.high, high ^ b.high);
    if (order == 0) {
      order = Long.compareUnsigned(middle ^ a.middle, middle ^ b.middle);
    }
    return order == 0 ? Integer.compareUnsigned(low ^ a.low, low ^ b.low) : order;
  }

  /** Its 20 bytes, in a new array. */
  public byte[] bytes() {
    return new InfoHash(high, middle, low).toBytes();
  }

  @Override
  public String toString() {
    return new InfoHash(high, middle, low).hex();
  }
}
