package dev.skep.tracker.admin.views;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.tracker.catalogue.KeptInMemory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How streams of events go on, and end when the tracker stops. */
class CatalogueEventsTest {
  private final KeptInMemory kept = new KeptInMemory();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Semaphore turns = new Semaphore(1, true);

  @Test
  void whoFollowsGetsTheEndAsItShouldBeAndSoDoesWhoBeginsThen() throws Exception {
    var following = CompletableFuture.runAsync(this::follow);
    await().until(() -> out.toString(UTF_8).contains("event: at"));
    kept.publish(1, "a");
    await().until(() -> out.toString(UTF_8).contains("event: published"));
    assertThat(following).isNotDone();

    kept.catalogue.endWaiting();

    following.get(10, TimeUnit.SECONDS);
    CompletableFuture.runAsync(this::follow).get(10, TimeUnit.SECONDS);
    assertThat(out.toString(UTF_8)).endsWith("event: at\ndata: {}\n\n");
  }

  @Test
  void whatIsToldIsMadeInTurns() throws Exception {
    turns.acquire();
    var following = CompletableFuture.runAsync(this::follow);
    await().until(turns::hasQueuedThreads);
    assertThat(out.size()).isZero();
    turns.release();
    await().until(() -> out.toString(UTF_8).contains("event: at"));

    kept.catalogue.endWaiting();
    following.get(10, TimeUnit.SECONDS);
  }

  @Test
  void whoDoesNotReadKeepsNobodyWaiting() throws Exception {
    var blocked = new PipedOutputStream();
    var reader = new PipedInputStream(blocked, 1);
    var following = CompletableFuture.runAsync(() -> follow(blocked));
    await().until(() -> reader.available() == 1);

    assertThat(turns.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    turns.release();

    kept.catalogue.endWaiting();
    assertThat(new String(reader.readNBytes(4), UTF_8)).isEqualTo("id: ");
    reader.close();
    assertThat(following).failsWithin(Duration.ofSeconds(10));
  }

  private void follow() {
    follow(out);
  }

  private void follow(OutputStream stream) {
    try {
      CatalogueEvents.write(
          kept.catalogue,
          Sight.EVERYTHING,
          Optional.empty(),
          Duration.ofMinutes(15),
          () -> {},
          new EventWriter(stream, turns));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
