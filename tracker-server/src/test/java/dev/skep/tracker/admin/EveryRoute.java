package dev.skep.tracker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.tracker.access.Grant;
import io.helidon.microprofile.testing.AddConfig;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.ws.rs.client.WebTarget;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Who may read and change what, on every route that the tracker describes and those it does not,
 * with every method, as a stranger, with a wrong and a right passkey, and with a wrong and the
 * right token. One subclass for each way in which a tracker may be open.
 */
@AddConfig(key = "skep.admin.token", value = EveryRoute.TOKEN)
@AddConfig(key = "skep.admin.attempts", value = "1000000")
@AddConfig(key = "skep.limit.api.per.address", value = "1000000")
abstract class EveryRoute {
  static final String TOKEN = "the-token-of-this-test";
  private static final String PASSKEY = "passkey-that-was-given-out";
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  /** What everybody sees: numbers and the page's files; no names and no addresses. */
  private static final List<String> NUMBERS =
      List.of(
          "/health",
          "/health/live",
          "/health/ready",
          "/health/started",
          "/metrics",
          "/openapi",
          "/page/tracker.js",
          "/web/skep/skep.css");

  private static final List<String> PAGES =
      List.of("/", "/stats", "/page/events?wait=0", "/page/session");
  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS");

  /** What {@code /openapi} has to show as for who has a token, and which. */
  private static final Map<String, Map<String, Grant>> NEEDS =
      Map.ofEntries(
          Map.entry("/api/v1/access", Map.of("GET", Grant.ADMINISTER)),
          Map.entry("/api/v1/access/confirm", Map.of("POST", Grant.ADMINISTER)),
          Map.entry(
              "/api/v1/access/{list}/{entry}",
              Map.of("PUT", Grant.ADMINISTER, "DELETE", Grant.ADMINISTER)),
          Map.entry(
              "/api/v1/access/lines", Map.of("GET", Grant.ADMINISTER, "POST", Grant.ADMINISTER)),
          Map.entry("/api/v1/access/mode", Map.of("DELETE", Grant.ADMINISTER)),
          Map.entry("/api/v1/access/mode/{mode}", Map.of("PUT", Grant.ADMINISTER)),
          Map.entry("/api/v1/access/passkeys", Map.of("POST", Grant.ADMINISTER)),
          Map.entry(
              "/api/v1/access/passkeys/{id}",
              Map.of("PUT", Grant.ADMINISTER, "DELETE", Grant.ADMINISTER)),
          Map.entry("/api/v1/access/tokens", Map.of("POST", Grant.ADMINISTER)),
          Map.entry(
              "/api/v1/access/tokens/{id}",
              Map.of("PUT", Grant.ADMINISTER, "DELETE", Grant.ADMINISTER)),
          Map.entry("/api/v1/hosts", Map.of("GET", Grant.READ)),
          Map.entry("/api/v1/hosts/{name}", Map.of("DELETE", Grant.PUBLISH)),
          Map.entry("/api/v1/rollouts", Map.of("POST", Grant.PUBLISH)),
          Map.entry("/api/v1/rollouts/{id}", Map.of("DELETE", Grant.PUBLISH)),
          Map.entry("/api/v1/stop", Map.of("POST", Grant.ADMINISTER)),
          Map.entry("/api/v1/torrents", Map.of("POST", Grant.PUBLISH)),
          Map.entry("/api/v1/torrents/{infoHash}", Map.of("DELETE", Grant.PUBLISH)));

  @Inject private WebTarget server;

  /** The three kinds of torrents that there may be. */
  enum Kind {
    REGISTERED,
    ANNOUNCED_ONLY,
    DENIED;

