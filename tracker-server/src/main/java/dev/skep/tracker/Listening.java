package dev.skep.tracker;

import dev.skep.service.settings.Settings;
import dev.skep.tracker.config.Keys;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.UnknownHostException;

/**
 * Tries the addresses that the tracker is to listen on, before anything else is begun: a port that
 * is taken is told at once, and a UDP port that the system would let two trackers share is taken
 * for taken.
 */
final class Listening {
  private Listening() {}

  /**
   * @throws IOException if a port cannot be had; the message names it
   */
  static void check(Settings settings) throws IOException {
    InetAddress address = address(settings.get(Keys.BIND));
    var tcp = new InetSocketAddress(address, settings.get(Keys.HTTP_PORT));
    try (var socket = new ServerSocket()) {
      socket.bind(tcp);
    } catch (SocketException e) {
      throw new IOException(message("TCP", tcp, "--port", e), e);
    }
    if (settings.get(Keys.UDP)) {
      var udp = new InetSocketAddress(address, settings.get(Keys.UDP_PORT));
      try (var socket = new DatagramSocket(null)) {
        socket.bind(udp);
      } catch (SocketException e) {
        throw new IOException(message("UDP", udp, "--udp-port", e), e);
      }
    }
  }

  private static InetAddress address(String bind) throws IOException {
    try {
      return InetAddress.getByName(bind);
    } catch (UnknownHostException e) {
      throw new IOException(
          "there is no address " + bind + "; choose one of this machine with --bind", e);
    }
  }

  private static String message(
      String protocol, InetSocketAddress at, String flag, SocketException e) {
    return "cannot listen on %s port %d of %s (%s); choose another with %s, or an address of this machine with --bind"
        .formatted(protocol, at.getPort(), at.getAddress().getHostAddress(), e.getMessage(), flag);
  }
}
