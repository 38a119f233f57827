package dev.skep.tracker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.skep.tracker.http.admission.AnswerLimits;
import dev.skep.tracker.http.admission.ConnectionLimits;
import dev.skep.tracker.http.admission.HttpSettings;
import dev.skep.tracker.http.admission.TurnLimits;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers: what those cost that nobody takes, and who has to wait for whom. */
class AnswersTest {
  private static final String ANNOUNCE =
      "/announce?info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-SK0100-abcdefghijkl&left=1&port=1";
  private static final int BIG_BYTES = 4 << 20;
  private static final int LIMIT_BYTES = 16 << 20;
  private static final int MOST_WAITING = 256;
  private static final int MOST_WAITING_PER_ADDRESS = 32;
  private static final Duration PATIENT = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(700);

  private final CountDownLatch goOn = new CountDownLatch(1);
  private final AtomicInteger atOnce = new AtomicInteger();
  private final AtomicInteger mostAtOnce = new AtomicInteger();
  private final List<Socket> open = new ArrayList<>();
  private Front front = front(PATIENT, 1);

  @AfterEach
  void stop() throws IOException {
    goOn.countDown();
    for (Socket socket : open) {
      socket.close();
    }
    front.close();
  }

  @Test
  void answersThatNobodyReadsTakeNoMoreMemoryThanTheyMay() throws IOException {
    for (int i = 0; i < 30; i++) {
      askAndDoNotRead("127.0.0." + (2 + i), "/big");
      assertThat(front.tallies().unsentBytes().get()).isLessThanOrEqualTo(LIMIT_BYTES + BIG_BYTES);
    }
    await().until(() -> front.tallies().gaveWay().sum() > 20);
    await().until(() -> front.tallies().unsentBytes().get() <= LIMIT_BYTES);
    await("they give way to one who reads")
        .ignoreExceptions()
        .until(() -> front.get("/big").body().length() == BIG_BYTES);
  }

  @Test
  void oneAddressMayLeaveLessUnread() throws IOException {
    for (int i = 0; i < 6; i++) {
      askAndDoNotRead("127.0.0.2", "/big");
    }
    await().until(() -> front.tallies().gaveWay().sum() >= 3);
    await("what gives way goes a moment later")
        .until(() -> front.tallies().unsentBytes().get() <= LIMIT_BYTES / 2);
  }

  @Test
  void requestsInOneGoAreReadOneAtATime() throws IOException {
    askAndDoNotRead("127.0.0.2", "/big", "/big", "/big", "/big", "/big", "/big", "/big", "/big");
    await().until(() -> front.tallies().unsentBytes().get() > 0);
    assertThat(front.tallies().unsentBytes().get()).isEqualTo(BIG_BYTES + headBytes());
  }

  private long headBytes() {
    return front.tallies().unsentBytes().get() % BIG_BYTES;
  }

  @Test
  void whoTakesNothingOfAnAnswerIsEnded() throws IOException {
    front.close();
    front = front(SHORT, 1);
    askAndDoNotRead("127.0.0.2", "/big");
    await().until(() -> front.counters().httpConnections().get() == 1);
    await().until(() -> front.counters().httpConnections().get() == 0);
    assertThat(front.tallies().late().sum()).isOne();
    assertThat(front.tallies().unsentBytes().get()).isZero();
  }

  @Test
  void whoTakesItMoreSlowlyThanOneMayIsEnded() throws Exception {
    front.close();
    front = front(SHORT, 4 << 20);
    Socket slow = askAndDoNotRead("127.0.0.2", "/big");
    byte[] some = new byte[8 << 10];
    await()
        .pollInterval(Duration.ofMillis(50))
        .until(() -> read(slow, some) < 0 || front.tallies().late().sum() > 0);
    await().until(() -> front.counters().httpConnections().get() == 0);
  }

