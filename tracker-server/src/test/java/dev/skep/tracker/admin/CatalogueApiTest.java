package dev.skep.tracker.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.tracker.admin.EventLines.Event;
import io.helidon.microprofile.testing.AddConfig;
import io.helidon.microprofile.testing.junit5.HelidonTest;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.ws.rs.client.WebTarget;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What publishers say of torrents, and how others follow what is published. */
@HelidonTest
@AddConfig(key = "skep.data.folder", value = "target/test-data/catalogue")
@AddConfig(key = "skep.limit.metainfo", value = "64KiB")
@AddConfig(key = "skep.limit.uploads", value = "64KiB")
@AddConfig(key = "skep.limit.streams", value = "3")
@AddConfig(key = "skep.limit.streams.per.address", value = "2")
@AddConfig(key = "skep.limit.private.times", value = "1")
@AddConfig(key = "skep.catalogue.keep", value = "kept=2")
@AddConfig(key = "skep.public.url", value = "http://t.example,udp://t.example:6969")
@AddConfig(key = "skep.admin.token", value = CatalogueApiTest.TOKEN)
@AddConfig(key = "skep.limit.api.per.address", value = "1000000")
class CatalogueApiTest {
  static final String TOKEN = "the-token-of-this-test";
  private static final String SIGNATURE = Base64.getEncoder().encodeToString(new byte[64]);
  private static final String SIGNER = Base64.getEncoder().encodeToString(new byte[32]);
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static int published;

  private final List<EventLines> streams = new ArrayList<>();

  @Inject private WebTarget server;

  @AfterEach
  void closeStreams() throws IOException {
    for (EventLines stream : streams) {
      stream.close();
    }
    if (!streams.isEmpty()) {
      await()
          .untilAsserted(
              () -> {
                publish(file()); // whoever is gone is found out by being told
                assertThat(metric("event_streams")).isEqualTo(0.0);
              });
    }
    streams.clear();
  }

  @AfterAll
  static void close() {
    CLIENT.close();
  }

  // ---- publishing

  @Test
  void whatIsSaidOfATorrentIsShownEverywhere() throws Exception {
    String name = "site \u202e&.tar";
    HttpResponse<String> made =
        publish(
            file(),
            "name=" + encode(name),
            "label=web",
            "label=stable",
            "signature=" + encode(SIGNATURE),
            "signer=" + encode(SIGNER),
            "published=1700000000");
    assertThat(made.statusCode()).isEqualTo(201);
    JsonObject row = json(made);
    String hash = row.getString("infoHash");
    for (JsonObject shown :
        List.of(
            row,
            json(get("/api/v1/torrents/" + hash)),
            one("/api/v1/torrents?infoHash=" + hash),
            one("/api/v1/catalogue?infoHash=" + hash),
            one("/api/v1/catalogue?exact=true&name=" + encode(name)),
            one("/api/v1/catalogue?label=web&label=stable&until=1700000000"))) {
      assertThat(shown.getString("name")).isEqualTo(name);
      assertThat(shown.getJsonArray("labels").getValuesAs(JsonString::getString))
          .containsExactly("stable", "web");
      assertThat(shown.getString("published")).isEqualTo("2023-11-14T22:13:20Z");
      assertThat(shown.getString("signature")).isEqualTo(SIGNATURE);
      assertThat(shown.getString("signer")).isEqualTo(SIGNER);
    }
  }

  @Test
  void aPublishedTorrentNamesTheTrackersPublicUrls() throws Exception {
    String hash = json(publish(file())).getString("infoHash");
    HttpResponse<byte[]> file =
        CLIENT.send(
            request("/torrents/" + hash + ".torrent").build(),
            HttpResponse.BodyHandlers.ofByteArray());
    Metainfo metainfo = Metainfo.parse(file.body());
    assertThat(metainfo.infoHash().hex()).isEqualTo(hash);
    assertThat(metainfo.trackers())
        .containsExactly(List.of("http://t.example/announce", "udp://t.example:6969/announce"));
  }

