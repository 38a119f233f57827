package dev.skep.protocol.tracker;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** What a tracker answers to an announce. */
public sealed interface TrackerReply permits AnnounceResponse, TrackerReply.Failure {
  /** {@link Failure#retryIn} when the tracker never wants to be asked again (BEP 31). */
  Duration NEVER = ChronoUnit.FOREVER.getDuration();

  /**
   * The tracker refused.
   *
   * @param reason for a person
   * @param retryIn when to ask again, if it says so (BEP 31)
   */
  record Failure(String reason, Optional<Duration> retryIn) implements TrackerReply {
    public Failure(String reason) {
      this(reason, Optional.empty());
    }
  }
}
