package dev.skep.agent.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.agent.library.Goals.Progress;
import dev.skep.agent.library.Goals.Reached;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GoalsTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private static Progress complete(long uploaded, Duration seeding, Duration still) {
    return new Progress(true, 1000, uploaded, seeding, still);
  }

  @Test
  void aCompleteTorrentEndsByTheFirstGoalThatItReaches() {
    Goals goals =
        Goals.NONE
            .withRatio(Goal.at(1.5))
            .withSeedTime(Goal.at(HOUR))
            .withIdleTime(Goal.at(Duration.ofMinutes(5)));
    assertThat(goals.reached(complete(1499, Duration.ZERO, Duration.ZERO))).isEmpty();
    assertThat(goals.reached(complete(1500, Duration.ZERO, Duration.ZERO))).contains(Reached.RATIO);
    assertThat(goals.reached(complete(0, HOUR, Duration.ZERO))).contains(Reached.SEED_TIME);
    assertThat(goals.reached(complete(0, Duration.ZERO, HOUR))).contains(Reached.IDLE_TIME);
  }

  @Test
  void whatIsNotCompleteIsOnlyGivenUp() {
    Goals goals =
        new Goals(Goal.at(0.0), Goal.at(Duration.ZERO), Goal.never(), Goal.at(HOUR), false);
    Progress waiting = new Progress(false, 1000, 9999, Duration.ZERO, HOUR.minusSeconds(1));
    assertThat(goals.reached(waiting)).isEmpty();
    assertThat(goals.reached(new Progress(false, 1000, 0, Duration.ZERO, HOUR)))
        .contains(Reached.GAVE_UP);
  }

  @Test
  void whatItIsToldGoesBeforeWhatHoldsForAll() {
    Goals all = Goals.NONE.withRatio(Goal.at(1.0)).withIdleTime(Goal.at(HOUR));
    Goals own = Goals.INHERITED.withRatio(Goal.never());
    assertThat(own.or(all).ratio()).isEqualTo(Goal.never());
    assertThat(own.or(all).idleTime()).isEqualTo(Goal.at(HOUR));
  }
}
