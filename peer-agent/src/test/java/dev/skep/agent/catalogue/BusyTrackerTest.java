package dev.skep.agent.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tracker that has too much to do now and then, and packs what it answers. */
class BusyTrackerTest {
  private final List<Long> askedAt = new CopyOnWriteArrayList<>();
  private int status = 200;
  private String retryAfter = "1";
  private int busyTimes;
  private HttpServer server;
  private TrackerApi api;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/api/v1/catalogue", this::answer);
    server.start();
    URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    api = new TrackerApi(base, new AdminSecret(Optional.empty(), "nowhere"), Optional.empty());
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    askedAt.add(System.nanoTime());
    boolean isBusy = askedAt.size() <= busyTimes;
    if (isBusy && !retryAfter.isEmpty()) {
      exchange.getResponseHeaders().set("Retry-After", retryAfter);
    }
    String text = isBusy ? "{\"detail\":\"too much\"}" : "{\"torrents\":[{\"name\":\"site\"}]}";
    byte[] body = text.getBytes(UTF_8);
    if ("gzip".equals(exchange.getRequestHeaders().getFirst("Accept-Encoding"))) {
      exchange.getResponseHeaders().set("Content-Encoding", "gzip");
      var packed = new ByteArrayOutputStream();
      try (var gzip = new GZIPOutputStream(packed)) {
        gzip.write(body);
      }
      body = packed.toByteArray();
    }
    exchange.sendResponseHeaders(isBusy ? status : 200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private TrackerApi.Carried look() throws IOException {
    return api.carried("web", Optional.empty(), 10).orElseThrow();
  }

  @Test
  void whatItPacksIsRead() throws Exception {
    assertThat(look().torrents()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void itIsAskedAgainWhenItSays(int busy) throws Exception {
    status = busy;
    busyTimes = 1;
    assertThat(look().torrents()).hasSize(1);
    assertThat(askedAt).hasSize(2);
    assertThat(Duration.ofNanos(askedAt.get(1) - askedAt.get(0)))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "60", "tomorrow"})
  void whereItDoesNotSaySoonItsUserIsTold(String when) {
    status = 503;
    busyTimes = 1;
    retryAfter = when;
    assertThatThrownBy(this::look)
        .isInstanceOf(TrackerApiException.class)
        .hasMessageEndingWith("too much");
    assertThat(askedAt).hasSize(1);
  }
}
