package dev.skep.tracker.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who does not answer is asked again, later each time, and never twice at a time. */
class RetriesTest {
  private final Retries<String> attempts = new Retries<>();

  @Test
  void eachFailureDoublesThePauseUpToAnHour() {
    var pauses = new ArrayList<Long>();
    long now = -5_000_000_000L; // a monotonic clock may begin anywhere
    for (int i = 0; i < 20; i++) {
      assertThat(attempts.begin("a", now)).isTrue();
      Duration pause = attempts.failed("a", now);
      pauses.add(pause.toSeconds());
      assertThat(attempts.begin("a", now + pause.toNanos() - 1)).isFalse();
      now += pause.toNanos();
    }
    assertThat(pauses.subList(0, 11))
        .isEqualTo(List.of(10L, 20L, 40L, 80L, 160L, 320L, 640L, 1280L, 2560L, 3600L, 3600L));
    assertThat(pauses.getLast()).isEqualTo(3600L);
  }

  @Test
  void oneThatIsUnderWayIsNotBegunAgain() {
    assertThat(attempts.begin("a", 0)).isTrue();
    assertThat(attempts.begin("a", Long.MAX_VALUE / 2)).isFalse();
    assertThat(attempts.begin("b", 0)).isTrue();
    attempts.succeeded("a");
    assertThat(attempts.begin("a", 0)).isTrue();
  }

  @Test
  void whatIsNotWantedAnyMoreIsForgotten() {
    attempts.begin("a", 0);
    attempts.failed("a", 0);
    attempts.begin("b", 0);
    attempts.retain(Set.of());
    assertThat(attempts.begin("a", 0)).as("anew").isTrue();
    assertThat(attempts.begin("b", 0)).as("under way").isFalse();
  }
}
