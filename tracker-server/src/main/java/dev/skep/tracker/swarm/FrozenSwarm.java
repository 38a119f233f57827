package dev.skep.tracker.swarm;

import dev.skep.protocol.InfoHash;

/** A swarm as it was at one moment. */
record FrozenSwarm(InfoHash infoHash, int completed, FrozenRows ipv4, FrozenRows ipv6) {}
