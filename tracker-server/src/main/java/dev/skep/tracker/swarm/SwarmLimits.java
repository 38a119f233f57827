package dev.skep.tracker.swarm;

import dev.skep.protocol.address.IpAddress;
import java.time.Duration;

/**
 * What the store may hold.
 *
 * @param torrents most torrents at once, at least 1; pinned ones are let in beyond it
 * @param peersPerTorrent most peers of one torrent in one address family, 1 to 16,000,000
 * @param peers most peers in all, at least 1
 * @param peerTimeout how long a silent peer stays, 1 second to 12 hours
 * @param keepPeerIds whether peer ids are kept for dictionary answers (20 bytes more per peer)
 * @param bytes how much of the heap all of them may take, with what saving them takes; pinned ones
 *     are let in beyond it
 * @param perAddress what one address may take of it
 * @param departures how many of those who left a torrent are remembered, so that {@link
 *     SwarmStore#merge} does not bring them back; 0 to 10,000, 0 where nothing is merged
 */
public record SwarmLimits(
    int torrents,
    int peersPerTorrent,
    int peers,
    Duration peerTimeout,
    boolean keepPeerIds,
    long bytes,
    PerAddress perAddress,
    int departures) {
  private static final int MOST_UNSAVED_SECONDS = 60;
  private static final int UNSAVED_PER_TIMEOUT = 8;

  /**
   * What one IPv4 address or one IPv6 /64 may do.
   *
   * @param newTorrentsPerMinute how many torrents it may bring within a minute, at least 1
   * @param ports how many of its ports may be in one swarm, 1 to 10,000; of an IPv6 /48, ten times
   *     as many
   * @param completed how many of its downloads of one torrent count within ten minutes, 1 to 128
   * @param privateTimes how many times as many torrents and ports those of private networks may
   *     have, 1 to 100
   */
  public record PerAddress(int newTorrentsPerMinute, int ports, int completed, int privateTimes) {
    private static final int SITE_TIMES = 10;

    /** As the tracker has it unless it is set otherwise. */
    public static final PerAddress DEFAULT = new PerAddress(1000, 100, 100, 10);

    public PerAddress {
      inRange("new torrents per address and minute", newTorrentsPerMinute, 1, 1_000_000);
      inRange("ports per address", ports, 1, 10_000);
      inRange("completed downloads per address", completed, 1, CompletedLately.MOST);
      inRange("times as many in private networks", privateTimes, 1, 100);
    }

    int newTorrentsPerMinute(long high, long low) {
      return newTorrentsPerMinute * (IpAddress.isPrivate(high, low) ? privateTimes : 1);
    }

    int ports(long high, long low) {
      return ports * (IpAddress.isPrivate(high, low) ? privateTimes : 1);
    }

    int portsOfSite(long high, long low) {
      return SITE_TIMES * ports(high, low);
    }
  }

  /** Room for ten million peers, who may be silent for 45 minutes, from wherever they come. */
  public static final SwarmLimits DEFAULT =
      new SwarmLimits(1_000_000, 1_000_000, 10_000_000, Duration.ofMinutes(45), false);

  /** As much memory as it takes, and as much for one address as can be. */
  public SwarmLimits(
      int torrents, int peersPerTorrent, int peers, Duration peerTimeout, boolean keepPeerIds) {
    this(
        torrents,
        peersPerTorrent,
        peers,
        peerTimeout,
        keepPeerIds,
        Long.MAX_VALUE,
        new PerAddress(1_000_000, 10_000, CompletedLately.MOST, 1),
        0);
  }

  public SwarmLimits {
    inRange("torrents", torrents, 1, Integer.MAX_VALUE);
    inRange("peers per torrent", peersPerTorrent, 1, 16_000_000);
    inRange("peers", peers, 1, Integer.MAX_VALUE);
    inRange("seconds of peer timeout", peerTimeout.toSeconds(), 1, 12 * 3600);
    inRange("bytes", bytes, 1, Long.MAX_VALUE);
    inRange("departures", departures, 0, 10_000);
  }

  /** The same, but so much of the heap. */
  public SwarmLimits withBytes(long most) {
    return new SwarmLimits(
        torrents, peersPerTorrent, peers, peerTimeout, keepPeerIds, most, perAddress, departures);
  }

  /** The same, but so much for one address. */
  public SwarmLimits withPerAddress(PerAddress most) {
    return new SwarmLimits(
        torrents, peersPerTorrent, peers, peerTimeout, keepPeerIds, bytes, most, departures);
  }

  /** The same, but so many that left are remembered. */
  public SwarmLimits withDepartures(int most) {
    return new SwarmLimits(
        torrents, peersPerTorrent, peers, peerTimeout, keepPeerIds, bytes, perAddress, most);
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
