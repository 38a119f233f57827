package dev.skep.tracker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.tracker.announce.Access;
import dev.skep.tracker.announce.AnnounceService;
import dev.skep.tracker.announce.AnnounceSettings;
import dev.skep.tracker.announce.HostReports;
import dev.skep.tracker.announce.TrackerCounters;
import dev.skep.tracker.http.admission.Arrivals;
import dev.skep.tracker.http.admission.ConnectionGate;
import dev.skep.tracker.http.admission.HttpSettings;
import dev.skep.tracker.http.admission.HttpTallies;
import dev.skep.tracker.http.admission.RequestTurns;
import dev.skep.tracker.http.admission.TlsFront;
import dev.skep.tracker.swarm.PeerPreference;
import dev.skep.tracker.swarm.SwarmLimits;
import dev.skep.tracker.swarm.SwarmStore;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/** The HTTP front end on a real server, and a client that sends bytes as they are. */
final class Front implements AutoCloseable {
  private final SwarmStore swarms;
  private final TrackerCounters counters = new TrackerCounters();
  private final HttpTallies tallies = new HttpTallies();
  private final WebServer server;

  Front(SwarmStore swarms, HttpSettings settings, Access access) {
    this(
        swarms,
        settings,
        access,
        settings.connections().behindProbe(),
        Thread::startVirtualThread,
        Optional.empty(),
        _ -> {});
  }

  /** One with more routes, that speaks TLS if it is told how. */
  Front(HttpSettings settings, Optional<TlsFront> tls, Consumer<HttpRouting.Builder> routes) {
    this(
        store(false),
        settings,
        Access.OPEN,
        settings.connections().behindProbe(),
        Thread::startVirtualThread,
        tls,
        routes);
  }

  /** One that asks these threads whether it is behind, each time after so many connections. */
  Front(
      SwarmStore swarms,
      HttpSettings settings,
      Access access,
      int mostBehindProbe,
      Executor serving) {
    this(swarms, settings, access, mostBehindProbe, serving, Optional.empty(), _ -> {});
  }

  private Front(
      SwarmStore swarms,
      HttpSettings settings,
      Access access,
      int mostBehindProbe,
      Executor serving,
      Optional<TlsFront> tls,
      Consumer<HttpRouting.Builder> routes) {
    this.swarms = swarms;
    Arrivals arrivals = new Arrivals(counters, mostBehindProbe, serving);
    AnnounceService service =
        new AnnounceService(swarms, access, AnnounceSettings.DEFAULT, counters, 0);
    RequestTurns turns = new RequestTurns(settings.turns(), tallies);
    FullScrape fullScrape = new FullScrape(swarms, settings, service, System::nanoTime);
    var tracker = new TrackerRoutes(service, settings, fullScrape, turns, HostReports.NONE);
    ConnectionGate gate = new ConnectionGate(settings, counters, arrivals, tallies, tls, tracker);
    this.server =
        WebServer.builder()
            .host("0.0.0.0")
            .port(0)
            .featuresDiscoverServices(false)
            .protocolsDiscoverServices(false)
            .idleConnectionTimeout(settings.connections().patience())
            .idleConnectionPeriod(Duration.ofMillis(100))
            .connectionOptions(arrivals)
            .addConnectionSelector(gate)
            .routing(
                rules -> {
                  tracker.addTo(rules, Front::pass, Front::pass);
                  routes.accept(rules);
                })
            .build()
            .start();
  }

  private static void pass(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    chain.proceed();
  }

  static SwarmStore store(boolean keepPeerIds) {
    return store(new SwarmLimits(1000, 1000, 1000, Duration.ofHours(1), keepPeerIds));
  }

  static SwarmStore store(SwarmLimits limits) {
    return new SwarmStore(limits, new PeerPreference.Uniform(), new SplittableRandom(1), 0);
  }

  SwarmStore swarms() {
    return swarms;
  }

  TrackerCounters counters() {
    return counters;
  }

  HttpTallies tallies() {
    return tallies;
  }

  int port() {
    return server.port();
  }

  /** A connection to it over IPv4. */
  Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** The same from another address of this machine. */
  Socket connectFrom(String address) throws IOException {
    Socket socket =
        new Socket(
            InetAddress.ofLiteral("127.0.0.1"), server.port(), InetAddress.ofLiteral(address), 0);
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** A connection to it over IPv6; skips the test where there is none. */
  Socket connectOverIpv6() throws IOException {
    InetAddress here = InetAddress.ofLiteral("::1");
    assumeTrue(NetworkInterface.getByInetAddress(here) != null, "this machine has no IPv6");
    Socket socket = new Socket(here, server.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  Answer get(String path, String... headers) throws IOException {
    try (Socket socket = connect()) {
      return ask(socket, request(path, headers) + "Connection: close\r\n\r\n");
    }
  }

  static Answer ask(Socket socket, String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(ISO_8859_1));
    return read(socket.getInputStream());
  }

  /** Request line and headers, without the empty line behind them. */
  static String request(String path, String... headers) {
    StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: t\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    return request.toString();
  }

  /** An answer, its bytes as characters. */
  record Answer(int status, List<String> headers, String body) {
    String unzipped() throws IOException {
      var bytes = new ByteArrayInputStream(body.getBytes(ISO_8859_1));
      return new String(new GZIPInputStream(bytes).readAllBytes(), ISO_8859_1);
    }
  }

  /** Reads one answer, with a length or in chunks. */
  static Answer read(InputStream in) throws IOException {
    String statusLine = line(in);
    List<String> headers = new ArrayList<>();
    int length = 0;
    boolean chunked = false;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      String lower = header.toLowerCase(Locale.ROOT);
      headers.add(lower);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(header.substring(15).strip());
      }
      chunked |= lower.startsWith("transfer-encoding:");
    }
    byte[] body = chunked ? chunks(in) : in.readNBytes(length);
    int status = Integer.parseInt(statusLine.substring(9, 12));
    return new Answer(status, headers, new String(body, ISO_8859_1));
  }

  private static byte[] chunks(InputStream in) throws IOException {
    var body = new ByteArrayOutputStream();
    for (int size = -1; size != 0; ) {
      size = Integer.parseInt(line(in), 16);
      body.write(in.readNBytes(size));
      line(in);
    }
    return body.toByteArray();
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString().strip();
  }

  @Override
  public void close() {
    server.stop();
  }
}
