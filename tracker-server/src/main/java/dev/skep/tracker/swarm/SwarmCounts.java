package dev.skep.tracker.swarm;

/**
 * How many peers a swarm has.
 *
 * @param seeders peers that have everything
 * @param leechers all others, partial seeds included
 * @param partialSeeds leechers that download nothing more (BEP 21)
 * @param completed completed downloads ever counted
 */
public record SwarmCounts(int seeders, int leechers, int partialSeeds, int completed) {
  /** A torrent that nobody has. */
  public static final SwarmCounts NONE = new SwarmCounts(0, 0, 0, 0);

  /** Leechers that do download: BEP 21's {@code downloaders}. */
  public int downloaders() {
    return leechers - partialSeeds;
  }
}
