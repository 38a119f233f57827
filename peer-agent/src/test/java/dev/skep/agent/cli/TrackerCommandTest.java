package dev.skep.agent.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.skep.agent.trust.Signature;
import dev.skep.agent.trust.Statement;
import dev.skep.agent.trust.TrustedKeys;
import dev.skep.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code skep tracker …} sends to a tracker, and what it makes of the answers. */
class TrackerCommandTest {
  private static final String HASH = "0123456789012345678901234567890123456789";

  @TempDir private Path folder;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<String> secrets = new CopyOnWriteArrayList<>();
  private final Queue<Answer> answers = new ArrayDeque<>();
  private HttpServer server;

  private record Answer(int status, Map<String, String> headers, String body) {
    Answer(int status, String body) {
      this(status, Map.of(), body);
    }
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
    secrets.add(
        String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")).replace("null", ""));
    Answer answer = answers.size() > 1 ? answers.remove() : answers.element();
    answer.headers().forEach(exchange.getResponseHeaders()::add);
    byte[] body = answer.body().getBytes(UTF_8);
    exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private Console skep(Map<String, String> environment) {
    return new Console(InputStream.nullInputStream(), environment);
  }

  @Test
  void theTokenIsFoundInTheDataFolderOfATrackerOnThisMachine() throws Exception {
    Path data = Files.createDirectory(folder.resolve("skep-data"));
    Files.writeString(data.resolve("admin.token"), "token-in-the-folder\n");
    answers.add(new Answer(202, ""));

    var skep = skep(Map.of("SKEP_DATA_FOLDER", data.toString()));
    assertThat(skep.run("tracker", "stop", "--tracker", url())).isZero();
    assertThat(skep.out()).isEqualTo("stopped " + url() + "\n");
    assertThat(secrets).containsExactly("Bearer token-in-the-folder");
  }

  @Test
  void whatIsTypedGoesBeforeTheEnvironmentAndThatBeforeTheFolder() throws Exception {
    Path usual = Files.createDirectory(folder.resolve("usual"));
    Files.writeString(usual.resolve("admin.token"), "token-of-the-usual-folder");
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.writeString(other.resolve("admin.token"), "token-of-the-other-folder");
    Path file = Files.writeString(folder.resolve("secret"), "token-of-the-file");
    answers.add(new Answer(202, ""));
    var skep =
        skep(Map.of("SKEP_DATA_FOLDER", usual.toString(), "SKEP_ADMIN_TOKEN", "token-of-the-env"));

    skep.run("tracker", "stop", "--tracker", url());
    skep.run("tracker", "stop", "--tracker", url(), "--data", other.toString());
    skep.run("tracker", "stop", "--tracker", url(), "--token-file", file.toString());
    assertThat(secrets)
        .containsExactly(
            "Bearer token-of-the-env",
            "Bearer token-of-the-other-folder",
            "Bearer token-of-the-file");
  }

  @Test
  void whatIsMissingOrWrongIsToldInOneLine() throws Exception {
    answers.add(new Answer(401, "{\"detail\":\"send a token of this tracker's\"}"));
    var skep = skep(Map.of("SKEP_DATA_FOLDER", folder.resolve("none").toString()));
    assertThat(skep.run("tracker", "stop", "--tracker", url())).isEqualTo(1);
    assertThat(skep.err())
        .isEqualTo(
            "skep: "
                + url()
                + " refuses: send a token of this tracker's; skep takes it from --token-file FILE,"
                + " SKEP_ADMIN_TOKEN, or the tracker's data folder (--data DIR)\n");

    skep = skep(Map.of("SKEP_ADMIN_TOKEN", "old"));
    answers.clear();
    answers.add(new Answer(401, "{\"detail\":\"that is none of this tracker's tokens\"}"));
    assertThat(skep.run("tracker", "stop", "--tracker", url())).isEqualTo(1);
    assertThat(skep.err())
        .contains("that is none of this tracker's tokens (from SKEP_ADMIN_TOKEN)");

    assertThat(skep.run("tracker", "stop", "--tracker", url(), "--data", folder.toString()))
        .isEqualTo(1);
    assertThat(skep.err()).contains("admin.token: no such file; is that the tracker's data folder");
    Files.writeString(folder.resolve("admin.token"), "");
    skep.run("tracker", "stop", "--tracker", url(), "--data", folder.toString());
    assertThat(skep.err()).contains("admin.token: holds no token");
  }

  @Test
  void noOtherTrackerIsToldTheTokenOfOurs() throws Exception {
    Files.writeString(folder.resolve("admin.token"), "token-of-our-tracker");
    answers.add(new Answer(302, Map.of("Location", "http://elsewhere.example/"), ""));
    var skep = skep(Map.of("SKEP_DATA_FOLDER", folder.toString()));

    assertThat(skep.run("tracker", "stop", "--tracker", url())).isEqualTo(1);
    assertThat(skep.err()).contains("leads to http://elsewhere.example/; give that as --tracker");
    // A name may be anybody's, whatever it leads to.
    skep.run("tracker", "stop", "--tracker", url().replace("127.0.0.1", "ip6-loopback"));
    skep.run("tracker", "stop", "--tracker", url().replace("127.0.0.1", "127.0.0.999"));
    assertThat(secrets).containsOnlyOnce("Bearer token-of-our-tracker");
  }

  @Test
  void aPasskeyInTheAddressReadsAndIsAnnouncedWith() throws Exception {
    answers.add(new Answer(200, "{\"torrents\":[]}"));
    var skep = skep(Map.of("SKEP_DATA_FOLDER", folder.resolve("none").toString()));
    assertThat(skep.run("tracker", "list", "--tracker", url() + "/?passkey=abcdefgh")).isZero();
    assertThat(secrets).containsExactly("Bearer abcdefgh");
    assertThat(asked).containsExactly("GET /api/v1/torrents?limit=500");
    assertThat(skep.run("tracker", "list", "--tracker", url() + "/?passkey=a")).isEqualTo(2);
    assertThat(skep.run("tracker", "list", "--tracker", url() + "/?x=y")).isEqualTo(2);
  }

  @ParameterizedTest(name = "private: {0}")
  @ValueSource(booleans = {true, false})
  void aPrivateTorrentIsAnnouncedToItsOwnTrackerOnly(boolean isPrivate) throws Exception {
    String own = url() + "/own";
    String torrent =
        "d8:announce%d:%s4:infod6:lengthi5e4:name1:f12:piece lengthi16384e6:pieces20:%s%see"
            .formatted(own.length(), own, "h".repeat(20), isPrivate ? "7:privatei1e" : "");
    String hash = Metainfo.parse(torrent.getBytes(UTF_8)).infoHash().hex();
    String row = torrent("f").replace(HASH, hash);
    answers.add(new Answer(200, "{\"torrents\":[" + row + "]}"));
    answers.add(new Answer(200, row));
    answers.add(new Answer(200, torrent));
    answers.add(new Answer(200, "d8:intervali1800e5:peers0:e"));

    var get = skep(Map.of());
    var thread =
        Thread.ofVirtual()
            .start(
                () -> get.run("get", "f", "-d", folder, "--tracker", url(), "--bind", "127.0.0.1"));
    try {
      // The catalogue's own is put first, and another is asked only where that fails.
      String expected = isPrivate ? "GET /own?" : "GET /announce?";
      await().until(() -> asked.stream().anyMatch(line -> line.startsWith(expected)));
      assertThat(asked).noneMatch(line -> line.startsWith("GET /announce?") && isPrivate);
    } finally {
      get.stop();
      thread.join();
    }
  }

  @Test
  void allPagesOfAListAreJoinedAndWaitedFor() throws Exception {
    answers.add(
        new Answer(200, "{\"total\":9,\"torrents\":[" + torrent("a") + "],\"next\":\"b c\"}"));
    answers.add(new Answer(429, Map.of("Retry-After", "1"), "{\"detail\":\"too many requests\"}"));
    answers.add(new Answer(200, "{\"torrents\":[],\"next\":\"d\"}"));
    answers.add(new Answer(200, "{\"torrents\":[" + torrent("b") + "]}"));

    var skep = skep(Map.of());
    assertThat(skep.run("tracker", "list", "--tracker", url())).isZero();
    assertThat(skep.out().lines()).hasSize(3);
    assertThat(asked)
        .containsExactly(
            "GET /api/v1/torrents?limit=500",
            "GET /api/v1/torrents?limit=500&after=b+c",
            "GET /api/v1/torrents?limit=500&after=b+c",
            "GET /api/v1/torrents?limit=500&after=d");
  }

  @Test
  void namesOfStrangersDoNothingToTheTerminal() throws Exception {
    String evil = "a\\u001b[31m\u202egpj.exe\u2066\u0085\u200f\ud83d\ude00\udb40\udc41";
    answers.add(new Answer(200, "{\"torrents\":[" + torrent(evil) + "]}"));

    var skep = skep(Map.of());
    assertThat(skep.run("tracker", "list", "--tracker", url())).isZero();
    assertHarmless(skep.out());
    assertThat(skep.run("tracker", "list", "--json", "--tracker", url())).isZero();
    assertHarmless(skep.out());
    try (var json = jakarta.json.Json.createReader(new java.io.StringReader(skep.out()))) {
      assertThat(json.readObject().getJsonArray("torrents").getJsonObject(0).getString("name"))
          .isEqualTo(evil.replace("\\u001b", "\u001b"));
    }
    answers.clear();
    answers.add(new Answer(200, torrent(evil)));
    assertThat(skep.run("tracker", "info", HASH, "--tracker", url())).isZero();
    assertHarmless(skep.out());
    answers.clear();
    answers.add(new Answer(400, "{\"detail\":\"" + evil + "\"}"));
    assertThat(skep.run("tracker", "info", HASH, "--tracker", url())).isEqualTo(1);
    assertHarmless(skep.err());
  }

  private static void assertHarmless(String printed) {
    assertThat(printed.codePoints().filter(c -> c != '\n'))
        .noneMatch(
            c ->
                Character.isISOControl(c)
                    || Character.getType(c) == Character.FORMAT
                    || Character.getType(c) == Character.UNASSIGNED);
    assertThat(printed).contains("gpj.exe");
  }

  private static String torrent(String name) {
    return "{\"infoHash\":\"%s\",\"name\":\"%s\",\"seeders\":1,\"leechers\":0,\"completed\":0}"
        .formatted(HASH, name);
  }

  @Test
  void whatIsPublishedCarriesItsLabelsAndASignatureThatAgentsCheck() throws Exception {
    answers.add(new Answer(201, "{}"));
    Path data = Files.write(folder.resolve("site"), new byte[1000]);
    Console console = new Console();
    assertThat(console.run("create", data, "-o", folder.resolve("site.torrent"))).isZero();
    assertThat(console.run("keygen", folder.resolve("key"))).isZero();
    assertThat(console.run("keygen", folder.resolve("key"))).isEqualTo(1);
    int status =
        console.run(
            "publish",
            folder.resolve("site.torrent"),
            "--label",
            "web",
            "--label",
            "stable",
            "--sign",
            folder.resolve("key"),
            "--tracker",
            url());
    assertThat(status).as(console.err()).isZero();
    Map<String, List<String>> query = query(asked.getLast());
    Metainfo torrent = Metainfo.parse(Files.readAllBytes(folder.resolve("site.torrent")));
    Statement statement =
        new Statement(
            torrent.infoHash(),
            first(query, "name"),
            query.getOrDefault("label", List.of()),
            Instant.ofEpochSecond(Long.parseLong(first(query, "published"))));
    Signature signature = new Signature(first(query, "signature"), first(query, "signer"));
    assertThat(query.get("label")).containsExactlyInAnyOrder("web", "stable");
    assertThat(TrustedKeys.read(folder.resolve("key.pub")).refusal(statement, signature)).isEmpty();
  }

  @Test
  void whoPublishesWhatHeMakesIsToldWhatOthersType() throws Exception {
    answers.add(new Answer(201, "{}"));
    Path data = Files.write(folder.resolve("site"), new byte[1000]);
    Path torrent = folder.resolve("site.torrent");
    Console console = new Console();

    int status = console.run("create", data, "-o", torrent, "--publish", "--tracker", url());

    assertThat(status).as(console.err()).isZero();
    assertThat(console.err()).contains("on other machines: skep get 'site' --tracker " + url());
  }

  private static String first(Map<String, List<String>> query, String name) {
    return query.getOrDefault(name, List.of()).getFirst();
  }

  private static Map<String, List<String>> query(String request) {
    return Stream.of(request.replaceAll(".*\\?", "").split("&", -1))
        .map(part -> part.split("=", 2))
        .collect(
            Collectors.groupingBy(
                part -> part[0],
                Collectors.mapping(
                    part -> URLDecoder.decode(part[1], UTF_8), Collectors.toList())));
  }
}
