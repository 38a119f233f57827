package dev.skep.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.tracker.AnnounceRequest;
import dev.skep.protocol.tracker.AnnounceResponse;
import dev.skep.protocol.tracker.HttpAnnounceQuery;
import dev.skep.protocol.tracker.TrackerProtocolException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a tracker says besides addresses is heeded, told, and said back to it. */
@Timeout(30)
class TrackerRepliesTest {
  private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");
  private static final int KEY = 0x1234abcd;
  private static final BString ITS_ID = BString.of(new byte[] {'i', 't', 's', (byte) 0xff});

  private final List<AnnounceRequest> heard = new CopyOnWriteArrayList<>();

  /** An announce that is under way at the end of a test sets an alarm for nobody. */
  private final ScheduledExecutorService clock =
      new ScheduledThreadPoolExecutor(1, new ThreadPoolExecutor.DiscardPolicy());

  private final TrackerClient client = new TrackerClient(HERE);
  private final CompletableFuture<Announcer.Status> tried = new CompletableFuture<>();
  private volatile String reply = "";
  private volatile int status = 200;
  private volatile String retryAfter = "";
  private HttpServer server;
  private Announcer announcer;

  @BeforeEach
  void openTracker() throws IOException {
    server = HttpServer.create(new InetSocketAddress(HERE, 0), 0);
    server.createContext("/announce", this::answer);
    server.start();
    announcer =
        new Announcer(
            List.of(List.of("http://127.0.0.1:" + server.getAddress().getPort() + "/announce")),
            false,
            client,
            clock,
            new SplittableRandom(1),
            () -> AnnounceRequest.builder(new InfoHash(1, 2, 3), new PeerId(4, 5, 6), 1).key(KEY),
            new Announcer.Found() {
              @Override
              public void answer(String url, AnnounceResponse response) {}

              @Override
              public void tried() {
                tried.complete(status());
              }
            });
  }

  @AfterEach
  void closeTracker() {
    client.close();
    clock.shutdownNow();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = reply.getBytes(StandardCharsets.ISO_8859_1);
      heard.add(HttpAnnounceQuery.parse(exchange.getRequestURI().getRawQuery()));
      if (!retryAfter.isEmpty()) {
        exchange.getResponseHeaders().add("Retry-After", retryAfter);
      }
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (TrackerProtocolException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  private Announcer.Status status() {
    return announcer.status().getFirst();
  }

  @Test
  void itsIdAndOurKeyComeBackWithEachAnnounce() throws Exception {
    reply = "d8:intervali1800e5:peers0:10:tracker id4:its\u00ffe";
    announcer.start();
    await().until(() -> status().working());
    announcer.completed(true);
    await().until(() -> heard.size() == 2 && status().nextAnnounce().isPositive());
    announcer.stop(Duration.ofSeconds(10));

    assertThat(heard).hasSize(3);
    assertThat(heard.stream().map(AnnounceRequest::trackerId).toList())
        .containsExactly(Optional.empty(), Optional.of(ITS_ID), Optional.of(ITS_ID));
    assertThat(heard.stream().map(AnnounceRequest::key).distinct().toList()).containsExactly(KEY);
  }

  @Test
  void aWarningIsTold() {
    reply = "d8:intervali1800e5:peers0:15:warning message8:be quicke";
    announcer.start();

    await().until(() -> status().message().equals(Optional.of("be quick")));
    assertThat(status().working()).isTrue();
  }

  @Test
  void whoShowsTrackersHearsWhenOneWasTriedInVain() throws Exception {
    reply = "d14:failure reason4:fulle";
    announcer.start();

    assertThat(tried.get(10, TimeUnit.SECONDS).message()).contains("full");
  }

  @Test
  void aFailureIsToldAndItsTimeKept() {
    reply = "d14:failure reason4:full8:retry in2:17e";
    announcer.start();

    await().until(() -> status().message().equals(Optional.of("full")));
    assertThat(status().working()).isFalse();
    await()
        .untilAsserted(
            () ->
                assertThat(status().nextAnnounce())
                    .isBetween(Duration.ofMinutes(16), Duration.ofMinutes(22)));
  }

  @Test
  void theMinimumIntervalHoldsThoughMorePeersAreWanted() {
    reply = "d8:intervali3600e12:min intervali600e5:peers0:e";
    announcer.start();
    await().until(() -> status().working());

    announcer.wantPeers();

    await()
        .untilAsserted(
            () ->
                assertThat(status().nextAnnounce())
                    .isBetween(Duration.ofMinutes(9), Duration.ofMinutes(10)));
    assertThat(heard).hasSize(1);
  }

  @Test
  void aRefusalThatAsksToComeBackAtOnceIsNotObeyed() {
    reply = "d14:failure reason4:full8:retry in1:0e";
    announcer.start();

    await().until(() -> status().message().isPresent() && status().nextAnnounce().isPositive());
    assertThat(status().nextAnnounce()).isGreaterThan(Duration.ofSeconds(3));
    assertThat(heard).hasSize(1);
  }

  @Test
  void anIntervalOfNothingIsHalfAnHour() {
    reply = "d8:intervali0e5:peers0:e";
    announcer.start();

    await().until(() -> status().working());
    announcer.wantPeers();
    assertThat(status().nextAnnounce()).isBetween(Duration.ofMinutes(29), Duration.ofMinutes(30));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @CsvSource({"503, ''", "429, d14:failure reason4:fulle"})
  void aServerThatSaysWhenToComeBackIsObeyed(int says, String body) {
    status = says;
    reply = body;
    retryAfter = "1200";
    announcer.start();

    await().until(() -> status().message().isPresent() && status().nextAnnounce().isPositive());
    assertThat(status().nextAnnounce()).isBetween(Duration.ofMinutes(19), Duration.ofMinutes(26));
  }

  @Test
  void theDateOfAServersRetryAfterIsReadAndNonsenseIsNot() {
    Instant now = Instant.parse("2026-01-01T00:00:00Z");

    assertThat(HttpGet.retryAfter("Thu, 01 Jan 2026 00:02:00 GMT", now))
        .isEqualTo(Duration.ofMinutes(2));
    assertThat(HttpGet.retryAfter("120", now)).isEqualTo(Duration.ofMinutes(2));
    assertThat(HttpGet.retryAfter("soon", now)).isZero();
    assertThat(HttpGet.retryAfter("99999999999999999999", now)).isZero();
  }

  @Test
  void whoBeginsAnewStillLeavesATrackerAloneThatFailed() throws Exception {
    reply = "d14:failure reason4:full8:retry in2:17e";
    announcer.start();
    await().until(() -> status().message().isPresent() && status().nextAnnounce().isPositive());
    announcer.stop(Duration.ofSeconds(10));

    Announcer again =
        announcer.again(
            () -> AnnounceRequest.builder(new InfoHash(1, 2, 3), new PeerId(4, 5, 6), 1).key(KEY));
    again.start();

    assertThat(again.status().getFirst().nextAnnounce()).isGreaterThan(Duration.ofMinutes(16));
    assertThat(again.status().getFirst().message()).contains("full");
    await().during(Duration.ofMillis(300)).until(() -> heard.size() == 1);
  }

  @Test
  void aReasonWithoutEndIsCut() {
    reply = "d14:failure reason10000:" + "no ".repeat(3333) + "!e";
    announcer.start();

    await().until(() -> status().message().isPresent());
    assertThat(status().message().orElseThrow()).hasSizeLessThan(300).endsWith("…");
  }
}
