package dev.skep.agent.discovery;

import java.time.Duration;
import java.util.Optional;

/**
 * When a tracker is asked next. The one place where a tracker's numbers become our times, so that
 * no number makes us ask faster than our own floor. Pure.
 */
final class AnnounceTimes {
  /** Where the tracker does not say. */
  static final Duration DEFAULT = Duration.ofMinutes(30);

  /** Between two announces of a torrent that does not wait for peers. */
  static final Duration FLOOR = Duration.ofSeconds(60);

  /** Between two announces of one that does, if the tracker allows as much. */
  static final Duration HUNGRY_FLOOR = Duration.ofSeconds(10);

  /** What a tracker says is kept up to here. */
  static final Duration MOST = Duration.ofDays(1);

  private static final Duration FIRST_RETRY = Duration.ofSeconds(5);
  private static final Duration LAST_RETRY = Duration.ofMinutes(30);

  private AnnounceTimes() {}

  /**
   * How long to wait after an answer.
   *
   * @param usual if nobody waits for peers
   * @param earliest if somebody does; no longer than {@code usual}
   */
  record Wait(Duration usual, Duration earliest) {}

  /** After an answer with these times; zero where the tracker says none. */
  static Wait afterAnswer(Duration interval, Duration minInterval) {
    Duration asked = longer(interval.isPositive() ? interval : DEFAULT, minInterval);
    return new Wait(
        within(FLOOR, asked), within(HUNGRY_FLOOR, minInterval.isPositive() ? minInterval : asked));
  }

  /**
   * After a failure. What the tracker says about it (BEP 31) only ever adds.
   *
   * @param before how many failures came right before this one
   */
  static Duration afterFailure(int before, Optional<Duration> retryIn) {
    Duration ours = FIRST_RETRY.multipliedBy(1L << Math.min(before, 20));
    return longer(
        ours.compareTo(LAST_RETRY) < 0 ? ours : LAST_RETRY,
        within(Duration.ZERO, retryIn.orElse(Duration.ZERO)));
  }

  private static Duration within(Duration floor, Duration asked) {
    return asked.compareTo(MOST) > 0 ? MOST : longer(floor, asked);
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }
}
