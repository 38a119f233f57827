package dev.skep.tracker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.skep.protocol.address.Cidr;
import dev.skep.tracker.announce.Access;
import dev.skep.tracker.http.admission.ConnectionLimits;
import dev.skep.tracker.http.admission.HttpSettings;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections: how many, how long, and what is spoken on them. */
class ConnectionGateTest {
  private static final String ANNOUNCE =
      "/announce?info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-SK0100-abcdefghijkl&left=1&port=";
  private static final int MOST = 40;

  /** How long a silent connection is kept: longer than any test, or so short that one can wait. */
  private static final Duration LONG = Duration.ofSeconds(60);

  private static final Duration SHORT = Duration.ofMillis(700);

  private Front front = front(2 * MOST, List.of());

  @AfterEach
  void stop() {
    front.close();
  }

  @Test
  void oneConnectionTooManyIsToldSoAtOnceAndOthersAreServedAgainLater() throws IOException {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < MOST; i++) {
        slow.add(sending("GET /announce?info_ha"));
      }
      await().until(() -> front.counters().httpConnections().get() == MOST);

      long began = System.nanoTime();
      try (Socket late = front.connect()) {
        assertThat(new String(late.getInputStream().readAllBytes(), ISO_8859_1))
            .startsWith("HTTP/1.1 503")
            .contains("Retry-After: 60")
            .endsWith("too many connections; try again later\n");
      }
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
      assertThat(front.counters().httpTurnedAway().sum()).isOne();
    } finally {
      closeAll(slow);
    }
    await().until(() -> front.counters().httpConnections().get() == 0);
    assertThat(front.get(ANNOUNCE + 1).body()).startsWith("d8:complete");
  }

  @Test
  void whenAsManyWaitAsMayNewConnectionsAreRefusedAtOnce() throws IOException {
    front.close();
    BlockingQueue<Runnable> line = new LinkedBlockingQueue<>();
    front =
        new Front(Front.store(false), settings(MOST, List.of(), LONG), Access.OPEN, 2, line::add);
    for (int turn = 1; turn <= 3; turn++) {
      assertThat(front.get(ANNOUNCE + turn).body()).startsWith("d8:complete");
      assertThat(front.get(ANNOUNCE + turn).body()).startsWith("d8:complete");
      assertIsReset();
      assertIsReset();
      line.remove().run(); // those before it have begun
    }
    assertThat(front.counters().httpShed().sum()).isEqualTo(6);
    assertThat(line).isEmpty();
  }

  private void assertIsReset() {
    assertThatThrownBy(
            () -> {
              try (Socket late = front.connect()) {
                late.getInputStream().read();
              }
            })
        .isInstanceOf(SocketException.class);
  }

  @Test
  void anAddressThatHasAsManyConnectionsAsItMayIsTurnedAwayAndOthersAreServed() throws IOException {
    front.close();
    front = front(2, List.of());
    List<Socket> slow = List.of(sending("GET /announce?info_ha"), sending(""));
    try {
      await().until(() -> front.counters().httpConnections().get() == 2);
      try (Socket late = front.connect()) {
        assertThat(new String(late.getInputStream().readAllBytes(), ISO_8859_1))
            .startsWith("HTTP/1.1 503")
            .endsWith("too many connections from your address\n");
      }
      assertThat(front.counters().httpCrowdedOut().sum()).isOne();
      try (Socket other = front.connectFrom("127.0.0.2")) {
        assertThat(Front.ask(other, Front.request(ANNOUNCE + 1) + "\r\n").body())
            .startsWith("d8:complete");
      }
    } finally {
      closeAll(slow);
    }
    await().until(() -> front.counters().httpConnections().get() == 0);
    assertThat(front.get(ANNOUNCE + 1).body()).startsWith("d8:complete");
  }

  /** The one of the address that has most is ended for it. */
  @Test
  void someAddressesCannotTakeAllConnections() throws IOException {
    front.close();
    front = front(MOST / 2, List.of());
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < MOST; i++) {
        silent.add(front.connectFrom("127.0.0." + (2 + i % 2)));
      }
      await().until(() -> front.counters().httpConnections().get() == MOST);
      for (int i = 0; i < 5; i++) {
        try (Socket late = front.connectFrom("127.0.0." + (10 + i))) {
          assertThat(Front.ask(late, Front.request(ANNOUNCE + 1) + "\r\n").body())
              .startsWith("d8:complete");
        }
      }
      assertThat(front.tallies().gaveWay().sum()).isPositive();
      assertThat(front.counters().httpTurnedAway().sum()).isZero();
    } finally {
      closeAll(silent);
    }
  }

  @Test
  void fromWhereManyMayComeAnyNumberIsServed() throws IOException {
    front.close();
    front = front(1, List.of(Cidr.parse("127.0.0.0/8")));
    try (Socket first = front.connect();
        Socket second = front.connect()) {
      for (Socket socket : List.of(first, second)) {
        assertThat(Front.ask(socket, Front.request(ANNOUNCE + 1) + "\r\n").body())
            .startsWith("d8:complete");
      }
    }
  }

  @Test
  void connectionsOnWhichNothingComesAreClosed() throws IOException {
    front.close();
    front = new Front(Front.store(false), settings(2 * MOST, List.of(), SHORT), Access.OPEN);
    List<Socket> silent = new ArrayList<>();
    try {
      for (String beginning :
          List.of(
              "",
              "G",
              "GET /announce?info_ha",
              "GET /announce HTTP/1.1\r\n",
              "GET /announce HTTP/1.1\r\nHost: t\r\nX: ",
              "GET /announce HTTP/1.0\r\nX: ",
              "GET /announce HTTP/1.1\r\nHost: t\r\n\r\n")) {
        silent.add(sending(beginning));
      }
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> front.counters().httpConnections().get() == 0);
      for (Socket socket : silent) {
        assertThat(isEnded(socket)).isTrue();
      }
    } finally {
      closeAll(silent);
    }
  }

  @Test
  void connectionsThatSendHalfARequestDoNotHoldUpOthers() throws IOException {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 1; i < MOST; i++) {
        slow.add(sending("GET /announce?info_ha"));
      }
      assertThat(front.get(ANNOUNCE + 1).body()).startsWith("d8:complete");
    } finally {
      closeAll(slow);
    }
  }

  @Test
  void anEndlessQueryIsToldSoQuickly() throws IOException {
    assertThat(front.get("/announce?" + "x".repeat(9000)).status()).isEqualTo(414);
    try (Socket socket = front.connect()) {
      String endless = "GET /announce?" + "x".repeat(1 << 20) + " HTTP/1.1\r\nHost: t\r\n\r\n";
      assertThat(Front.ask(socket, endless).status()).isEqualTo(414);
    }
    assertThat(front.get(ANNOUNCE + 1).body()).startsWith("d8:complete");
  }

  static List<String> requestsThatTheServerRefuses() {
    return List.of(
        "GET / HTTP/1.1\r\nHost: t:x\r\n\r\n",
        "no HTTP at all\r\n\r\n",
        "GET /announce?" + "x".repeat(9000),
        "GET / HTTP/1.1\r\nHost: t\r\nX: " + "x".repeat(20_000));
  }

  @ParameterizedTest
  @MethodSource("requestsThatTheServerRefuses")
  void afterARequestThatTheServerRefusesItsConnectionIsEnded(String request) throws IOException {
    try (Socket socket = sending(request)) {
      assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
          .startsWith("HTTP/1.1 4")
          .contains("Connection: close");
      assertThat(front.tallies().wrongRequests().sum()).isOne();
      // This side is still open.
      await().until(() -> front.counters().httpConnections().get() == 0);
    }
  }

  @Test
  void aScrapeOfAsManyTorrentsAsMayBeFits() throws IOException {
    String hash = "info_hash=" + "%AA".repeat(20);
    assertThat(front.get("/scrape?" + (hash + "&").repeat(73) + hash).body())
        .startsWith("d5:filesd20:");
    assertThat(front.get("/scrape?" + (hash + "&").repeat(74) + hash).body())
        .contains("more than 74 info_hash");
  }

  @Test
  void requestsInOneGoAreAnsweredInOrder() throws IOException {
    try (Socket socket = front.connect()) {
      StringBuilder requests = new StringBuilder();
      for (int port = 1; port <= 10; port++) {
        requests.append(Front.request(ANNOUNCE + port)).append("\r\n");
      }
      socket.getOutputStream().write(requests.toString().getBytes(ISO_8859_1));
      InputStream in = socket.getInputStream();
      for (int port = 1; port <= 10; port++) {
        assertThat(Front.read(in).body()).contains("10:incompletei" + port + "e");
      }
    }
  }

  @Test
  void oneConnectionServesOneRequestAfterAnother() throws IOException {
    try (Socket socket = front.connect()) {
      for (int port = 1; port <= 10; port++) {
        assertThat(Front.ask(socket, Front.request(ANNOUNCE + port) + "\r\n").body())
            .contains("10:incompletei" + port + "e");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"close", "Close", "TE, close"})
  void aConnectionThatIsToBeClosedIsClosedAfterTheAnswer(String how) throws IOException {
    try (Socket socket = sending(Front.request("/announce", "Connection: " + how) + "\r\n")) {
      assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
          .contains("failure reason");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Host: t\r\n", "Host: t\r\nConnection: Keep-Alive\r\nUser-Agent: old\r\n"})
  void aRequestOfHttp10IsAnsweredAndItsConnectionClosed(String headers) throws IOException {
    String request = "GET " + ANNOUNCE + "1 HTTP/1.0\r\n" + headers + "\r\n";
    try (Socket socket = sending(request)) {
      assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
          .startsWith("HTTP/1.1 200")
          .contains("Content-Length: ")
          .contains("Connection: close")
          .contains("d8:complete");
    }
  }

  @Test
  void aRequestOfHttp10ComesInPiecesToo() throws IOException {
    String request = "GET " + ANNOUNCE + "1 HTTP/1.0\r\nUser-Agent: old\r\n\r\n";
    try (Socket socket = front.connect()) {
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      for (byte b : request.getBytes(ISO_8859_1)) {
        out.write(b);
        out.flush();
      }
      assertThat(Front.read(socket.getInputStream()).body()).startsWith("d8:complete");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "TE: trailers\r\n"})
  void aLongAnswerToHttp10HasNoChunks(String header) throws IOException {
    List<String> pieces =
        Stream.iterate(1, bytes -> bytes < 20_000, bytes -> 3 * bytes + 1)
            .map("\r\n0\r\n\r\n"::repeat) // as chunks end
            .toList();
    try (Front streaming = new Front(HttpSettings.DEFAULT, Optional.empty(), inPieces(pieces));
        Socket old = streaming.connect();
        Socket young = streaming.connect()) {
      String request = "GET /pieces HTTP/1.0\r\n" + header + "\r\n";
      old.getOutputStream().write(request.getBytes(ISO_8859_1));
      String answer = new String(old.getInputStream().readAllBytes(), ISO_8859_1);
      int body = answer.indexOf("\r\n\r\n") + 4;
      assertThat(answer.substring(0, body)).doesNotContain("Transfer-Encoding");
      assertThat(answer.substring(body).equals(String.join("", pieces))).isTrue();
      assertThat(Front.ask(young, Front.request("/pieces") + "\r\n").headers())
          .contains("transfer-encoding: chunked");
    }
  }

  private static Consumer<HttpRouting.Builder> inPieces(List<String> pieces) {
    return routes ->
        routes.get(
            "/pieces",
            (_, answer) -> {
              try (OutputStream out = answer.outputStream()) {
                for (String piece : pieces) {
                  out.write(piece.getBytes(ISO_8859_1));
                }
              }
            });
  }

  @Test
  void libtorrentsHostOfAnIpv6TrackerIsTakenAsItIs() throws IOException {
    String request = "GET " + ANNOUNCE + "1 HTTP/1.1\r\nHost: fd77::1:6969\r\n\r\n";
    try (Socket socket = front.connectOverIpv6()) {
      assertThat(Front.ask(socket, request).body())
          .contains("11:external ip16:" + "\0".repeat(15) + "\u0001");
    }
  }

  private static Front front(int mostPerAddress, List<Cidr> uncounted) {
    return new Front(Front.store(false), settings(mostPerAddress, uncounted, LONG), Access.OPEN);
  }

  private static HttpSettings settings(
      int mostPerAddress, List<Cidr> uncounted, Duration patience) {
    return HttpSettings.DEFAULT.with(
        new ConnectionLimits(MOST, mostPerAddress, 1, uncounted, 512, patience, 8 << 10));
  }

  /** Whether all that comes is an answer, if any, and the end. */
  private static boolean isEnded(Socket socket) throws IOException {
    try {
      socket.getInputStream().readAllBytes();
    } catch (SocketTimeoutException _) {
      return false;
    } catch (SocketException _) {
      // A reset ends it as well.
    }
    return true;
  }

  private Socket sending(String beginning) throws IOException {
    Socket socket = front.connect();
    socket.getOutputStream().write(beginning.getBytes(ISO_8859_1));
    return socket;
  }

  private static void closeAll(List<Socket> sockets) throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
