package dev.skep.agent.discovery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.tracker.AnnounceRequest;
import dev.skep.protocol.tracker.AnnounceResponse;
import dev.skep.protocol.tracker.HttpAnnounceReply;
import dev.skep.protocol.tracker.TrackerReply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trackers over HTTP: at both families' addresses, and whatever they answer. */
@Timeout(30)
class HttpTrackerTest {
  private static final AnnounceRequest REQUEST =
      AnnounceRequest.builder(new InfoHash(1, 2, 3), new PeerId(4, 5, 6), 6881).left(7).build();
  private static final InetAddress ANY = new InetSocketAddress(0).getAddress();
  private static final InetAddress HERE_4 = InetAddress.ofLiteral("127.0.0.1");
  private static final InetAddress HERE_6 = InetAddress.ofLiteral("::1");
  private static final Duration LONG = Duration.ofSeconds(20);

  private static final String PEER_4 = "d8:intervali90e5:peers6:\n\0\0\1\4\u00d2e";
  private static final String PEER_6 =
      "d8:intervali90e5:peers0:6:peers618:\u00fd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\4\u00d2e";

  /** Says something to whoever has asked. */
  @FunctionalInterface
  private interface Answer {
    void to(Socket asker) throws IOException;
  }

  private final List<ServerSocket> servers = new ArrayList<>();
  private int port;

