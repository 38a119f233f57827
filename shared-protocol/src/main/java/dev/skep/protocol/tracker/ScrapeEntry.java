package dev.skep.protocol.tracker;

import dev.skep.protocol.InfoHash;

/**
 * What a tracker counts of one torrent (BEP 48).
 *
 * @param infoHash the torrent
 * @param seeders peers that have everything, 0 or more
 * @param completed downloads completed ever, 0 or more
 * @param leechers peers that lack something, 0 or more
 */
public record ScrapeEntry(InfoHash infoHash, int seeders, int completed, int leechers) {}
