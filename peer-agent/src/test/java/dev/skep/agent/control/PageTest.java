package dev.skep.agent.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.library.TorrentRecord;
import dev.skep.agent.library.TorrentRecord.Place;
import dev.skep.agent.service.AgentTorrent;
import dev.skep.agent.service.Seeded;
import dev.skep.agent.service.TestAgent;
import dev.skep.agent.session.TransferStatus.State;
import dev.skep.service.web.Pages;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a browser gets, as bytes; what it makes of it is tested with one. */
@Timeout(60)
class PageTest {
  private static final Seeded DATA = Seeded.file("film.mp4", 200_000);
  private static final String HOSTILE = "<img src=x onerror=alert(1)>\u202egpj.\u0007exe";

  @TempDir private Path temp;
  @AutoClose private TestAgent test;
  @AutoClose private Control control;
  @AutoClose private final HttpClient http = HttpClient.newHttpClient();

  @BeforeEach
  void open() throws Exception {
    test = TestAgent.open(temp.resolve("data"));
    control = TestControl.open(test);
  }

  private AgentTorrent seed(Seeded data) throws Exception {
    data.writeTo(temp.resolve("downloads"));
    AgentTorrent torrent = add(test, data, "downloads");
    await().until(() -> torrent.view().status().state() == State.SEEDING);
    return torrent;
  }