  @BeforeEach
  void choosePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
  }

  @AfterEach
  void closeServers() throws IOException {
    for (ServerSocket server : servers) {
      server.close();
    }
  }

  private void serve(InetAddress at, Answer answer) throws IOException {
    assumeTrue(NetworkInterface.getByInetAddress(at) != null, "this machine has no IPv6");
    ServerSocket server = new ServerSocket(port, 50, at);
    servers.add(server);
    Thread.ofVirtual()
        .start(
            () -> {
              while (!server.isClosed()) {
                try {
                  Socket asker = server.accept();
                  asker.getInputStream().read(new byte[4096]);
                  answer.to(asker);
                } catch (IOException e) {
                  // it has heard enough
                }
              }
            });
  }

  private static Answer saying(String text) {
    return asker -> {
      try (asker) {
        asker.getOutputStream().write(text.getBytes(ISO_8859_1));
      }
    };
  }

  private static String ok(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }

  private TrackerReply announce(Duration timeout, InetAddress... addresses) throws Exception {
    try (HttpTracker tracker = new HttpTracker(new BothFamilies(ANY, _ -> addresses))) {
      return tracker.announce(url(), REQUEST, in(timeout));
    }
  }

  private TrackerUrl url() throws TrackerException {
    return TrackerUrl.parse("http://both:" + port + "/announce");
  }

  private static long in(Duration time) {
    return System.nanoTime() + time.toNanos();
  }

  private static List<Endpoint> peers(TrackerReply reply) {
    return ((AnnounceResponse) reply).peers();
  }

  @Test
  void aTrackerOfBothFamiliesIsAskedOverBoth() throws Exception {
    serve(HERE_4, saying(ok(PEER_4)));
    serve(HERE_6, saying(ok(PEER_6)));

    assertThat(peers(announce(LONG, HERE_4, HERE_6)))
        .containsExactlyInAnyOrder(
            Endpoint.of("10.0.0.1", 1234), new Endpoint(InetAddress.ofLiteral("fd00::1"), 1234));
  }

  @Test
  void aFamilyThatIsNotThereCostsTheOtherNothing() throws Exception {
    serve(HERE_4, saying(ok(PEER_4)));

    assertThat(peers(announce(LONG, HERE_6, HERE_4))).hasSize(1);
  }

  @Test
  void aFamilyThatDoesNotAnswerCostsTheOtherLittle() throws Exception {
    serve(HERE_4, saying(ok(PEER_4)));
    serve(HERE_6, _ -> {});
    long begin = System.nanoTime();

    assertThat(peers(announce(LONG, HERE_6, HERE_4))).hasSize(1);
    assertThat(System.nanoTime() - begin).isLessThan(Duration.ofSeconds(8).toNanos());
  }

  @Test
  void onlyTheFamilyThatWeAreBoundToIsUsed() throws Exception {
    serve(HERE_6, saying(ok(PEER_6)));
    try (HttpTracker tracker =
        new HttpTracker(new BothFamilies(HERE_4, _ -> new InetAddress[] {HERE_6}))) {
      assertThatThrownBy(() -> tracker.announce(url(), REQUEST, in(LONG)))
          .hasMessage("cannot reach tracker " + url() + " from 127.0.0.1");
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      textBlock =
          """
          HTTP/1.1 200 OK|Transfer-Encoding: chunked||a;x=y|d8:interva|6|li90ee|0||
          HTTP/1.0 200 OK||d8:intervali90ee
          HTTP/1.1 100 Continue||HTTP/1.1 200 OK|content-length: 16||d8:intervali90ee and more
          """)
  void anAnswerInAnyFormIsRead(String answer) throws Exception {
    serve(HERE_4, saying(answer.replace("|", "\r\n")));

    assertThat(announce(LONG, HERE_4)).isInstanceOf(AnnounceResponse.class);
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      textBlock =
          """
          SSH-2.0-x|, it does not speak HTTP
          HTTP/1.1 200 OK|Content-Length: 2000000||, the answer is longer than 1048576 bytes
          HTTP/1.1 200 OK|Content-Length: 99||d8:, the answer ended early
          HTTP/1.1 200 OK|Transfer-Encoding: chunked||fffffffffffffff|, the answer is longer than
          HTTP/1.1 200 OK|Transfer-Encoding: chunked||-1|, it does not speak HTTP
          HTTP/1.1 200 OK|, the answer ended early
          HTTP/1.1 404 Not Found||, answered with HTTP status 404
          HTTP/1.1 302 Found|Location: /announce||, redirects without end
          HTTP/1.1 302 Found|Location: file:///etc/passwd||, redirects, which is not followed: cannot ask tracker file:///etc/passwd: a tracker's URL begins with http
          HTTP/1.1 302 Found||, redirects, which is not followed: it does not say where to
          HTTP/1.1 302 Found|Location: udp://both:1||, redirects, which is not followed: udp://both:1 is not HTTP
          HTTP/1.1 200 OK|Content-Encoding: br||xx, compresses its answer in a way nobody asked for
          HTTP/1.1 200 OK|Content-Encoding: gzip||xx, its compressed answer is damaged
          """)
  void anAnswerThatCannotBeReadIsToldInOneLine(String answer, String told) throws Exception {
    serve(HERE_4, saying(answer.replace("|", "\r\n")));

    assertThatThrownBy(() -> announce(LONG, HERE_4))
        .isInstanceOf(TrackerException.class)
        .hasMessageContaining(told);
  }

  @Test
  void aHeadWithoutEndIsRefused() throws Exception {
    serve(HERE_4, saying("HTTP/1.1 200 OK\r\n" + "X: yyyyyyyy\r\n".repeat(10_000)));

    assertThatThrownBy(() -> announce(LONG, HERE_4)).hasMessageContaining("head is too long");
  }

  @Test
  void anAnswerThatDripsEndsInTime() throws Exception {
    serve(
        HERE_4,
        asker -> {
          for (byte each : ok(PEER_4).getBytes(US_ASCII)) {
            asker.getOutputStream().write(each);
            pause();
          }
        });

    assertThatThrownBy(() -> announce(Duration.ofMillis(300), HERE_4))
        .hasMessageEndingWith("no answer in time");
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50); // a tick of the drip
    } catch (InterruptedException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  private static byte[] compressed(String how, String body) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream into =
        switch (how) {
          case "gzip" -> new GZIPOutputStream(out);
          case "raw" -> new DeflaterOutputStream(out, new Deflater(9, true));
          default -> new DeflaterOutputStream(out);
        }) {
      into.write(body.getBytes(ISO_8859_1));
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @CsvSource({"gzip, gzip", "x-gzip, gzip", "deflate, zlib", "deflate, raw"})
  void aCompressedAnswerIsRead(String encoding, String how) throws Exception {
    byte[] body = compressed(how, PEER_4);
    serve(
        HERE_4,
        asker -> {
          try (asker) {
            String head = "HTTP/1.1 200 OK\r\nContent-Encoding: " + encoding + "\r\n\r\n";
            asker.getOutputStream().write(head.getBytes(US_ASCII));
            asker.getOutputStream().write(body);
          }
        });

    assertThat(peers(announce(LONG, HERE_4))).hasSize(1);
  }

  @Test
  void aSmallAnswerThatInflatesWithoutEndIsRefused() throws Exception {
    byte[] bomb = compressed("gzip", "0".repeat(50_000_000));
    serve(
        HERE_4,
        asker -> {
          try (asker) {
            String head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n";
            asker.getOutputStream().write(head.getBytes(US_ASCII));
            asker.getOutputStream().write(bomb);
          }
        });

    assertThatThrownBy(() -> announce(LONG, HERE_4)).hasMessageContaining("answer is longer than");
  }

  @Test
  void theReasonIsReadWhateverTheStatus() throws Exception {
    String body = "d14:failure reason11:unknown key8:retry in1:7e";
    serve(HERE_4, saying("HTTP/1.1 403 Forbidden\r\n\r\n" + body));

    assertThat(announce(LONG, HERE_4))
        .isEqualTo(new TrackerReply.Failure("unknown key", Optional.of(Duration.ofMinutes(7))));
  }

  @Test
  void aUserAndPasswordGoAlongAndAreShownNowhere() throws Exception {
    List<String> asked = new CopyOnWriteArrayList<>();
    try (ServerSocket server = new ServerSocket(0, 50, HERE_4);
        TrackerClient client = new TrackerClient(HERE_4)) {
      Thread.ofVirtual().start(() -> hearOne(server, asked));
      String url = "http://us_er:secret@127.0.0.1:" + server.getLocalPort() + "/announce";

      assertThatThrownBy(() -> client.announce(url, REQUEST))
          .hasMessageContaining("HTTP status 401")
          .hasMessageNotContaining("secret");
    }
    assertThat(asked.getFirst())
        .contains("Authorization: Basic dXNfZXI6c2VjcmV0\r\n")
        .contains("Accept-Encoding: identity\r\n")
        .doesNotContain("secret");
  }

  private static void hearOne(ServerSocket server, List<String> asked) {
    try (Socket asker = server.accept()) {
      byte[] bytes = new byte[4096];
      int n = asker.getInputStream().read(bytes);
      asked.add(new String(bytes, 0, n, ISO_8859_1));
      asker.getOutputStream().write("HTTP/1.1 401 Unauthorized\r\n\r\n".getBytes(US_ASCII));
    } catch (IOException e) {
      // the test is over
    }
  }

  @Test
  void theNextAddressOfANameIsTried() throws Exception {
    serve(HERE_4, saying(ok(PEER_4)));

    assertThat(peers(announce(LONG, InetAddress.ofLiteral("127.0.0.9"), HERE_4))).hasSize(1);
  }

  @Test
  void anEncryptedTrackerIsNotLeftForOneThatIsNot() throws Exception {
    TrackerUrl from = TrackerUrl.parse("https://safe/announce");
    HttpGet.Answer answer =
        new HttpGet.Answer(302, Optional.of("http://safe/announce"), Duration.ZERO, new byte[0]);

    assertThatThrownBy(() -> HttpTracker.redirection(from, from, answer))
        .hasMessageEndingWith("http://safe/announce is not encrypted, as the tracker is");
  }

  @Test
  void peersByNameAreLookedUp() throws Exception {
    AnnounceResponse response =
        (AnnounceResponse)
            HttpAnnounceReply.parse(
                ("d5:peersl" + named("good") + named("bad") + named("slow") + "ee")
                    .getBytes(US_ASCII));
    NamedPeers lookup =
        new NamedPeers(
            host ->
                switch (host) {
                  case "good" -> new InetAddress[] {HERE_4};
                  case "slow" -> never();
                  default -> throw new UnknownHostException(host);
                });

    assertThat(lookup.resolved(response).peers()).containsExactly(new Endpoint(HERE_4, 7));
  }

  private static InetAddress[] never() throws UnknownHostException {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new UnknownHostException();
  }

  private static String named(String host) {
    return "d2:ip" + host.length() + ":" + host + "4:porti7ee";
  }
}
