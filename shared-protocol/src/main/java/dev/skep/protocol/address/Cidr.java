package dev.skep.protocol.address;

import java.net.InetAddress;

/**
 * A block of addresses, such as {@code 10.1.0.0/16} or {@code 2001:db8::/32}. An IPv4 address
 * belongs to blocks of IPv4 only, however it is written: not to {@code ::/0}.
 *
 * @param base any address of the block
 * @param prefixBits how many leading bits of the 128-bit form the block's addresses share, 0 to 128
 */
public record Cidr(IpAddress base, int prefixBits) {
  /** What all IPv4 addresses share in their mapped form. */
  private static final int IPV4_BITS = 96;

  public Cidr {
    if (prefixBits < 0 || prefixBits > 128) {
      throw new IllegalArgumentException("a prefix has 0 to 128 bits, not " + prefixBits);
    }
  }

  /**
   * Reads {@code ADDRESS/BITS}; an address alone is a block of one. {@code ::ffff:10.1.0.0/112} is
   * the IPv4 block {@code 10.1.0.0/16}.
   *
   * @throws IllegalArgumentException if the text is not an address literal with a fitting prefix
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    try {
      IpAddress base =
          IpAddress.of(InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash)));
      boolean mapped = base.isIpv4() && text.indexOf(':') >= 0;
      int shift = base.isIpv4() && !mapped ? IPV4_BITS : 0;
      int bits = slash < 0 ? 128 - shift : Integer.parseInt(text.substring(slash + 1));
      if (bits < (mapped ? IPV4_BITS : 0) || bits > 128 - shift) {
        throw new IllegalArgumentException("prefix out of range");
      }
      return new Cidr(base, bits + shift);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a block of addresses; write 10.1.0.0/16 or 2001:db8::/32", e);
    }
  }

  /** Whether {@code address} belongs to this block. */
  public boolean contains(IpAddress address) {
    return contains(address.high(), address.low());
  }

  /** Whether the address of these bytes, first eight and last eight, belongs to this block. */
  public boolean contains(long high, long low) {
    return ((high ^ base.high()) & mask(prefixBits)) == 0
        && ((low ^ base.low()) & mask(prefixBits - 64)) == 0
        && (prefixBits >= IPV4_BITS || !IpAddress.isIpv4(high, low));
  }

  private static long mask(int bits) {
    return bits <= 0 ? 0 : bits >= 64 ? -1L : -1L << (64 - bits);
  }
}
