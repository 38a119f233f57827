package dev.skep.agent.discovery;

import dev.skep.protocol.peerwire.LocalAnnounce;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The group of one family that local announces go to (BEP 14), on every network that this machine
 * is in. Not thread-safe.
 */
final class MulticastGroup {
  private static final Logger LOG = System.getLogger(MulticastGroup.class.getName());
  private static final int PORT = 6771;
  private static final InetAddress FOUR = InetAddress.ofLiteral("239.192.152.143");
  private static final InetAddress SIX = InetAddress.ofLiteral("ff15::efc0:988f");

  /** A new network may not let us speak before its addresses are checked. */
  private static final int RETRIES = 3;

  private final InetAddress group;
  private final InetAddress bind;
  private final DatagramChannel in;
  private final DatagramChannel out;

  /** The networks that were joined, by the index of their interfaces. */
  private final Map<Integer, Network> networks = new HashMap<>();

  private boolean unsaid; // somewhere, the last time
  private int retriesLeft;

  /** One network of this machine. */
  private record Network(
      NetworkInterface by, List<InterfaceAddress> addresses, MembershipKey membership) {}

  private MulticastGroup(
      InetAddress group, InetAddress bind, DatagramChannel in, DatagramChannel out) {
    this.group = group;
    this.bind = bind;
    this.in = in;
    this.out = out;
  }

  /** The groups of those families that the address is of and the system has. */
  static List<MulticastGroup> open(InetAddress bind, Selector selector) {
    List<MulticastGroup> all = new ArrayList<>();
    boolean any = bind.isAnyLocalAddress();
    if (any || bind instanceof Inet4Address) {
      add(FOUR, StandardProtocolFamily.INET, bind, selector, all);
    }
    if (any || bind instanceof Inet6Address) {
      add(SIX, StandardProtocolFamily.INET6, bind, selector, all);
    }
    return all;
  }

  private static void add(
      InetAddress group,
      ProtocolFamily family,
      InetAddress bind,
      Selector selector,
      List<MulticastGroup> all) {
    DatagramChannel in = null;
    try {
      in = DatagramChannel.open(family);
      in.setOption(StandardSocketOptions.SO_REUSEADDR, true); // others listen here too
      in.bind(new InetSocketAddress(PORT));
      in.configureBlocking(false);
      in.register(selector, SelectionKey.OP_READ);
      // Whoever hears us dials the address that we send from.
      DatagramChannel out =
          bind.isAnyLocalAddress()
              ? in
              : DatagramChannel.open(family).bind(new InetSocketAddress(bind, 0));
      out.configureBlocking(false);
      all.add(new MulticastGroup(group, bind, in, out));
    } catch (IOException | UnsupportedOperationException e) {
      LOG.log(Level.DEBUG, "no local announces over {0}: {1}", family, e.toString());
      close(in);
    }
  }

  private static void close(@Nullable DatagramChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "a datagram channel failed to close: {0}", e.toString());
    }
  }

  /**
   * Joins the networks that are there now.
   *
   * @return whether there is one where nothing was said yet
   */
  boolean joinNetworks() {
    Map<Integer, NetworkInterface> there = usable();
    networks.values().removeIf(network -> !there.containsKey(network.by.getIndex()));
    boolean any = false;
    for (NetworkInterface each : there.values()) {
      Network known = networks.get(each.getIndex());
      if (known == null || !known.addresses.equals(each.getInterfaceAddresses())) {
        if (known != null) {
          known.membership.drop();
        }
        any |= join(each);
      }
    }
    retriesLeft = any ? RETRIES : retriesLeft;
    boolean again = unsaid && retriesLeft-- > 0;
    unsaid = false;
    return any || again;
  }

  private Map<Integer, NetworkInterface> usable() {
    Map<Integer, NetworkInterface> all = new HashMap<>();
    try {
      for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
        if (each.isUp() && each.supportsMulticast() && isOurs(each)) {
          all.put(each.getIndex(), each);
        }
      }
    } catch (SocketException e) {
      LOG.log(Level.DEBUG, "the networks of this machine are not known: {0}", e.toString());
    }
    return all;
  }

  private boolean isOurs(NetworkInterface each) throws SocketException {
    return bind.isAnyLocalAddress()
        ? !each.isLoopback() && each.inetAddresses().anyMatch(this::isOfFamily)
        : each.inetAddresses().anyMatch(bind::equals);
  }

  private boolean isOfFamily(InetAddress address) {
    return address instanceof Inet4Address == group instanceof Inet4Address;
  }

  private boolean join(NetworkInterface each) {
    try {
      MembershipKey membership = in.join(group, each);
      networks.put(each.getIndex(), new Network(each, each.getInterfaceAddresses(), membership));
      return true;
    } catch (IOException | IllegalArgumentException | UnsupportedOperationException e) {
      LOG.log(Level.DEBUG, "no local announces on {0}: {1}", each.getName(), e.toString());
      networks.remove(each.getIndex());
      return false;
    }
  }

  /** Says it on every network. */
  void send(LocalAnnounce announce) {
    String host = group instanceof Inet4Address ? group.getHostAddress() : "[ff15::efc0:988f]";
    byte[] datagram = announce.encode(host + ":" + PORT);
    for (Network network : networks.values()) {
      try {
        out.setOption(StandardSocketOptions.IP_MULTICAST_IF, network.by);
        out.send(ByteBuffer.wrap(datagram), new InetSocketAddress(group, PORT));
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "nothing said on {0}: {1}", network.by.getName(), e.toString());
        unsaid = true;
      }
    }
  }

  /** The next datagram, and who sent it; null if there is none. */
  @Nullable InetSocketAddress receive(ByteBuffer into) {
    try {
      return (InetSocketAddress) in.receive(into);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "nothing heard: {0}", e.toString());
      return null;
    }
  }

  /** Whether an address is in one of the networks: anybody may claim any other. */
  boolean isNeighbour(InetAddress address) {
    return networks.values().stream()
        .flatMap(network -> network.addresses.stream())
        .anyMatch(own -> isNear(own, address));
  }

  private static boolean isNear(InterfaceAddress own, InetAddress address) {
    byte[] ours = own.getAddress().getAddress();
    byte[] theirs = address.getAddress();
    if (ours.length != theirs.length) {
      return false;
    }
    int bits = Math.clamp(own.getNetworkPrefixLength(), 0, 8 * ours.length);
    for (int i = 0; i < bits; i++) {
      if (((ours[i / 8] ^ theirs[i / 8]) & 0x80 >> i % 8) != 0) {
        return false;
      }
    }
    return bits > 0;
  }

  void close() {
    close(in);
    close(out);
  }
}
