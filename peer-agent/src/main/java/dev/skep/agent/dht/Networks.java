package dev.skep.agent.dht;

import dev.skep.protocol.Endpoint;
import java.net.Inet6Address;
import java.net.InetAddress;

/** Which addresses most likely are one person's, and who may tell of which. */
final class Networks {
  private static final int IPV4_BYTES = 2;
  private static final int IPV6_BYTES = 4;

  /** Its first bytes. */
  record Network(long prefix, boolean ipv4) {}

  private Networks() {}

  /** The /16 of an IPv4 address, the /32 of an IPv6 address. */
  static Network of(InetAddress address) {
    byte[] bytes = address.getAddress();
    boolean ipv4 = bytes.length == 4;
    long prefix = 0;
    for (int i = 0; i < (ipv4 ? IPV4_BYTES : IPV6_BYTES); i++) {
      prefix = prefix << 8 | (bytes[i] & 0xff);
    }
    return new Network(prefix, ipv4);
  }

  /** On a local network all addresses may be of one kind. */
  static boolean isPublic(Endpoint at) {
    return !at.isLocalNetwork();
  }

  /** Whether it may be somebody's at all. */
  static boolean isSomebodys(Endpoint at) {
    return at.port() != 0
        && !at.address().isAnyLocalAddress()
        && !at.address().isMulticastAddress();
  }

  /**
   * Whether an address is a matter between us and somebody: a stranger outside must neither send us
   * to machines of our network nor hear of them, nor one of these of our own loopback addresses.
   */
  static boolean mayTell(Endpoint other, Endpoint of) {
    boolean zoned = of.address() instanceof Inet6Address && of.address().isLinkLocalAddress();
    return isSomebodys(of)
        && !zoned // elsewhere it leads to somebody else, or nowhere
        && (isPublic(of) || !isPublic(other))
        && (!of.address().isLoopbackAddress() || other.address().isLoopbackAddress());
  }
}
