package dev.skep.service.network;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Addresses of this machine that others can use. */
public final class ReachableAddress {
  /**
   * Of a network for documentation (RFC 5737): nothing is sent there, only a route is looked up.
   */
  private static final InetAddress FAR_AWAY = InetAddress.ofLiteral("192.0.2.1");

  private ReachableAddress() {}

  /** The most likely first: what the default route leaves from, then those of other networks. */
  public static List<InetAddress> all() throws IOException {
    InetAddress routed = routed();
    List<InetAddress> others =
        NetworkInterface.networkInterfaces()
            .filter(ReachableAddress::leadsElsewhere)
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> address instanceof Inet4Address && isUseful(address))
            .filter(address -> !address.equals(routed))
            .toList();
    return isUseful(routed) ? Stream.concat(Stream.of(routed), others.stream()).toList() : others;
  }

  /** The most likely, if there is any. */
  public static Optional<InetAddress> first() {
    try {
      return all().stream().findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static InetAddress routed() {
    try (var channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
      channel.connect(new InetSocketAddress(FAR_AWAY, 9));
      return ((InetSocketAddress) channel.getLocalAddress()).getAddress();
    } catch (IOException e) {
      return InetAddress.getLoopbackAddress(); // no route: only neighbours can be reached
    }
  }

  private static boolean leadsElsewhere(NetworkInterface network) {
    try {
      return network.isUp() && !network.isLoopback();
    } catch (IOException e) {
      return false; // just gone
    }
  }

  private static boolean isUseful(InetAddress address) {
    return !address.isLoopbackAddress()
        && !address.isAnyLocalAddress()
        && !address.isLinkLocalAddress();
  }
}
