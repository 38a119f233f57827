package dev.skep.tracker;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.tracker.AnnounceEvent;
import dev.skep.protocol.tracker.AnnounceRequest;
import dev.skep.protocol.tracker.HttpAnnounceQuery;
import dev.skep.protocol.tracker.UdpCodec;
import dev.skep.tracker.config.Keys;
import io.helidon.logging.common.LogConfig;
import io.helidon.microprofile.server.Server;
import jakarta.enterprise.inject.spi.CDI;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs a tracker for some seconds and uses it in all ways, so that a JVM which is told to
 * (-XX:AOTCacheOutput, JEP 483) can keep which classes that needs and how they are linked. The
 * build packs what it kept, and every later tracker starts with it, in half of the time.
 */
final class TrackerRehearsal {
  private static final Duration TIME = Duration.ofSeconds(4);
  private static final Duration PAUSE = Duration.ofMillis(1);
  private static final int LOST_AFTER_MILLIS = 500;
  private static final int HUNG_AFTER_MILLIS = 20_000;
  private static final int TORRENTS = 200;
  private static final int REQUEST_BYTES = 128;
  private static final int REPLY_BYTES = 1500;
  private static final int STATUS_BYTES = "HTTP/1.1 200".length();
  private static final List<String> PAGES =
      List.of(
          "/health/started",
          "/health/ready",
          "/health/live",
          "/metrics",
          "/",
          "/stats",
          "/web/skep/skep.css",
          "/page/events?wait=0",
          "/openapi",
          "/api/v1/stats",
          "/api/v1/torrents",
          "/api/v1/rollouts",
          "/api/v1/access",
          "/scrape?info_hash=aaaaaaaaaaaaaaaaaaaa");

  private final int httpPort;
  private final InetSocketAddress udp;
  private final String token;

  private TrackerRehearsal(int httpPort, InetSocketAddress udp, String token) {
    this.httpPort = httpPort;
    this.udp = udp;
    this.token = token;
  }

  /** Fails if the tracker did not do what it should. */
  public static void main(String[] args) throws Exception {
    LogConfig.configureRuntime();
    Path folder = Files.createTempDirectory("skep-rehearsal");
    try {
      rehearse(folder);
    } catch (Exception e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(1); // the server's threads would let a build wait for ever
    } finally {
      try (var all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static void rehearse(Path folder) throws Exception {
    var nowhere = new PrintStream(OutputStream.nullOutputStream());
    TrackerMain.start(nowhere, nowhere, "--print-config");
    Map<String, String> flags =
        Map.of(
            Keys.HTTP_PORT.name(), "0",
            Keys.UDP_PORT.name(), "0",
            Keys.BIND.name(), "127.0.0.1",
            Keys.SAVE_INTERVAL.name(), "500ms",
            Keys.DATA_FOLDER.name(), folder.toString());
    Configuration configuration = Configuration.read(flags, Optional.empty());
    Server server = Server.builder().config(configuration.config()).build().start();
    Tracker tracker = CDI.current().select(Tracker.class).get();
    String token = Files.readString(folder.resolve("admin.token")).strip();
    new TrackerRehearsal(server.port(), tracker.udp().orElseThrow().address(), token).play();
    server.stop();
  }

  private void play() throws IOException, InterruptedException {
    try (var socket = new DatagramSocket()) {
      socket.connect(udp);
      socket.setSoTimeout(LOST_AFTER_MILLIS);
      long end = System.nanoTime() + TIME.toNanos();
      for (int step = 0; System.nanoTime() < end; step++) {
        overUdp(socket, step);
        if (step % 50 == 0) {
          get(PAGES.get(step / 50 % PAGES.size()));
          get("/announce?" + HttpAnnounceQuery.format(request(step)));
        }
        Thread.sleep(PAUSE);
      }
    }
  }

  private static AnnounceRequest request(int step) {
    AnnounceEvent[] events = AnnounceEvent.values();
    return AnnounceRequest.builder(
            new InfoHash(step % TORRENTS, 2, 3), new PeerId(4, 5, step), 1 + step)
        .left(step % 3)
        .event(events[step % events.length])
        .build();
  }

  private static void overUdp(DatagramSocket socket, int step) throws IOException {
    try {
      ByteBuffer connect = ByteBuffer.allocate(REQUEST_BYTES);
      UdpCodec.encodeConnect(step, connect);
      long connectionId = exchange(socket, connect).getLong(8);
      ByteBuffer announce = ByteBuffer.allocate(REQUEST_BYTES);
      UdpCodec.encodeAnnounce(connectionId, step, request(step), "", announce);
      exchange(socket, announce);
      ByteBuffer scrape = ByteBuffer.allocate(REQUEST_BYTES);
      UdpCodec.encodeScrape(connectionId, step, List.of(request(step).infoHash()), scrape);
      exchange(socket, scrape);
    } catch (SocketTimeoutException _) {
      // A busy machine may lose one, which is no reason for a build to fail.
    }
  }

  private static ByteBuffer exchange(DatagramSocket socket, ByteBuffer request) throws IOException {
    byte[] sent = new byte[request.position()];
    request.get(0, sent);
    socket.send(new DatagramPacket(sent, sent.length));
    byte[] reply = new byte[REPLY_BYTES];
    socket.receive(new DatagramPacket(reply, reply.length));
    return ByteBuffer.wrap(reply);
  }

  private void get(String target) throws IOException {
    try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), httpPort)) {
      socket.setSoTimeout(HUNG_AFTER_MILLIS);
      String request =
          "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer %s\r\n\r\n"
              .formatted(target, token);
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      String status = new String(socket.getInputStream().readNBytes(STATUS_BYTES), US_ASCII);
      if (!status.endsWith(" 200")) {
        throw new IOException(target + " was answered with " + status);
      }
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    }
  }
}
