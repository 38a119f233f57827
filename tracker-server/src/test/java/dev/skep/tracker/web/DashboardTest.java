package dev.skep.tracker.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.service.web.Pages;
import io.helidon.microprofile.testing.AddConfig;
import io.helidon.microprofile.testing.junit5.HelidonTest;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.ws.rs.client.WebTarget;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a browser gets, as bytes; what it makes of it is tested with one. */
@HelidonTest
@Timeout(60)
@AddConfig(key = "skep.data.folder", value = "target/test-data/page")
@AddConfig(key = "skep.admin.token", value = DashboardTest.TOKEN)
@AddConfig(key = "skep.limit.api.per.address", value = "1000000")
class DashboardTest {
  static final String TOKEN = "the-token-of-this-test";
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final String HOSTILE = "<img src=x onerror=alert(1)>\u202egpj.\"'&";

  @Inject private WebTarget server;

  @AfterAll
  static void close() {
    CLIENT.close();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + server.getUri().getPort() + path));
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = request(path);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofString(UTF_8));
  }

  /** Registers a torrent of its own, under its name as it is; gives its info-hash. */
  private String register(String name) throws Exception {
    byte[] bytes = name.getBytes(UTF_8);
    var file = new ByteArrayOutputStream();
    file.writeBytes(("d4:infod6:lengthi1000e4:name" + bytes.length + ":").getBytes(ISO_8859_1));
    file.writeBytes(bytes);
    file.writeBytes("12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaaee".getBytes(ISO_8859_1));
    var made =
        CLIENT.send(
            request("/api/v1/torrents?name=" + URLEncoder.encode(name, UTF_8))
                .header("Content-Type", "application/x-bittorrent")
                .header("Authorization", "Bearer " + TOKEN)
                .POST(BodyPublishers.ofByteArray(file.toByteArray()))
                .build(),
            BodyHandlers.ofString());
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    return json(made.body()).getString("infoHash");
  }

  private static JsonObject json(String text) {
    return Json.createReader(new StringReader(text)).readObject();
  }

  private void announce(String hash, int port, long left) throws Exception {
    String answer =
        get("/announce?info_hash="
                + hash.replaceAll("..", "%$0")
                + "&peer_id=-TR4050-123456789012&port="
                + port
                + "&uploaded=5&downloaded=7&left="
                + left
                + "&compact=1")
            .body();
    assertThat(answer).contains("interval");
  }

  /** The parts that a page gets first. */
  private JsonObject parts(String query) throws Exception {
    var answer = get("/page/events?wait=0&" + query);
    assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
    Matcher data = Pattern.compile("(?m)^data: (\\{\"all\":true.*)$").matcher(answer.body());
    assertThat(data.find()).as(answer.body()).isTrue();
    return json(data.group(1)).getJsonObject("set");
  }

  @Test
  void thePageMayLoadWhatThisTrackerHasAndNothingElse() throws Exception {
    HttpResponse<String> page = get("/");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Security-Policy")).contains(Pages.POLICY);
    assertThat(page.body()).contains(Pages.IMPORT_MAP).doesNotContainPattern("(src|href)=\"[^/]");
  }

  @Test
  void everyFileThatThePageNamesIsThereAndIsSentOnce() throws Exception {
    Set<String> seen = new HashSet<>();
    followAll("/", get("/").body(), seen);
    assertThat(seen)
        .contains(
            "/page/tracker.js",
            "/page/rollout.js",
            "/web/skep/chart.js",
            "/web/lit-html/lit-html.js",
            "/web/uplot/uPlot.esm.js");
    for (String path : seen) {
      String tag = get(path).headers().firstValue("ETag").orElseThrow();
      assertThat(get(path, "If-None-Match", tag).statusCode()).as(path).isEqualTo(304);
      var head =
          CLIENT.send(
              request(path).method("HEAD", BodyPublishers.noBody()).build(),
              BodyHandlers.ofString());
      assertThat(head.headers().firstValue("ETag")).as(path).contains(tag);
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
    JsonObject imports = json(Pages.IMPORT_MAP).getJsonObject("imports");
    if (imports.containsKey(name)) {
      return imports.getString(name);
    }
    String folder = name.substring(0, name.indexOf('/') + 1);
    return imports.getString(folder) + name.substring(folder.length());
  }

  @Test
  void aStreamTellsTheTrackerItsTorrentsAndHowItIs() throws Exception {
    String hash = register("film.mp4");
    announce(hash, 7001, 0);
    await("the list, which is up to a second old")
        .untilAsserted(
            () ->
                assertThat(parts("sort=seeders").getJsonObject("t:" + hash).getInt("seeders"))
                    .isOne());
    JsonObject all = parts("");
    assertThat(all.getJsonObject("t:" + hash).getString("name")).isEqualTo("film.mp4");
    assertThat(all.getJsonObject("swarms").getJsonArray("order").toString()).contains(hash);
    assertThat(all.getJsonObject("tracker").getInt("seeders")).isPositive();
    assertThat(all.getJsonArray("health").toString()).contains("\"saving\"", "\"udp\"");
    assertThat(all.getJsonObject("history").getJsonArray("seeders")).isNotEmpty();
  }

  @Test
  void aTorrentsStreamTellsItsPeersAndItsRollouts() throws Exception {
    String hash = register("season.mkv");
    announce(hash, 7001, 0);
    announce(hash, 7002, 500);
    var made =
        CLIENT.send(
            request("/api/v1/rollouts")
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + TOKEN)
                .POST(
                    BodyPublishers.ofString("{\"torrent\":\"" + hash + "\",\"hosts\":[\"web1\"]}"))
                .build(),
            BodyHandlers.ofString());
    String id = json(made.body()).getString("id");
    JsonObject parts = parts("torrent=" + hash);
    assertThat(parts.getJsonObject("torrent").getInt("leechers")).isOne();
    assertThat(parts.getJsonObject("peers").getJsonArray("peers"))
        .hasSize(2)
        .anySatisfy(peer -> assertThat(peer.asJsonObject().getInt("port")).isEqualTo(7002));
    assertThat(parts.getJsonObject("r:" + id).getString("state")).isEqualTo("running");
    assertThat(parts("").getJsonObject("r:" + id).getString("name")).isEqualTo("season.mkv");
  }

  @Test
  void ofATorrentThatIsNotThereNothingIsTold() throws Exception {
    JsonObject parts = parts("torrent=" + "0".repeat(40));
    assertThat(parts.keySet()).containsExactly("torrent");
    assertThat(parts.isNull("torrent")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sort=size", "torrent=xyz", "wait=901", "torrent=%22"})
  void whatIsWrongIsRefusedInWords(String query) throws Exception {
    var answer = get("/page/events?" + query);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer.body()).getString("detail")).isNotEmpty();
  }

  @Test
  void whoHasNoScriptsReadsNumbersAndNamesThatAreTextAndNothingElse() throws Exception {
    register(HOSTILE);
    await("the list, which is up to a second old")
        .untilAsserted(
            () ->
                assertThat(get("/").body())
                    .contains("&lt;img src=x onerror=alert(1)&gt;?gpj.&quot;&#39;&amp;"));
    assertThat(get("/").body())
        .contains("<noscript>", "<dt>seeders</dt><dd>")
        .doesNotContain("<img", "\u202e");
  }

  @Test
  void aMagnetLinkNamesTheTorrentsTrackersOrThisOne() throws Exception {
    String hash = register("a b&c");
    var link = get("/torrents/" + hash + ".magnet");
    assertThat(link.body())
        .startsWith("magnet:?xt=urn:btih:")
        .containsIgnoringCase(hash)
        .contains("dn=a%20b%26c", "tr=http:%2F%2F127.0.0.1")
        .contains("%2Fannounce");
    assertThat(get("/torrents/" + "0".repeat(40) + ".magnet").statusCode()).isEqualTo(404);
    assertThat(get("/torrents/xyz.magnet").statusCode()).isEqualTo(400);
  }
}
