package dev.skep.tracker.swarm;

import dev.skep.protocol.InfoHash;

/** One swarm in an overview. */
public record SwarmSummary(InfoHash infoHash, SwarmCounts counts) {}
