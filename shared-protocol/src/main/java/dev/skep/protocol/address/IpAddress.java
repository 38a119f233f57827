package dev.skep.protocol.address;

import dev.skep.protocol.BigEndian;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * An IPv4 or IPv6 address as 128 bits in two numbers, big-endian; IPv4 in its mapped form {@code
 * ::ffff:a.b.c.d}, so that a mapped address that arrives on an IPv6 socket is the IPv4 peer it is.
 *
 * @param high the first eight bytes
 * @param low the last eight bytes
 */
public record IpAddress(long high, long low) {
  private static final long MAPPED_PREFIX = 0xffffL << 32;

  /** The IPv4 address whose four bytes are {@code bits}, first byte highest. */
  public static IpAddress ofIpv4(int bits) {
    return new IpAddress(0, lowOfIpv4(bits));
  }

  /** The last eight bytes of the IPv4 address whose four bytes are {@code bits}. */
  public static long lowOfIpv4(int bits) {
    return MAPPED_PREFIX | Integer.toUnsignedLong(bits);
  }

  /** What peers that crowd together share: the IPv4 address, or the first half of an IPv6 one. */
  public static long network(long high, long low) {
    return isIpv4(high, low) ? low & 0xffff_ffffL : high;
  }

  /**
   * Which of the sixteen parts of its /48 an IPv6 address counts as, given its first half: the last
   * four bits of the subnet say so. Neighbouring subnets are in different parts.
   */
  public static long partOfSite(long high) {
    return high & ~0xfff0L;
  }

  /** What one subscriber may have of addresses: the IPv4 address, or an IPv6 /48. */
  public static long site(long high, long low) {
    return isIpv4(high, low) ? low & 0xffff_ffffL : high & ~0xffffL;
  }

  /**
   * Whether it is of this machine or a private network, where many may stand behind one address:
   * 127.0.0.0/8, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16, ::1, fc00::/7,
   * fe80::/10.
   */
  public static boolean isPrivate(long high, long low) {
    if (!isIpv4(high, low)) {
      return high >>> 57 == 0xfc >>> 1 || high >>> 54 == 0xfe80 >>> 6 || (high == 0 && low == 1);
    }
    int bits = (int) low;
    return bits >>> 24 == 127
        || bits >>> 24 == 10
        || bits >>> 20 == 0xac1
        || bits >>> 16 == 0xc0a8
        || bits >>> 16 == 0xa9fe;
  }

  /**
   * Whether it is of this machine or a private network, where many may stand behind one address.
   */
  public boolean isPrivate() {
    return isPrivate(high, low);
  }

  /** The same address as a JDK address. */
  public static IpAddress of(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length == 4) {
      return ofIpv4(BigEndian.intAt(bytes, 0));
    }
    return new IpAddress(BigEndian.longAt(bytes, 0), BigEndian.longAt(bytes, 8));
  }

  /** Whether this is an IPv4 address, mapped or not. */
  public boolean isIpv4() {
    return isIpv4(high, low);
  }

  /** Whether these are the bytes of an IPv4 address. */
  public static boolean isIpv4(long high, long low) {
    return high == 0 && low >>> 32 == 0xffff;
  }

  /** This address as a JDK address; never asks a name service. */
  public InetAddress toInetAddress() {
    byte[] bytes = new byte[isIpv4() ? 4 : 16];
    if (isIpv4()) {
      BigEndian.putInt(bytes, 0, (int) low);
    } else {
      BigEndian.putLong(bytes, 0, high);
      BigEndian.putLong(bytes, 8, low);
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError("4 and 16 bytes are always an address", e);
    }
  }

  /** The address in its usual text form, without brackets. */
  @Override
  public String toString() {
    return toInetAddress().getHostAddress();
  }
}
