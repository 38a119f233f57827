package dev.skep.tracker.http.admission;

import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection of a load balancer that says whose it is before anything else. It counts as one of
 * that address then; until then it counts as one more in all, and is ended like any other that is
 * silent for too long.
 */
final class Proxied implements ServerConnection {
  private static final Logger LOG = System.getLogger(Proxied.class.getName());

  private final ConnectionGate gate;
  private final ConnectionContext context;
  private final InetSocketAddress balancer;
  private final Socket socket;
  private final long beganNanos = System.nanoTime();
  private volatile @Nullable ServerConnection connection;

  Proxied(
      ConnectionGate gate, ConnectionContext context, InetSocketAddress balancer, Socket socket) {
    this.gate = gate;
    this.context = context;
    this.balancer = balancer;
    this.socket = socket;
  }

  @Override
  public void handle(Limit limit) throws InterruptedException {
    ProxyHeader header;
    try {
      header = ProxyHeader.read(socket.getInputStream());
    } catch (IOException e) {
      LOG.log(
          e instanceof EOFException || socket.isClosed() ? Level.DEBUG : Level.WARNING,
          "closed a connection of the load balancer {0}: {1}",
          balancer.getAddress().getHostAddress(),
          e.getMessage());
      throw new CloseConnectionException("no PROXY header", e);
    } finally {
      gate.ended(); // from now on it counts as somebody's
    }
    ServerConnection admitted =
        gate.admit(context, socket, header.source().orElse(balancer), header.rest());
    connection = admitted;
    admitted.handle(limit);
  }

  @Override
  public Duration idleTime() {
    return connection instanceof Admitted admitted
        ? admitted.idleTime()
        : Duration.ofNanos(System.nanoTime() - beganNanos);
  }

  @Override
  public void close(boolean interrupt) {
    ServerConnection admitted = connection;
    if (admitted != null) {
      admitted.close(interrupt);
      return;
    }
    try {
      socket.close();
    } catch (IOException _) {
      // It is closed as well as it can be.
    }
  }
}
