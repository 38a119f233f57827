package dev.skep.tracker.announce;

import java.time.Duration;
import java.util.Optional;

/** What became of an announce. */
public sealed interface Outcome {
  /**
   * The peer is in its swarm, or has left it; whom it is told stands in the {@code Announce}.
   *
   * @param intervalSeconds when to announce again
   * @param minIntervalSeconds how soon it may at the earliest
   */
  record Answered(int intervalSeconds, int minIntervalSeconds) implements Outcome {}

  /**
   * The peer was not taken in.
   *
   * @param reason what the client shows its user; one short line
   * @param retryIn when to ask again (BEP 31); empty for the client's own judgement
   */
  record Refused(String reason, Optional<Duration> retryIn) implements Outcome {}
}
