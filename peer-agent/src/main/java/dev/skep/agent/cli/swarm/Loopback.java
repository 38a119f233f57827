package dev.skep.agent.cli.swarm;

import dev.skep.protocol.Endpoint;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Gives every process of the swarm an address of its own, or where there is but one, a port. */
final class Loopback {
  private static final int TRACKER_PORT = 6969;
  private static final int PEER_PORT = 6881;
  private static final int LAST_PORT = 65_535;

  private final Consumer<String> note;
  private final boolean manyAddresses;
  private final Set<Endpoint> given = new HashSet<>();

  /** The note is told, by name, which port is in use and which is taken instead. */
  Loopback(Consumer<String> note) {
    this.note = note;
    this.manyAddresses = isFree(new Endpoint(address(2), 0));
  }

  /** Where the tracker listens: TCP and UDP are both free. */
  Endpoint tracker() {
    return free("the tracker", address(1), TRACKER_PORT);
  }

  /** Where the peer of a number from 0 on listens: 127.0.0.2, 127.0.0.3, and so on. */
  Endpoint peer(int number) {
    return free("peer " + number, manyAddresses ? address(2 + number) : address(1), PEER_PORT);
  }

  /** {@code 127.0.0.1} for 1, and 254 addresses in each further block. */
  private static InetAddress address(int number) {
    return InetAddress.ofLiteral("127.0." + (number - 1) / 254 + "." + ((number - 1) % 254 + 1));
  }

  private Endpoint free(String who, InetAddress address, int usualPort) {
    Endpoint usual = new Endpoint(address, usualPort);
    for (int port = usualPort; port <= LAST_PORT; port++) {
      Endpoint endpoint = new Endpoint(address, port);
      if (!given.contains(endpoint) && isFree(endpoint)) {
        if (port != usualPort && !given.contains(usual)) {
          note.accept("%s is in use, %s takes port %d".formatted(usual, who, port));
        }
        given.add(endpoint);
        return endpoint;
      }
    }
    throw new IllegalStateException("no port of " + address + " is free");
  }

  private static boolean isFree(Endpoint endpoint) {
    var at = new InetSocketAddress(endpoint.address(), endpoint.port());
    try (var tcp = new ServerSocket();
        var udp = new DatagramSocket(null)) {
      tcp.bind(at);
      udp.bind(at);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
