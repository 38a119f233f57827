package dev.skep.agent.session;

import dev.skep.protocol.Endpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Peers as people and links name them: {@code HOST:PORT}, IPv6 as {@code [ADDRESS]:PORT}. */
public final class PeerAddress {
  private PeerAddress() {}

  /**
   * Where it is; asks a name server, if it is a name.
   *
   * @throws IllegalArgumentException if it is no HOST:PORT
   * @throws UnknownHostException if nobody knows the host
   */
  public static Endpoint find(String text) throws UnknownHostException {
    int colon = text.lastIndexOf(':');
    int port = Integer.parseInt(text.substring(colon + 1));
    if (colon < 1 || port < 1) {
      throw new IllegalArgumentException("'" + text + "' is not HOST:PORT");
    }
    return new Endpoint(InetAddress.getByName(text.substring(0, colon)), port);
  }
}
