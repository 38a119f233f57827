package dev.skep.tracker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.tracker.announce.Access;
import dev.skep.tracker.http.admission.HttpSettings;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Announces answered before the server sees them are answered as the server would. */
class PlainRequestsTest {
  private static final String ANNOUNCE =
      "/announce?info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-SK0100-abcdefghijkl&left=0&port=";

  /** Of no meaning to anybody, but enough to have the server answer. */
  private static final String FOR_THE_SERVER = "Forwarded: for=unknown";

  private final Front front = new Front(Front.store(false), HttpSettings.DEFAULT, Access.OPEN);

  @AfterEach
  void stop() {
    front.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ANNOUNCE + "7001",
        ANNOUNCE + "0",
        ANNOUNCE + "7001&compact=0",
        "/announce",
        "/announce?",
        "/announce/?info_hash=%zz",
        "/key/announce?info_hash=short",
        "//announce?x",
        "/announce//?x",
        "/key/announce/more?x",
        "/./announce?x",
        "/%61nnounce?info_hash=short",
        "/announce;a=b?info_hash=short",
        "/Announce?x",
        "/announce?a?b#c",
        "/announcement?x",
        "/",
      })
  void theServerWouldSayTheSame(String path) throws IOException {
    front.get(path);
    Front.Answer plain = front.get(path);
    Front.Answer served = front.get(path, FOR_THE_SERVER);
    assertThat(plain.status()).isEqualTo(served.status());
    assertThat(withoutInterval(plain.body())).isEqualTo(withoutInterval(served.body()));
    assertThat(withoutTime(plain)).containsExactlyInAnyOrderElementsOf(withoutTime(served));
  }

  /** Nor peers: both are chosen anew for each. */
  private static String withoutInterval(String body) {
    return body.replaceAll("8:intervali\\d+e", "8:interval").replaceAll("(?s)5:peers.*", "");
  }

  private static List<String> withoutTime(Front.Answer answer) {
    return answer.headers().stream()
        .map(header -> header.startsWith("date:") ? "date:" + header.length() : header)
        .toList();
  }

  @Test
  void ofAnyHeadTheServerWouldSayTheSame() throws IOException {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 300; i++) {
      String head = damaged(head(random), random);
      assertThat(answerTo(head, "")).as("seed %d: %s", seed, head).isEqualTo(served(head));
    }
  }

  /** The server's answer, to the same with a header of no meaning behind its first line. */
  private String served(String head) throws IOException {
    int line = head.indexOf("\r\n") + 2;
    return answerTo(head.substring(0, line), FOR_THE_SERVER + "\r\n" + head.substring(line));
  }

  private static String head(SplittableRandom random) {
    List<String> names =
        List.of(
            "Host: t",
            "host:t",
            "Connection: close",
            "CONNECTION:Keep-Alive ",
            "Accept: */*",
            "Accept-Encoding: gzip",
            "User-Agent: x/1 (y; z)",
            "Content-Length: 0",
            "Host: [::1]:80",
            "X-Forwarded-For: 1.2.3.4",
            "X: \t y",
            "Host: a b",
            "Connection: x, close",
            "Range: bytes=0-1");
    var head = new StringBuilder("GET " + ANNOUNCE + "7001 HTTP/1.1\r\nHost: t\r\n");
    for (int i = random.nextInt(4); i > 0; i--) {
      head.append(names.get(random.nextInt(names.size()))).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  private static String damaged(String head, SplittableRandom random) {
    var bytes = new StringBuilder(head);
    for (int i = random.nextInt(3); i > 0; i--) {
      int at = 4 + random.nextInt(bytes.length() - 8);
      switch (random.nextInt(3)) {
        case 0 -> bytes.setCharAt(at, " \t:/?%\r\n\u0001\u00e9a0".charAt(random.nextInt(12)));
        case 1 -> bytes.deleteCharAt(at);
        default -> bytes.insert(at, " \t:/?%\r\n\u0001\u00e9a0".charAt(random.nextInt(12)));
      }
    }
    return bytes.toString();
  }

  /** Its status and body, or that the connection ended; what comes in two pieces is one. */
  private String answerTo(String first, String second) throws IOException {
    try (Socket socket = front.connect()) {
      socket.getOutputStream().write((first + second).getBytes(ISO_8859_1));
      socket.shutdownOutput();
      String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
      int body = answer.indexOf("\r\n\r\n");
      return body < 0 ? answer : answer.substring(0, 12) + withoutInterval(answer.substring(body));
    }
  }

  @Test
  void aHeadMayComeByteByByte() throws IOException, InterruptedException {
    try (Socket socket = front.connect()) {
      socket.setTcpNoDelay(true);
      for (byte b : (Front.request(ANNOUNCE + "7001") + "\r\n").getBytes(ISO_8859_1)) {
        socket.getOutputStream().write(b);
        Thread.sleep(0, 100_000);
      }
      assertThat(Front.read(socket.getInputStream()).body()).contains("8:interval");
      assertThat(Front.ask(socket, Front.request(ANNOUNCE + "7001") + "\r\n").status())
          .isEqualTo(200);
    }
  }

  @Test
  void requestsInOneGoAreAnsweredInTheirOrderByWhomeverTheyNeed() throws IOException {
    String announce = Front.request(ANNOUNCE + "%d") + "\r\n";
    String scrape = Front.request("/scrape?info_hash=aaaaaaaaaaaaaaaaaaaa") + "\r\n";
    String requests =
        IntStream.range(7001, 7101).mapToObj(announce::formatted).collect(Collectors.joining())
            + scrape
            + announce.formatted(7200)
            + Front.request("/announce?x", "Connection: close")
            + "\r\n";
    try (Socket socket = front.connect()) {
      socket.getOutputStream().write(requests.getBytes(ISO_8859_1));
      for (int seeders = 1; seeders <= 100; seeders++) {
        assertThat(Front.read(socket.getInputStream()).body())
            .startsWith("d8:completei" + seeders + "e");
      }
      assertThat(Front.read(socket.getInputStream()).body()).contains("8:completei100e");
      assertThat(Front.read(socket.getInputStream()).body()).startsWith("d8:completei101e");
      assertThat(Front.read(socket.getInputStream()).body()).contains("info_hash is missing");
      assertThat(socket.getInputStream().read()).as("its end").isNegative();
    }
    await().until(() -> front.counters().httpConnections().get() == 0);
  }

  @Test
  void whoGoesAwayInTheMiddleOrIsSilentLeavesNothing() throws IOException {
    var sockets = new ArrayList<Socket>();
    for (String begun : List.of("", "GET /ann", "GET /announce?a HTTP/1.1\r\nHo")) {
      Socket socket = front.connect();
      socket.getOutputStream().write(begun.getBytes(ISO_8859_1));
      sockets.add(socket);
    }
    Socket kept = front.connect();
    Front.ask(kept, Front.request(ANNOUNCE + "7001") + "\r\n");
    sockets.add(kept);
    await().until(() -> front.counters().httpConnections().get() == sockets.size());
    for (Socket socket : sockets) {
      socket.close();
    }
    await().until(() -> front.counters().httpConnections().get() == 0);
  }
}
