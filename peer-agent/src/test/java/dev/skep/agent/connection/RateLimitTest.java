package dev.skep.agent.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitTest {
  private static final long SECOND = 1_000_000_000L;

  @ParameterizedTest
  @ValueSource(longs = {50_000, 1_000_000, 100_000_000})
  void isExactToFivePercentOverFiveSeconds(long bytesPerSecond) {
    RateLimit limit = new RateLimit(bytesPerSecond, 0);
    int connections = 10;
    long[] mayMoveAt = new long[connections];
    Random random = new Random(bytesPerSecond);

    long moved = 0;
    for (long now = 0; now < 5 * SECOND; now += 1_000_000) {
      for (int i = 0; i < connections; i++) {
        if (now >= mayMoveAt[i]) {
          int bytes = 1 + random.nextInt(limit.turnBytes(256 * 1024));
          moved += bytes;
          mayMoveAt[i] = now + limit.pay(bytes, now);
        }
      }
    }

    // What is on its way at the end has been paid for already: a turn of each connection.
    long inFlight = (long) connections * limit.turnBytes(256 * 1024);
    assertThat((double) moved)
        .isCloseTo(5.0 * bytesPerSecond, within(0.05 * 5 * bytesPerSecond + inFlight));
  }

  @ParameterizedTest
  @ValueSource(longs = {1_000_000, 100_000_000})
  void isAsExactWhenEverybodyIsWokenLate(long bytesPerSecond) {
    RateLimit limit = new RateLimit(bytesPerSecond, 0);
    Random random = new Random(1);

    long moved = 0;
    long now = 0;
    while (now < 5 * SECOND) {
      int bytes = limit.turnBytes(256 * 1024);
      moved += bytes;
      long wait = limit.pay(bytes, now);
      if (wait > 0) {
        now += wait + random.nextLong(900_000_000L);
        limit.waited(now);
      }
    }

    assertThat((double) moved / bytesPerSecond).isCloseTo(now / 1e9, within(0.05 * 5 + 0.9));
    // The last sleep was not made up for; all before it were.
    assertThat((double) moved / bytesPerSecond).isGreaterThan((now / 1e9 - 0.95) * 0.95);
  }

  /** The other side sends no more than a window at once, and takes its time too. */
  @Test
  void isAsExactWhenMakingUpForItTakesTime() {
    long bytesPerSecond = 1 << 20;
    RateLimit limit = new RateLimit(bytesPerSecond, 0);
    Random random = new Random(1);

    long moved = 0;
    long now = 0;
    while (now < 22 * SECOND) {
      moved += 64 * 1024;
      long wait = limit.pay(64 * 1024, now);
      if (wait > 0) {
        now += wait + random.nextLong(900_000_000L);
        limit.waited(now);
      } else {
        now += 30_000_000L;
      }
    }

    assertThat((double) moved / bytesPerSecond / (now / 1e9)).isBetween(0.95, 1.05);
  }

  @Test
  void whoHasAGreaterShareGetsMoreAndAllTogetherNoMore() {
    RateLimit all = new RateLimit(10_000_000, 0);
    double[] moved = moved(List.of(share(all, 2), share(all, 1), share(all, 0.5)), 20);

    assertThat(moved[0] / moved[1]).isBetween(1.6, 2.4);
    assertThat(moved[1] / moved[2]).isBetween(1.6, 2.4);
    assertThat(Arrays.stream(moved).sum()).isCloseTo(200e6, within(10e6));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1, 2})
  void whoIsAloneGetsAllOfItWhateverItsShare(double share) {
    for (long rate : new long[] {50_000, 10_000_000}) {
      RateLimit limit = new RateLimit(rate, 0);
      double[] moved = moved(List.of(share(limit, share)), 20);

      int owed = 4 * limit.turnBytes(256 * 1024); // by who comes sooner, two turns each
      assertThat(moved[0]).isCloseTo(20.0 * rate, within(1.0 * rate + owed));
    }
  }

  private static Limits share(RateLimit limit, double share) {
    return new Limits(List.of(limit), false, share);
  }

  /** How much each moves in so many seconds, two connections of each that want all they can get. */
  private static double[] moved(List<Limits> each, int seconds) {
    double[] moved = new double[each.size()];
    long[] mayMoveAt = new long[2 * each.size()];
    boolean[] waits = new boolean[2 * each.size()];
    for (long now = 0; now < seconds * SECOND; now += 1_000_000) {
      for (int i = 0; i < mayMoveAt.length; i++) {
        if (now >= mayMoveAt[i]) {
          Limits limits = each.get(i / 2);
          if (waits[i]) {
            limits.waited(now);
          }
          int bytes = limits.turnBytes(256 * 1024);
          moved[i / 2] += bytes;
          long wait = limits.pay(bytes, now);
          waits[i] = wait > 0;
          mayMoveAt[i] = now + wait;
        }
      }
    }
    return moved;
  }

  @Test
  void limitsThatHoldAloneLeaveOutThoseOfOthers() {
    Limits all = new Limits(List.of(new RateLimit(1, 0)));
    Limits own = new Limits(List.of(new RateLimit(1_000_000, 0)), true, 1);

    assertThat(all.and(own)).isEqualTo(own);
    assertThat(own.and(all)).isEqualTo(own);
  }

  @Test
  void whatWasMadeUpForIsNotMadeUpForTwice() {
    RateLimit limit = new RateLimit(1_000_000, 0);
    limit.pay(1_000_000, 0);
    limit.waited(2 * SECOND); // a second late

    long wait = 0;
    long moved = 0;
    while (wait == 0) {
      moved += 10_000;
      wait = limit.pay(10_000, 2 * SECOND);
    }

    assertThat(moved).isBetween(990_000L, 1_250_000L);
  }

  @Test
  void doesNotMakeUpForALongPause() {
    RateLimit limit = new RateLimit(1_000_000, 0);

    assertThat(limit.pay(1_000_000, 100 * SECOND)).isGreaterThanOrEqualTo(SECOND * 8 / 10);
  }

  @Test
  void offCostsNoWait() {
    RateLimit limit = new RateLimit(0, 0);

    assertThat(limit.pay(Long.MAX_VALUE / 2, 1)).isZero();
    assertThat(limit.turnBytes(1 << 20)).isEqualTo(1 << 20);
  }

  @Test
  void aChangeHoldsFromTheNextPayment() {
    RateLimit limit = new RateLimit(0, 0);
    limit.change(1_000, SECOND);

    assertThat(limit.pay(2_000, SECOND)).isBetween(SECOND, 2 * SECOND);
  }

  @Test
  void whatIsOwedUnderAnotherLimitIsForgiven() {
    RateLimit limit = new RateLimit(1_000, 0);
    assertThat(limit.pay(100_000, 0)).isGreaterThan(90 * SECOND);

    limit.change(1_000_000, SECOND);

    assertThat(limit.pay(1_000, SECOND)).isLessThan(SECOND);
  }
}