  @Test
  void severalTorrentsHaveOneNameAndTheLastComesFirst() throws Exception {
    String first = json(publish(file(), "name=same")).getString("infoHash");
    Thread.sleep(1100); // published has whole seconds
    String second = json(publish(file(), "name=same")).getString("infoHash");
    for (String list : List.of("/api/v1/torrents", "/api/v1/catalogue")) {
      assertThat(rows(list + "?name=same&exact=true"))
          .extracting(row -> row.getString("infoHash"))
          .containsExactly(second, first);
    }
  }

  @Test
  void ofALabelTheLatestStay() throws Exception {
    var hashes = new ArrayList<String>();
    for (int second = 1; second <= 4; second++) {
      hashes.add(
          json(publish(file(), "label=kept", signed(1_600_000_000 + second)))
              .getString("infoHash"));
    }
    assertThat(rows("/api/v1/catalogue?label=kept"))
        .extracting(row -> row.getString("infoHash"))
        .containsExactly(hashes.get(3), hashes.get(2));
    assertThat(get("/torrents/" + hashes.get(0) + ".torrent").statusCode()).isEqualTo(404);
    assertThat(metric("retired_torrents_total")).isEqualTo(2.0);
  }

  private static String signed(long second) {
    return "signature=%s&signer=%s&published=%d"
        .formatted(encode(SIGNATURE), encode(SIGNER), second);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "label=-",
        "label=a%20b",
        "label=a%2Cb",
        "label=",
        "name=%00",
        "name=",
        "published=1700000000",
        "signature=AAAA",
        "signer=AAAA",
        "signature=AAAA&signer=AAAA",
        "signature=%21&signer=%21",
      })
  void whatCannotBeSaidIsRefusedAndNothingIsRegistered(String said) throws Exception {
    String before = json(get("/api/v1/catalogue")).getString("cursor");
    HttpResponse<String> answer = publish(file(), said);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(json(answer).getString("detail")).isNotBlank().doesNotContain("Exception");
    assertThat(json(get("/api/v1/catalogue")).getString("cursor")).isEqualTo(before);
  }

  @Test
  void tooManyLabelsAreRefused() throws Exception {
    var labels = new ArrayList<String>();
    for (int i = 0; i < 17; i++) {
      labels.add("label=l" + i);
    }
    assertThat(publish(file(), labels.toArray(String[]::new)).statusCode()).isEqualTo(400);
    String search = "/api/v1/catalogue?" + String.join("&", labels);
    assertThat(get(search).statusCode()).as("nothing has so many").isEqualTo(400);
    assertThat(get(search.replaceAll("l\\d+", "l")).statusCode()).as("it is one").isEqualTo(200);
  }

  @Test
  void asManyBytesAreRegisteredAtATimeAsThereIsRoomFor() throws Exception {
    String head =
        """
        POST /api/v1/torrents HTTP/1.1\r
        Host: t\r
        Authorization: Bearer %s\r
        Content-Type: application/x-bittorrent\r
        Content-Length: %d\r
        \r
        """
            .formatted(TOKEN, 64 << 10);
    InetAddress here = InetAddress.ofLiteral("127.0.0.1");
    byte[] small = file();
    try (Socket slow = new Socket(here, server.getUri().getPort())) {
      slow.getOutputStream().write(head.getBytes(ISO_8859_1));
      await("it has begun")
          .untilAsserted(() -> assertThat(metric("upload_bytes")).isEqualTo(65536.0));
      HttpResponse<String> refused = publish(small);
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Retry-After")).contains("1");
      assertThat(json(refused).getString("detail")).contains("skep.limit.uploads");
    }
    await("it has ended")
        .untilAsserted(() -> assertThat(publish(small).statusCode()).isEqualTo(201));
    assertThat(metric("upload_bytes")).isEqualTo(0.0);
  }

  // ---- following

  @Test
  void whoKnowsTheCatalogueIsToldSoUntilItChanges() throws Exception {
    HttpResponse<String> first = get("/api/v1/catalogue");
    String tag = first.headers().firstValue("ETag").orElseThrow();
    assertThat(tag).isEqualTo('"' + json(first).getString("cursor") + '"');
    for (String known : List.of(tag, "W/" + tag, "\"x\", " + tag, "*")) {
      HttpResponse<String> same = get("/api/v1/catalogue?label=web", "If-None-Match", known);
      assertThat(same.statusCode()).as(known).isEqualTo(304);
      assertThat(same.body()).isEmpty();
      assertThat(same.headers().firstValue("ETag")).contains(tag);
    }
    publish(file());
    HttpResponse<String> another = get("/api/v1/catalogue", "If-None-Match", tag);
    assertThat(another.statusCode()).isEqualTo(200);
    assertThat(another.headers().firstValue("ETag")).isPresent().isNotEqualTo(tag);
  }

  @Test
  void aCompressedListHasAnotherTagThatIsKnownToo() throws Exception {
    publish(file());
    HttpResponse<String> plain = get("/api/v1/catalogue");
    HttpResponse<String> compressed = get("/api/v1/catalogue", "Accept-Encoding", "gzip");
    String tag = compressed.headers().firstValue("ETag").orElseThrow();
    assertThat(tag).isNotEqualTo(plain.headers().firstValue("ETag").orElseThrow());
    assertThat(get("/api/v1/catalogue", "If-None-Match", tag).statusCode()).isEqualTo(304);
  }

  @Test
  void whatOthersMayReadMakesAnotherTagToo() throws Exception {
    String hash = json(publish(file(), "name=secret")).getString("infoHash");
    String tag = get("/api/v1/catalogue").headers().firstValue("ETag").orElseThrow();
    String denied = "/api/v1/access/denied-torrents/" + hash;
    try {
      assertThat(administer("PUT", denied).statusCode()).isEqualTo(204);
      HttpResponse<String> without = get("/api/v1/catalogue", "If-None-Match", tag);
      assertThat(without.statusCode()).isEqualTo(200);
      assertThat(without.body()).doesNotContain(hash);
      String tagWithout = without.headers().firstValue("ETag").orElseThrow();
      assertThat(get("/api/v1/catalogue", "If-None-Match", tagWithout).statusCode()).isEqualTo(304);
    } finally {
      administer("DELETE", denied);
    }
    assertThat(get("/api/v1/catalogue").body()).contains(hash);
  }

  @Test
  void whatHappensIsToldInOrder() throws Exception {
    EventLines events = events("");
    assertThat(events.next().kind()).isEqualTo("at");
    String hash = json(publish(file(), "name=told", "label=web")).getString("infoHash");
    Event event = events.next();
    assertThat(event.kind()).isEqualTo("published");
    assertThat(event.json()).isEqualTo(one("/api/v1/catalogue?infoHash=" + hash));
    administer("DELETE", "/api/v1/torrents/" + hash);
    Event removed = events.next();
    assertThat(removed.kind()).isEqualTo("removed");
    assertThat(removed.json().getString("infoHash")).isEqualTo(hash);
    assertThat(removed.id()).isEqualTo(json(get("/api/v1/catalogue")).getString("cursor"));
  }

  @Test
  void aStreamEndsWithWhatItsReaderMayRead() throws Exception {
    EventLines strangers = events("");
    EventLines own = events("", "Authorization", "Bearer " + TOKEN);
    assertThat(strangers.next().kind()).isEqualTo("at");
    assertThat(own.next().kind()).isEqualTo("at");
    try {
      administer("PUT", "/api/v1/access/mode/private");
      String hash = json(publish(file(), "name=secret")).getString("infoHash");
      assertThat(own.next().json().getString("infoHash")).isEqualTo(hash);
      assertThat(strangers.rest()).isEmpty();
      assertThat(get("/api/v1/catalogue").statusCode()).isEqualTo(401);
    } finally {
      administer("DELETE", "/api/v1/access/mode");
    }
    assertThat(get("/api/v1/catalogue").statusCode()).isEqualTo(200);
  }

  @Test
  void whoComesBackIsToldWhatWasMissed() throws Exception {
    String before = json(get("/api/v1/catalogue")).getString("cursor");
    String hash = json(publish(file())).getString("infoHash");
    EventLines events = events("?wait=0&after=" + before);
    assertThat(events.next()).isEqualTo(new Event(before, "at", "{}"));
    assertThat(events.next().json().getString("infoHash")).isEqualTo(hash);
    assertThat(events.rest()).isEmpty();
    for (String unknown : List.of("0000000000000000-1", "nonsense")) {
      Event reset = events("?wait=0", "Last-Event-ID", unknown).next();
      assertThat(reset.kind()).isEqualTo("reset");
      assertThat(reset.id()).isEqualTo(json(get("/api/v1/catalogue")).getString("cursor"));
    }
  }

  @Test
  void soManyStreamsAreOpenAtATimeAndTheirEndIsNoticed() throws Exception {
    events("").next();
    events("").next();
    HttpResponse<String> refused = get("/api/v1/catalogue/events");
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(json(refused).getString("detail")).contains("If-None-Match");
    assertThat(metric("event_streams")).isEqualTo(2.0);
    closeStreams();
  }

  @Test
  void theHeadOfAStreamIsNoStream() throws Exception {
    var head =
        CLIENT.send(
            request("/api/v1/catalogue/events")
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValue("Content-Type")).contains("text/event-stream");
    await().untilAsserted(() -> assertThat(metric("event_streams")).isEqualTo(0.0));
  }

  @Test
  void aStreamTakesNobodysTurn() throws Exception {
    for (int i = 0; i < 2; i++) {
      events("").next();
    }
    for (int i = 0; i < 20; i++) {
      assertThat(get("/api/v1/stats").statusCode()).isEqualTo(200);
    }
    assertThat(metric("http_requests")).isEqualTo(1.0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?sort=size",
        "?label=a%20b",
        "?infoHash=xyz",
        "?minBytes=-1",
        "?maxBytes=x",
        "?since=yesterday",
        "?until=2026-13-01T00:00:00Z",
        "?limit=0",
        "?after=x",
        "/events?wait=901",
        "/events?wait=x",
      })
  void whatCannotBeLookedForIsRefused(String query) throws Exception {
    HttpResponse<String> answer = get("/api/v1/catalogue" + query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
  }

  // ---- short ways

  private EventLines events(String query, String... headers) throws Exception {
    var answer =
        await() // one that ended a moment ago may count yet
            .until(
                () ->
                    CLIENT.send(
                        request("/api/v1/catalogue/events" + query, headers).build(),
                        HttpResponse.BodyHandlers.ofInputStream()),
                sent -> sent.statusCode() != 503);
    assertThat(answer.statusCode()).isEqualTo(200);
    var events = EventLines.of(answer.body());
    streams.add(events);
    return events;
  }

  /** A torrent that was not published yet. */
  private static byte[] file() {
    return "d4:infod6:lengthi%de4:name1:n12:piece lengthi16384e6:pieces20:%020dee"
        .formatted(1000 + published, published++)
        .getBytes(ISO_8859_1);
  }

  private HttpResponse<String> publish(byte[] file, String... said) throws Exception {
    var request =
        request("/api/v1/torrents?" + String.join("&", said))
            .header("Content-Type", "application/x-bittorrent")
            .header("Authorization", "Bearer " + TOKEN)
            .POST(HttpRequest.BodyPublishers.ofByteArray(file))
            .build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> administer(String method, String path) throws Exception {
    var request =
        request(path, "Authorization", "Bearer " + TOKEN)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    return CLIENT.send(request(path, headers).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getUri().getPort() + path))
            .timeout(Duration.ofSeconds(20));
    return headers.length == 0 ? request : request.headers(headers);
  }

  private double metric(String name) throws Exception {
    Matcher line =
        Pattern.compile("(?m)^skep_tracker_" + name + "(\\{.*})? (\\S+)$")
            .matcher(get("/metrics").body());
    assertThat(line.find()).as(name).isTrue();
    return Double.parseDouble(line.group(2));
  }

  private List<JsonObject> rows(String path) throws Exception {
    return json(get(path)).getJsonArray("torrents").getValuesAs(JsonObject.class);
  }

  private JsonObject one(String path) throws Exception {
    List<JsonObject> rows = rows(path);
    assertThat(rows).as(path).hasSize(1);
    return rows.getFirst();
  }

  private static JsonObject json(HttpResponse<String> answer) {
    return Json.createReader(new StringReader(answer.body())).readObject();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