  private AgentTorrent add(TestAgent to, Seeded data, String folder) throws IOException {
    TorrentRecord record =
        TorrentRecord.of(
            data.metainfo().infoHash(), Place.in(temp.resolve(folder)), to.agent().now());
    return to.agent().add(record, Optional.of(data.metainfo())).torrent();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + control.address().getPort() + path));
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = request(path);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void thePageMayLoadWhatThisAgentHasAndNothingElse() throws Exception {
    HttpResponse<String> page = get("/");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Security-Policy")).contains(Pages.POLICY);
    assertThat(Pages.POLICY).contains("default-src 'none'").doesNotContain("unsafe");
    assertThat(page.body()).contains(Pages.IMPORT_MAP).doesNotContain("http://", "https://");
  }

  @Test
  void everyFileThatThePageNamesIsThereAndIsSentOnce() throws Exception {
    Set<String> seen = new HashSet<>();
    followAll("/", get("/").body(), seen);
    assertThat(seen)
        .contains("/page/agent.js", "/web/lit-html/lit-html.js", "/web/uplot/uPlot.esm.js");
    for (String path : seen) {
      String tag = get(path).headers().firstValue("ETag").orElseThrow();
      assertThat(get(path, "If-None-Match", tag).statusCode()).as(path).isEqualTo(304);
    }
  }

  /** What a browser would load because of this text. */
  private void followAll(String of, String text, Set<String> seen) throws Exception {
    Matcher named =
        Pattern.compile(
                "(?:src|href)=\"(/(?:web|page)/[^\"]+)\"|(?:from|import)\\(? ?\"([\\w./-]+)\"")
            .matcher(text);
    while (named.find()) {
      String path = named.group(1) != null ? named.group(1) : module(of, named.group(2));
      if (seen.add(path)) {
        HttpResponse<String> file = get(path);
        assertThat(file.statusCode()).as("%s, which %s names", path, of).isEqualTo(200);
        followAll(path, file.body(), seen);
      }
    }
  }

  private static String module(String of, String name) {
    if (name.startsWith(".")) {
      return URI.create(of).resolve(name).getPath();
    }
    JsonObject map =
        Json.createReader(new StringReader(Pages.IMPORT_MAP)).readObject().getJsonObject("imports");
    return map.containsKey(name)
        ? map.getString(name)
        : map.keySet().stream()
            .filter(key -> key.endsWith("/") && name.startsWith(key))
            .map(key -> map.getString(key) + name.substring(key.length()))
            .findFirst()
            .orElseThrow(() -> new AssertionError(of + " imports " + name));
  }

  /** A stream of events, one document after another. */
  private final class Events implements AutoCloseable {
    private final BufferedReader lines;

    Events(String path) throws Exception {
      InputStream in = http.send(request(path).build(), BodyHandlers.ofInputStream()).body();
      lines = new BufferedReader(new InputStreamReader(in, UTF_8));
    }

    JsonObject next() throws IOException {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("data: ")) {
          return Json.createReader(new StringReader(line.substring(6))).readObject();
        }
      }
      throw new IOException("the stream has ended");
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }

  @Test
  void theListIsToldAndThenWhatChanges() throws Exception {
    AgentTorrent torrent = seed(DATA);
    String id = String.valueOf(torrent.id());
    try (Events events = new Events("/events")) {
      JsonObject first = events.next();
      assertThat(first.getBoolean("all")).isTrue();
      assertThat(first.getJsonObject("set").keySet()).containsExactly("session", id);
      JsonObject row = first.getJsonObject("set").getJsonObject(id);
      assertThat(row.getString("name")).isEqualTo("film.mp4");
      assertThat(row.getString("sentence")).contains("nobody wants");
      torrent.stop();
      JsonObject next = events.next();
      assertThat(next.getBoolean("all")).isFalse();
      assertThat(next.getJsonObject("set").getJsonObject(id).getInt("status")).isZero();
      test.agent().remove(torrent, false);
      while (next.getJsonArray("gone").isEmpty()) {
        next = events.next();
      }
      assertThat(next.getJsonArray("gone").getString(0)).isEqualTo(id);
    }
  }

  @Test
  void oneTorrentIsToldWithItsPartsAndThatItIsGone() throws Exception {
    AgentTorrent torrent = seed(DATA);
    try (Events events = new Events("/events?torrent=" + torrent.infoHash().hex())) {
      JsonObject set = events.next().getJsonObject("set");
      assertThat(set.keySet())
          .containsExactly(
              "session",
              "torrent",
              "pieces",
              "files",
              "file_stats",
              "peers",
              "trackers",
              "history");
      assertThat(set.getString("pieces")).isEqualTo("//g="); // thirteen bits
      assertThat(set.getJsonObject("files").getJsonArray("files")).hasSize(1);
      test.agent().remove(torrent, false);
      JsonObject next = events.next();
      while (!next.getJsonArray("gone").toString().contains("peers")) {
        next = events.next();
      }
      assertThat(next.getJsonObject("set").isNull("torrent")).isTrue();
    }
    assertThat(get("/events?torrent=zz").statusCode()).isEqualTo(400);
  }

  @Test
  void aHostileNameComesAsData() throws Exception {
    seed(Seeded.file(HOSTILE.replace("/", ""), 20_000));
    try (Events events = new Events("/events")) {
      JsonObject row = events.next().getJsonObject("set").getJsonObject("1");
      assertThat(row.getString("name")).startsWith("<img src=x onerror=alert(1)>");
    }
    assertThat(get("/").body()).doesNotContain("onerror");
  }

  @Test
  void streamsDoNotHoldUpTheEnd() throws Exception {
    try (Events events = new Events("/events")) {
      events.next();
      long began = System.nanoTime();
      control.close();
      assertThat(System.nanoTime() - began).isLessThan(900_000_000L);
    }
  }

  // ---- Files that are played while they come

  private HttpResponse<byte[]> media(AgentTorrent of, String... headers) throws Exception {
    HttpRequest.Builder request = request("/media?torrent=" + of.infoHash().hex() + "&file=0");
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }

  @Test
  void aPlayerGetsWhatItAsksFor() throws Exception {
    AgentTorrent torrent = seed(DATA);
    HttpResponse<byte[]> all = media(torrent);
    assertThat(all.statusCode()).isEqualTo(200);
    assertThat(all.body()).isEqualTo(DATA.bytes());
    assertThat(all.headers().firstValue("Content-Type")).contains("video/mp4");
    assertThat(all.headers().firstValue("Content-Security-Policy").orElse("")).endsWith("sandbox");
    HttpResponse<byte[]> part = media(torrent, "Range", "bytes=30000-69999");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.headers().firstValue("Content-Range")).contains("bytes 30000-69999/200000");
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(DATA.bytes(), 30_000, 70_000));
    assertThat(media(torrent, "Range", "bytes=200000-").statusCode()).isEqualTo(416);
    String hash = torrent.infoHash().hex();
    for (String wrong :
        List.of("", "?torrent=" + hash + "&file=1", "?torrent=../..&file=0", "?file=0")) {
      assertThat(get("/media" + wrong).statusCode()).as(wrong).isEqualTo(404);
    }
  }

  @Test
  void aStrangersFileIsNeverAPageOfOurs() throws Exception {
    AgentTorrent torrent = seed(Seeded.file("evil.html", 20_000));
    HttpResponse<byte[]> answer = media(torrent);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/octet-stream");
    assertThat(answer.headers().firstValue("Content-Disposition").orElse(""))
        .startsWith("attachment");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
  }

  @Test
  void whatIsNotHereYetComesFirstAndIsWaitedFor() throws Exception {
    seed(DATA);
    try (TestAgent other =
        TestAgent.open(temp.resolve("other"), Map.of(AgentKeys.MAX_DOWN.name(), "60KiB/s"))) {
      AgentTorrent copy = add(other, DATA, "copy");
      control.close();
      control = TestControl.open(other);
      await().until(() -> copy.view().transfer().isPresent());
      var transfer = copy.view().transfer().orElseThrow();
      await().until(() -> copy.view().status().state() == State.DOWNLOADING);
      Thread late =
          Thread.ofVirtual().start(() -> transfer.addPeer(test.agent().session().listening()));
      HttpResponse<byte[]> end = media(copy, "Range", "bytes=-40000");
      assertThat(end.body()).isEqualTo(Arrays.copyOfRange(DATA.bytes(), 160_000, 200_000));
      assertThat(copy.view().isComplete()).as("the end came before the rest").isFalse();
      late.join();
    }
  }
}
