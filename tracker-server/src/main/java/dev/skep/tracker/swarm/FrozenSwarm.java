package dev.skep.tracker.swarm;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.swarm.rows.FrozenFamily;

/**
 * A swarm as it was at one moment.
 *
 * @param frozenAt the second of it
 */
record FrozenSwarm(
    InfoHash infoHash, int completed, int frozenAt, FrozenFamily ipv4, FrozenFamily ipv6) {}
