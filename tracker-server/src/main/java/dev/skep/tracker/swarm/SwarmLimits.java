package dev.skep.tracker.swarm;

import java.time.Duration;

/**
 * What the store may hold.
 *
 * @param torrents most torrents at once, at least 1; pinned ones are let in beyond it
 * @param peersPerTorrent most peers of one torrent in one address family, 1 to 16,000,000
 * @param peers most peers in all, at least 1
 * @param peerTimeout how long a silent peer stays, 1 second to 12 hours
 * @param keepPeerIds whether peer ids are kept for dictionary answers (20 bytes more per peer)
 */
public record SwarmLimits(
    int torrents, int peersPerTorrent, int peers, Duration peerTimeout, boolean keepPeerIds) {
  private static final int MOST_UNSAVED_SECONDS = 60;
  private static final int UNSAVED_PER_TIMEOUT = 8;

  /** Room for ten million peers, who may be silent for 45 minutes. */
  public static final SwarmLimits DEFAULT =
      new SwarmLimits(1_000_000, 1_000_000, 10_000_000, Duration.ofMinutes(45), false);

  public SwarmLimits {
    inRange("torrents", torrents, 1, Integer.MAX_VALUE);
    inRange("peers per torrent", peersPerTorrent, 1, 16_000_000);
    inRange("peers", peers, 1, Integer.MAX_VALUE);
    inRange("seconds of peer timeout", peerTimeout.toSeconds(), 1, 12 * 3600);
  }

  /**
   * How long a swarm in which peers were only heard again may wait to be saved. What a killed
   * process loses then is when they were heard, not that they are there: so peers that were
   * restored may be silent for so much longer.
   */
  public int mostUnsavedSeconds() {
    return Math.min(MOST_UNSAVED_SECONDS, (int) peerTimeout.toSeconds() / UNSAVED_PER_TIMEOUT);
  }

  /**
   * How long a peer may be silent.
   *
   * @param restored whether it has not been heard since it was restored
   */
  int mostSilentSeconds(boolean restored) {
    return (int) peerTimeout.toSeconds() + (restored ? mostUnsavedSeconds() : 0);
  }

  private static void inRange(String what, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "the limit of " + what + " must be " + min + " to " + max + ", not " + value);
    }
  }
}
