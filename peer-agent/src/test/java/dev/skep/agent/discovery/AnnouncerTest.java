package dev.skep.agent.discovery;

import static dev.skep.protocol.tracker.AnnounceEvent.COMPLETED;
import static dev.skep.protocol.tracker.AnnounceEvent.STARTED;
import static dev.skep.protocol.tracker.AnnounceEvent.STOPPED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.tracker.AnnounceEvent;
import dev.skep.protocol.tracker.AnnounceRequest;
import dev.skep.protocol.tracker.AnnounceResponse;
import dev.skep.protocol.tracker.HttpAnnounceQuery;
import dev.skep.protocol.tracker.HttpAnnounceReply;
import dev.skep.protocol.tracker.TrackerProtocolException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a tracker that is slow, or loses an answer, hears of one download. */
@Timeout(30)
@Execution(ExecutionMode.CONCURRENT)
class AnnouncerTest {
  private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final List<AnnounceEvent> heard = new CopyOnWriteArrayList<>();
  private final CountDownLatch answersMayGo = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** An announce that is under way at the end of a test sets an alarm for nobody. */
  private final ScheduledExecutorService clock =
      new ScheduledThreadPoolExecutor(1, new ThreadPoolExecutor.DiscardPolicy());

  private final TrackerClient client = new TrackerClient(HERE);
  private volatile AnnounceEvent slow = AnnounceEvent.PAUSED;
  private volatile AnnounceEvent lost = AnnounceEvent.PAUSED;
  private HttpServer server;
  private Announcer announcer;

  @BeforeEach
  void openTracker() throws IOException {
    server = HttpServer.create(new InetSocketAddress(HERE, 0), 0);
    server.setExecutor(threads);
    server.createContext("/announce", this::answer);
    server.start();
    announcer =
        new Announcer(
            List.of(List.of("http://127.0.0.1:" + server.getAddress().getPort() + "/announce")),
            false,
            client,
            clock,
            new SplittableRandom(1),
            () -> AnnounceRequest.builder(new InfoHash(1, 2, 3), new PeerId(4, 5, 6), 6881),
            (_, _) -> {});
  }

  @AfterEach
  void closeTracker() {
    answersMayGo.countDown();
    client.close();
    clock.shutdownNow();
    server.stop(0);
    threads.close();
  }

  /** The first answer to {@code slow} waits, and the first to {@code lost} never comes. */
  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      AnnounceEvent event = HttpAnnounceQuery.parse(exchange.getRequestURI().getRawQuery()).event();
      boolean first = !heard.contains(event);
      heard.add(event);
      if (first && event == slow) {
        answersMayGo.await();
      }
      if (first && event == lost) {
        exchange.sendResponseHeaders(502, -1);
        return;
      }
      ByteBuffer out = ByteBuffer.allocate(200);
      HttpAnnounceReply.encode(
          AnnounceResponse.of(Duration.ofMinutes(30), 0, 0, List.of()), true, out);
      exchange.sendResponseHeaders(200, out.position());
      exchange.getResponseBody().write(out.array(), 0, out.position());
    } catch (TrackerProtocolException e) {
      throw new UncheckedIOException(new IOException(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void startAndAwaitTheAnswer() {
    announcer.start();
    await().until(() -> announcer.status().getFirst().working());
  }

  @Test
  void completedIsSaidOnceThoughItsAnswerIsOnTheWayWhenAllStops() throws Exception {
    slow = COMPLETED;
    startAndAwaitTheAnswer();
    announcer.completed(true);
    await().until(() -> heard.contains(COMPLETED));

    announcer.stop(SHORT);
    answersMayGo.countDown();

    await().until(() -> heard.contains(STOPPED));
    assertThat(heard).containsExactly(STARTED, COMPLETED, STOPPED);
  }

  @Test
  void completedFollowsAStartedThatIsStillOnTheWay() throws Exception {
    slow = STARTED;
    announcer.start();
    await().until(() -> heard.contains(STARTED));
    announcer.completed(true);
    answersMayGo.countDown();

    await().until(() -> heard.contains(COMPLETED));
    announcer.stop(LONG);

    assertThat(heard).containsExactly(STARTED, COMPLETED, STOPPED);
  }

  @Test
  void aPartialDownloadThatEndsBeforeItsStartIsSaidIsToldRightAfterIt() {
    announcer.completed(false);

    await().until(() -> heard.size() > 1);
    assertThat(heard).containsExactly(STARTED, AnnounceEvent.NONE);
  }

  @Test
  void completedIsSaidAgainOnlyIfItsAnswerWasLost() throws Exception {
    lost = COMPLETED;
    startAndAwaitTheAnswer();
    announcer.completed(true);
    await().until(() -> !announcer.status().getFirst().working());

    announcer.stop(LONG);

    assertThat(heard).containsExactly(STARTED, COMPLETED, COMPLETED, STOPPED);
  }

  @Test
  void aTrackerThatAnswersStartedLateStillHearsThatWeStopped() throws Exception {
    slow = STARTED;
    announcer.start();
    await().until(() -> heard.contains(STARTED));

    announcer.stop(SHORT);
    answersMayGo.countDown();

    await().until(() -> heard.contains(STOPPED));
    assertThat(heard).containsExactly(STARTED, STOPPED);
  }

  private Announcer twoTiers(boolean oneAtATime) {
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/announce";
    return new Announcer(
        List.of(List.of(url), List.of(url + "?second")),
        oneAtATime,
        client,
        clock,
        new SplittableRandom(1),
        () -> AnnounceRequest.builder(new InfoHash(1, 2, 3), new PeerId(4, 5, 6), 6881),
        (_, _) -> {});
  }

  @Test
  void aTrackerThatIsSilentDoesNotDelayTheNextForLong() {
    slow = STARTED;
    announcer = twoTiers(false);
    announcer.start();

    await().until(() -> announcer.status().getLast().working());

    assertThat(announcer.status().getFirst().message()).isEmpty();
    assertThat(heard).containsExactly(STARTED, STARTED);
    // When it does answer it is told of everything, as the other is.
    answersMayGo.countDown();
    await().until(() -> announcer.status().getFirst().working());
  }

  @Test
  void aPrivateTorrentUsesOneTrackerAtATime() {
    slow = STARTED;
    announcer = twoTiers(true);
    announcer.start();

    await().until(() -> heard.contains(STARTED));
    await().during(Duration.ofSeconds(4)).until(() -> heard.size() == 1);
  }

  @Test
  void aFaultOfOursDoesNotBecomeAFlood() {
    AtomicInteger calls = new AtomicInteger();
    announcer =
        new Announcer(
            List.of(List.of("http://127.0.0.1:1/announce")),
            false,
            client,
            clock,
            new SplittableRandom(1),
            () -> {
              calls.incrementAndGet();
              throw new IllegalStateException("for this test");
            },
            (_, _) -> {});
    announcer.start();

    await().until(() -> announcer.status().getFirst().message().isPresent());
    await().during(Duration.ofSeconds(1)).until(() -> calls.get() == 1);
  }
}
