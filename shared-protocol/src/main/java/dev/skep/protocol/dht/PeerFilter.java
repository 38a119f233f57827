package dev.skep.protocol.dht;

import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.digest.Digests;
import java.net.InetAddress;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A set of addresses of which one can tell only about how many they are, in 256 bytes (BEP 33): so
 * those of several nodes can be joined, though they know the same peers. Not thread-safe.
 */
public final class PeerFilter {
  public static final int BYTES = 256;
  private static final int BITS = 8 * BYTES;
  private static final int BITS_OF_EACH = 2;

  private final byte[] bits;

  /** Empty. */
  public PeerFilter() {
    bits = new byte[BYTES];
  }

  private PeerFilter(byte[] bits) {
    this.bits = bits;
  }

  /**
   * Reads 256 bytes.
   *
   * @throws IllegalArgumentException if it is another number of bytes
   */
  public static PeerFilter of(BString bytes) {
    if (bytes.length() != BYTES) {
      throw new IllegalArgumentException("a filter of " + bytes.length() + " bytes");
    }
    return new PeerFilter(bytes.toBytes());
  }

  /** Puts an address in. */
  public void add(InetAddress address) {
    MessageDigest sha1 = Digests.sha1();
    sha1.update(address.getAddress());
    byte[] digest = sha1.digest();
    for (int i = 0; i < BITS_OF_EACH; i++) {
      int bit = ((digest[2 * i] & 0xff) | (digest[2 * i + 1] & 0xff) << 8) % BITS;
      bits[bit / 8] |= (byte) (1 << (bit % 8));
    }
  }

  /** Puts in what is in another. */
  public void addAll(PeerFilter other) {
    for (int i = 0; i < BYTES; i++) {
      bits[i] |= other.bits[i];
    }
  }

  /** About how many different addresses are in it. */
  public double estimate() {
    int ones = 0;
    for (byte each : bits) {
      ones += Integer.bitCount(each & 0xff);
    }
    double zeros = Math.min(BITS - 1, BITS - ones);
    return ones == 0
        ? 0
        : Math.log(Math.max(1, zeros) / BITS) / (BITS_OF_EACH * Math.log(1 - 1.0 / BITS));
  }

  /** Its 256 bytes. */
  public BString bytes() {
    return BString.of(bits.clone());
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof PeerFilter other && Arrays.equals(bits, other.bits);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bits);
  }
}
