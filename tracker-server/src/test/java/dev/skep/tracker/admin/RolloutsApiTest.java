package dev.skep.tracker.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.skep.protocol.tracker.HostIdentity;
import dev.skep.protocol.tracker.HostReport;
import dev.skep.protocol.tracker.HostReport.State;
import dev.skep.tracker.admin.EventLines.Event;
import io.helidon.microprofile.testing.AddConfig;
import io.helidon.microprofile.testing.junit5.HelidonTest;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.ws.rs.client.WebTarget;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How somebody begins a rollout, hosts report, and others see how far they are. */
@HelidonTest
@AddConfig(key = "skep.data.folder", value = "target/test-data/rollouts")
@AddConfig(key = "skep.admin.token", value = RolloutsApiTest.TOKEN)
@AddConfig(key = "skep.limit.api.per.address", value = "1000000")
@AddConfig(key = "skep.limit.rollouts", value = "3")
@AddConfig(key = "skep.limit.streams.per.address", value = "2")
@AddConfig(key = "skep.limit.private.times", value = "1")
@AddConfig(key = "skep.limit.hosts.per.address", value = "1000")
@AddConfig(key = "skep.limit.rollout.hosts", value = "20000")
@AddConfig(key = "skep.announce.zones", value = "127.0.0.0/8;10.0.0.0/8")
@AddConfig(key = "skep.rollout.interval", value = "2s")
@AddConfig(key = "skep.webhook.hosts", value = "hooks.invalid")
@AddConfig(key = "skep.webhook.secret", value = "the-secret-of-this-test")
class RolloutsApiTest {
  static final String TOKEN = "the-token-of-this-test";
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** What an earlier run kept is another's. */
  private static final String RUN = Long.toString(System.nanoTime(), 36);

  private static int published;

  private final List<EventLines> streams = new ArrayList<>();
  private String hash = "";
  private String name = "";

  @Inject private WebTarget server;

  /** A torrent of its own for each test, with hosts of its own. */
  @BeforeEach
  void publish() throws Exception {
    name = RUN + "-" + ++published;
    byte[] file =
        "d4:infod6:lengthi1000e4:name1:n12:piece lengthi16384e6:pieces20:%020dee"
            .formatted(published)
            .getBytes(ISO_8859_1);
    var made =
        send(
            request("/api/v1/torrents?name=" + name)
                .header("Content-Type", "application/x-bittorrent")
                .header("Authorization", "Bearer " + TOKEN)
                .POST(BodyPublishers.ofByteArray(file)));
    hash = json(made).getString("infoHash");
  }

  @AfterEach
  void end() throws Exception {
    for (EventLines stream : streams) {
      stream.close();
    }
    for (JsonObject row : rows("/api/v1/rollouts?state=running&state=late", "rollouts")) {
      administer("DELETE", "/api/v1/rollouts/" + row.getString("id"));
    }
  }

  @AfterAll
  static void close() {
    CLIENT.close();
  }

  // ---- beginning and ending

