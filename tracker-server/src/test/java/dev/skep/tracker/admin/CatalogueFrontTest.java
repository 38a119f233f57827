package dev.skep.tracker.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.tracker.http.admission.HttpTallies;
import io.helidon.microprofile.testing.AddBean;
import io.helidon.microprofile.testing.AddConfig;
import io.helidon.microprofile.testing.junit5.HelidonTest;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.client.WebTarget;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What many followers ask for at once is answered before other requests have their turn. */
@HelidonTest
@AddBean(CatalogueFrontTest.Slow.class)
@AddConfig(key = "skep.data.folder", value = "target/test-data/catalogue-front")
@AddConfig(key = "skep.limit.requests", value = "1")
@AddConfig(key = "skep.access.passkey.required", value = "true")
@AddConfig(key = "skep.admin.token", value = CatalogueFrontTest.TOKEN)
@AddConfig(key = "skep.limit.api.per.address", value = "1000000")
class CatalogueFrontTest {
  static final String TOKEN = "the-token-of-this-test";
  private static final String PASSKEY = "follower-0123456789";
  private static final String LIST = "/api/v1/catalogue?limit=500&label=web&passkey=" + PASSKEY;
  private static final String WHO = "&skep_host=web-%d&skep_id=%032x&skep_labels=web,db";
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static int published;

  @Inject private WebTarget server;
  @Inject private HttpTallies tallies;

  @BeforeEach
  void letFollowersIn() throws Exception {
    assertThat(administer("PUT", "/api/v1/access/passkeys/" + PASSKEY)).isEqualTo(204);
  }

  @AfterAll
  static void close() {
    CLIENT.close();
  }

  @Test
  void whileSomebodyElseHasTheTurnFollowersAreAnswered() throws Exception {
    String file = "/torrents/" + publish() + ".torrent?passkey=" + PASSKEY;
    String tag = tag(get(LIST + WHO.formatted(1, 1)));
    HttpResponse<byte[]> first = get(file);
    CompletableFuture<?> slow = occupyTheTurn();
    try {
      assertThat(get(LIST + WHO.formatted(2, 2), "If-None-Match", tag).statusCode()).isEqualTo(304);
      HttpResponse<byte[]> list = get(LIST + WHO.formatted(3, 3));
      assertThat(list.statusCode()).isEqualTo(200);
      assertThat(text(list)).contains("published-" + published);
      assertThat(get(file).body()).isEqualTo(first.body());
      assertThat(slow).isNotDone();
    } finally {
      Slow.turn.goesOn.countDown();
      slow.join();
    }
    assertThat(text(admin("/api/v1/hosts"))).contains("\"web-1\"", "\"web-2\"", "\"web-3\"");
  }

  @Test
  void ofThoseWhoHadToWaitOneHasItsAnswerMadeAndTheOthersGetTheSame() throws Exception {
    String file = "/torrents/" + publish() + ".torrent?passkey=" + PASSKEY;
    double before = metric("shared_answers_total");
    CompletableFuture<?> slow = occupyTheTurn();
    List<CompletableFuture<HttpResponse<byte[]>>> waiting = new ArrayList<>();
    try {
      for (int i = 0; i < 10; i++) {
        waiting.add(begin(LIST + WHO.formatted(i, i)));
        waiting.add(begin(file));
      }
      await().until(() -> tallies.waiting().get() == 20);
    } finally {
      Slow.turn.goesOn.countDown();
      slow.join();
    }
    for (CompletableFuture<HttpResponse<byte[]>> each : waiting) {
      assertThat(each.join().statusCode()).isEqualTo(200);
    }
    assertThat(metric("shared_answers_total")).isEqualTo(before + 18);
  }

  private CompletableFuture<HttpResponse<byte[]>> begin(String path) {
    HttpRequest request = request(path).timeout(Duration.ofSeconds(30)).build();
    return CLIENT.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
  }

  /** Whose answer takes long to make. */
  @Path("/slow")
  public static class Slow {
    record Turn(CountDownLatch begun, CountDownLatch goesOn) {
      Turn() {
        this(new CountDownLatch(1), new CountDownLatch(1));
      }
    }

    static volatile Turn turn = new Turn();

