package dev.skep.protocol.tracker;

import dev.skep.protocol.InfoHash;

/**
 * What a tracker counts of one torrent (BEP 21, 48).
 *
 * @param infoHash the torrent
 * @param seeders peers that have everything, 0 or more
 * @param completed downloads completed ever, 0 or more
 * @param leechers peers that lack something, 0 or more
 * @param downloaders those leechers that still download, the others being partial seeds (BEP 21);
 *     {@link #UNKNOWN} if the tracker does not say
 */
public record ScrapeEntry(
    InfoHash infoHash, int seeders, int completed, int leechers, int downloaders) {
  /** For the downloaders: not said. */
  public static final int UNKNOWN = -1;

  /** From a tracker that does not tell partial seeds from downloaders. */
  public ScrapeEntry(InfoHash infoHash, int seeders, int completed, int leechers) {
    this(infoHash, seeders, completed, leechers, UNKNOWN);
  }
}
