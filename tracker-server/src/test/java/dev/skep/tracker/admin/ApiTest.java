package dev.skep.tracker.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.admin.views.Cursor;
import io.helidon.microprofile.testing.AddConfig;
import io.helidon.microprofile.testing.junit5.HelidonTest;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientRequestFilter;
import jakarta.ws.rs.client.Entity;
import jakarta.ws.rs.client.WebTarget;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@HelidonTest
@AddConfig(key = "skep.data.folder", value = "target/test-data/api")
@AddConfig(key = "skep.limit.metainfo", value = "64KiB")
@AddConfig(key = "skep.admin.token", value = "the-token-of-this-test")
@AddConfig(key = "skep.admin.attempts", value = "3")
@AddConfig(key = "skep.limit.api.per.address", value = "2")
@AddConfig(key = "skep.http.trusted.proxies", value = "127.0.0.0/8")
class ApiTest {
  private static final String TOKEN = "the-token-of-this-test";
  private static final String TORRENT = "application/x-bittorrent";

  /** One for all: making one takes longer than most requests. */
  private static final Client CLIENT = ClientBuilder.newClient().register(new Authorized());

  /** Sends the token unless the test says who asks. */
  private static final class Authorized implements ClientRequestFilter {
    @Override
    public void filter(ClientRequestContext request) {
      request.getHeaders().computeIfAbsent("Authorization", _ -> List.of("Bearer " + TOKEN));
    }
  }

  @Inject private WebTarget server;

  @AfterAll
  static void close() {
    CLIENT.close();
  }

  @Test
  void aTorrentIsRegisteredListedFetchedAndRemoved() throws Exception {
    byte[] info = info("linux.iso");
    byte[] file = torrentFile(info);
    String hash = InfoHash.of(MessageDigest.getInstance("SHA-1").digest(info)).hex();

    Response created = post("/api/v1/torrents", file);
    assertThat(created.getStatus()).isEqualTo(201);
    assertThat(created.getLocation().getPath()).isEqualTo("/api/v1/torrents/" + hash);

    JsonObject listed =
        json("/api/v1/torrents?name=LINUX").getJsonArray("torrents").getJsonObject(0);
    assertThat(listed.getString("infoHash")).isEqualTo(hash);
    assertThat(listed.getString("name")).isEqualTo("linux.iso");
    assertThat(listed.getInt("totalBytes")).isEqualTo(20000);
    assertThat(listed.getInt("files")).isEqualTo(1);
    assertThat(listed.getBoolean("registered")).isTrue();
    assertThat(json("/api/v1/torrents/" + hash)).isEqualTo(listed);

    assertThat(get("/torrents/" + hash + ".torrent").readEntity(byte[].class)).isEqualTo(file);

    assertThat(at("/api/v1/torrents/" + hash).request().delete().getStatus()).isEqualTo(204);
    assertThat(get("/torrents/" + hash + ".torrent").getStatus()).isEqualTo(404);
    assertThat(json("/api/v1/torrents?name=linux").getJsonArray("torrents")).isEmpty();
    assertThat(json("/api/v1/torrents?name=linux.iso&exact=true").getInt("total")).isZero();
  }

  @Test
  void whatIsNoTorrentFileIsRefusedWithTheReason() {
    JsonObject problem = problem(post("/api/v1/torrents", new byte[] {'d', '3'}), 400);
    assertThat(problem.getString("detail")).startsWith("not a .torrent file: ");
  }

  @Test
  void aTorrentFileThatIsTooLargeIsRefused() {
    JsonObject problem = problem(post("/api/v1/torrents", new byte[65537]), 413);
    assertThat(problem.getString("detail")).contains("larger than 65536 bytes");
  }

  @Test
  void aBodyInChunksThatAreNoneIsRefusedWithTheReason() throws Exception {
    String request =
        """
        POST /api/v1/torrents HTTP/1.1\r
        Host: t\r
        Authorization: Bearer %s\r
        Content-Type: %s\r
        Transfer-Encoding: chunked\r
        \r
        zz\r
        hello\r
        0\r
        \r
        """
            .formatted(TOKEN, TORRENT);
    InetAddress here = InetAddress.ofLiteral("127.0.0.1");
    try (Socket socket = new Socket(here, server.getUri().getPort())) {
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 400").contains("a chunk has no size");
      assertThat(answer.split("HTTP/1.1 ", -1)).as("one answer").hasSize(2);
    }
  }