    @GET
    public String get() throws InterruptedException {
      Turn now = turn;
      now.begun.countDown();
      return String.valueOf(now.goesOn.await(20, TimeUnit.SECONDS));
    }
  }

  private CompletableFuture<?> occupyTheTurn() throws Exception {
    Slow.turn = new Slow.Turn();
    HttpRequest request =
        request("/slow", "Authorization", "Bearer " + TOKEN)
            .timeout(Duration.ofSeconds(30))
            .build();
    CompletableFuture<?> slow = CLIENT.sendAsync(request, HttpResponse.BodyHandlers.discarding());
    assertThat(Slow.turn.begun.await(20, TimeUnit.SECONDS)).isTrue();
    return slow;
  }

  @Test
  void anAnswerIsTheSameAsFromTheResourceItself() throws Exception {
    String hash = publish();
    for (String path : List.of(LIST, "/torrents/" + hash + ".torrent?passkey=" + PASSKEY)) {
      HttpResponse<byte[]> kept = get(path);
      double before = metric("shared_answers_total");
      HttpResponse<byte[]> shared = get(path);
      assertThat(metric("shared_answers_total")).as(path).isEqualTo(before + 1);
      HttpResponse<byte[]> own = get(path + "&other=%20"); // what no agent sends
      assertThat(metric("shared_answers_total")).as(path).isEqualTo(before + 1);
      assertThat(shared.body()).isEqualTo(kept.body()).isEqualTo(own.body());
      assertThat(head(shared)).isEqualTo(head(kept)).isEqualTo(head(own));
    }
  }

  @Test
  void unchangedIsTheSameAnswerToo() throws Exception {
    String tag = tag(get(LIST));
    double before = metric("unchanged_answers_total");
    HttpResponse<byte[]> here = get(LIST, "If-None-Match", tag);
    assertThat(metric("unchanged_answers_total")).isEqualTo(before + 1);
    HttpResponse<byte[]> there = get(LIST + "&other=%20", "If-None-Match", tag);
    assertThat(metric("unchanged_answers_total")).isEqualTo(before + 1);
    assertThat(List.of(here.statusCode(), there.statusCode())).containsOnly(304);
    assertThat(head(here)).isEqualTo(head(there));
    assertThat(here.body()).isEmpty();
  }

  @Test
  void whoReadsGzipGetsItAndItsTag() throws Exception {
    publish();
    String plain = text(get(LIST));
    for (int i = 0; i < 2; i++) {
      HttpResponse<byte[]> packed = get(LIST, "Accept-Encoding", "gzip");
      assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
      assertThat(packed.headers().allValues("Vary").toString())
          .contains("Authorization", "Accept-Encoding");
      var bytes = new GZIPInputStream(new ByteArrayInputStream(packed.body()));
      assertThat(new String(bytes.readAllBytes(), ISO_8859_1)).isEqualTo(plain);
      assertThat(tag(packed)).isNotEqualTo(tag(get(LIST)));
      assertThat(get(LIST, "If-None-Match", tag(packed)).statusCode()).isEqualTo(304);
    }
  }

