package dev.skep.tracker.swarm;

import java.util.List;

/**
 * All swarms at one moment, for people and metrics.
 *
 * @param swarms one line per torrent, in no order
 * @param seeders in all swarms
 * @param leechers in all swarms, partial seeds included
 * @param completed completed downloads of the torrents that are there
 */
public record SwarmOverview(
    List<SwarmSummary> swarms, long seeders, long leechers, long completed) {
  public SwarmOverview {
    swarms = List.copyOf(swarms);
  }

  static SwarmOverview of(List<SwarmSummary> swarms) {
    long seeders = 0;
    long leechers = 0;
    long completed = 0;
    for (SwarmSummary swarm : swarms) {
      seeders += swarm.counts().seeders();
      leechers += swarm.counts().leechers();
      completed += swarm.counts().completed();
    }
    return new SwarmOverview(swarms, seeders, leechers, completed);
  }

  /** Peers in all swarms. */
  public long peers() {
    return seeders + leechers;
  }
}
