package dev.skep.system.tracker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole tracker that strangers mean harm to: it answers on, grows no fatter and keeps quiet. */
class TrackerUnderFireIT {
  private static final boolean FULL = Boolean.getBoolean("skep.full");
  private static final Duration NOISE = Duration.ofSeconds(FULL ? 60 : 10);
  private static final int SLOW_CONNECTIONS = FULL ? 4000 : 500;
  private static final int RANDOM_REQUESTS = FULL ? 20_000 : 500;
  private static final long GROWTH_BYTES = 4 << 20;
  private static final Pattern PEERS = Pattern.compile("\"peers\":(\\d+)");

  @TempDir private static Path folder;
  private static WholeTracker tracker;

  private final SplittableRandom random = new SplittableRandom(42);

  @BeforeAll
  static void aTrackerRuns() throws IOException {
    tracker = WholeTracker.start(folder.resolve("data"), folder);
  }

  @AfterAll
  static void itEnds() throws InterruptedException {
    assertThat(tracker.stop()).isZero();
    tracker.close();
  }

  @Test
  void randomDatagramsChangeNothing() throws Exception {
    int said = linesSaid();
    long peers = settledPeers();
    try (var noisy = new DatagramSocket();
        var peer = new DatagramSocket()) {
      makeNoise(noisy, peer, Duration.ofSeconds(2)); // until all code has run
      long before = tracker.liveBytes();
      long datagrams = makeNoise(noisy, peer, NOISE);

      assertThat(tracker.liveBytes() - before)
          .as("after %d datagrams", datagrams)
          .isLessThan(GROWTH_BYTES);
      assertThat(datagrams).isGreaterThan(10_000);
    }
    assertThat(linesSaid()).as("it says nothing").isEqualTo(said);
    assertThat(peers()).as("only the two that announced came in").isEqualTo(peers + 2);
  }

  /** Sends noise, and now and then a peer's announce, whose answer must be the right one. */
  private long makeNoise(DatagramSocket noisy, DatagramSocket peer, Duration time)
      throws IOException {
    long id = connect(peer);
    long datagrams = 0;
    for (long end = System.nanoTime() + time.toNanos(); System.nanoTime() < end; datagrams++) {
      send(noisy, noise(id));
      if (datagrams % 1000 == 0) {
        aPeerIsToldOfTheOther(peer);
        id = connect(peer); // good for the noisy socket too: both have one address
      }
    }
    return datagrams;
  }

  /** Any bytes; or with a good, old or forged id, and cut anywhere. */
  private byte[] noise(long connectionId) {
    byte[] bytes = new byte[random.nextInt(201)];
    random.nextBytes(bytes);
    if (bytes.length >= 16 && random.nextInt(3) > 0) {
      ByteBuffer request = ByteBuffer.wrap(bytes);
      request.putLong(0, random.nextBoolean() ? connectionId : connectionId + random.nextInt(9));
      request.putInt(8, random.nextInt(5));
      if (request.getInt(8) == 1) {
        bytes = java.util.Arrays.copyOf(bytes, Math.min(bytes.length, 97)); // no announce is whole
      }
    }
    return bytes;
  }

  private void aPeerIsToldOfTheOther(DatagramSocket peer) throws IOException {
    long id = connect(peer);
    for (int port = 7001; port <= 7002; port++) {
      ByteBuffer announce = ByteBuffer.allocate(98);
      announce.putLong(0, id).putInt(8, 1).putInt(12, port).putLong(16, 0x1234).putLong(64, 1);
      announce.putInt(92, -1).putShort(96, (short) port);
      ByteBuffer answer = ask(peer, announce.array());
      assertThat(answer.getInt(0)).isEqualTo(1);
      if (port == 7002) {
        assertThat(answer.limit()).as("one other peer").isEqualTo(26);
        assertThat(answer.getShort(24)).isEqualTo((short) 7001);
      }
    }
  }

  private long connect(DatagramSocket socket) throws IOException {
    byte[] request =
        ByteBuffer.allocate(16).putLong(0, 0x41727101980L).putInt(12, random.nextInt()).array();
    ByteBuffer answer = ask(socket, request);
    assertThat(answer.getInt(0)).isZero();
    return answer.getLong(8);
  }