  @Test
  void aRolloutIsShownAsItWasAskedFor() throws Exception {
    String deadline = Instant.now().plusSeconds(3600).toString();
    HttpResponse<String> made =
        create(
            """
            {"torrent":"%s","hosts":["%s","%s"],"labels":["web"],"networks":["10.1.0.0/16"],\
            "zones":[2],"anyOf":2,"deadline":"%s","done":"hooked",\
            "webhooks":["https://hooks.invalid/x"],"metrics":"site"}\
            """
                .formatted(name, h("a"), h("b"), deadline));
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    JsonObject row = json(made);
    String path = "/api/v1/rollouts/" + row.getString("id");
    assertThat(made.headers().firstValue("Location").orElseThrow()).endsWith(path);
    assertThat(json(get(path))).isEqualTo(row);
    assertThat(rows("/api/v1/rollouts?limit=1", "rollouts")).containsExactly(row);
    assertThat(row.getString("infoHash")).isEqualTo(hash);
    assertThat(row.getString("name")).isEqualTo(name);
    assertThat(row.getJsonNumber("totalBytes").longValue()).isEqualTo(1000);
    assertThat(row.getString("state")).isEqualTo("running");
    assertThat(Instant.parse(row.getString("deadline")))
        .isCloseTo(Instant.parse(deadline), within(1, ChronoUnit.MILLIS));
    assertThat(row.getString("done")).isEqualTo("hooked");
    assertThat(row.getJsonObject("target").toString())
        .isEqualTo(
            "{\"hosts\":2,\"labels\":[\"web\"],\"networks\":[\"10.1.0.0/16\"],\"zones\":[2],\"anyOf\":2}");
    assertThat(row.getJsonObject("counts").getInt("unseen")).isEqualTo(2);
    assertThat(row.getInt("webhooks")).isOne();
    assertThat(made.body())
        .as("where webhooks go is nobody's business")
        .doesNotContain("hooks.invalid");
    assertThat(row.getString("metrics")).isEqualTo("site");
  }

