package dev.skep.tracker.rollout;

import java.time.Duration;
import java.time.Instant;

/**
 * Now, for people and for measuring: the time of day may be set, the other one only passes.
 *
 * @param time of day
 * @param nanos monotonic
 */
public record Moment(Instant time, long nanos) {
  /** How long it is since another one was measured. */
  Duration since(long earlierNanos) {
    return Duration.ofNanos(nanos - earlierNanos);
  }

  /** The time of day at another measured moment before this one. */
  Instant timeOf(long earlierNanos) {
    return time.minus(since(earlierNanos));
  }
}
