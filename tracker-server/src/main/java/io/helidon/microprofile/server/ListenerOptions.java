package io.helidon.microprofile.server;

import io.helidon.common.socket.SocketOptions;
import io.helidon.common.tls.Tls;

/**
 * Gives the server's listener what its configuration cannot hold: an object. The builder is open to
 * this package only, hence this class is here and does nothing else.
 */
public final class ListenerOptions {
  private ListenerOptions() {}

  /** Sets the options of accepted connections; before the server starts. */
  public static void connections(ServerCdiExtension server, SocketOptions options) {
    server.serverBuilder().connectionOptions(options);
  }

  /** Lets the listener speak no TLS, whatever its configuration says; before the server starts. */
  public static void withoutTls(ServerCdiExtension server) {
    server.serverBuilder().tls(Tls.builder().enabled(false).build());
  }
}