    String sha1() throws Exception {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes(info())));
    }

    String title() {
      return "secret-" + name().toLowerCase(java.util.Locale.ROOT) + ".iso";
    }

    String info() {
      String pieces = "x".repeat(20);
      return "d6:lengthi99e4:name%d:%s12:piece lengthi16384e6:pieces20:%se"
          .formatted(title().length(), title(), pieces);
    }

    byte[] file() {
      return bytes("d4:info" + info() + "e");
    }

    /** Announced under an address of its own. */
    String address() {
      return "203.0.113." + name().length();
    }
  }

  /** Whether a stranger may read lists, pages and files at all. */
  abstract boolean isOpenToStrangers();

  /** Which torrents those who may read see. */
  abstract Set<Kind> visible();

  /** Who asks. */
  private record Asker(String name, List<String> headers, String query, boolean passkey) {}

  private static List<Asker> askers() {
    return List.of(
        new Asker("a stranger", List.of(), "", false),
        new Asker("a wrong passkey", List.of(), "passkey=wrong-passkey", false),
        new Asker("a wrong token", List.of("Authorization", "Bearer wrong-token"), "", false),
        new Asker("basic", List.of("Authorization", "Basic " + TOKEN), "", false),
        new Asker("a passkey in the query", List.of(), "passkey=" + PASSKEY, true),
        new Asker("a passkey", List.of("Authorization", "Bearer " + PASSKEY), "", true));
  }

  @Test
  void whoMayReadAndChangeWhatFollowsFromWhoMayAnnounce() throws Exception {
    prepare();
    var described = described();
    List<String> seen = new ArrayList<>();
    for (Asker asker : askers()) {
      boolean reads = isOpenToStrangers() || asker.passkey();
      for (String path : described.keySet()) {
        for (String method : METHODS) {
          seen.add(check(asker, reads, path, method, described.get(path)));
        }
      }
      for (String page : PAGES) {
        assertReads(asker, reads, page, send("GET", page, asker));
        assertReads(asker, reads, page, send("HEAD", page, asker));
      }
      for (String numbers : NUMBERS) {
        for (String method : List.of("GET", "HEAD")) {
          var answer = send(method, numbers, asker);
          String context = asker.name() + " " + method + " " + numbers;
          assertThat(answer.statusCode()).as(context).isEqualTo(200);
          assertTellsOf(Set.of(), answer, context);
        }
      }
    }
    assertThat(seen).contains("refused", "read", "no such method");
    assertAdministratorSeesAll(described);
    assertEachTokenOpensWhatItIsGoodForAndNothingElse(described);
  }

  private String check(Asker asker, boolean reads, String path, String method, Set<String> methods)
      throws Exception {
    String what = asker.name() + ": " + method + " " + path;
    if (needed(path, method).isPresent()) {
      var answer = send(method, of(Kind.REGISTERED, path), asker);
      assertThat(answer.statusCode()).as(what).isEqualTo(401);
      assertTellsOf(Set.of(), answer, what);
      return "refused";
    }
    if (methods.contains(method.equals("HEAD") ? "GET" : method)) {
      for (Kind kind : Kind.values()) {
        var answer = send(method, of(kind, path), asker);
        boolean isOfOne = path.contains("{infoHash}") || path.contains("{id}");
        boolean found = visible().contains(kind) || !isOfOne;
        boolean ofRegistered = path.startsWith("/torrents/") || path.contains("{id}");
        boolean none = ofRegistered && (kind == Kind.ANNOUNCED_ONLY || !found);
        if (reads && (!found || none)) {
          assertThat(answer.statusCode()).as(what + kind).isEqualTo(404);
        } else {
          assertReads(asker, reads, what, answer);
        }
      }
      return "read";
    }
    var answer = send(method, of(Kind.REGISTERED, path), asker);
    assertThat(answer.statusCode()).as(what).isIn(200, 204, 401, 405);
    assertTellsOf(Set.of(), answer, what);
    return "no such method";
  }

  private static Optional<Grant> needed(String path, String method) {
    return Optional.ofNullable(
        NEEDS.getOrDefault(path, Map.of()).get(method.equals("HEAD") ? "GET" : method));
  }

  /** Last, since who may do something here does it. */
  private void assertEachTokenOpensWhatItIsGoodForAndNothingElse(Map<String, Set<String>> described)
      throws Exception {
    var admin = new Asker("the token", List.of("Authorization", "Bearer " + TOKEN), "", true);
    for (Grant grant : List.of(Grant.READ, Grant.PUBLISH, Grant.ADMINISTER)) {
      var made = send("POST", "/api/v1/access/tokens?may=" + grant.text(), admin);
      assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
      JsonObject token = Json.createReader(new StringReader(made.body())).readObject();
      var holder =
          new Asker(
              grant.text(),
              List.of("Authorization", "Bearer " + token.getString("token")),
              "",
              true);
      for (String path : described.keySet()) {
        for (String method : METHODS) {
          assertOpens(holder, grant, path, method);
        }
      }
      assertThat(send("GET", "/api/v1/torrents", holder).body()).contains(Kind.DENIED.sha1());
      assertThat(send("GET", "/api/v1/self", holder).body())
          .contains(token.getString("id"), "\"may\":\"" + grant.text() + "\"");
      String announce = "/" + token.getString("token") + announcing(Kind.REGISTERED);
      assertThat(send("GET", announce, holder).body().contains("does not know your passkey"))
          .as("no token stands for a passkey")
          .isEqualTo(!isOpenToStrangers());
      assertThat(
              send("DELETE", "/api/v1/access/tokens/" + token.getString("id"), admin).statusCode())
          .isEqualTo(204);
      assertThat(send("GET", "/api/v1/hosts", holder).statusCode()).isEqualTo(401);
    }
  }

  private void assertOpens(Asker holder, Grant grant, String path, String method) throws Exception {
    Optional<Grant> needed = needed(path, method);
    boolean opens = needed.isEmpty() || grant.covers(needed.get());
    boolean ends = path.equals("/api/v1/stop") && method.equals("POST"); // this test, too
    if (opens && ends) {
      return;
    }
    var answer = send(method, of(Kind.REGISTERED, path), holder);
    String what = holder.name() + ": " + method + " " + path;
    if (opens && needed.isPresent()) {
      assertThat(answer.statusCode()).as(what).isNotIn(401, 403, 500);
    } else if (opens) {
      assertThat(answer.statusCode()).as(what).isNotIn(401, 500);
    } else {
      assertThat(answer.statusCode()).as(what).isEqualTo(403);
      assertTellsOf(Set.of(), answer, what);
    }
  }

  private void assertReads(Asker asker, boolean reads, String what, HttpResponse<String> answer)
      throws Exception {
    String context = asker.name() + " " + what;
    assertThat(answer.statusCode()).as(context).isEqualTo(reads ? 200 : 401);
    assertTellsOf(reads ? visible() : Set.of(), answer, context);
    if (!reads) {
      assertThat(answer.headers().firstValue("WWW-Authenticate")).as(context).contains("Bearer");
    }
  }

  /** That nothing of other torrents stands in an answer: no name, info-hash or address. */
  private static void assertTellsOf(Set<Kind> kinds, HttpResponse<String> answer, String what)
      throws Exception {
    for (Kind kind : Kind.values()) {
      if (!kinds.contains(kind)) {
        assertThat(answer.body()).as(what).doesNotContain(kind.title(), kind.address());
        if (!answer.uri().getPath().contains(kind.sha1())) {
          assertThat(answer.body()).as(what).doesNotContain(kind.sha1());
        }
      }
    }
  }

  private void assertAdministratorSeesAll(Map<String, Set<String>> described) throws Exception {
    var admin = new Asker("the token", List.of("Authorization", "Bearer " + TOKEN), "", true);
    for (String path : described.keySet()) {
      if (described.get(path).contains("GET")) {
        var answer = send("GET", of(Kind.DENIED, path), admin);
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
      }
    }
    assertThat(send("GET", "/api/v1/torrents?name=", admin).body())
        .contains(Kind.REGISTERED.title(), Kind.DENIED.title());
    assertThat(send("GET", "/api/v1/catalogue", admin).body())
        .contains(Kind.REGISTERED.title(), Kind.DENIED.title());
    assertThat(send("GET", "/api/v1/catalogue/events", admin).body())
        .contains(Kind.REGISTERED.title(), Kind.DENIED.title());
    assertThat(send("GET", "/api/v1/rollouts", admin).body())
        .contains(Kind.REGISTERED.title(), Kind.DENIED.title());
    assertThat(send("GET", "/", admin).body()).contains(Kind.REGISTERED.title());
  }

  /** A path of one torrent or rollout. */
  private String of(Kind kind, String path) throws Exception {
    return path.replace("{infoHash}", kind.sha1())
        .replace("{id}", rollouts.getOrDefault(kind, "0123456789ab"));
  }

  /** The ids of rollouts, each with a host that is called as the torrent is. */
  private final Map<Kind, String> rollouts = new EnumMap<>(Kind.class);

  private void roll(Kind kind, Asker admin) throws Exception {
    var request =
        request("/api/v1/rollouts", admin)
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"torrent\":\"%s\",\"hosts\":[\"%s\"]}".formatted(kind.sha1(), kind.title())))
            .build();
    var made = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    rollouts.put(
        kind, Json.createReader(new StringReader(made.body())).readObject().getString("id"));
  }

  /** Where events go on that tell of all that follows. */
  private String before = "";

  /** A torrent of each kind with a peer, and a passkey. */
  private void prepare() throws Exception {
    var admin = new Asker("the token", List.of("Authorization", "Bearer " + TOKEN), "", true);
    String catalogue = send("GET", "/api/v1/catalogue", admin).body();
    before = Json.createReader(new StringReader(catalogue)).readObject().getString("cursor");
    for (Kind kind : List.of(Kind.REGISTERED, Kind.DENIED)) {
      var request =
          request("/api/v1/torrents", admin)
              .header("Content-Type", "application/x-bittorrent")
              .POST(HttpRequest.BodyPublishers.ofByteArray(kind.file()))
              .build();
      assertThat(CLIENT.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
          .isEqualTo(201);
      roll(kind, admin);
    }
    assertThat(send("PUT", "/api/v1/access/passkeys/" + PASSKEY, admin).statusCode())
        .isEqualTo(204);
    for (Kind kind : Kind.values()) {
      send("GET", "/" + PASSKEY + announcing(kind), admin);
    }
    String denied = "/api/v1/access/denied-torrents/" + Kind.DENIED.sha1();
    assertThat(send("PUT", denied, admin).statusCode()).isEqualTo(204);
    org.awaitility.Awaitility.await("the lists, which are up to a second old")
        .untilAsserted(
            () ->
                assertThat(send("GET", "/api/v1/peers", admin).body())
                    .contains(Kind.REGISTERED.address()));
  }

  private static String announcing(Kind kind) throws Exception {
    return "/announce?info_hash=%s&peer_id=-SK0100-123456789012&port=7001&left=0&ip=%s&uploaded=0&downloaded=0"
        .formatted(kind.sha1().replaceAll("..", "%$0"), kind.address());
  }

  /** Paths with their methods, as the tracker describes itself: a new one cannot be forgotten. */
  private Map<String, Set<String>> described() throws Exception {
    var request =
        HttpRequest.newBuilder(uri("/openapi")).header("Accept", "application/json").build();
    String document = CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body();
    JsonObject paths =
        Json.createReader(new StringReader(document)).readObject().getJsonObject("paths");
    var described = new java.util.TreeMap<String, Set<String>>();
    for (String path : paths.keySet()) {
      if (!path.startsWith("/{")) {
        var methods = new TreeSet<String>();
        paths
            .getJsonObject(path)
            .keySet()
            .forEach(m -> methods.add(m.toUpperCase(java.util.Locale.ROOT)));
        described.put(path, methods);
      }
    }
    assertThat(described.keySet()).containsAll(NEEDS.keySet());
    return described;
  }

  private HttpResponse<String> send(String method, String pathAndQuery, Asker asker)
      throws Exception {
    String path =
        pathAndQuery
            .replace("{list}", "denied-networks")
            .replace("{entry}", "192.0.2.0%2F24")
            .replace("{name}", "nobody")
            .replace("{mode}", "nonsense")
            // What happened so far, but nothing of what is to come; all of it for who may read.
            .replaceFirst("/events$", "/events?wait=0&after=" + before);
    var request =
        request(path, asker)
            .header(
                "Content-Type",
                path.startsWith("/api/v1/rollouts")
                    ? "application/json"
                    : path.endsWith("/lines") ? "text/plain" : "application/x-bittorrent")
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path, Asker asker) {
    String query = asker.query().isEmpty() ? "" : (path.contains("?") ? "&" : "?") + asker.query();
    var request = HttpRequest.newBuilder(uri(path + query));
    if (!asker.headers().isEmpty()) {
      request.header(asker.headers().get(0), asker.headers().get(1));
    }
    return request;
  }

  private URI uri(String pathAndQuery) {
    return URI.create("http://127.0.0.1:" + server.getUri().getPort() + pathAndQuery);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
