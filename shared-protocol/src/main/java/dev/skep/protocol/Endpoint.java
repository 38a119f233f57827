package dev.skep.protocol;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * Where a peer or tracker can be reached: an IP address and a port. Never a host name, so it never
 * asks a name server.
 *
 * @param address IPv4 or IPv6 (an IPv4-mapped address is IPv4 in Java)
 * @param port 0 to 65535; 0 only where nobody is meant to connect
 */
public record Endpoint(InetAddress address, int port) {
  /**
   * Refuses a port that does not exist.
   *
   * @throws IllegalArgumentException if the port is not within 0 to 65535
   */
  public Endpoint {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not within 0 to 65535");
    }
  }

  /**
   * From an address literal such as {@code 10.0.0.1} or {@code ::1}.
   *
   * @throws IllegalArgumentException if it is a host name or nothing valid
   */
  public static Endpoint of(String ipLiteral, int port) {
    return new Endpoint(InetAddress.ofLiteral(ipLiteral), port);
  }

  /**
   * Reads {@code 10.0.0.1:6881} or {@code [::1]:6881}.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  public static Endpoint parse(String text) {
    int colon = text.lastIndexOf(':');
    boolean bracketed = colon > 1 && text.charAt(0) == '[' && text.charAt(colon - 1) == ']';
    if (colon < 1 || (!bracketed && text.indexOf(':') != colon)) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not ADDRESS:PORT (IPv6 as [ADDRESS]:PORT)");
    }
    String literal = bracketed ? text.substring(1, colon - 1) : text.substring(0, colon);
    return of(literal, parsePort(text.substring(colon + 1)));
  }

  private static int parsePort(String digits) {
    if (digits.isEmpty()
        || digits.length() > 5
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new IllegalArgumentException("port \"" + digits + "\" is not within 0 to 65535");
    }
    return Integer.parseInt(digits);
  }

  public boolean isIpv4() {
    return address instanceof Inet4Address;
  }

  /**
   * Loopback, link-local, private (RFC 1918) or unique local (RFC 4193): no line to the internet
   * lies between.
   */
  public boolean isLocalNetwork() {
    return address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || (address instanceof Inet6Address v6 && (v6.getAddress()[0] & 0xfe) == 0xfc);
  }

  /** {@code 10.0.0.1:6881} or {@code [::1]:6881}, which {@link #parse} reads. */
  @Override
  public String toString() {
    return isIpv4()
        ? address.getHostAddress() + ":" + port
        : "[" + shortest(address.getAddress()) + "]:" + port;
  }

  /** IPv6 as RFC 5952 wants it: the longest run of two or more zero groups becomes "::". */
  private static String shortest(byte[] address) {
    int runStart = -1;
    int runLength = 1;
    for (int i = 0; i < 8; i++) {
      int zeros = 0;
      while (i + zeros < 8 && group(address, i + zeros) == 0) {
        zeros++;
      }
      if (zeros > runLength) {
        runStart = i;
        runLength = zeros;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == runStart) {
        text.append("::");
        i += runLength - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(group(address, i)));
      }
    }
    return text.toString();
  }

  private static int group(byte[] address, int index) {
    return (address[2 * index] & 0xff) << 8 | (address[2 * index + 1] & 0xff);
  }
}