  @Test
  void whoTakesItSlowlyButSteadilyHasAllOfIt() throws Exception {
    front.close();
    front = front(Duration.ofSeconds(3), 1 << 10);
    try (Socket slow = front.connect()) {
      slow.getOutputStream().write((Front.request("/big") + "\r\n").getBytes(ISO_8859_1));
      byte[] some = new byte[64 << 10];
      long bytes = 0;
      while (bytes < BIG_BYTES) {
        int read = read(slow, some);
        assertThat(read).as("read after %d bytes", bytes).isPositive();
        bytes += read;
        Thread.sleep(50); // in all longer than nothing may be taken
      }
      assertThat(bytes).isGreaterThanOrEqualTo(BIG_BYTES);
    }
  }

  @Test
  void costlyRequestsHaveTheirTurnAndAnnouncesAndHealthDoNotWaitForThem() throws Exception {
    for (int i = 0; i < 10; i++) {
      askAndDoNotRead("127.0.0.2", "/slow");
    }
    await().until(() -> atOnce.get() == 1);
    assertThat(front.get(ANNOUNCE).body()).startsWith("d8:complete");
    assertThat(front.get("/health").body()).isEqualTo("well");
    goOn.countDown();
    for (Socket socket : open) {
      assertThat(Front.read(socket.getInputStream()).body()).isEqualTo("done");
    }
    assertThat(mostAtOnce.get()).isOne();
  }

  @Test
  void whatOnlyLooksLikeHealthDoesNotTakeItsTurn() throws IOException {
    for (int i = 0; i < 3; i++) {
      askAndDoNotRead("127.0.0.2", "/health/../slow");
      askAndDoNotRead("127.0.0.2", "/healthy/../slow");
    }
    await().until(() -> atOnce.get() == 1 && front.tallies().waiting().get() == 5);
    assertThat(front.get("/health").body()).isEqualTo("well");
    assertThat(mostAtOnce.get()).isOne();
  }

  @Test
  void ofOneAddressOnlySoManyWait() throws IOException {
    for (int i = 0; i < 60; i++) {
      askAndDoNotRead("127.0.0.2", "/slow");
    }
    int handledOrWaiting = 1 + MOST_WAITING_PER_ADDRESS;
    await().until(() -> front.tallies().refusedRequests().sum() == 60 - handledOrWaiting);
    assertThat(front.tallies().waiting().get()).isEqualTo(MOST_WAITING_PER_ADDRESS);
    goOn.countDown();
    assertThat(front.get("/slow").body()).isEqualTo("done");
  }

  @Test
  void manyAddressesLeaveAnotherOneRoomToWait() throws IOException {
    for (int address = 0; address < 10; address++) {
      for (int i = 0; i <= MOST_WAITING_PER_ADDRESS; i++) {
        askAndDoNotRead("127.0.0." + (2 + address), "/slow");
      }
    }
    AtomicLong before = new AtomicLong(-1);
    await("all of them wait or are refused")
        .pollInterval(Duration.ofMillis(300))
        .until(() -> before.getAndSet(refused()) == refused() && refused() >= tooMany());
    Socket another = askAndDoNotRead("127.0.0.99", "/slow");
    another.setSoTimeout(300);
    assertThatThrownBy(() -> another.getInputStream().read())
        .as("it waits")
        .isInstanceOf(SocketTimeoutException.class);
    another.setSoTimeout(20_000);
    goOn.countDown();
    assertThat(Front.read(another.getInputStream()).body()).isEqualTo("done");
  }

  private static int tooMany() {
    return 10 * (1 + MOST_WAITING_PER_ADDRESS) - (1 + MOST_WAITING);
  }

  private long refused() {
    return front.tallies().refusedRequests().sum();
  }

