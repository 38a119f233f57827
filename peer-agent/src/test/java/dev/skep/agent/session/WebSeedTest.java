package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.session.peers.PeerSource;
import dev.skep.agent.webseed.WebSeedStatus;
import dev.skep.agent.webseed.WebServer;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.bencode.BList;
import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.bencode.BValue;
import dev.skep.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A torrent's data comes from web servers too (BEP 19), which may be anything but honest. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class WebSeedTest {
  private static final int PIECE = 64 * 1024;
  private static final TestData FILE = TestData.file("image.iso", 3 * 1024 * 1024 + 5, PIECE);
  private static final byte[] BYTES = FILE.files().getFirst().bytes();

  @TempDir private Path temp;
  @AutoClose private Hosts hosts;
  @AutoClose private WebServer server;

  @BeforeEach
  void openHosts() throws Exception {
    hosts = new Hosts(temp);
    server = new WebServer();
  }

  private static Metainfo naming(TestData data, String... urls) throws Exception {
    BList list = BList.of(Stream.of(urls).<BValue>map(BString::of).toList());
    return Metainfo.parse(
        data.metainfo().raw().toBuilder().put("url-list", list).build().rawBytes());
  }

  private Transfer get(TestData data, String... urls) throws Exception {
    return hosts.open(2).add(naming(data, urls), hosts.folder(2), TransferOptions.defaults());
  }

  private static void done(Transfer transfer) throws Exception {
    transfer.completed().get(30, TimeUnit.SECONDS);
  }

  private static WebSeedStatus seed(Transfer transfer) {
    return transfer.status().webSeeds().getFirst();
  }

  // ---- As it should be ----

  @Test
  void aTorrentComesFromAWebServerAlone() throws Exception {
    server.with("/pub/image.iso", BYTES);

    Transfer transfer = get(FILE, server.url() + "/pub/");
    done(transfer);

    hosts.assertThatHas(2, FILE);
    assertThat(seed(transfer).receivedBytes())
        .isGreaterThanOrEqualTo(BYTES.length)
        .isEqualTo(transfer.status().downloadedBytes());
    await().until(() -> seed(transfer).state() == WebSeedStatus.State.IDLE);
    assertThat(server.connections()).isLessThanOrEqualTo(4);
    assertThat(server.requests()).hasSizeLessThan(BYTES.length / PIECE);
    assertThat(server.requests().getFirst().headers())
        .containsEntry("accept-encoding", "identity")
        .hasEntrySatisfying("user-agent", name -> assertThat(name).startsWith("Skep"));
  }

  @Test
  void whoIsAskedIsSeenAmongThePeersAsAWebServer() throws Exception {
    server
        .with("/image.iso", BYTES)
        .answering(
            (request, out) -> {
              TimeUnit.MILLISECONDS.sleep(300);
              server.give(request, out);
            });

    Transfer transfer = get(FILE, server.url() + "/image.iso");

    PeerStatus shown =
        await()
            .until(() -> transfer.status().webServers(), servers -> !servers.isEmpty())
            .getFirst();
    assertThat(shown.client()).isEqualTo(server.url() + "/image.iso");
    assertThat(shown.sources()).containsExactly(PeerSource.Kind.WEB);
    assertThat(transfer.status().otherAgents()).isEmpty();
    done(transfer);
  }

  @Test
  void filesOfFoldersAreAskedForByTheirEscapedNamesAndPaddingIsNot() throws Exception {
    TestData data =
        TestData.folder("many files", PIECE)
            .with(List.of("a b#?%.txt"), 100_000)
            .withPadding()
            .with(List.of("docs", "ü+&.txt"), 10)
            .with(List.of("docs", "empty"), 0)
            .with(List.of("docs", "~x_y-z."), 3 * PIECE);
    server
        .with("/pub/many%20files/a%20b%23%3F%25.txt", data.files().get(0).bytes())
        .with("/pub/many%20files/docs/%C3%BC%2B%26.txt", data.files().get(1).bytes())
        .with("/pub/many%20files/docs/~x_y-z.", data.files().get(3).bytes());

    Transfer transfer = get(data, server.url() + "/pub"); // a folder also without its slash
    done(transfer);

    hosts.assertThatHas(2, data);
    assertThat(server.requests()).noneMatch(request -> request.target().contains(".pad"));
    assertThat(server.requests()).noneMatch(request -> request.target().contains("empty"));
  }

  @Test
  void redirectionsAreFollowedAndRemembered() throws Exception {
    try (WebServer mirror = new WebServer("127.0.0.2").with("/m/image.iso", BYTES)) {
      server.answering(
          (request, out) ->
              WebServer.status(out, "302 Found", "Location: " + mirror.url() + "/m/image.iso"));

      done(get(FILE, server.url() + "/image.iso"));

      hosts.assertThatHas(2, FILE);
      assertThat(mirror.requests()).hasSizeGreaterThan(2);
      assertThat(server.requests()).hasSizeLessThan(mirror.requests().size());
    }
  }

  @Test
  void credentialsOfTheAddressAreForThatServerOnly() throws Exception {
    try (WebServer mirror = new WebServer("127.0.0.2").with("/image.iso", BYTES)) {
      server.answering(
          (request, out) ->
              WebServer.status(out, "307 See there", "Location: " + mirror.url() + "/image.iso"));

      Transfer transfer = get(FILE, server.url().replace("//", "//ann:s%203@") + "/image.iso");
      done(transfer);

      String basic = Base64.getEncoder().encodeToString("ann:s 3".getBytes(StandardCharsets.UTF_8));
      assertThat(server.requests().getFirst().headers())
          .containsEntry("authorization", "Basic " + basic);
      assertThat(mirror.requests().getFirst().headers()).doesNotContainKey("authorization");
      assertThat(seed(transfer).url()).isEqualTo(server.url() + "/image.iso");
    }
  }

  @Test
  void aServerThatGivesWholeFilesOnlyIsReadFromTheirBeginOn() throws Exception {
    TestData data =
        TestData.folder("whole", PIECE)
            .with(List.of("one"), 700_001)
            .with(List.of("two"), 5)
            .with(List.of("three"), 300_000);
    server
        .with("/whole/one", data.files().get(0).bytes())
        .with("/whole/two", data.files().get(1).bytes())
        .with("/whole/three", data.files().get(2).bytes())
        .answering(server::giveWhole);

    done(get(data, server.url() + "/"));

    hosts.assertThatHas(2, data);
    assertThat(server.requests()).hasSizeLessThan(12);
  }

  @Test
  void whatAMagnetLinkNamesIsAskedToo() throws Exception {
    server.with("/image.iso", BYTES);

    Transfer transfer =
        hosts
            .open(2)
            .add(
                FILE.metainfo(),
                hosts.folder(2),
                TransferOptions.defaults().with(o -> o.webSeeds = List.of(server.url() + "/")));
    done(transfer);

    hosts.assertThatHas(2, FILE);
  }

  @Test
  void theLimitOfTheRateHoldsForWebServersToo() throws Exception {
    server.with("/image.iso", BYTES);
    Session session = hosts.open(2, s -> s.maxDownBytesPerSecond = 2 << 20);
    long began = System.nanoTime();

    done(
        session.add(naming(FILE, server.url() + "/"), hosts.folder(2), TransferOptions.defaults()));

    assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).isGreaterThan(1000);
  }

  @Test
  void severalHostsTakeNotMuchMoreThanOneCopyFromASlowServer() throws Exception {
    TestData data = TestData.file("large.iso", 96 * PIECE, PIECE);
    byte[] bytes = data.files().getFirst().bytes();
    Object line = new Object(); // all share it
    CountDownLatch met = new CountDownLatch(1);
    server.answering(
        (request, out) -> {
          met.await();
          WebServer.head(
              out,
              "206 Part",
              "Content-Length: " + request.length(),
              Lie.contentRange(request, bytes.length));
          int end = (int) request.from() + request.length();
          for (int at = (int) request.from(); at < end; at += 16 * 1024) {
            synchronized (line) {
              TimeUnit.MILLISECONDS.sleep(12);
            }
            out.write(bytes, at, Math.min(16 * 1024, end - at));
            out.flush();
          }
        });
    List<Transfer> transfers = new ArrayList<>();
    List<Endpoint> others = new ArrayList<>();
    for (int host = 2; host <= 5; host++) {
      Session session = hosts.open(host);
      transfers.add(
          session.add(
              naming(data, server.url() + "/"),
              hosts.folder(host),
              TransferOptions.defaults().withPeers(others)));
      others.add(session.listening());
    }
    await().until(() -> transfers.stream().allMatch(t -> t.status().otherAgents().size() == 3));
    met.countDown();

    for (Transfer transfer : transfers) {
      done(transfer);
    }

    for (int host = 2; host <= 5; host++) {
      hosts.assertThatHas(host, data);
    }
    assertThat(server.sentBytes()).isLessThan(2L * bytes.length);
  }

  // ---- Who is not asked ----

  @Test
  void nobodyIsAskedForWhatIsComplete() throws Exception {
    server.with("/image.iso", BYTES);
    FILE.writeTo(hosts.folder(2));

    Transfer transfer = get(FILE, server.url() + "/");
    done(transfer);

    await()
        .during(1500, TimeUnit.MILLISECONDS)
        .until(() -> transfer.status().webServers().isEmpty());
    assertThat(server.connections()).isZero();
  }

  @Test
  void whoIsNotAskedAnyMoreIsNotShownAtWork() throws Exception {
    server.answering((request, out) -> TimeUnit.DAYS.sleep(1));
    Transfer transfer = get(FILE, server.url() + "/image.iso");
    await().until(() -> seed(transfer).state() == WebSeedStatus.State.AT_WORK);

    transfer.pause();

    await().until(() -> seed(transfer).state() == WebSeedStatus.State.IDLE);
  }

  @Test
  void nobodyIsAskedWhereWebSeedsAreOff() throws Exception {
    server.with("/image.iso", BYTES);
    Session session = hosts.open(2, s -> s.webSeeds = false);

    Transfer transfer =
        session.add(
            naming(FILE, server.url() + "/"),
            hosts.folder(2),
            TransferOptions.defaults().withPeers(List.of(hosts.seed(FILE))));
    done(transfer);

    assertThat(transfer.status().webSeeds()).isEmpty();
    assertThat(server.connections()).isZero();
  }

  @Test
  void aFileThatTheServerLacksComesFromPeersAndTheOthersFromIt() throws Exception {
    TestData data =
        TestData.folder("two", PIECE)
            .with(List.of("here"), 20 * PIECE)
            .with(List.of("gone"), 20 * PIECE);
    server.with("/two/here", data.files().getFirst().bytes());
    Transfer transfer = get(data, server.url() + "/");
    await().until(() -> transfer.status().verifiedBytes() == 20L * PIECE);
    assertThat(seed(transfer).problem()).contains("gone: answers with HTTP status 404");
    assertThat(server.requests().stream().filter(r -> r.target().equals("/two/gone")).count())
        .isLessThan(5);

    transfer.addPeer(hosts.seed(data));
    done(transfer);

    hosts.assertThatHas(2, data);
  }

  // ---- Servers that lie ----

  @ParameterizedTest(name = "whole files only: {0}")
  @ValueSource(booleans = {true, false})
  void aServerWithOneSpoiltPieceGivesTheOthers(boolean whole) throws Exception {
    byte[] spoilt = BYTES.clone();
    spoilt[5 * PIECE + 7] ^= 1;
    server.with("/image.iso", spoilt);
    if (whole) {
      server.answering(server::giveWhole);
    }

    Transfer transfer = get(FILE, server.url() + "/image.iso");

    await().until(() -> transfer.status().verifiedBytes() == BYTES.length - PIECE);
    await().until(() -> seed(transfer).state() == WebSeedStatus.State.BENCHED);
    assertThat(seed(transfer).problem()).contains("sent data that is not the torrent's");
    assertThat(seed(transfer).retrySeconds()).isGreaterThan(3_000);
    assertThat(transfer.status().wastedBytes()).isLessThan(3L * PIECE);
    transfer.addPeer(hosts.seed(FILE));
    done(transfer);
    hosts.assertThatHas(2, FILE);
  }

  @Test
  void aServerOfWholeFilesGivesThoseThatItHas() throws Exception {
    TestData data =
        TestData.folder("two", PIECE)
            .with(List.of("gone"), 20 * PIECE)
            .with(List.of("here"), 20 * PIECE);
    server
        .with("/two/here", data.files().getLast().bytes())
        .answering(
            (request, out) -> {
              if (request.target().equals("/two/here")) {
                server.giveWhole(request, out);
              } else {
                WebServer.status(out, "404 Nothing");
              }
            });

    Transfer transfer = get(data, server.url() + "/");

    await().until(() -> transfer.status().verifiedBytes() == 20L * PIECE);
    await().until(() -> seed(transfer).state() == WebSeedStatus.State.BENCHED);
    assertThat(seed(transfer).problem()).contains("gone: answers with HTTP status 404");
  }

  /** What a server does instead of giving the part that it is asked for. */
  enum Lie {
    NOT_FOUND("answers with HTTP status 404", (r, out) -> WebServer.status(out, "404 Nothing")),
    FORBIDDEN("answers with HTTP status 403", (r, out) -> WebServer.status(out, "403 No")),
    TEAPOT("answers with HTTP status 418", (r, out) -> WebServer.status(out, "418 Teapot")),
    FAILS("answers with HTTP status 500", (r, out) -> WebServer.status(out, "500 Oh")),
    BUSY(
        "answers with HTTP status 503",
        (r, out) -> WebServer.status(out, "503 Busy", "Retry-After: 120")),
    RANGE_REFUSED(
        "has a file of 5 bytes there",
        (r, out) -> WebServer.status(out, "416 No", "Content-Range: bytes */5")),
    OTHER_LENGTH(
        "has a file of 9,999,999 bytes there",
        (r, out) -> WebServer.part(r, out, BYTES, 9_999_999)),
    OTHER_LENGTH_WHOLE(
        "has a file of 4 bytes there",
        (r, out) -> {
          WebServer.head(out, "200 OK", "Content-Length: 4");
          out.write(new byte[4]);
        }),
    OTHER_PART(
        "sends another part than it was asked for",
        (r, out) -> WebServer.status(out, "206 Part", "Content-Range: bytes 0-4/" + BYTES.length)),
    NO_PART_NAMED("does not say which part", (r, out) -> WebServer.status(out, "206 Part")),
    LENGTH_OF_ITS_OWN(
        "sends another length than it says",
        (r, out) -> WebServer.head(out, "206 Part", "Content-Length: 1000000000", contentRange(r))),
    OTHER_DATA(
        "sent data that is not the torrent's",
        (r, out) -> {
          WebServer.head(out, "206 Part", "Content-Length: " + r.length(), contentRange(r));
          out.write(new byte[r.length()]);
        }),
    COMPRESSED(
        "sends its files compressed",
        (r, out) ->
            WebServer.head(
                out,
                "206 Part",
                "Content-Encoding: gzip",
                "Content-Length: " + r.length(),
                contentRange(r))),
    NEVER_ENDS(
        "sends more than it was asked for",
        (r, out) -> {
          WebServer.head(out, "206 Part", "Transfer-Encoding: chunked", contentRange(r));
          out.write((Integer.toHexString(r.length()) + "\r\n").getBytes(StandardCharsets.UTF_8));
          out.write(BYTES, (int) r.from(), r.length());
          out.write("\r\n".getBytes(StandardCharsets.UTF_8));
          while (true) {
            out.write(("4000\r\n" + "x".repeat(0x4000) + "\r\n").getBytes(StandardCharsets.UTF_8));
          }
        }),
    ENDS_EARLY(
        "ended its answer before it was whole",
        (r, out) -> {
          WebServer.head(out, "206 Part", "Transfer-Encoding: chunked", contentRange(r));
          out.write("1\r\nx\r\n0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        }),
    HANGS_UP(
        "closed the connection without an answer",
        (r, out) -> {
          throw new IOException("by wish");
        }),
    NO_HTTP(
        "does not speak HTTP",
        (r, out) -> out.write("220 smtp ready\r\n\r\n\r\n".getBytes(StandardCharsets.UTF_8))),
    HEADERS_WITHOUT_END(
        "",
        (r, out) -> {
          WebServer.head(out, "206 Part", contentRange(r));
          WebServer.head(out, "206 Part", contentRange(r));
          while (true) {
            out.write("X: y\r\n".getBytes(StandardCharsets.UTF_8));
          }
        }),
    CIRCLE(
        "redirects in a circle",
        (r, out) -> WebServer.status(out, "302 There", "Location: /image.iso")),
    MANY_REDIRECTS(
        "redirects more than 5 times",
        (r, out) -> WebServer.status(out, "302 There", "Location: " + r.target() + "x")),
    REDIRECT_TO_NOWHERE("redirects to nowhere", (r, out) -> WebServer.status(out, "302 There")),
    REDIRECT_ELSEWHERE(
        "does not begin with http",
        (r, out) -> WebServer.status(out, "302 There", "Location: file:///etc/passwd"));

    private final String told;

    @SuppressWarnings("ImmutableEnumChecker")
    private final WebServer.Answers answers;

    Lie(String told, WebServer.Answers answers) {
      this.told = told;
      this.answers = answers;
    }

    private static String contentRange(WebServer.Request r) {
      return contentRange(r, BYTES.length);
    }

    private static String contentRange(WebServer.Request r, int bytes) {
      return "Content-Range: bytes %d-%d/%d".formatted(r.from(), r.from() + r.length() - 1, bytes);
    }
  }

  @ParameterizedTest
  @EnumSource(Lie.class)
  void whoDoesNotGiveWhatItIsAskedForIsBenchedAndTold(Lie lie) throws Exception {
    server.answering(lie.answers);
    Transfer transfer = get(FILE, server.url() + "/image.iso");

    await().until(() -> seed(transfer).state() == WebSeedStatus.State.BENCHED);

    assertThat(seed(transfer).problem().orElseThrow()).contains(lie.told).doesNotContain("java");
    assertThat(seed(transfer).retrySeconds()).isGreaterThan(5);
    assertThat(String.join("\n", transfer.notes())).contains(server.url()).contains(lie.told);
    assertThat(server.sentBytes()).isLessThan(40 << 20);
    int asked = server.requests().size();
    long benchedAt = System.nanoTime();

    transfer.addPeer(hosts.seed(FILE));
    done(transfer);

    hosts.assertThatHas(2, FILE);
    long waits = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - benchedAt) / 10;
    assertThat(server.requests()).hasSizeLessThanOrEqualTo(asked + 1 + (int) waits);
  }

  @Test
  void whatAServerSaysOfWaitingIsHeeded() throws Exception {
    server.answering(Lie.BUSY.answers);
    Transfer transfer = get(FILE, server.url() + "/image.iso");

    await().until(() -> seed(transfer).state() == WebSeedStatus.State.BENCHED);

    assertThat(seed(transfer).retrySeconds()).isBetween(115L, 151L);
  }

  @Test
  void anotherServerTakesThePlaceOfOneThatFails() throws Exception {
    server.answering(Lie.NOT_FOUND.answers);
    try (WebServer good = new WebServer("127.0.0.2").with("/image.iso", BYTES)) {

      done(get(FILE, "ftp://x/", server.url() + "/", good.url() + "/"));

      hosts.assertThatHas(2, FILE);
    }
  }
}