  @Test
  void anAnnouncedTorrentShowsWithItsPeers() {
    String hash = "%01%02%03%04%05%06%07%08%09%0a%0b%0c%0d%0e%0f%10%11%12%13%14";
    String query =
        "info_hash="
            + hash
            + "&peer_id=-TR4050-123456789012&port=7001&uploaded=0&downloaded=0&left=0&compact=1";
    String announced = get("/announce?" + query).readEntity(String.class);
    assertThat(announced).startsWith("d").contains("8:interval");
    String hex = "0102030405060708090a0b0c0d0e0f1011121314";
    assertThat(json("/api/v1/torrents/" + hex).getInt("seeders")).isEqualTo(1);
    JsonObject peer =
        json("/api/v1/torrents/" + hex + "/peers").getJsonArray("peers").getJsonObject(0);
    assertThat(peer.getString("address")).isEqualTo("127.0.0.1");
    assertThat(peer.getInt("port")).isEqualTo(7001);
    assertThat(peer.getBoolean("seeder")).isTrue();
    assertThat(peer.getString("client")).isEqualTo("Transmission");
    await("the view of all peers, which is up to a second old")
        .untilAsserted(() -> assertThat(json("/api/v1/peers").getInt("total")).isPositive());
  }

  @Test
  void thePageSaysWhereToAnnounceAndShowsNamesAsText() throws Exception {
    String name = "<script>alert('x')</script>";
    assertThat(post("/api/v1/torrents", torrentFile(info(name))).getStatus()).isEqualTo(201);
    await("the list, which is up to a second old")
        .untilAsserted(
            () ->
                assertThat(get("/").readEntity(String.class))
                    .contains("announce to <code>" + at("/").getUri() + "announce</code>")
                    .contains("&lt;script&gt;alert(")
                    .doesNotContain("<script>alert("));
  }

  @Test
  void errorsAreProblemJson() {
    problem(get("/api/v1/torrents/xyz"), 400);
    problem(get("/api/v1/torrents/" + "0".repeat(40)), 404);
    for (String wrong :
        List.of(
            "limit=0",
            "limit=1001",
            "limit=",
            "offset=abc",
            "offset=-1",
            "offset=10001",
            "offset=99999999999",
            "after=abc",
            "after=%00",
            "after=" + Cursor.of("seeders", "1", "00".repeat(20)),
            "after=" + Cursor.of("peers", "1", "xyz"),
            "after=" + Cursor.of("peers", "99999999999", "00".repeat(20)))) {
      problem(get("/api/v1/torrents?" + wrong), 400);
    }
    problem(get("/api/v1/peers?after=" + Cursor.of("peers", "1", "00".repeat(20), "x.y.z")), 400);
    problem(get("/api/v1/torrents?name=a&after=%25"), 400);
    problem(get("/api/v1/torrents?sort=size"), 400);
    problem(get("/api/v1/nothing"), 404);
    assertThat(get("/nothing").getStatus()).isEqualTo(404);
    problem(at("/api/v1/stats").request().delete(), 405);
  }

  @Test
  void aDeniedTorrentCannotBeAnnounced() {
    String hex = "ff".repeat(20);
    assertThat(put("/api/v1/access/denied-torrents/" + hex).getStatus()).isEqualTo(204);
    String query =
        "info_hash="
            + "%ff".repeat(20)
            + "&peer_id=-SK0100-123456789012&port=7001&uploaded=0&downloaded=0&left=0";
    assertThat(get("/announce?" + query).readEntity(String.class))
        .contains("this tracker does not serve this torrent");
    problem(put("/api/v1/access/denied-networks/10.0.0.0/99"), 400);
    problem(put("/api/v1/access/nonsense/x"), 404);
  }

