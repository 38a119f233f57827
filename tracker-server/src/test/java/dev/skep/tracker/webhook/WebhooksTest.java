package dev.skep.tracker.webhook;

import static dev.skep.tracker.rollout.Rolling.host;
import static dev.skep.tracker.rollout.Rolling.named;
import static dev.skep.tracker.rollout.Rolling.telling;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.skep.protocol.tracker.HostReport.State;
import dev.skep.tracker.rollout.Rolling;
import dev.skep.tracker.rollout.Rollout;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a webhook is told, and what happens when it does not take it. */
class WebhooksTest {
  private static final String SECRET = "the-secret-of-this-test";

  private record Call(String path, Headers headers, String body) {}

  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final Rolling rolling;
  private HttpServer receiver;
  private Webhooks webhooks;
  private volatile int status = 200;

  WebhooksTest() throws Exception {
    rolling = new Rolling();
  }

  @BeforeEach
  void start() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 10);
    receiver.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    receiver.createContext("/", this::take);
    receiver.start();
    webhooks = webhooks(List.of("127.0.0.1:" + port()));
  }

  private Webhooks webhooks(List<String> allowed) {
    return new Webhooks(
        rolling.rollouts,
        WebhookRules.parse(allowed, SECRET),
        (rollout, what, delivery) ->
            "{\"event\":\"%s\"}".formatted(what.kind().word()).getBytes(UTF_8),
        rolling::now);
  }

  @AfterEach
  void stop() {
    webhooks.close();
    receiver.stop(0);
  }

  private int port() {
    return receiver.getAddress().getPort();
  }

  private void take(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    calls.add(new Call(exchange.getRequestURI().toString(), exchange.getRequestHeaders(), body));
    exchange.getResponseHeaders().add("Location", "/elsewhere");
    if (exchange.getRequestURI().getPath().equals("/endless")) {
      exchange.sendResponseHeaders(200, 0);
      try {
        while (true) {
          exchange.getResponseBody().write(new byte[8192]);
        }
      } catch (IOException _) {
        return; // nobody reads on
      }
    }
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  private Rollout rollout(String... paths) throws Exception {
    String[] urls = new String[paths.length];
    for (int i = 0; i < paths.length; i++) {
      urls[i] = "http://127.0.0.1:" + port() + paths[i];
    }
    return rolling.keeping.create(telling(rolling.plan(named("a", "b")), urls));
  }

  private void fail(String host) {
    rolling.says(host(host), State.FAILED, "no space", 500, 500, "10.1.0.7");
  }

  /** Calls are made, and so many in all have failed then. */
  private void awaitFailures(int count) {
    webhooks.round();
    await().until(() -> webhooks.tallies().failed().sum() == count);
  }

  private void awaitTold(Rollout rollout, int... numbers) {
    await()
        .untilAsserted(
            () -> {
              webhooks.round();
              assertThat(rollout.told()).isEqualTo(Arrays.stream(numbers).boxed().toList());
            });
  }

  @Test
  void whatHappensIsToldInOrderAndSigned() throws Exception {
    Rollout rollout = rollout("/x?y=1", "/z");
    fail("a");
    rolling.verified("a");
    rolling.verified("b");
    awaitTold(rollout, 2, 2);
    List<Call> toFirst = calls.stream().filter(call -> call.path.equals("/x?y=1")).toList();
    assertThat(toFirst)
        .extracting(Call::body)
        .containsExactly("{\"event\":\"failed\"}", "{\"event\":\"done\"}");
    assertThat(calls).hasSize(4);
    Headers headers = toFirst.getLast().headers;
    assertThat(headers.getFirst("Skep-Event")).isEqualTo("done");
    assertThat(headers.getFirst("Skep-Delivery")).isEqualTo(rollout.id() + "-1");
    assertThat(headers.getFirst("Content-Type")).isEqualTo("application/json");
    String time = headers.getFirst("Skep-Timestamp");
    assertThat(Long.parseLong(time)).isEqualTo(rolling.now().time().getEpochSecond());
    assertThat(headers.getFirst("Skep-Signature"))
        .isEqualTo("sha256=" + hmac(time + "." + toFirst.getLast().body));
    assertThat(webhooks.tallies().delivered().sum()).isEqualTo(4);
  }

  private static String hmac(String text) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA256"));
    return HexFormat.of().formatHex(mac.doFinal(text.getBytes(UTF_8)));
  }

  @Test
  void whatIsNotTakenIsToldAgainLater() throws Exception {
    status = 500;
    Rollout rollout = rollout("/x");
    fail("a");
    awaitFailures(1);
    webhooks.round();
    assertThat(calls).as("not at once").hasSize(1);
    rolling.pass(Duration.ofSeconds(11));
    awaitFailures(2);
    status = 204;
    rolling.pass(Duration.ofSeconds(21));
    awaitTold(rollout, 1);
    assertThat(calls)
        .extracting(call -> call.headers.getFirst("Skep-Delivery"))
        .containsOnly(rollout.id() + "-0");
  }

  @Test
  void nobodyIsFollowedElsewhere() throws Exception {
    status = 307;
    Rollout rollout = rollout("/x");
    fail("a");
    awaitFailures(1);
    assertThat(calls).extracting(Call::path).containsExactly("/x");
    assertThat(rollout.told()).containsExactly(0);
  }

  @Test
  void anAnswerWithoutEndIsTakenForWhatItsHeadSays() throws Exception {
    Rollout rollout = rollout("/endless");
    fail("a");
    awaitTold(rollout, 1);
  }

  @Test
  void oneThatDoesNotAnswerHoldsUpNoOther() throws Exception {
    receiver.createContext("/silent", exchange -> exchange.getRequestBody().readAllBytes());
    Rollout rollout = rollout("/silent", "/x");
    fail("a");
    awaitTold(rollout, 0, 1);
  }

  @Test
  void afterADayItIsGivenUpAndTheNextIsTold() throws Exception {
    status = 500;
    Rollout rollout = rollout("/x");
    fail("a");
    awaitFailures(1);
    rolling.pass(Duration.ofHours(25));
    status = 200;
    fail("b");
    awaitTold(rollout, 2);
    assertThat(webhooks.tallies().givenUp().sum()).isOne();
    assertThat(calls.getLast().headers.getFirst("Skep-Delivery")).isEqualTo(rollout.id() + "-1");
  }

  @Test
  void whoIsNotAllowedAnyMoreIsNotCalled() throws Exception {
    Rollout rollout = rollout("/x");
    webhooks.close();
    webhooks = webhooks(List.of("hooks.lan"));
    fail("a");
    awaitTold(rollout, 1);
    assertThat(calls).isEmpty();
    assertThat(webhooks.tallies().givenUp().sum()).isOne();
  }

  @Test
  void whyACallFailedIsToldInWords() {
    for (IOException failure :
        List.of(
            new ConnectException(),
            new HttpTimeoutException("x"),
            new HttpConnectTimeoutException("x"))) {
      assertThat(Webhooks.why(failure)).isNotBlank().doesNotContain("xception", "null");
    }
  }
}
