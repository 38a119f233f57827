package dev.skep.tracker.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.peerwire.Bitfield;
import dev.skep.protocol.tracker.HeldPieces;
import dev.skep.protocol.tracker.HostIdentity;
import dev.skep.protocol.tracker.HostReport;
import dev.skep.protocol.tracker.HostReport.State;
import io.helidon.microprofile.testing.AddConfig;
import io.helidon.microprofile.testing.junit5.HelidonTest;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.ws.rs.client.WebTarget;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What peers say that they have, and what of the torrent they have together by that. */
@HelidonTest
@AddConfig(key = "skep.data.folder", value = "target/test-data/availability")
@AddConfig(key = "skep.admin.token", value = AvailabilityApiTest.TOKEN)
@AddConfig(key = "skep.limit.api.per.address", value = "1000000")
@AddConfig(key = "skep.limit.hosts.per.address", value = "1000")
class AvailabilityApiTest {
  static final String TOKEN = "the-token-of-this-test";
  private static final int PIECE = 16384;
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** What an earlier run kept is another's. */
  private static final String RUN = Long.toString(System.nanoTime(), 36);

  private static int published;

  private String hash = "";

  @Inject private WebTarget server;

  /** A torrent of its own for each test, of ten pieces. */
  @BeforeEach
  void publish() throws Exception {
    hash = publish(10);
  }

  private String publish(int pieces) throws Exception {
    byte[] file =
        "d4:infod6:lengthi%de4:name1:n12:piece lengthi%de6:pieces%d:%s%020dee"
            .formatted(
                (long) pieces * PIECE,
                PIECE,
                20 * pieces,
                "x".repeat(20 * (pieces - 1)),
                ++published)
            .getBytes(ISO_8859_1);
    HttpResponse<String> made =
        CLIENT.send(
            HttpRequest.newBuilder(at("/api/v1/torrents?name=" + RUN + published))
                .header("Content-Type", "application/x-bittorrent")
                .header("Authorization", "Bearer " + TOKEN)
                .POST(BodyPublishers.ofByteArray(file))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    return json(made.body()).getString("infoHash");
  }

  @AfterAll
  static void close() {
    CLIENT.close();
  }

  private URI at(String path) {
    return URI.create("http://127.0.0.1:" + server.getUri().getPort() + path);
  }

  private static JsonObject json(String text) {
    try (var reader = Json.createReader(new StringReader(text))) {
      return reader.readObject();
    }
  }

  private String get(String path) throws Exception {
    return CLIENT
        .send(
            HttpRequest.newBuilder(at(path)).build(),
            HttpResponse.BodyHandlers.ofString(ISO_8859_1))
        .body();
  }

  private void announce(int port, long left, String more) throws Exception {
    String query =
        "/announce?info_hash=%s&peer_id=-SK0100-%012d&port=%d&uploaded=0&downloaded=0&left=%d&numwant=0"
            .formatted(hash.replaceAll("..", "%$0"), port, port, left);
    assertThat(get(query + more)).contains("8:interval");
  }

  private String report(int port, State state, Optional<HeldPieces> held) {
    var host = new HostIdentity("h" + port + "-" + hash, "%032x".formatted(port), List.of());
    return "&" + new HostReport(host, state, Optional.empty(), held).toQuery();
  }

  /** An agent that has these pieces of ten. */
  private void agent(int port, int... pieces) throws Exception {
    var bits = new Bitfield(10);
    for (int piece : pieces) {
      bits.set(piece);
    }
    announce(
        port,
        (10L - pieces.length) * PIECE,
        report(port, State.FETCHING, HeldPieces.of(bits.toBytes())));
  }

  private JsonObject availability() throws Exception {
    return json(get("/api/v1/torrents/" + hash + "/availability"));
  }

  private static List<Integer> least(JsonObject availability) {
    return availability.getJsonArray("least").getValuesAs(JsonNumber::intValue);
  }

  private double copies() throws Exception {
    return availability().getJsonNumber("copies").doubleValue();
  }

  @Test
  void whatAgentsSayThatTheyHaveIsCountedPieceByPiece() throws Exception {
    announce(7000, 0, "");
    agent(7001, 0, 1, 2, 3, 4);
    agent(7002, 4, 9);
    JsonObject all = availability();
    assertThat(all.getInt("pieces")).isEqualTo(10);
    assertThat(all.getInt("complete")).isEqualTo(1);
    assertThat(all.getInt("told")).isEqualTo(2);
    assertThat(all.getInt("others")).isZero();
    assertThat(all.getInt("stretchPieces")).isEqualTo(1);
    assertThat(least(all)).containsExactly(2, 2, 2, 2, 3, 1, 1, 1, 1, 2);
    assertThat(copies()).as("one, and six of ten pieces once more").isEqualTo(1.6);
  }

  @Test
  void whoSaysNothingCountsByWhatItSaysIsLeft() throws Exception {
    announce(7001, 5L * PIECE, "");
    announce(7002, 5L * PIECE, "");
    JsonObject all = availability();
    assertThat(all.getInt("others")).isEqualTo(2);
    assertThat(all.getInt("told")).isZero();
    assertThat(all).doesNotContainKeys("least", "stretchPieces");
    assertThat(copies()).isEqualTo(1.0);
  }

  @Test
  void whatWasSaidHoldsUntilSomethingElseIsSaidOrThePeerLeaves() throws Exception {
    agent(7001, 0, 1);
    announce(7001, 8L * PIECE, report(7001, State.FETCHING, Optional.empty()));
    assertThat(least(availability())).startsWith(1, 1, 0);
    agent(7001, 0, 1, 2);
    assertThat(least(availability())).startsWith(1, 1, 1, 0);
    announce(7001, 0, report(7001, State.VERIFIED, Optional.empty()));
    assertThat(availability().getInt("told")).as("it has all").isZero();
    assertThat(copies()).isEqualTo(1.0);
    announce(7001, 0, report(7001, State.VERIFIED, Optional.empty()) + "&event=stopped");
    assertThat(copies()).isZero();
  }

  @Test
  void moreThanThereIsIsNotBelieved() throws Exception {
    var bits = Bitfield.full(11);
    announce(7001, PIECE, report(7001, State.FETCHING, HeldPieces.of(bits.toBytes())));
    JsonObject all = availability();
    assertThat(all.getInt("told")).isZero();
    assertThat(all.getInt("others")).as("it is an announce as others").isEqualTo(1);
  }

  @Test
  void ofManyPiecesTheMapHasStretches() throws Exception {
    hash = publish(2_000);
    var bits = Bitfield.full(2_000);
    bits.clear(1_999);
    announce(7001, PIECE, report(7001, State.FETCHING, HeldPieces.of(bits.toBytes())));
    JsonObject all = availability();
    assertThat(all.getInt("stretchPieces")).isEqualTo(4);
    assertThat(least(all)).hasSize(500).startsWith(1, 1).endsWith(1, 0);
  }

  @Test
  void whatNobodyKnowsIsNotFound() throws Exception {
    assertThat(get("/api/v1/torrents/" + "0".repeat(40) + "/availability"))
        .contains("is registered, and nobody announces it");
    assertThat(get("/api/v1/torrents/xyz/availability")).contains("\"status\":400");
  }
}
