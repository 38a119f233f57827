package dev.skep.tracker.http.admission;

import io.helidon.common.tls.Tls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Speaks TLS on connections that are accepted already. Helidon's own listener does that before it
 * knows the connection: one whose handshake fails keeps its permit of the listener for good
 * (ConnectionHandler.run returns without releasing it, as <a
 * href="https://github.com/helidon-io/helidon/pull/11944">its makers know</a>), and a silent one
 * has no time limit.
 */
public final class TlsFront {
  private static final String PROTOCOL = "http/1.1";

  private final Supplier<Tls> keys;

  /**
   * Speaks with these.
   *
   * @param keys asked for each connection
   */
  public TlsFront(Supplier<Tls> keys) {
    this.keys = keys;
  }

  /**
   * Agrees on TLS with the other side, and waits for it.
   *
   * @param came what was read of it already
   * @throws IOException if they do not agree, or the socket is closed meanwhile
   */
  SSLSocket accept(Socket socket, byte[] came) throws IOException {
    Tls tls = keys.get();
    InputStream consumed = came.length == 0 ? null : new ByteArrayInputStream(came);
    SSLSocket secured =
        (SSLSocket) tls.sslContext().getSocketFactory().createSocket(socket, consumed, true);
    SSLParameters asConfigured = tls.sslParameters();
    SSLParameters parameters = secured.getSSLParameters();
    if (asConfigured.getProtocols() != null) {
      parameters.setProtocols(asConfigured.getProtocols());
    }
    if (asConfigured.getCipherSuites() != null) {
      parameters.setCipherSuites(asConfigured.getCipherSuites());
    }
    if (asConfigured.getNeedClientAuth()) {
      parameters.setNeedClientAuth(true);
    } else if (asConfigured.getWantClientAuth()) {
      parameters.setWantClientAuth(true);
    }
    secured.setSSLParameters(parameters);
    secured.setHandshakeApplicationProtocolSelector((_, offered) -> choose(offered));
    secured.startHandshake();
    return secured;
  }

  /** Null refuses those who speak nothing that we do. */
  private static @Nullable String choose(List<String> offered) {
    return offered.contains(PROTOCOL) ? PROTOCOL : null;
  }
}
