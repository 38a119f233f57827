package dev.skep.tracker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.tracker.announce.Access;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections: how many, how long, and what is spoken on them. */
class ConnectionGateTest {
  private static final String ANNOUNCE =
      "/announce?info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-SK0100-abcdefghijkl&left=1&port=";
  private static final int MOST = 40;

  private final Front front =
      new Front(
          Front.store(false),
          new HttpSettings(
              List.of(), List.of(), 74, false, Duration.ofHours(1), MOST, Duration.ofSeconds(1)),
          Access.OPEN);

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
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(1));
      assertThat(front.counters().httpTurnedAway().sum()).isOne();
    } finally {
      closeAll(slow);
    }
    await().until(() -> front.counters().httpConnections().get() == 0);
    assertThat(front.get(ANNOUNCE + 1).body()).startsWith("d8:complete");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "G",
        "GET /announce?info_ha",
        "GET /announce HTTP/1.1\r\n",
        "GET /announce HTTP/1.1\r\nHost: t\r\nX: ",
        "GET /announce HTTP/1.0\r\nX: ",
        "GET /announce HTTP/1.1\r\nHost: t\r\n\r\n",
      })
  void aConnectionOnWhichNothingComesIsClosed(String beginning) throws IOException {
    long began = System.nanoTime();
    try (Socket socket = sending(beginning)) {
      socket.getInputStream().readAllBytes();
    } catch (java.net.SocketException _) {
      // A reset ends it as well.
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
    await().until(() -> front.counters().httpConnections().get() == 0);
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

  @Test
  void libtorrentsHostOfAnIpv6TrackerIsTakenAsItIs() throws IOException {
    String request = "GET " + ANNOUNCE + "1 HTTP/1.1\r\nHost: fd77::1:6969\r\n\r\n";
    try (Socket socket = front.connectOverIpv6()) {
      assertThat(Front.ask(socket, request).body())
          .contains("11:external ip16:" + "\0".repeat(15) + "\u0001");
    }
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
