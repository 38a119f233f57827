package dev.skep.tracker.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.protocol.InfoHash;
import io.helidon.microprofile.testing.AddConfig;
import io.helidon.microprofile.testing.junit5.HelidonTest;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.client.Entity;
import jakarta.ws.rs.client.WebTarget;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

@HelidonTest
@AddConfig(key = "skep.data.folder", value = "target/test-data/api")
@AddConfig(key = "skep.limit.metainfo", value = "64KiB")
class ApiTest {
  private static final String TORRENT = "application/x-bittorrent";

  /** One for all: making one takes longer than most requests. */
  private static final Client CLIENT = ClientBuilder.newClient();

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

    assertThat(server.path("/api/v1/torrents/" + hash).request().delete().getStatus())
        .isEqualTo(204);
    assertThat(get("/torrents/" + hash + ".torrent").getStatus()).isEqualTo(404);
    assertThat(json("/api/v1/torrents?name=linux").getInt("total")).isZero();
  }

  @Test
  void twoTorrentsCannotHaveOneName() throws Exception {
    assertThat(post("/api/v1/torrents?name=same", torrentFile(info("a"))).getStatus())
        .isEqualTo(201);
    JsonObject problem = problem(post("/api/v1/torrents?name=same", torrentFile(info("b"))), 409);
    assertThat(problem.getString("detail")).contains("'same' is taken by");
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
  void anAnnouncedTorrentShowsWithItsPeers() {
    String hash = "%01%02%03%04%05%06%07%08%09%0a%0b%0c%0d%0e%0f%10%11%12%13%14";
    String query =
        "info_hash="
            + hash
            + "&peer_id=-SK0100-123456789012&port=7001&uploaded=0&downloaded=0&left=0&compact=1";
    String announced = get("/announce?" + query).readEntity(String.class);
    assertThat(announced).startsWith("d").contains("8:interval");
    String hex = "0102030405060708090a0b0c0d0e0f1011121314";
    assertThat(json("/api/v1/torrents/" + hex).getInt("seeders")).isEqualTo(1);
    JsonObject peer =
        json("/api/v1/torrents/" + hex + "/peers").getJsonArray("peers").getJsonObject(0);
    assertThat(peer.getString("address")).isEqualTo("127.0.0.1");
    assertThat(peer.getInt("port")).isEqualTo(7001);
    assertThat(peer.getBoolean("seeder")).isTrue();
    assertThat(peer.getString("client")).isEqualTo("SK");
    await("the view of all peers, which is up to a second old")
        .untilAsserted(() -> assertThat(json("/api/v1/peers").getInt("total")).isPositive());
  }

  @Test
  void errorsAreProblemJson() {
    problem(get("/api/v1/torrents/xyz"), 400);
    problem(get("/api/v1/torrents/" + "0".repeat(40)), 404);
    problem(get("/api/v1/torrents?limit=0"), 400);
    problem(get("/api/v1/torrents?sort=size"), 400);
    problem(get("/api/v1/nothing"), 404);
    assertThat(get("/nothing").getStatus()).isEqualTo(404);
    problem(server.path("/api/v1/stats").request().delete(), 405);
  }

  @Test
  void passkeysAreGivenOutAndTakenBack() {
    Response made =
        server.path("/api/v1/access/passkeys").queryParam("note", "lab").request().post(null);
    assertThat(made.getStatus()).isEqualTo(201);
    String passkey = made.readEntity(JsonObject.class).getString("passkey");
    assertThat(json("/api/v1/access").getJsonObject("passkeys").getString(passkey))
        .isEqualTo("lab");
    assertThat(server.path("/api/v1/access/passkeys/" + passkey).request().delete().getStatus())
        .isEqualTo(204);
    assertThat(json("/api/v1/access").getJsonObject("passkeys")).isEmpty();
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

  @Test
  void aForeignPageCannotAdminister() {
    Response refused =
        server
            .path("/api/v1/stop")
            .request()
            .header("Sec-Fetch-Site", "cross-site")
            .header("X-Forwarded-For", "10.0.0.1")
            .post(null);
    problem(refused, 403);
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
        .contains("skep_tracker_announces_total{", "protocol=\"udp\"", "skep_tracker_seeders");
    assertThat(metrics.lines().filter(l -> l.startsWith("skep_")).toList())
        .allSatisfy(l -> assertThat(l).matches("\\w+\\{(mp_scope|protocol)=[^}]*} \\S+"));
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
