package dev.skep.agent.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Torrents that are put into folders and onto web servers, and found there. */
class PlacesTest {
  private static final String LOGIN = "bee:hive:1";

  @TempDir private Path temp;
  private HttpServer server;
  private Console skep;
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile int refuses;

  /** A server with WebDAV for one who has a password. */
  @BeforeEach
  void begin() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    Path netrc =
        Files.writeString(
            temp.resolve("netrc"),
            """
            # others
            machine elsewhere login a password b
            machine 127.0.0.1
              login bee
              password hive:1
            """);
    skep = new Console(InputStream.nullInputStream(), Map.of("NETRC", netrc.toString()));
    Files.write(temp.resolve("disk.img"), new byte[100_000]);
  }

  @AfterEach
  void end() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
    byte[] body = exchange.getRequestBody().readAllBytes();
    String wanted = "Basic " + Base64.getEncoder().encodeToString(LOGIN.getBytes(UTF_8));
    boolean isKnown =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
            .filter(wanted::equals)
            .isPresent();
    boolean puts = exchange.getRequestMethod().equals("PUT");
    byte[] there = files.getOrDefault(path, new byte[0]);
    int status =
        !isKnown ? 401 : puts && refuses > 0 ? refuses : puts ? 201 : there.length == 0 ? 404 : 200;
    if (status == 201) {
      files.put(path, body);
    }
    exchange.getResponseHeaders().add("Location", "https://elsewhere/");
    exchange.sendResponseHeaders(status, status == 200 ? there.length : -1);
    if (status == 200) {
      exchange.getResponseBody().write(there);
    }
    exchange.close();
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private int create(String... more) {
    var words = new ArrayList<Object>(List.of("create", temp.resolve("disk.img")));
    words.addAll(List.of("-o", temp.resolve("out.torrent")));
    words.addAll(List.of(more));
    return skep.run(words.toArray());
  }

  @Test
  void itIsPutOntoAWebServerAndFoundThere() throws Exception {
    assertThat(create("--publish", url() + "/my%20torrents/", "--no-date")).as(skep.err()).isZero();
    assertThat(skep.err()).contains("put to " + url() + "/my%20torrents/disk.img.torrent");
    byte[] put = files.get("/my torrents/disk.img.torrent");
    assertThat(temp.resolve("out.torrent")).hasBinaryContent(put);
    assertThat(skep.run("info", url() + "/my%20torrents/disk.img.torrent")).isZero();
    assertThat(skep.out()).contains("disk.img");

    assertThat(create("-f", "--publish=" + url() + "/x", "--comment", "new")).isZero();
    assertThat(Files.readAllBytes(temp.resolve("out.torrent"))).isEqualTo(files.get("/x"));
  }

  @Test
  void whatIsThereIsReplacedOnlyByWhoSaysSo() {
    files.put("/x", "something".getBytes(UTF_8));
    assertThat(create("--publish", url() + "/x")).isEqualTo(1);
    assertThat(skep.err())
        .isEqualTo(
            "skep: %s/x: exists already; use --force to replace it, or another place\n"
                .formatted(url()));
    assertThat(files.get("/x")).asString(UTF_8).isEqualTo("something");
    assertThat(temp.resolve("out.torrent")).as("it is told before the work").doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "403, may not be written by you",
    "409, there is no such folder; make it",
    "405, the server takes no uploads",
    "413, too large for the server",
    "507, the server has no room left",
    "302, leads to https://elsewhere/; name that",
    "500, answers with HTTP status 500",
  })
  void aRefusalIsOneLineThatSaysWhatToDo(int status, String words) {
    refuses = status;
    assertThat(create("--publish", url() + "/x")).isEqualTo(1);
    assertThat(skep.err().lines().filter(line -> line.startsWith("skep: ")))
        .singleElement()
        .asString()
        .startsWith("skep: " + url() + "/x: " + words);
  }

  @Test
  void aPasswordIsForItsOwnHostAndNotForCommandLines() throws Exception {
    assertThat(create("--publish", url().replace("127.0.0.1", "localhost") + "/x")).isEqualTo(1);
    assertThat(skep.err())
        .contains("asks who you are; write 'machine localhost login NAME password SECRET' into")
        .contains("netrc");
    assertThat(create("--publish", url().replace("//", "//bee:hive@") + "/x")).isEqualTo(1);
    assertThat(skep.err())
        .contains("a password does not belong on a command line")
        .doesNotContain("hive@");
    Files.writeString(temp.resolve("netrc"), "machine 127.0.0.1 login bee password wrong");
    assertThat(create("--publish", url() + "/x")).isEqualTo(1);
    assertThat(skep.err()).contains("does not take the name and password for 127.0.0.1 in");
    assertThat(asked).noneMatch(line -> line.startsWith("PUT"));
  }

  @Test
  void aFolderIsAPlaceToo() throws Exception {
    Path shared = Files.createDirectory(temp.resolve("shared"));
    assertThat(create("--publish=" + shared)).as(skep.err()).isZero();
    Path there = shared.resolve("disk.img.torrent");
    assertThat(there).hasSameBinaryContentAs(temp.resolve("out.torrent"));
    assertThat(create("-o", temp.resolve("2.torrent").toString(), "--publish=" + shared))
        .isNotZero();
    assertThat(create("-f", "--publish=" + shared + "/none/x.torrent")).isEqualTo(1);
    assertThat(skep.err()).contains("none: there is no such folder; make it, or name another");
    assertThat(skep.run("scrape", shared)).isEqualTo(1);
    assertThat(skep.err()).as("it was found").doesNotContain("a folder");
    Files.copy(there, shared.resolve("b.torrent"));
    assertThat(skep.run("scrape", shared)).isEqualTo(1);
    assertThat(skep.err()).contains("shared: a folder with 2 .torrent files; name one, such as ");
  }

  @Test
  void withoutAPlaceItIsTheTrackersCatalogue() {
    assertThat(create("--publish", "--tracker", url())).isEqualTo(1);
    assertThat(skep.err()).contains(url()).doesNotContain("exists already");
    assertThat(asked).anyMatch(line -> line.startsWith("POST /api/v1/torrents"));
  }
}
