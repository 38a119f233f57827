package dev.skep.tracker.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.skep.tracker.announce.TrackerCounters;
import dev.skep.tracker.swarm.IpAddress;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Where every HTTP connection comes in. One too many, of all or of its address, is told so and
 * closed at once: the server's own limit would leave it waiting unanswered. A connection that sends
 * nothing for too long is closed, whatever half a request it holds, and HTTP/1.0 is understood.
 */
public final class ConnectionGate implements ServerConnectionSelector {
  private static final String FULL = refusal("too many connections; try again later\n");
  private static final String CROWD = refusal("too many connections from your address\n");

  /** Percent-encoded, and the key and its signs. */
  private static final int BYTES_PER_SCRAPED = 10 + 3 * 20 + 2;

  private static final int FEWEST_PROLOGUE_BYTES = 8192;

  private static final int LINGER_MILLIS = 1000;

  private final HttpSettings settings;
  private final TrackerCounters counters;
  private final Arrivals arrivals;
  private final Crowds crowds;
  private final Http1ConnectionSelector http;

  public ConnectionGate(HttpSettings settings, TrackerCounters counters, Arrivals arrivals) {
    this.settings = settings;
    this.counters = counters;
    this.arrivals = arrivals;
    this.crowds = new Crowds(settings);
    this.http = Http1ConnectionSelector.builder().config(config(settings)).build();
  }

  /**
   * Announces are read from the raw query and what is wrong with them is told in bencode, which the
   * server's own check would forestall. Nor may it check Host: libtorrent 2.0 writes IPv6 addresses
   * there without brackets.
   */
  @SuppressWarnings(
      "removal") // deprecated since nobody should have to do so; libtorrent is out there
  private static Http1Config config(HttpSettings settings) {
    return Http1Config.builder()
        .validatePrologue(false)
        .validateRequestHostHeader(false)
        .maxPrologueLength(
            Math.max(FEWEST_PROLOGUE_BYTES, 1024 + BYTES_PER_SCRAPED * settings.mostScraped()))
        .build();
  }

  @Override
  public int bytesToIdentifyConnection() {
    return 0;
  }

  @Override
  public Support supports(BufferData data) {
    return Support.SUPPORTED;
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return http.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    InetSocketAddress remote = (InetSocketAddress) context.remotePeer().address();
    Optional<Socket> socket = arrivals.take(remote);
    IpAddress from = IpAddress.of(remote.getAddress());
    if (!crowds.enter(from)) {
      counters.httpCrowdedOut().increment();
      return new TurnedAway(context.dataWriter(), CROWD);
    }
    if (counters.httpConnections().incrementAndGet() > settings.mostConnections()) {
      ended(from);
      counters.httpTurnedAway().increment();
      return new TurnedAway(context.dataWriter(), FULL);
    }
    Inlet inlet = new Inlet(context.dataReader());
    return new Admitted(
        http.connection(new InletContext(context, new DataReader(inlet))), inlet, socket, from);
  }

  private void ended(IpAddress from) {
    crowds.leave(from);
    counters.httpConnections().decrementAndGet();
  }

  private static String refusal(String text) {
    return """
    HTTP/1.1 503 Service Unavailable\r
    Connection: close\r
    Retry-After: 60\r
    Content-Type: text/plain\r
    Content-Length: %d\r
    \r
    %s\
    """
        .formatted(text.length(), text);
  }

  /** One of those that there is room for. */
  private final class Admitted implements ServerConnection {
    private final ServerConnection connection;
    private final Inlet inlet;
    private final Optional<Socket> socket;
    private final IpAddress from;
    private volatile boolean closing;

    Admitted(ServerConnection connection, Inlet inlet, Optional<Socket> socket, IpAddress from) {
      this.connection = connection;
      this.inlet = inlet;
      this.socket = socket;
      this.from = from;
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
      try {
        connection.handle(limit);
        if (!closing && socket.isPresent()) {
          linger(socket.get());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        ended(from);
      }
    }

    /**
     * Ends a connection after the server refused a request in the middle (400, 414). Closed with
     * bytes unread it would be reset, and the answer lost with it; so the other side is told that
     * nothing more comes, and has a moment to end too.
     */
    private void linger(Socket open) throws IOException {
      open.shutdownOutput();
      open.setSoTimeout(LINGER_MILLIS);
      inlet.discardRest(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LINGER_MILLIS));
    }

    @Override
    public Duration idleTime() {
      return connection.idleTime();
    }

    /** The server's own connection would be left alone while it waits for the rest of a request. */
    @Override
    public void close(boolean interrupt) {
      closing = true;
      boolean late = inlet.isWaiting() && idleTime().compareTo(settings.patience()) > 0;
      connection.close(interrupt || late);
    }
  }

  /** One too many. */
  private record TurnedAway(DataWriter out, String answer) implements ServerConnection {
    @Override
    public void handle(Limit limit) {
      out.writeNow(BufferData.create(answer.getBytes(US_ASCII)));
    }

    @Override
    public Duration idleTime() {
      return Duration.ZERO;
    }

    @Override
    public void close(boolean interrupt) {
      // It ends by itself.
    }
  }
}