  @Test
  void aPublicationAndARemovalAreSeenAtOnce() throws Exception {
    for (int i = 0; i < 20; i++) {
      String hash = publish();
      String file = "/torrents/" + hash + ".torrent?passkey=" + PASSKEY;
      for (int times = 0; times < 2; times++) {
        assertThat(text(get(LIST))).contains(hash);
        assertThat(get(file).statusCode()).isEqualTo(200);
      }
      assertThat(administer("DELETE", "/api/v1/torrents/" + hash)).isEqualTo(204);
      assertThat(text(get(LIST))).doesNotContain(hash);
      assertThat(get(file).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void whoMayNotReadGetsNothingThatWasAnsweredToOthers() throws Exception {
    String hash = publish();
    String file = "/torrents/" + hash + ".torrent";
    String tag = tag(get(LIST));
    get(file + "?passkey=" + PASSKEY);
    admin("/api/v1/catalogue?limit=500&label=web");
    admin(file);
    for (String stranger : List.of("", "&passkey=", "&passkey=follower-0000000000")) {
      String list = "/api/v1/catalogue?limit=500&label=web" + stranger;
      assertThat(get(list).statusCode()).as(stranger).isEqualTo(401);
      assertThat(get(list, "If-None-Match", tag).statusCode()).as(stranger).isEqualTo(401);
      assertThat(get(file + stranger.replace('&', '?')).statusCode()).as(stranger).isEqualTo(401);
    }
    String denied = "/api/v1/access/denied-torrents/" + hash;
    assertThat(administer("PUT", denied)).isEqualTo(204);
    try {
      for (int times = 0; times < 2; times++) {
        assertThat(text(get(LIST))).doesNotContain(hash);
        assertThat(get(file + "?passkey=" + PASSKEY).statusCode()).isEqualTo(404);
        assertThat(text(admin("/api/v1/catalogue?limit=500&label=web"))).contains(hash);
        assertThat(admin(file).statusCode()).isEqualTo(200);
      }
    } finally {
      assertThat(administer("DELETE", denied)).isEqualTo(204);
    }
    assertThat(text(get(LIST))).contains(hash);
  }

  @Test
  void aConnectionThatIsKeptBelongsToNobody() throws Exception {
    String hash = publish();
    try (Socket kept = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.getUri().getPort())) {
      assertThat(ask(kept, LIST)).startsWith("HTTP/1.1 200").contains(hash);
      assertThat(ask(kept, "/api/v1/torrents")).startsWith("HTTP/1.1 401").doesNotContain(hash);
      assertThat(ask(kept, "/api/v1/catalogue")).startsWith("HTTP/1.1 401").doesNotContain(hash);
    }
  }

  /** What has come within a moment. */
  private static String ask(Socket kept, String path) throws Exception {
    kept.getOutputStream()
        .write(("GET " + path + " HTTP/1.1\r\nHost: t\r\n\r\n").getBytes(ISO_8859_1));
    var came = new StringBuilder();
    byte[] buffer = new byte[1 << 16];
    do {
      came.append(new String(buffer, 0, kept.getInputStream().read(buffer), ISO_8859_1));
    } while (!came.toString().contains("}"));
    return came.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"?limit=0", "?label=-", "?sort=size", "?after=x", "?skep_host=-"})
  void nonsenseIsAnsweredAsEver(String query) throws Exception {
    int expected = query.contains("skep_host") ? 200 : 400;
    for (int times = 0; times < 2; times++) {
      assertThat(admin("/api/v1/catalogue" + query).statusCode()).isEqualTo(expected);
    }
  }

  // ---- short ways

  private String publish() throws Exception {
    String name = "published-" + ++published;
    byte[] file =
        "d4:infod6:lengthi%de4:name%d:%s12:piece lengthi16384e6:pieces20:%020dee"
            .formatted(1000 + published, name.length(), name, published)
            .getBytes(ISO_8859_1);
    var request =
        request("/api/v1/torrents?label=web", "Authorization", "Bearer " + TOKEN)
            .header("Content-Type", "application/x-bittorrent")
            .POST(HttpRequest.BodyPublishers.ofByteArray(file))
            .build();
    HttpResponse<String> made = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    JsonObject row = Json.createReader(new java.io.StringReader(made.body())).readObject();
    return row.getString("infoHash");
  }

  private int administer(String method, String path) throws Exception {
    var request =
        request(path, "Authorization", "Bearer " + TOKEN)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private HttpResponse<byte[]> admin(String path) throws Exception {
    return get(path, "Authorization", "Bearer " + TOKEN);
  }

  private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    return CLIENT.send(request(path, headers).build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private HttpRequest.Builder request(String path, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getUri().getPort() + path))
            .timeout(Duration.ofSeconds(5));
    return headers.length == 0 ? request : request.headers(headers);
  }

  private static String tag(HttpResponse<?> answer) {
    return answer.headers().firstValue("ETag").orElseThrow();
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), ISO_8859_1);
  }

  /** All headers that say something of the answer. */
  private static Map<String, List<String>> head(HttpResponse<?> answer) {
    var head = new HashMap<>(answer.headers().map());
    head.keySet().removeAll(List.of("date", "connection"));
    return head;
  }

  private double metric(String name) throws Exception {
    Matcher line =
        Pattern.compile("(?m)^skep_tracker_" + name + "(\\{.*})? (\\S+)$")
            .matcher(text(get("/metrics")));
    assertThat(line.find()).as(name).isTrue();
    return Double.parseDouble(line.group(2));
  }
}
