package dev.skep.tracker.swarm;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * How much the store holds, and how often a limit was met.
 *
 * @param torrents torrents now
 * @param peers peers now, of both families
 * @param expired peers dropped because they were silent
 * @param evicted peers dropped to make room for others
 * @param refusedTorrents announces refused because there were too many torrents
 * @param refusedPeers announces refused because there were too many peers
 * @param completed completed downloads counted since the start
 */
public record SwarmTallies(
    AtomicInteger torrents,
    AtomicInteger peers,
    LongAdder expired,
    LongAdder evicted,
    LongAdder refusedTorrents,
    LongAdder refusedPeers,
    LongAdder completed) {
  SwarmTallies() {
    this(
        new AtomicInteger(),
        new AtomicInteger(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder());
  }
}
