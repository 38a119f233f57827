package dev.skep.tracker.swarm;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.swarm.rows.FrozenFamily;
import java.util.Map;

/**
 * A swarm as it was at one moment.
 *
 * @param frozenAt the second of it
 * @param departed who left lately, and when
 */
record FrozenSwarm(
    InfoHash infoHash,
    int completed,
    int frozenAt,
    FrozenFamily ipv4,
    FrozenFamily ipv6,
    Map<PeerKey, Integer> departed) {}
