package dev.skep.tracker.admin.views;

/**
 * The tracker in numbers.
 *
 * @param torrents swarms that there are now
 * @param completed downloads that ended, of the swarms there are now
 * @param announces answered since the start, over HTTP and UDP
 * @param scrapes answered since the start
 */
public record StatsView(
    String version,
    long uptimeSeconds,
    int torrents,
    int registeredTorrents,
    long seeders,
    long leechers,
    long peers,
    long completed,
    long announces,
    long scrapes,
    long httpAnnounces,
    long udpAnnounces,
    long refused,
    long intervalSeconds) {}
