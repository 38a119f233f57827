package dev.skep.service.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LooksTest {
  private final AtomicInteger looks = new AtomicInteger();

  private Looks begin(boolean isBusy) {
    return Looks.begin(
        "looks",
        Duration.ofMillis(1),
        () -> {
          looks.incrementAndGet();
          Thread.sleep(100);
          return isBusy;
        });
  }

  @Test
  void whoTakesLongOnlyToLookLooksSeldom() {
    try (Looks _ = begin(false)) {
      await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
      assertThat(looks).hasValue(1);
    }
  }

  @Test
  void whoTakesLongToDoSomethingLooksAgainSoon() {
    try (Looks _ = begin(true)) {
      await().atMost(Duration.ofSeconds(4)).until(() -> looks.get() >= 3);
    }
  }
}