  /**
   * What nginx sends with its default settings: nothing tells it from a command on this machine.
   */
  @Test
  void whoComesThroughAProxyOnThisMachineCannotAdministerWithoutTheToken() throws Exception {
    String stop =
        """
        POST /api/v1/stop HTTP/1.0\r
        Host: 127.0.0.1:6969\r
        Connection: close\r
        Content-Length: 0\r
        \r
        """;
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.getUri().getPort())) {
      socket.getOutputStream().write(stop.getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 401 ")
          .contains("send a token of this tracker's");
    }
  }

  @Test
  void anAddressThatGuessesTokensIsNotListenedToForAWhile() {
    for (int i = 0; i < 3; i++) {
      JsonObject problem = problem(asking("203.0.113.1", "Bearer wrong" + i), 401);
      assertThat(problem.getString("detail"))
          .isEqualTo("that is none of this tracker's tokens, or has expired");
    }
    Response silenced = asking("203.0.113.1", "Bearer " + TOKEN);
    assertThat(Integer.parseInt(silenced.getHeaderString("Retry-After"))).isBetween(1, 20);
    assertThat(problem(silenced, 429).getString("detail"))
        .startsWith("too many wrong tokens from 203.0.113.1; try again in ");
    assertThat(asking("203.0.113.2", "Bearer " + TOKEN).getStatus()).isEqualTo(200);
    assertThat(metric("wrong_tokens_total")).isPositive();
  }

  @Test
  void anAddressThatAsksTooOftenIsToldWhenToComeBack() {
    double before = metric("api_limited_total");
    int answered = 0;
    Response last = lists("203.0.113.7");
    for (; last.getStatus() == 200 && answered < 100; answered++) {
      last.close();
      last = lists("203.0.113.7");
    }
    assertThat(answered).isBetween(9, 30); // five seconds' worth, and what came back meanwhile
    assertThat(last.getHeaderString("Retry-After")).isEqualTo("1");
    problem(last, 429);
    assertThat(lists("203.0.113.8").getStatus()).isEqualTo(200);
    assertThat(metric("api_limited_total")).isGreaterThan(before);
  }

  /** Anything but {@code list} of an address that a trusted proxy names. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "198.51.100.1 | 198.51.100.1",
        "198.51.100.1:4711 | 198.51.100.1",
        "198.51.100.1, | 198.51.100.1",
        "[2001:db8::1] | 2001:db8:0:0:0:0:0:1",
        "[2001:db8::2]:443 , 127.0.0.5 | 2001:db8:0:0:0:0:0:2",
        "2001:db8::3 | 2001:db8:0:0:0:0:0:3"
      })
  void aProxyMayNameAnAddressInAnyUsualForm(String forwarded, String address) {
    String announced = announcedThrough(forwarded, 7300);
    assertThat(announced).contains("8:interval");
    assertThat(json("/api/v1/torrents/" + "0f".repeat(20) + "/peers?limit=1000").toString())
        .contains("\"" + address + "\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "unknown",
        "198.51.100.1:http",
        "198.51.100.1:123456",
        "[198.51.100.1]",
        "[2001:db8::1",
        "[2001:db8::1]x",
        "127.0.0.999",
        "1.2",
        "2001:db8::g",
        "9.9.9.9, evil\u202e, 127.0.0.2"
      })
  void aProxyThatNamesNoAddressIsTold(String forwarded) {
    String said = announcedThrough(forwarded, 7301);
    assertThat(said).contains("14:failure reason").contains("the proxy 127.0.0.1 says");
    Response refused = at("/api/v1/stats").request().header("X-Forwarded-For", forwarded).get();
    assertThat(problem(refused, 400).getString("detail"))
        .contains("X-Forwarded-For is '")
        .matches("[ -~]*");
  }

  private String announcedThrough(String forwarded, int port) {
    String query =
        "/announce?info_hash="
            + "%0f".repeat(20)
            + "&peer_id=-SK0100-123456789012&uploaded=0&downloaded=0&left=0&compact=1&port=";
    return at(query + port).request().header("X-Forwarded-For", forwarded).get(String.class);
  }

  private Response asking(String from, String authorization) {
    return at("/api/v1/access")
        .request()
        .header("X-Forwarded-For", from)
        .header("Authorization", authorization)
        .get();
  }

  private Response lists(String from) {
    return at("/api/v1/torrents")
        .request()
        .header("X-Forwarded-For", from)
        .header("Authorization", "none")
        .get();
  }

  private double metric(String name) {
    return value(get("/metrics").readEntity(String.class), "skep_tracker_" + name);
  }

  private static double value(String metrics, String name) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  @Test
  void theApiDescribesItself() {
    String description = get("/openapi").readEntity(String.class);
    assertThat(description)
        .contains("/api/v1/torrents/{infoHash}/peers:", "StatsView:", "registeredTorrents:");
  }

  @Test
  void metricsHaveNoForeignLabels() {
    String metrics = get("/metrics").readEntity(String.class);
    assertThat(metrics)
        .contains("skep_tracker_announces_total{", "protocol=\"udp\"", "skep_tracker_seeders")
        .contains("limit=\"registered\"", "limit=\"rollout.hosts\"");
    assertThat(metrics.lines().filter(l -> !l.startsWith("#")).toList())
        .allSatisfy(
            l ->
                assertThat(l)
                    .matches(
                        "\\w+\\{(mp_scope=\"\\w+\",|protocol=\"\\w+\",|area=\"\\w+\",|gc=\"[^\"]*\",|version=\"[^\"]*\",|outcome=\"\\w+\",|limit=\"[a-z.]+\",|java=\"[^\"]*\",)*}"
                            + " \\S+"));
  }

  @Test
  void metricsTellOfTheProcessUnderNamesThatPromtoolLikes() throws Exception {
    String metrics = get("/metrics").readEntity(String.class);
    assertThat(metrics)
        .contains("skep_tracker_build_info{", "process_start_time_seconds{")
        .contains("jvm_memory_used_bytes{", "jvm_gc_collections_total{", "jvm_threads{");
    assertThat(metrics.lines().filter(l -> l.startsWith("# TYPE ")).map(l -> l.split(" ", 4)[2]))
        .allMatch(name -> name.matches("[a-z0-9_]+") && !name.endsWith("_count"));
    if (Files.isReadable(Path.of("/proc/self/status"))) {
      for (String name :
          List.of("cpu_seconds_total", "open_fds", "max_fds", "resident_memory_bytes")) {
        assertThat(value(metrics, "process_" + name)).as(name).isPositive();
      }
    }
  }

  @Test
  void readinessTellsOfSaving() {
    JsonObject ready = json("/health/ready");
    assertThat(ready.getString("status")).isEqualTo("UP");
    assertThat(ready.toString()).contains("\"saving\"", "savedSecondsAgo");
    assertThat(json("/health/live").toString()).contains("\"udp\"", "\"heartbeat\"");
    assertThat(json("/health/started").toString()).contains("\"restored\"");
  }

  private Response get(String pathAndQuery) {
    return at(pathAndQuery).request().get();
  }

  private JsonObject json(String pathAndQuery) {
    return at(pathAndQuery).request().get(JsonObject.class);
  }

  private Response post(String pathAndQuery, byte[] body) {
    return at(pathAndQuery).request().post(Entity.entity(body, TORRENT));
  }

  private Response put(String path) {
    return at(path).request().put(Entity.text(""));
  }

  private WebTarget at(String pathAndQuery) {
    URI base = server.getUri();
    return CLIENT.target(URI.create("http://localhost:" + base.getPort() + pathAndQuery));
  }

  private static JsonObject problem(Response response, int status) {
    assertThat(response.getStatus()).isEqualTo(status);
    assertThat(response.getMediaType().toString()).isEqualTo("application/problem+json");
    JsonObject problem =
        jakarta.json.Json.createReader(response.readEntity(java.io.InputStream.class)).readObject();
    assertThat(problem.getInt("status")).isEqualTo(status);
    assertThat(problem.getString("type")).isEqualTo("about:blank");
    assertThat(problem.getString("detail")).isNotBlank();
    return problem;
  }

  private static byte[] info(String name) throws Exception {
    var out = new ByteArrayOutputStream();
    out.write(
        ("d6:lengthi20000e4:name"
                + name.length()
                + ":"
                + name
                + "12:piece lengthi16384e6:pieces40:")
            .getBytes(StandardCharsets.US_ASCII));
    out.write(new byte[40]);
    out.write('e');
    return out.toByteArray();
  }

  private static byte[] torrentFile(byte[] info) throws Exception {
    var out = new ByteArrayOutputStream();
    out.write("d4:info".getBytes(StandardCharsets.US_ASCII));
    out.write(info);
    out.write('e');
    return out.toByteArray();
  }
}