  /** Asks until there is an answer, as clients do: in all the noise a datagram may be lost. */
  private ByteBuffer ask(DatagramSocket socket, byte[] request) throws IOException {
    int transaction = ByteBuffer.wrap(request).getInt(12);
    for (int tries = 0; tries < 50; tries++) {
      send(socket, request);
      try {
        ByteBuffer answer = receive(socket);
        if (answer.getInt(4) == transaction) {
          return answer;
        }
      } catch (SocketTimeoutException _) {
        // Again.
      }
    }
    throw new AssertionError("no answer");
  }

  private void send(DatagramSocket socket, byte[] bytes) throws IOException {
    socket.send(new DatagramPacket(bytes, bytes.length, tracker.udp()));
  }

  private static ByteBuffer receive(DatagramSocket socket) throws IOException {
    var packet = new DatagramPacket(new byte[2048], 2048);
    socket.setSoTimeout(200);
    socket.receive(packet);
    return ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
  }

  @Test
  void slowConnectionsOfAnotherProcessDoNotHoldUpOthers() throws Exception {
    int said = linesSaid();
    get("/announce");
    long before = tracker.liveBytes();
    Process slow =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                SlowConnections.class.getName(),
                "" + tracker.httpPort(),
                "" + SLOW_CONNECTIONS)
            .redirectError(folder.resolve("slow.log").toFile())
            .start();
    try {
      assertThat(slow.inputReader().readLine()).isEqualTo("open " + SLOW_CONNECTIONS);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> metric("skep_tracker_http_connections") >= SLOW_CONNECTIONS);

      for (int peer = 1; peer <= 100; peer++) {
        long began = System.nanoTime();
        assertThat(announce("slow", peer)).contains("10:incompletei" + peer + "e");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
      }
      long perConnection = (tracker.liveBytes() - before) / SLOW_CONNECTIONS;
      assertThat(perConnection).as("bytes per connection").isLessThan(40_000);
    } finally {
      slow.destroyForcibly().waitFor();
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> metric("skep_tracker_http_connections") < 10);
    assertThat(linesSaid()).isEqualTo(said);
  }

  @Test
  void randomRequestsChangeNothing() throws IOException {
    int said = linesSaid();
    byte[] request =
        ("GET /announce?info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-SK0100-abcdefghijkl&port=0"
                + " HTTP/1.1\r\nHost: t\r\nAccept-Encoding: gzip\r\n\r\n")
            .getBytes(ISO_8859_1);
    for (int i = 0; i < RANDOM_REQUESTS; i++) {
      byte[] noise = java.util.Arrays.copyOf(request, random.nextInt(request.length + 20));
      for (int changes = random.nextInt(4); changes > 0 && noise.length > 0; changes--) {
        noise[random.nextInt(noise.length)] = (byte) random.nextInt();
      }
      try (Socket socket = new Socket(WholeTracker.HERE, tracker.httpPort())) {
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(noise);
        socket.shutdownOutput();
        socket.getInputStream().readAllBytes();
      } catch (SocketException _) {
        // Hung up on.
      }
    }
    assertThat(announce("rand", 1)).contains("10:incompletei1e");
    // The server's own parser logs what it did not expect; once, as everything that repeats itself.
    assertThat(linesSaid() - said).isLessThan(200);
  }

  /** What is shown is up to a second old, and another test may have announced just before. */
  private static long settledPeers() throws IOException {
    var seen = new AtomicLong(peers());
    await()
        .during(Duration.ofMillis(1500))
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              long now = peers();
              return seen.getAndSet(now) == now;
            });
    return seen.get();
  }

  private static long peers() throws IOException {
    Matcher peers = PEERS.matcher(get("/api/v1/stats"));
    assertThat(peers.find()).isTrue();
    return Long.parseLong(peers.group(1));
  }

  private static int linesSaid() throws IOException {
    return (int) tracker.said().lines().count();
  }

  /** Announces a leecher of a torrent with four letters of one's own. */
  private static String announce(String torrent, int port) throws IOException {
    return get(
        "/announce?info_hash=aaaaaaaaaaaaaaaa%s&peer_id=-SK0100-abcdefghijkl&left=1&port=%d"
            .formatted(torrent, port));
  }

  private static double metric(String name) throws IOException {
    return get("/metrics")
        .lines()
        .filter(line -> line.startsWith(name) && line.charAt(name.length()) != '_')
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .findFirst()
        .orElseThrow();
  }

  private static String get(String path) throws IOException {
    try (Socket socket = new Socket(WholeTracker.HERE, tracker.httpPort())) {
      socket.setSoTimeout(20_000);
      String request = "GET " + path + " HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }
}
