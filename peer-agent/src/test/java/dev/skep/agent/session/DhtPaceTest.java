package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.InfoHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DhtPaceTest {
  private static final long SECOND = 1_000_000_000L;
  private static final InfoHash ONE = new InfoHash(1, 2, 3);

  private final DhtPace pace = new DhtPace(new SplittableRandom(1));

  /** At which seconds of so many it was due. */
  private List<Integer> due(boolean hungry, int seconds) {
    List<Integer> due = new ArrayList<>();
    for (int second = 0; second < seconds; second++) {
      if (pace.isDue(ONE, true, hungry, second * SECOND)) {
        due.add(second);
      }
    }
    return due;
  }

  @Test
  void whoHasWhatItNeedsSaysSoBeforeItIsForgotten() {
    List<Integer> due = due(false, 3_600);

    assertThat(due.getFirst()).isZero();
    for (int i = 1; i < due.size(); i++) {
      assertThat(due.get(i) - due.get(i - 1)).isBetween(720, 900);
    }
  }

  @Test
  void whoGetsNothingLooksSoonerAndEachTimeLater() {
    assertThat(due(true, 700)).containsExactly(0, 10, 30, 70, 150, 310, 630);
  }

  @Test
  void whatIsNewIsDueAtOnceAlsoWhenItComesBack() {
    assertThat(pace.isDue(ONE, true, false, 0)).isTrue();
    assertThat(pace.isDue(ONE, true, false, SECOND)).isFalse();
    assertThat(pace.keepOnly(Set.of(ONE))).isEmpty();
    assertThat(pace.keepOnly(Set.of())).containsExactly(ONE);
    assertThat(pace.isDue(ONE, true, false, 2 * SECOND)).isTrue();
  }

  @Test
  void whoMayBeToldOfForTheFirstTimeIsDueAtOnce() {
    assertThat(pace.isDue(ONE, false, false, 0)).isTrue();
    assertThat(pace.isDue(ONE, false, false, SECOND)).isFalse();
    assertThat(pace.isDue(ONE, true, false, 2 * SECOND)).isTrue();
    assertThat(pace.isDue(ONE, true, false, 3 * SECOND)).isFalse();
  }
}
