package dev.skep.agent.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FaultsTest {
  @Test
  void whatFailsOnceComesAgainAndIsCounted() {
    Faults faults = new Faults();
    AtomicInteger turns = new AtomicInteger();
    try (ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor()) {
      var _ =
          clock.scheduleWithFixedDelay(
              () ->
                  faults.guard(
                      "turn",
                      () -> {
                        if (turns.incrementAndGet() == 1) {
                          throw new IllegalStateException("for this test");
                        }
                      }),
              0,
              1,
              TimeUnit.MILLISECONDS);
      await().until(() -> turns.get() > 3);
    }
    assertThat(faults.counts()).containsExactly(Map.entry("turn", 1L));
  }
}
