package dev.skep.agent.cli.swarm;

import dev.skep.protocol.Endpoint;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.function.Consumer;

/**
 * Gives every process of the swarm an address of its own, where there is more than one. Peers take
 * a free port of theirs themselves; the tracker's stands in the torrent before it runs.
 */
final class Loopback {
  private static final int TRACKER_PORT = 6969;
  private static final int LAST_PORT = 65_535;

  private final boolean manyAddresses = isFree(new Endpoint(address(2), 0));

  /**
   * Where the tracker listens: TCP and UDP are both free.
   *
   * @param note is told which port is in use and which is taken instead
   */
  Endpoint tracker(Consumer<String> note) {
    Endpoint usual = new Endpoint(address(1), TRACKER_PORT);
    for (int port = TRACKER_PORT; port <= LAST_PORT; port++) {
      Endpoint endpoint = new Endpoint(usual.address(), port);
      if (isFree(endpoint)) {
        if (port != TRACKER_PORT) {
          note.accept("%s is in use, the tracker takes port %d".formatted(usual, port));
        }
        return endpoint;
      }
    }
    throw new IllegalStateException("no port of " + usual.address() + " is free");
  }

  /** Where the peer of a number from 0 on listens: 127.0.0.2, 127.0.0.3, and so on. */
  InetAddress peer(int number) {
    return address(manyAddresses ? 2 + number : 1);
  }

  /** {@code 127.0.0.1} for 1, and 254 addresses in each further block. */
  private static InetAddress address(int number) {
    return InetAddress.ofLiteral("127.0." + (number - 1) / 254 + "." + ((number - 1) % 254 + 1));
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
