package dev.skep.tracker.http.admission;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.announce.TrackerCounters;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Where every HTTP connection comes in. One too many of its address is told so and closed at once:
 * the server's own limit would leave it waiting unanswered. One too many in all takes the place of
 * one of the address that has most. On each that is let in TLS is spoken if it is to be, bytes are
 * read and written by us, plain announces answered, and all other HTTP spoken by Helidon.
 */
public final class ConnectionGate implements ServerConnectionSelector {
  private static final String FULL = refusal("too many connections; try again later\n");
  private static final String CROWD = refusal("too many connections from your address\n");

  /** Percent-encoded, and the key and its signs. */
  private static final int BYTES_PER_SCRAPED = 10 + 3 * 20 + 2;

  private static final int FEWEST_PROLOGUE_BYTES = 8192;
  private static final byte[] NOTHING = {};

  private final HttpSettings settings;
  private final TrackerCounters counters;
  private final Arrivals arrivals;
  private final HttpTallies tallies;
  private final Optional<TlsFront> tls;
  private final PlainAnswers answers;
  private final Crowds crowds;
  private final Http1ConnectionSelector http;

  /**
   * Opens it.
   *
   * @param tls speaks TLS on every connection, if it is there
   * @param answers what needs nothing of the server
   */
  public ConnectionGate(
      HttpSettings settings,
      TrackerCounters counters,
      Arrivals arrivals,
      HttpTallies tallies,
      Optional<TlsFront> tls,
      PlainAnswers answers) {
    this.settings = settings;
    this.counters = counters;
    this.arrivals = arrivals;
    this.tallies = tallies;
    this.tls = tls;
    this.answers = answers;
    this.crowds = new Crowds(settings, tallies);
    this.http = Http1ConnectionSelector.builder().config(config(settings, tallies)).build();
  }

  /**
   * Announces are read from the raw query and what is wrong with them is told in bencode, which the
   * server's own check would forestall. Nor may it check Host: libtorrent 2.0 writes IPv6 addresses
   * there without brackets.
   */
  @SuppressWarnings(
      "removal") // deprecated since nobody should have to do so; libtorrent is out there
  private static Http1Config config(HttpSettings settings, HttpTallies tallies) {
    return Http1Config.builder()
        .validatePrologue(false)
        .validateRequestHostHeader(false)
        .maxPrologueLength(
            Math.max(FEWEST_PROLOGUE_BYTES, 1024 + BYTES_PER_SCRAPED * settings.mostScraped()))
        .addReceiveListener(new RequestRules())
        .addSendListener(new AnswerRules(tallies))
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
    Optional<Socket> socket = arrivals.take(remote, context.childSocketId());
    if (socket.isEmpty()) {
      counters.httpCrowdedOut().increment();
      return turnedAway(context, CROWD);
    }
    if (!settings.isBalancer(IpAddress.of(remote.getAddress()))) {
      return admit(context, socket.get(), remote, NOTHING);
    }
    return hasRoomFor(crowds.nobodys())
        ? new Proxied(this, context, remote, socket.get())
        : turnedAway(context, FULL);
  }

  /**
   * Lets a connection in if there is room for it.
   *
   * @param remote whose it is
   * @param came what was read of it already
   */
  ServerConnection admit(
      ConnectionContext context, Socket socket, InetSocketAddress remote, byte[] came) {
    IpAddress from = IpAddress.of(remote.getAddress());
    Optional<Crowds.Crowd> crowd = crowds.enter(from);
    if (crowd.isEmpty()) {
      counters.httpCrowdedOut().increment();
      return turnedAway(context, CROWD);
    }
    if (!hasRoomFor(crowd.get())) {
      crowds.leave(from);
      return turnedAway(context, FULL);
    }
    return new Admitted(this, context, socket, crowd.get(), remote, came);
  }

  /** Counts one more in all, unless there is no room for it and none can be made. */
  private boolean hasRoomFor(Crowds.Crowd newcomer) {
    if (counters.httpConnections().incrementAndGet() <= settings.connections().most()
        || crowds.makeRoomFor(newcomer)) {
      return true;
    }
    counters.httpConnections().decrementAndGet();
    counters.httpTurnedAway().increment();
    return false;
  }

  private ServerConnection turnedAway(ConnectionContext context, String answer) {
    return new TurnedAway(context.dataWriter(), tls.isPresent() ? "" : answer);
  }

  HttpSettings settings() {
    return settings;
  }

  HttpTallies tallies() {
    return tallies;
  }

  Crowds crowds() {
    return crowds;
  }

  Optional<TlsFront> tls() {
    return tls;
  }

  PlainAnswers answers() {
    return answers;
  }

  /** Helidon's HTTP/1.1 on a connection whose bytes come and go by us. */
  ServerConnection http(AdmittedContext context) {
    return http.connection(context);
  }

  /** One less in all. */
  void ended() {
    counters.httpConnections().decrementAndGet();
  }

  void ended(IpAddress from) {
    crowds.leave(from);
    ended();
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

  /** One too many. */
  private record TurnedAway(DataWriter out, String answer) implements ServerConnection {
    @Override
    public void handle(Limit limit) {
      if (!answer.isEmpty()) {
        out.writeNow(BufferData.create(answer.getBytes(US_ASCII)));
      }
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