  @Test
  void whoDoesNotReadKeepsNobodyWaiting() throws IOException {
    for (int i = 0; i < 3; i++) {
      askAndDoNotRead("127.0.0.2", "/big");
    }
    assertThat(front.get("/health2").body()).isEqualTo("well");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/big", "/stream", "/health", ANNOUNCE, "/none"})
  void aHeadHasNoBody(String path) throws IOException {
    try (Socket socket = front.connect()) {
      String request = Front.request(path).replace("GET ", "HEAD ") + "Connection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
          .startsWith("HTTP/1.1 ")
          .endsWith("\r\n\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1, 2\r\n\r\nab",
        "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: -1\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: +1\r\n\r\na",
        "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 99999999999999999999\r\n\r\na",
        "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: xchunked\r\n\r\na",
        "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip, chunked\r\n\r\na",
        "PUT / HTTP/1.1\r\nHost:t\r\nContent-Length:1\r\nTransfer-Encoding:chunked\r\n\r\na",
        "GET /health HTTP/1.1\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost:\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: a<b\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: [::::\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: [zz]\r\n\r\n",
        "GET /health?% HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n",
        "GET /health?%zz HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"
      })
  void aRequestThatIsInDoubtIsRefused(String request) throws IOException {
    try (Socket socket = front.connect()) {
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
          .startsWith("HTTP/1.1 400");
    }
    assertThat(front.tallies().wrongRequests().sum()).isOne();
  }

  @Test
  void extensionsAndTrailersOfChunksAreReadPast() throws IOException {
    String head = "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
    String chunks = "3;a=b;c=\"d\"\r\nabc\r\n1 ;x\r\nd\r\n0;last\r\nTrailer: x\r\n\r\n";
    try (Socket socket = front.connect()) {
      assertThat(Front.ask(socket, head + chunks).body()).isEqualTo("abcd");
      assertThat(Front.ask(socket, Front.request("/health") + "\r\n").body()).isEqualTo("well");
    }
  }

  @Test
  void whatIsNoAnnounceIsNeitherGuessedAtNorKept() throws IOException {
    for (String path : List.of("/health", "/none", "/health?%")) {
      assertThat(front.get(path).headers())
          .contains("x-content-type-options: nosniff", "cache-control: no-store");
    }
    assertThat(front.get(ANNOUNCE).headers()).noneMatch(line -> line.startsWith("cache-control"));
  }

  private Socket askAndDoNotRead(String from, String... paths) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4 << 10);
    socket.setSoTimeout(20_000);
    socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
    socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), front.port()));
    open.add(socket);
    StringBuilder requests = new StringBuilder();
    for (String path : paths) {
      requests.append(Front.request(path)).append("\r\n");
    }
    socket.getOutputStream().write(requests.toString().getBytes(ISO_8859_1));
    return socket;
  }

  private static int read(Socket socket, byte[] into) throws IOException {
    try {
      InputStream in = socket.getInputStream();
      return in.read(into);
    } catch (SocketException _) {
      return -1; // a reset ends it as well
    }
  }

  private Front front(Duration stall, long leastBytesPerSecond) {
    var answers = new AnswerLimits(LIMIT_BYTES, LIMIT_BYTES / 2, stall, leastBytesPerSecond);
    ConnectionLimits usual = ConnectionLimits.DEFAULT;
    var connections =
        new ConnectionLimits(
            usual.most(),
            usual.perAddress(),
            1,
            List.of(),
            usual.behindProbe(),
            usual.patience(),
            usual.leastBytesPerSecond());
    var settings =
        HttpSettings.DEFAULT
            .with(connections)
            .with(answers, new TurnLimits(1, MOST_WAITING, MOST_WAITING_PER_ADDRESS));
    return new Front(settings, Optional.empty(), this::addRoutes);
  }

  private void addRoutes(HttpRouting.Builder routes) {
    routes
        .any("/big", (_, response) -> response.send(new byte[BIG_BYTES]))
        .any(
            "/stream",
            (_, response) -> {
              try (var out = response.outputStream()) {
                out.write(new byte[200_000]);
                out.write(new byte[200_000]);
              }
            })
        .any("/health", (_, response) -> response.send("well"))
        .any("/health2", (_, response) -> response.send("well"))
        .post("/echo", (request, response) -> response.send(request.content().as(String.class)))
        .get(
            "/slow",
            (_, response) -> {
              mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
              goOn.await();
              atOnce.decrementAndGet();
              response.send("done");
            });
  }
}
