package dev.skep.agent.torrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a person reads as the rate of a transfer. */
class RateTest {
  private static final int BLOCK_BYTES = 16 * 1024;
  private static final long STEP = Duration.ofMillis(10).toNanos();

  private final Rate rate = new Rate(0);
  private long now;

  /** A block every ten milliseconds. */
  private void comes(Duration time) {
    for (long end = now + time.toNanos(); now < end; now += STEP) {
      rate.add(BLOCK_BYTES, now);
    }
  }

  @Test
  void isWhatComes() {
    comes(Duration.ofSeconds(20));

    assertThat((double) rate.bytesPerSecond(now)).isCloseTo(BLOCK_BYTES * 100.0, within(40_000.0));
  }

  @Test
  void isNothingSoonAfterTheOnlySourceDied() {
    comes(Duration.ofSeconds(20));

    now += Duration.ofSeconds(5).toNanos();
    assertThat(rate.bytesPerSecond(now)).isZero();
  }

  @Test
  void isThereAgainWithTheNextBlocks() {
    comes(Duration.ofSeconds(20));
    now += Duration.ofSeconds(60).toNanos();
    assertThat(rate.bytesPerSecond(now)).isZero();

    comes(Duration.ofSeconds(1));
    assertThat(rate.bytesPerSecond(now)).isPositive();
  }
}
