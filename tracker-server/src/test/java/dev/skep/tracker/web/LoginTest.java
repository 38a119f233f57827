package dev.skep.tracker.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.service.web.Pages;
import io.helidon.microprofile.testing.AddConfig;
import io.helidon.microprofile.testing.junit5.HelidonTest;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.ws.rs.client.WebTarget;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How administrators log in with a browser, at a tracker that shows nothing to strangers. */
@HelidonTest
@Timeout(60)
@AddConfig(key = "skep.data.folder", value = "target/test-data/login")
@AddConfig(key = "skep.admin.token", value = LoginTest.TOKEN)
@AddConfig(key = "skep.admin.attempts", value = "3")
@AddConfig(key = "skep.access.passkey.required", value = "true")
@AddConfig(key = "skep.limit.api.per.address", value = "1000000")
@AddConfig(key = "skep.http.trusted.proxies", value = "127.0.0.0/8")
class LoginTest {
  static final String TOKEN = "the-token-of-this-test";
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final String CSRF = "X-Skep-Csrf";

  @Inject private WebTarget server;

  @AfterAll
  static void close() {
    CLIENT.close();
  }

  private HttpResponse<String> send(String method, String path, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getUri().getPort() + path))
            .method(method, BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofString(UTF_8));
  }

  private static JsonObject json(HttpResponse<String> answer) {
    return Json.createReader(new StringReader(answer.body())).readObject();
  }

  /** What a browser sends after it was answered so. */
  private static String cookie(HttpResponse<String> answer) {
    return answer.headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
  }

  private HttpResponse<String> logIn(String... more) throws Exception {
    var headers = new ArrayList<>(List.of("Authorization", "Bearer " + TOKEN));
    headers.addAll(List.of(more));
    HttpResponse<String> answer = send("POST", "/page/session", headers.toArray(String[]::new));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer;
  }

  @Test
  void whoLogsInReadsWithItsCookieAndChangesWithWhatOnlyItsPageKnows() throws Exception {
    HttpResponse<String> begun = logIn();
    String cookie = cookie(begun);
    String csrf = json(begun).getString("csrf");
    assertThat(send("GET", "/api/v1/access", "Cookie", cookie).statusCode()).isEqualTo(200);
    assertThat(send("GET", "/", "Cookie", cookie).statusCode()).isEqualTo(200);
    assertThat(json(send("GET", "/page/session", "Cookie", cookie))).isEqualTo(json(begun));

    String passkeys = "/api/v1/access/passkeys";
    assertThat(send("POST", passkeys, "Cookie", cookie).statusCode()).isEqualTo(403);
    assertThat(send("POST", passkeys, "Cookie", cookie, CSRF, "wrong").statusCode()).isEqualTo(403);
    assertThat(
            send("POST", passkeys, "Cookie", cookie, CSRF, json(logIn()).getString("csrf"))
                .statusCode())
        .as("another session's")
        .isEqualTo(403);
    assertThat(send("DELETE", "/page/session", "Cookie", cookie).statusCode()).isEqualTo(403);
    assertThat(send("POST", passkeys, "Cookie", cookie, CSRF, csrf).statusCode()).isEqualTo(201);
  }

  @Test
  void theCookieIsForThisTrackersPagesOnly() throws Exception {
    assertThat(logIn().headers().firstValue("Set-Cookie").orElseThrow())
        .matches("skep_session=[0-9a-f]{64};.*")
        .contains("HttpOnly", "SameSite=Strict", "Path=/")
        .doesNotContain("Secure", "Max-Age", "Expires", "Domain");
    assertThat(
            logIn("Origin", "https://tracker.example")
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow())
        .contains("Secure");
  }

  @Test
  void whoLogsOutIsAStrangerAgain() throws Exception {
    HttpResponse<String> begun = logIn();
    String cookie = cookie(begun);
    HttpResponse<String> ended =
        send("DELETE", "/page/session", "Cookie", cookie, CSRF, json(begun).getString("csrf"));
    assertThat(ended.statusCode()).isEqualTo(204);
    assertThat(ended.headers().firstValue("Set-Cookie").orElseThrow()).contains("Max-Age=0");
    assertThat(send("GET", "/", "Cookie", cookie).statusCode()).isEqualTo(401);
    assertThat(send("GET", "/page/session", "Cookie", cookie).statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource({"skep_session=", "skep_session=" + TOKEN, "skep_session=0123, a=b", "other=x"})
  void aCookieThatIsNoSessionsIsNothing(String cookie) throws Exception {
    assertThat(send("GET", "/api/v1/stats", "Cookie", cookie).statusCode()).isEqualTo(401);
  }

  /** A page that stays open asks on; that is no guessing, and silences nobody. */
  @Test
  void aSessionEndsWithItsToken() throws Exception {
    String admin = "Bearer " + TOKEN;
    String tokens = "/api/v1/access/tokens";
    JsonObject made =
        json(send("POST", tokens + "?may=administer&note=night", "Authorization", admin));
    HttpResponse<String> begun =
        send("POST", "/page/session", "Authorization", "Bearer " + made.getString("token"));
    String cookie = cookie(begun);
    assertThat(send("GET", "/api/v1/stats", "Cookie", cookie).statusCode()).isEqualTo(200);
    String id = made.getString("id");
    assertThat(send("DELETE", tokens + "/" + id, "Authorization", admin).statusCode())
        .isEqualTo(204);
    for (int i = 0; i < 5; i++) { // more than may be guessed
      assertThat(send("GET", "/api/v1/stats", "Cookie", cookie).statusCode()).isEqualTo(401);
    }
    assertThat(send("GET", "/api/v1/stats", "Authorization", admin).statusCode()).isEqualTo(200);
  }

  /** From an address of its own, since it is not listened to for a while then. */
  @Test
  void guessesAreBounded() throws Exception {
    String guesser = "203.0.113.77";
    for (int i = 0; i < 3; i++) {
      var wrong =
          send(
              "POST", "/page/session", "Authorization", "Bearer wrong", "X-Forwarded-For", guesser);
      assertThat(wrong.statusCode()).isEqualTo(401);
      assertThat(wrong.headers().firstValue("Set-Cookie")).isEmpty();
    }
    var late =
        send(
            "POST",
            "/page/session",
            "Authorization",
            "Bearer " + TOKEN,
            "X-Forwarded-For",
            guesser);
    assertThat(late.statusCode()).isEqualTo(429);
    assertThat(late.headers().firstValue("Retry-After")).isPresent();
  }

  @Test
  void aBrowserThatMaySeeNothingIsToldHowToComeIn() throws Exception {
    var page = send("GET", "/", "Accept", "text/html,*/*;q=0.8");
    assertThat(page.statusCode()).isEqualTo(401);
    assertThat(page.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
    assertThat(page.headers().firstValue("Content-Security-Policy")).contains(Pages.POLICY);
    assertThat(page.body())
        .contains("/?passkey=PASSKEY", "/page/tracker.js")
        .doesNotContain("data-announce");
    assertThat(send("GET", "/").body()).contains("\"status\":401");
    assertThat(send("GET", "/page/tracker.js").statusCode()).isEqualTo(200);
  }
}