  @Test
  void anInfoHashIsATorrentToo() throws Exception {
    assertThat(begin("\"hosts\":[\"x\"]", hash).getString("name")).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "nonsense",
        "{\"torrent\":\"@\",\"hosts\":[\"a\"]",
        "{\"hosts\":[\"a\"]}",
        "{\"torrent\":\"@\"}",
        "{\"torrent\":7,\"hosts\":[\"a\"]}",
        "{\"torrent\":\"@\",\"hosts\":[]}",
        "{\"torrent\":\"@\",\"hosts\":\"a\"}",
        "{\"torrent\":\"@\",\"hosts\":[7]}",
        "{\"torrent\":\"@\",\"hosts\":[\"a b\"]}",
        "{\"torrent\":\"@\",\"hosts\":[\"<b>\"]}",
        "{\"torrent\":\"@\",\"hosts\":[\"\\u202ea\"]}",
        "{\"torrent\":\"@\",\"hosts\":[null]}",
        "{\"torrent\":\"@\",\"labels\":[\"a,b\"]}",
        "{\"torrent\":\"@\",\"networks\":[\"10.0.0.0/33\"]}",
        "{\"torrent\":\"@\",\"networks\":[\"lan\"]}",
        "{\"torrent\":\"@\",\"zones\":[0]}",
        "{\"torrent\":\"@\",\"zones\":[3]}",
        "{\"torrent\":\"@\",\"zones\":[1.5]}",
        "{\"torrent\":\"@\",\"anyOf\":0}",
        "{\"torrent\":\"@\",\"anyOf\":-1}",
        "{\"torrent\":\"@\",\"anyOf\":99999999999}",
        "{\"torrent\":\"@\",\"anyOf\":\"2\"}",
        "{\"torrent\":\"@\",\"hosts\":[\"a\"],\"anyOf\":2}",
        "{\"torrent\":\"@\",\"anyOf\":1,\"deadline\":\"tomorrow\"}",
        "{\"torrent\":\"@\",\"anyOf\":1,\"deadline\":\"2020-01-01T00:00:00Z\"}",
        "{\"torrent\":\"@\",\"anyOf\":1,\"deadline\":\"9999-01-01T00:00:00Z\"}",
        "{\"torrent\":\"@\",\"anyOf\":1,\"done\":\"fetched\"}",
        "{\"torrent\":\"@\",\"anyOf\":1,\"webhooks\":[\"https://elsewhere.invalid/\"]}",
        "{\"torrent\":\"@\",\"anyOf\":1,\"webhooks\":[\"http://169.254.169.254/\"]}",
        "{\"torrent\":\"@\",\"anyOf\":1,\"webhooks\":[\"not a url\"]}",
        "{\"torrent\":\"@\",\"anyOf\":1,\"metrics\":\"a b\"}",
        "{\"torrent\":\"@\",\"anyOf\":1,\"metrics\":true}",
        "{\"torrent\":\"@\",\"anyOf\":1,\"deadlines\":\"2099-01-01T00:00:00Z\"}",
      })
  void whatIsNoRolloutIsRefusedAndNothingBegins(String body) throws Exception {
    HttpResponse<String> answer = create(body.replace("@", name));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(json(answer).getString("detail")).isNotBlank().doesNotContain("xception");
    assertThat(rows("/api/v1/rollouts?state=running", "rollouts")).isEmpty();
  }

  @Test
  void aDeepNestIsNoRollout() throws Exception {
    String deep = "[".repeat(200_000) + "]".repeat(200_000);
    assertThat(create("{\"torrent\":" + deep + "}").statusCode()).isEqualTo(400);
  }

  @Test
  void ofATorrentThatIsNotRegisteredThereIsNone() throws Exception {
    for (String unknown : List.of("nothing", "00".repeat(20), name + "x", "")) {
      HttpResponse<String> answer = create(body("\"anyOf\":1", unknown));
      assertThat(answer.statusCode()).as(unknown).isEqualTo(404);
    }
  }

  @Test
  void whatIsTooLargeIsRefused() throws Exception {
    String hosts =
        String.join(",", IntStream.range(0, 10_001).mapToObj(i -> "\"h" + i + "\"").toList());
    assertThat(create(body("\"hosts\":[" + hosts + "]", name)).statusCode()).isEqualTo(400);
    byte[] large = ("{\"torrent\":\"" + "x".repeat(1 << 20) + "\"}").getBytes(UTF_8);
    assertThat(send(post("application/json", BodyPublishers.ofByteArray(large))).statusCode())
        .isEqualTo(413);
    var inChunks = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large));
    assertThat(send(post("application/json", inChunks)).statusCode()).isEqualTo(413);
  }

  @Test
  void asManyHostsAsThereMayBeAreOneRollout() throws Exception {
    String hosts =
        String.join(",", IntStream.range(0, 10_000).mapToObj(i -> "\"h" + i + "\"").toList());
    JsonObject row = begin("\"hosts\":[" + hosts + "]", name);
    assertThat(row.getJsonObject("counts").getInt("unseen")).isEqualTo(10_000);
    assertThat(row.getJsonArray("missing")).hasSize(20);
    assertThat(create(body("\"hosts\":[" + hosts + ",\"x\"]", name)).statusCode()).isEqualTo(400);
  }

  @Test
  void anotherKindOfBodyAndOtherMethodsAreRefused() throws Exception {
    var plain = post("text/plain", BodyPublishers.ofString(body("\"anyOf\":1", name)));
    assertThat(send(plain).statusCode()).isEqualTo(415);
    String id = begin("\"anyOf\":1", name).getString("id");
    for (String path :
        List.of("", "/" + id, "/" + id + "/hosts", "/" + id + "/events", "/../hosts")) {
      assertThat(administer("PUT", "/api/v1/rollouts" + path).statusCode()).isEqualTo(405);
    }
    assertThat(administer("DELETE", "/api/v1/rollouts/" + id + "/hosts").statusCode())
        .isEqualTo(405);
  }

  @Test
  void whoHasNoTokenMayReadButNotChange() throws Exception {
    String id = begin("\"anyOf\":1", name).getString("id");
    for (String path : List.of("", "/" + id, "/" + id + "/hosts", "/" + id + "/events?wait=0")) {
      assertThat(get("/api/v1/rollouts" + path).statusCode()).as(path).isEqualTo(200);
    }
    for (String authorization : List.of("Bearer wrong", "Basic " + TOKEN)) {
      var post =
          request("/api/v1/rollouts", "Authorization", authorization)
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString(body("\"anyOf\":1", name)));
      assertThat(send(post).statusCode()).isEqualTo(401);
      var delete = request("/api/v1/rollouts/" + id, "Authorization", authorization).DELETE();
      assertThat(send(delete).statusCode()).isEqualTo(401);
    }
    assertThat(get("/api/v1/hosts").statusCode()).isEqualTo(401);
  }

  @Test
  void oneMoreThanThereMayBeIsRefused() throws Exception {
    for (int i = 0; i < 3; i++) {
      begin("\"hosts\":[\"x\"]", name);
    }
    HttpResponse<String> answer = create(body("\"hosts\":[\"x\"]", name));
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(json(answer).getString("detail")).contains("skep.limit.rollouts");
  }

  @Test
  void aRolloutIsCancelledUnlessItIsDone() throws Exception {
    String id = begin("\"hosts\":[\"x\"]", name).getString("id");
    String path = "/api/v1/rollouts/" + id;
    assertThat(administer("DELETE", path).statusCode()).isEqualTo(204);
    assertThat(administer("DELETE", path).statusCode()).as("again").isEqualTo(204);
    assertThat(json(get(path)).getString("state")).isEqualTo("cancelled");
    assertThat(Instant.parse(json(get(path)).getString("ended")))
        .isBefore(Instant.now().plusSeconds(1));
    assertThat(rows("/api/v1/rollouts?state=cancelled", "rollouts"))
        .extracting(row -> row.getString("id"))
        .contains(id);
    String done = begin("\"anyOf\":1", name).getString("id");
    report(h("a"), State.VERIFIED, "", 0, 1000);
    assertThat(administer("DELETE", "/api/v1/rollouts/" + done).statusCode()).isEqualTo(409);
    for (String unknown : List.of("0123456789ab", "x", "%00", "..%2f..")) {
      assertThat(administer("DELETE", "/api/v1/rollouts/" + unknown).statusCode()).isIn(400, 404);
    }
  }

  // ---- what hosts say

  @Test
  void whatHostsSayIsShown() throws Exception {
    String id =
        begin(
                "\"hosts\":[\"%s\",\"%s\",\"%s\",\"%s\"]".formatted(h("a"), h("b"), h("c"), h("d")),
                name)
            .getString("id");
    String usual = announce("");
    assertThat(report(h("a"), State.FETCHING, "", 750, 250))
        .contains("8:intervali")
        .isNotEqualTo(usual);
    assertThat(interval(report(h("a"), State.FETCHING, "", 500, 500))).isBetween(1, 2);
    report(h("b"), State.FAILED, "no space: 3 GiB are missing", 1000, 0);
    report(h("c"), State.VERIFIED, "", 0, 1000);

    String hosts = "/api/v1/rollouts/" + id + "/hosts";
    List<JsonObject> rows = rows(hosts, "hosts");
    assertThat(rows)
        .extracting(row -> row.getString("state"))
        .containsExactly("downloading", "failed", "verified", "unseen");
    assertThat(rows.get(0).getString("address")).isEqualTo("127.0.0.1");
    assertThat(rows.get(0).getJsonNumber("progress").doubleValue()).isEqualTo(0.5);
    assertThat(rows.get(1).getString("reason")).isEqualTo("no space: 3 GiB are missing");
    assertThat(rows.get(2).getBoolean("done")).isTrue();
    assertThat(rows.get(2).getJsonNumber("seconds").doubleValue()).isBetween(0.0, 60.0);
    assertThat(rows.get(3).keySet())
        .containsExactlyInAnyOrder("name", "state", "done", "late", "since");
    JsonObject counts = json(get("/api/v1/rollouts/" + id)).getJsonObject("counts");
    assertThat(
            counts.getInt("downloading")
                + counts.getInt("failed")
                + counts.getInt("done")
                + counts.getInt("unseen"))
        .isEqualTo(counts.getInt("hosts"))
        .isEqualTo(4);
    assertThat(json(get("/api/v1/rollouts/" + id)).getJsonArray("missing").getString(0))
        .as("the worst first")
        .isEqualTo(h("b"));

    assertThat(rows(hosts + "?state=failed&state=unseen", "hosts")).hasSize(2);
    assertThat(rows(hosts + "?state=missing", "hosts")).hasSize(3);
    assertThat(rows(hosts + "?state=done", "hosts")).hasSize(1);
    assertThat(rows(hosts + "?state=late", "hosts")).isEmpty();
    assertThat(get(hosts + "?state=x").statusCode()).isEqualTo(400);
    assertThat(pages(hosts + "?limit=1", "hosts")).isEqualTo(rows);
    assertThat(get(hosts + "?after=x").statusCode()).isEqualTo(400);
    assertThat(get(hosts + "?limit=0").statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "skep_host=",
        "skep_host=a&skep_id=x&skep_state=verified",
        "skep_host=a&skep_id=0123456789abcdef0123456789abcdef",
        "skep_host=%00&skep_id=0123456789abcdef0123456789abcdef&skep_state=verified",
        "skep_host=%3Cb%3E&skep_id=0123456789abcdef0123456789abcdef&skep_state=verified",
      })
  void aWrongReportIsAnAnnounceAsOthers(String report) throws Exception {
    begin("\"anyOf\":1", name);
    double wrong = metric("host_reports_total", "outcome=\"wrong\"");
    String answer = announce("&" + report);
    assertThat(answer).startsWith("d8:complete").doesNotContain("failure");
    assertThat(interval(answer)).isGreaterThan(60);
    assertThat(metric("host_reports_total", "outcome=\"wrong\"")).isEqualTo(wrong + 1);
  }

  @Test
  void hostileWordsComeOutAsPlainText() throws Exception {
    String id = begin("\"anyOf\":5", name).getString("id");
    String hostile =
        "<script>alert(1)</script>\u202e\u2066\u0000\u001b[2J\r\nSet-Cookie: x\u2028\ufeff";
    String raw =
        "&skep_host=%s&skep_id=%032x&skep_state=failed&skep_reason=%s"
            .formatted(h("a"), 7, URLEncoder.encode(hostile, UTF_8));
    announce(raw);
    HttpResponse<String> hosts = get("/api/v1/rollouts/" + id + "/hosts");
    assertThat(rows("/api/v1/rollouts/" + id + "/hosts", "hosts").getFirst().getString("reason"))
        .isEqualTo(
            "<script>alert(1)</script>\ufffd\ufffd\ufffd\ufffd[2J\ufffd\ufffdSet-Cookie:"
                + " x\ufffd\ufffd");
    assertThat(hosts.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/json");
    assertThat(hosts.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    EventLines events = events(id, "?wait=0");
    assertThat(events.next().kind()).isEqualTo("at");
    assertThat(events.next().data()).doesNotContain("\u202e", "\u001b", "\u2028");
  }

  @Test
  void aStrangerIsNotBelieved() throws Exception {
    String id = begin("\"hosts\":[\"%s\"]".formatted(h("a")), name).getString("id");
    report(h("a"), State.FETCHING, "", 500, 500);
    var stranger = new HostIdentity(h("a"), "f".repeat(32), List.of());
    announce("&" + new HostReport(stranger, State.VERIFIED, Optional.empty()).toQuery());
    JsonObject row = rows("/api/v1/rollouts/" + id + "/hosts", "hosts").getFirst();
    assertThat(row.getString("state")).isEqualTo("downloading");
    assertThat(row.getString("alsoFrom")).isEqualTo("127.0.0.1");
    assertThat(get("/api/v1/rollouts/" + id + "/hosts").body()).doesNotContain("ffffffff");
  }

  // ---- machines

  @Test
  void whoFollowsIsKnownByLabelBeforeThereIsATorrent() throws Exception {
    String label = "l-" + name;
    var follower = identity(h("f"), label);
    HttpResponse<String> before = get("/api/v1/catalogue?label=" + label);
    HttpResponse<String> with = get("/api/v1/catalogue?label=" + label + "&" + follower.toQuery());
    assertThat(with.body()).isEqualTo(before.body());
    assertThat(with.headers().firstValue("ETag")).isEqualTo(before.headers().firstValue("ETag"));
    JsonObject known =
        json(administer("GET", "/api/v1/hosts?label=" + label))
            .getJsonArray("hosts")
            .getJsonObject(0);
    assertThat(known.getString("name")).isEqualTo(h("f"));
    assertThat(known.getString("address")).isEqualTo("127.0.0.1");
    assertThat(known.getJsonArray("labels").getString(0)).isEqualTo(label);
    assertThat(known.toString()).doesNotContain(follower.id());

    JsonObject row = begin("\"labels\":[\"" + label + "\"]", name);
    assertThat(row.getJsonObject("counts").getInt("waiting")).isOne();
    JsonObject host =
        rows("/api/v1/rollouts/" + row.getString("id") + "/hosts", "hosts").getFirst();
    assertThat(host.getString("state")).isEqualTo("waiting");
    assertThat(host.getString("heard")).isNotBlank();

    try (EventLines stream =
        stream("/api/v1/catalogue/events?wait=900&" + identity(h("g"), label).toQuery())) {
      stream.next();
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          json(get("/api/v1/rollouts/" + row.getString("id")))
                              .getJsonObject("counts")
                              .getInt("waiting"))
                      .isEqualTo(2));
    }
    assertThat(get("/api/v1/catalogue?skep_host=%00&skep_id=x").statusCode()).isEqualTo(200);
  }

  @Test
  void aMachineIsForgotten() throws Exception {
    String id = begin("\"hosts\":[\"%s\"]".formatted(h("a")), name).getString("id");
    report(h("a"), State.FETCHING, "", 500, 500);
    assertThat(administer("DELETE", "/api/v1/hosts/" + h("a")).statusCode()).isEqualTo(204);
    assertThat(rows("/api/v1/rollouts/" + id + "/hosts", "hosts").getFirst().getString("state"))
        .isEqualTo("unseen");
    HttpResponse<String> again = administer("DELETE", "/api/v1/hosts/" + h("a"));
    assertThat(again.statusCode()).isEqualTo(404);
    assertThat(json(again).getString("detail")).contains(h("a"));
    assertThat(administer("PUT", "/api/v1/hosts/x").statusCode()).isEqualTo(405);
    assertThat(administer("GET", "/api/v1/hosts?limit=x").statusCode()).isEqualTo(400);
  }

  // ---- following

  @Test
  void whoFollowsIsToldAllHostsThenWhatChangesAndTheEnd() throws Exception {
    String id = begin("\"hosts\":[\"%s\",\"%s\"]".formatted(h("a"), h("b")), name).getString("id");
    EventLines events = events(id, "");
    assertThat(events.next()).isEqualTo(new Event("0", "at", "{}"));
    assertThat(events.next().json().getString("name")).isEqualTo(h("a"));
    assertThat(events.next().json().getString("name")).isEqualTo(h("b"));
    Event all = events.next();
    assertThat(all.kind()).isEqualTo("rollout");
    assertThat(all.json()).isEqualTo(json(get("/api/v1/rollouts/" + id)));

    report(h("b"), State.FETCHING, "", 500, 500);
    Event changed = events.next();
    assertThat(changed.kind()).isEqualTo("host");
    assertThat(changed.json())
        .isEqualTo(rows("/api/v1/rollouts/" + id + "/hosts", "hosts").getLast());
    Event then = events.next();
    assertThat(then.kind()).isEqualTo("rollout");

    report(h("a"), State.VERIFIED, "", 0, 1000);
    report(h("b"), State.VERIFIED, "", 0, 1000);
    Event last = events.next();
    while (!last.kind().equals("end")) {
      last = events.next();
    }
    assertThat(last.json().getString("state")).isEqualTo("done");
    assertThat(events.rest()).isEmpty();

    assertThat(events(id, "?after=" + then.id()).kinds())
        .as("who comes back")
        .startsWith("at", "host", "host", "rollout")
        .endsWith("end");
    assertThat(events(id, "?after=" + last.id()).kinds()).containsExactly("at", "end");
    for (String foreign : List.of("nonsense", "99999999", "-1", "99999999999999999999")) {
      assertThat(events(id, "", "Last-Event-ID", foreign).kinds())
          .containsExactly("at", "host", "host", "rollout", "end");
    }
  }

  @Test
  void aStreamOfWhatGoesOnEndsWhenAskedForAndWhenTooManyAreOpen() throws Exception {
    String id = begin("\"hosts\":[\"x\"]", name).getString("id");
    assertThat(events(id, "?wait=0").kinds()).containsExactly("at", "host", "rollout");
    assertThat(get("/api/v1/rollouts/" + id + "/events?wait=901").statusCode()).isEqualTo(400);
    events(id, "").next();
    events(id, "").next();
    HttpResponse<String> refused = get("/api/v1/rollouts/" + id + "/events");
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    assertThat(json(refused).getString("detail")).contains("/api/v1/rollouts/" + id);
    administer("DELETE", "/api/v1/rollouts/" + id);
    await().untilAsserted(() -> assertThat(metric("event_streams")).isEqualTo(0.0));
  }

  @Test
  void whatIsNotThereIsNotFound() throws Exception {
    for (String path : List.of("", "/hosts", "/events", "/nothing")) {
      assertThat(get("/api/v1/rollouts/0123456789ab" + path).statusCode()).as(path).isEqualTo(404);
    }
    assertThat(get("/api/v1/rollouts?state=x").statusCode()).isEqualTo(400);
    assertThat(get("/api/v1/rollouts?after=x").statusCode()).isEqualTo(400);
  }

  @Test
  void listsComeInPages() throws Exception {
    for (int i = 0; i < 3; i++) {
      begin("\"hosts\":[\"x\"]", name);
    }
    List<JsonObject> all = rows("/api/v1/rollouts", "rollouts");
    assertThat(pages("/api/v1/rollouts?limit=1", "rollouts")).isEqualTo(all);
    assertThat(all.stream().map(row -> Instant.parse(row.getString("created"))).toList())
        .isSortedAccordingTo(Comparator.reverseOrder());
  }

  // ---- metrics

  @Test
  void aRolloutHasMetricsUnderTheNameThatItWasGiven() throws Exception {
    String metrics = "m" + published;
    begin("\"anyOf\":2,\"metrics\":\"" + metrics + "\"", name);
    report(h("a"), State.VERIFIED, "", 0, 1000);
    report(h("b"), State.FETCHING, "", 500, 500);
    String label = "rollout=\"" + metrics + "\"";
    await()
        .untilAsserted(
            () -> {
              assertThat(metric("rollout_hosts", label, "state=\"done\"")).isEqualTo(1.0);
              assertThat(metric("rollout_hosts", label, "state=\"downloading\"")).isEqualTo(1.0);
            });
    assertThat(metric("rollout_needed", label)).isEqualTo(2.0);
    assertThat(metric("rollout_progress_ratio", label)).isEqualTo(0.75);
    assertThat(metric("rollouts")).isEqualTo(1.0);
    String other = "n" + published;
    for (int i = 0; i < 25; i++) {
      String id =
          begin("\"hosts\":[\"x\"],\"metrics\":\"" + other + i + "\"", name).getString("id");
      administer("DELETE", "/api/v1/rollouts/" + id);
    }
    await()
        .untilAsserted(
            () ->
                assertThat(
                        get("/metrics")
                            .body()
                            .lines()
                            .filter(line -> line.contains("rollout_needed{")))
                    .hasSize(20)
                    .anyMatch(line -> line.contains(label)));
  }

  // ---- short ways

  private EventLines events(String id, String query, String... headers) throws Exception {
    return stream("/api/v1/rollouts/" + id + "/events" + query, headers);
  }

  private EventLines stream(String path, String... headers) throws Exception {
    var answer =
        CLIENT.send(request(path, headers).build(), HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    var events = EventLines.of(answer.body());
    streams.add(events);
    return events;
  }

  /** A host of this test alone. */
  private String h(String host) {
    return host + "-" + name;
  }

  private static HostIdentity identity(String host, String... labels) {
    return new HostIdentity(
        host, "%032x".formatted(host.hashCode() & 0xffffffffL), List.of(labels));
  }

  private String report(String host, State state, String reason, long left, long downloaded)
      throws Exception {
    var report = new HostReport(identity(host), state, Optional.of(reason));
    return announce("&" + report.toQuery(), left, downloaded);
  }

  private String announce(String more) throws Exception {
    return announce(more, 0, 1000);
  }

  private String announce(String more, long left, long downloaded) throws Exception {
    String query =
        "/announce?info_hash=%s&peer_id=-SK0100-123456789012&port=7001&uploaded=0&downloaded=%d&left=%d&numwant=0"
            .formatted(hash.replaceAll("..", "%$0"), downloaded, left);
    var answer =
        CLIENT.send(request(query + more).build(), HttpResponse.BodyHandlers.ofString(ISO_8859_1));
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  private static int interval(String answer) {
    return Integer.parseInt(answer.replaceAll("(?s).*8:intervali(\\d+)e.*", "$1"));
  }

  private static String body(String members, String torrent) {
    return "{\"torrent\":\"%s\",%s}".formatted(torrent, members);
  }

  private JsonObject begin(String members, String torrent) throws Exception {
    HttpResponse<String> made = create(body(members, torrent));
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    return json(made);
  }

  private HttpResponse<String> create(String body) throws Exception {
    return send(post("application/json", BodyPublishers.ofString(body)));
  }

  private HttpRequest.Builder post(String type, HttpRequest.BodyPublisher body) {
    return request("/api/v1/rollouts", "Authorization", "Bearer " + TOKEN)
        .header("Content-Type", type)
        .POST(body);
  }

  private HttpResponse<String> administer(String method, String path) throws Exception {
    return send(
        request(path, "Authorization", "Bearer " + TOKEN).method(method, BodyPublishers.noBody()));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(request(path));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getUri().getPort() + path))
            .timeout(Duration.ofSeconds(20));
    return headers.length == 0 ? request : request.headers(headers);
  }

  /** Of a metric, and of these of its labels, in whatever order they stand with others. */
  private double metric(String name, String... labels) throws Exception {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.matches("skep_tracker_" + name + "[{ ].*"))
        .filter(line -> Stream.of(labels).allMatch(line::contains))
        .map(line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no metric " + name + List.of(labels)));
  }

  private List<JsonObject> rows(String path, String member) throws Exception {
    return json(get(path)).getJsonArray(member).getValuesAs(JsonObject.class);
  }

  private List<JsonObject> pages(String path, String member) throws Exception {
    var all = new ArrayList<JsonObject>();
    Optional<String> next = Optional.of("");
    while (next.isPresent()) {
      String after = next.get().isEmpty() ? "" : "&after=" + next.get();
      JsonObject page = json(get(path + after));
      all.addAll(page.getJsonArray(member).getValuesAs(JsonObject.class));
      next = Optional.ofNullable(page.getString("next", null));
    }
    return all;
  }

  private static JsonObject json(HttpResponse<String> answer) {
    return Json.createReader(new StringReader(answer.body())).readObject();
  }
}
