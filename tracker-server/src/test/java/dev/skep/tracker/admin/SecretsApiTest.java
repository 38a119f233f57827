package dev.skep.tracker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.microprofile.testing.AddConfig;
import io.helidon.microprofile.testing.junit5.HelidonTest;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.ws.rs.client.WebTarget;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Passkeys, tokens and lists, as they are given out, changed and taken back over the API. */
@HelidonTest
@AddConfig(key = "skep.data.folder", value = SecretsApiTest.DATA)
@AddConfig(key = "skep.admin.token", value = SecretsApiTest.TOKEN)
@AddConfig(key = "skep.admin.attempts", value = "1000")
@AddConfig(key = "skep.access.passkey.required", value = "true")
class SecretsApiTest {
  static final String DATA = "target/test-data/secrets-api";
  static final String TOKEN = "the-token-of-this-test";
  private static final String ACCESS = "/api/v1/access";
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @Inject private WebTarget server;

  private HttpResponse<String> send(String method, String pathAndQuery, String token)
      throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.getUri().getPort() + pathAndQuery);
    var request =
        HttpRequest.newBuilder(uri)
            .header("Authorization", "Bearer " + token)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private JsonObject made(String pathAndQuery) throws Exception {
    var answer = send("POST", ACCESS + pathAndQuery, TOKEN);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return object(answer.body());
  }

  private static JsonObject object(String json) {
    return Json.createReader(new StringReader(json)).readObject();
  }

  private JsonObject shown(String id) throws Exception {
    JsonArray all = object(send("GET", ACCESS, TOKEN).body()).getJsonArray("secrets");
    return all.getValuesAs(JsonObject.class).stream()
        .filter(row -> row.getString("id").equals(id))
        .findFirst()
        .orElse(JsonObject.EMPTY_JSON_OBJECT);
  }

  private String announce(String passkey) throws Exception {
    return send(
            "GET",
            "/%s/announce?info_hash=%s&peer_id=-SK0100-123456789012&port=7001&left=0"
                .formatted(passkey, "%01".repeat(20)),
            "none")
        .body();
  }

  @Test
  void aPasskeyIsToldOnceAndGoodUntilItExpiresOrIsRevoked() throws Exception {
    JsonObject made = made("/passkeys?note=lab&lasts=3600");
    String passkey = made.getString("passkey");
    String id = made.getString("id");
    assertThat(made.getString("announcePath")).isEqualTo("/" + passkey + "/announce");
    assertThat(announce(passkey)).contains("8:interval");
    assertThat(shown(id).getString("may")).isEqualTo("passkey");
    assertThat(shown(id).getString("note")).isEqualTo("lab");
    assertThat(shown(id).getString("expires")).isEqualTo(made.getString("expires"));
    assertThat(shown(id).getBoolean("expired")).isFalse();
    assertThat(send("GET", ACCESS, TOKEN).body()).doesNotContain(passkey);

    assertThat(send("PUT", ACCESS + "/passkeys/" + id + "?lasts=0", TOKEN).statusCode())
        .isEqualTo(204);
    assertThat(announce(passkey)).contains("your passkey has expired");
    assertThat(shown(id).getBoolean("expired")).isTrue();
    assertThat(shown(id).getString("note")).as("stays").isEqualTo("lab");
    assertThat(send("PUT", ACCESS + "/passkeys/" + id + "?lasts=forever", TOKEN).statusCode())
        .isEqualTo(204);
    assertThat(announce(passkey)).contains("8:interval");

    assertThat(send("DELETE", ACCESS + "/passkeys/" + id, TOKEN).statusCode()).isEqualTo(204);
    assertThat(announce(passkey)).contains("does not know your passkey");
    assertThat(send("DELETE", ACCESS + "/passkeys/" + id, TOKEN).statusCode()).isEqualTo(404);
    assertThat(shown(id)).isEmpty();
  }

  @Test
  void aPasskeyMayBeChosenAndIsTakenBackByItself() throws Exception {
    String own = "chosen-by-an-operator";
    assertThat(send("PUT", ACCESS + "/passkeys/" + own + "?note=x", TOKEN).statusCode())
        .isEqualTo(204);
    assertThat(announce(own)).contains("8:interval");
    assertThat(send("DELETE", ACCESS + "/passkeys/" + own, TOKEN).statusCode()).isEqualTo(204);
    assertThat(announce(own)).contains("does not know your passkey");
    assertThat(send("PUT", ACCESS + "/passkeys/short", TOKEN).statusCode()).isEqualTo(400);
  }

  @Test
  void theModeThatIsSetHoldsOverWhatIsConfigured() throws Exception {
    assertThat(announce("nobodys-passkey")).contains("does not know your passkey");
    assertThat(mode()).isEqualTo("{\"from\":\"configuration\",\"mode\":\"private\"}");
    try {
      assertThat(send("PUT", ACCESS + "/mode/open", TOKEN).statusCode()).isEqualTo(204);
      assertThat(announce("nobodys-passkey")).contains("8:interval");
      assertThat(mode()).isEqualTo("{\"from\":\"api\",\"mode\":\"open\"}");
      assertThat(send("GET", ACCESS + "/lines", TOKEN).body()).startsWith("mode\topen\t\n");
      var wrong = send("PUT", ACCESS + "/mode/shut", TOKEN);
      assertThat(wrong.statusCode()).isEqualTo(400);
      assertThat(wrong.body()).contains("open, registered, private, private-registered");
      assertThat(send("PUT", ACCESS + "/mode/private", "none").statusCode()).isEqualTo(401);
    } finally {
      send("DELETE", ACCESS + "/mode", TOKEN);
    }
    assertThat(announce("nobodys-passkey")).contains("does not know your passkey");
  }

  private String mode() throws Exception {
    return object(send("GET", ACCESS, TOKEN).body()).getJsonObject("mode").toString();
  }

  @Test
  void aTokenIsToldOnceAndGoodUntilItExpiresOrIsRevoked() throws Exception {
    JsonObject made = made("/tokens?may=publish&note=builds&lasts=3600");
    String token = made.getString("token");
    String id = made.getString("id");
    assertThat(send("GET", "/api/v1/hosts", token).statusCode()).isEqualTo(200);
    var refused = send("GET", ACCESS, token);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(object(refused.body()).getString("detail"))
        .isEqualTo("that token may publish; this takes one that may administer");
    assertThat(object(send("GET", "/api/v1/self", token).body()).getString("who"))
        .isEqualTo("token " + id + " (builds)");

    assertThat(send("PUT", ACCESS + "/tokens/" + id + "?lasts=0", TOKEN).statusCode())
        .isEqualTo(204);
    var expired = send("GET", "/api/v1/hosts", token);
    assertThat(expired.statusCode()).isEqualTo(401);
    assertThat(expired.body()).contains("or has expired");
    assertThat(send("DELETE", ACCESS + "/tokens/" + id, TOKEN).statusCode()).isEqualTo(204);
    try (var files = Files.walk(Path.of(DATA))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readAllBytes(file))
            .as(file.toString())
            .matches(
                bytes ->
                    !new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1)
                        .contains(token));
      }
    }
    assertThat(Files.readString(Path.of(DATA, "audit.log")))
        .contains("\"who\":\"the admin token\",\"from\":\"127.0.0.1\"", id);
  }

  @Test
  void anAdministratorByTokenIsTheOneOfTheAuditLog() throws Exception {
    JsonObject made = made("/tokens?may=administer&note=night%20shift");
    String entry = ACCESS + "/denied-clients/-XL";
    assertThat(send("PUT", entry, made.getString("token")).statusCode()).isEqualTo(204);
    assertThat(Files.readAllLines(Path.of(DATA, "audit.log")).getLast())
        .contains("\"who\":\"token " + made.getString("id") + " (night shift)\"", "\"-XL\"");
    assertThat(send("DELETE", entry, TOKEN).statusCode()).isEqualTo(204);
    assertThat(send("DELETE", entry, TOKEN).statusCode()).isEqualTo(404);
  }

  private HttpResponse<String> add(String lines) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.getUri().getPort() + ACCESS + "/lines");
    var request =
        HttpRequest.newBuilder(uri)
            .header("Authorization", "Bearer " + TOKEN)
            .header("Content-Type", "text/plain")
            .POST(HttpRequest.BodyPublishers.ofString(lines))
            .build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** As an import does. */
  @Test
  void linesOfAnotherTrackerAreAddedAndItsTokensKnown() throws Exception {
    String before = send("GET", ACCESS + "/lines", TOKEN).body();
    String lines =
        "denied-networks\t192.0.2.0/24\tGröße\nread\t%s\tmade=-\tuntil=-\tof another\n"
            .formatted(dev.skep.tracker.access.GivenSecret.hexHash("token-of-another"));
    for (int i = 0; i < 2; i++) {
      assertThat(add(lines).statusCode()).isEqualTo(204);
    }
    assertThat(send("GET", "/api/v1/hosts", "token-of-another").statusCode()).isEqualTo(200);
    String after = send("GET", ACCESS + "/lines", TOKEN).body();
    assertThat(after.lines())
        .containsAll(before.lines().toList())
        .containsAll(lines.lines().toList());

    var wrong = add("denied-networks 10.0.0.0/8\nnonsense\n");
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.body()).contains("line 2: no list is called 'nonsense'");
    assertThat(send("GET", ACCESS + "/lines", TOKEN).body()).as("all or nothing").isEqualTo(after);
    assertThat(add("#".repeat((1 << 20) + 1)).statusCode()).isEqualTo(413);
  }

  @Test
  void whatIsWrongIsRefusedWithTheReason() throws Exception {
    for (String wrong :
        new String[] {
          "/tokens",
          "/tokens?may=passkey",
          "/tokens?may=ADMINISTER",
          "/tokens?may=read&lasts=soon",
          "/passkeys?lasts=-1",
          "/passkeys?lasts=99999999999",
          "/passkeys?note=" + "n".repeat(201)
        }) {
      var answer = send("POST", ACCESS + wrong, TOKEN);
      assertThat(answer.statusCode()).as(wrong + answer.body()).isEqualTo(400);
    }
    assertThat(send("PUT", ACCESS + "/denied-clients/%C3%A9", TOKEN).statusCode()).isEqualTo(400);
    assertThat(send("PUT", ACCESS + "/tokens/0123456789abcdef?lasts=1", TOKEN).statusCode())
        .isEqualTo(404);
    assertThat(send("PUT", ACCESS + "/passkey/x", TOKEN).statusCode()).isEqualTo(404);
  }
}
