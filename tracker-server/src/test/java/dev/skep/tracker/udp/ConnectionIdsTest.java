package dev.skep.tracker.udp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** How long a connection id is good, and for whom. */
class ConnectionIdsTest {
  private final ConnectionIds ids = new ConnectionIds(new SplittableRandom(1));

  @Test
  void anIdIsGoodForTwoMinutesAtLeastAndFourAtMost() {
    for (long issuedAt = 1000; issuedAt < 1300; issuedAt += 7) {
      long id = ids.issue(1, 2, issuedAt);
      for (long later = 0; later <= 120; later += 5) {
        assertThat(ids.accepts(id, 1, 2, issuedAt + later)).as("after " + later).isTrue();
      }
      assertThat(ids.accepts(id, 1, 2, issuedAt + 240)).isFalse();
      assertThat(ids.accepts(id, 1, 2, issuedAt + 100_000)).isFalse();
    }
  }

  @Test
  void anotherAddressAnotherKeyAndEveryOtherBitAreRefused() {
    long id = ids.issue(1, 2, 1000);
    assertThat(ids.accepts(id, 1, 3, 1000)).isFalse();
    assertThat(ids.accepts(id, 2, 2, 1000)).isFalse();
    assertThat(new ConnectionIds(new SplittableRandom(2)).accepts(id, 1, 2, 1000)).isFalse();
    for (int bit = 0; bit < 64; bit++) {
      assertThat(ids.accepts(id ^ (1L << bit), 1, 2, 1000)).as("bit " + bit).isFalse();
    }
  }
}
