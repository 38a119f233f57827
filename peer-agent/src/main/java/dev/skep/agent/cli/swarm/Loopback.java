package dev.skep.agent.cli.swarm;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * Gives every process of the swarm an address of its own, where there is more than one. A port
 * takes each of them itself: one that is found free here might be another's by then.
 */
final class Loopback {
  private final boolean manyAddresses = exists(address(2));

  /** Where the tracker listens. */
  InetAddress tracker() {
    return address(1);
  }

  /** Where the peer of a number from 0 on listens: 127.0.0.2, 127.0.0.3, and so on. */
  InetAddress peer(int number) {
    return address(manyAddresses ? 2 + number : 1);
  }

  /** {@code 127.0.0.1} for 1, and 254 addresses in each further block. */
  private static InetAddress address(int number) {
    return InetAddress.ofLiteral("127.0." + (number - 1) / 254 + "." + ((number - 1) % 254 + 1));
  }

  private static boolean exists(InetAddress address) {
    try (var _ = new ServerSocket(0, 1, address)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
