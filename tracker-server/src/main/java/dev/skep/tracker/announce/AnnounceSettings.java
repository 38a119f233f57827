package dev.skep.tracker.announce;

import java.time.Duration;

/**
 * How often peers announce and how many others they are told.
 *
 * @param interval when a peer announces again, as long as the tracker keeps up; at least 1 s
 * @param minInterval the soonest a client may; not above {@code interval}
 * @param maxInterval what {@code interval} is stretched to at most when too much comes in
 * @param stretchAbovePerSecond announces per second above which the interval grows in proportion
 * @param defaultPeers how many peers an answer names if the client does not say, 0 to 500
 * @param maxPeers most peers that an answer names, 0 to 500
 */
public record AnnounceSettings(
    Duration interval,
    Duration minInterval,
    Duration maxInterval,
    int stretchAbovePerSecond,
    int defaultPeers,
    int maxPeers) {
  /** Every half hour, 50 peers. */
  public static final AnnounceSettings DEFAULT =
      new AnnounceSettings(
          Duration.ofMinutes(30), Duration.ofMinutes(1), Duration.ofHours(1), 50_000, 50, 200);

  public AnnounceSettings {
    if (interval.toSeconds() < 1 || interval.compareTo(maxInterval) > 0) {
      throw new IllegalArgumentException(
          "the announce interval must be at least 1 second and at most " + maxInterval);
    }
    if (minInterval.isNegative() || minInterval.compareTo(interval) > 0) {
      throw new IllegalArgumentException("the minimal announce interval exceeds the interval");
    }
    if (stretchAbovePerSecond < 1) {
      throw new IllegalArgumentException("intervals can stretch above 1 announce/s at the lowest");
    }
    if (maxPeers < 0 || maxPeers > 500 || defaultPeers < 0 || defaultPeers > maxPeers) {
      throw new IllegalArgumentException(
          "an answer names 0 to 500 peers, and by default no more than at most");
    }
  }
}
