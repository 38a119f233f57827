package dev.skep.tracker.admin.views;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.tracker.catalogue.KeptInMemory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How streams of events end when the tracker stops. */
class CatalogueEventsTest {
  private final KeptInMemory kept = new KeptInMemory();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

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

  private void follow() {
    try {
      CatalogueEvents.write(
          kept.catalogue,
          Sight.EVERYTHING,
          Optional.empty(),
          Duration.ofMinutes(15),
          () -> {},
          out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
