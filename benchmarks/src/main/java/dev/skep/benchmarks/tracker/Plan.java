package dev.skep.benchmarks.tracker;

import java.net.InetSocketAddress;

/**
 * What to do to which tracker.
 *
 * @param tracker where it listens
 * @param window requests under way at once, over all sources, in a closed loop
 * @param ratePerSecond requests per second in an open loop; 0 for a closed loop
 * @param connectPercent of the requests over UDP
 * @param scrapePercent of the requests
 * @param churnPercent of the announces over UDP that say stopped
 * @param numwant peers wanted per announce
 * @param keepAlive whether HTTP connections are used again
 * @param warmUpSeconds not measured
 * @param seconds measured
 */
record Plan(
    InetSocketAddress tracker,
    int window,
    int ratePerSecond,
    int connectPercent,
    int scrapePercent,
    int churnPercent,
    int numwant,
    boolean keepAlive,
    int warmUpSeconds,
    int seconds) {
  /** The same in an open loop. */
  Plan atRate(int requestsPerSecond) {
    return new Plan(
        tracker,
        window,
        requestsPerSecond,
        connectPercent,
        scrapePercent,
        churnPercent,
        numwant,
        keepAlive,
        warmUpSeconds,
        seconds);
  }
}
