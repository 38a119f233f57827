package dev.skep.tracker.swarm;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * How much the store holds, and how often a limit was met.
 *
 * @param torrents torrents now
 * @param peers peers now, of both families
 * @param seeders those of them that have everything
 * @param everCompleted completed downloads ever counted of the torrents there are now
 * @param bytes what they take of the heap, as {@link SwarmLimits#bytes} counts it
 * @param expired peers dropped because they were silent
 * @param evicted peers dropped to make room for others
 * @param evictedTorrents small torrents dropped to make room, of addresses that brought many
 * @param refusedTorrents announces refused because there were too many torrents
 * @param refusedPeers announces refused because there were too many peers
 * @param hastyTorrents announces refused because their address brought too many new torrents
 * @param crowdedOut announces of peers that were told of others and not taken in, because their
 *     address had too many ports in the swarm
 * @param completed completed downloads counted since the start
 * @param uncountedCompleted told ones that did not count: again, or too many of their address
 */
public record SwarmTallies(
    AtomicInteger torrents,
    AtomicInteger peers,
    LongAdder seeders,
    LongAdder everCompleted,
    AtomicLong bytes,
    LongAdder expired,
    LongAdder evicted,
    LongAdder evictedTorrents,
    LongAdder refusedTorrents,
    LongAdder refusedPeers,
    LongAdder hastyTorrents,
    LongAdder crowdedOut,
    LongAdder completed,
    LongAdder uncountedCompleted) {
  SwarmTallies() {
    this(
        new AtomicInteger(),
        new AtomicInteger(),
        new LongAdder(),
        new LongAdder(),
        new AtomicLong(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder());
  }

  /** Peers now that do not have everything, partial seeds included. */
  public long leechers() {
    return Math.max(0, peers.get() - seeders.sum()); // both change while they are read
  }
}
