package dev.skep.tracker.swarm;

import java.nio.ByteBuffer;

/**
 * The peers of one swarm in one address family as they were at one moment.
 *
 * @param firsts one of each address
 * @param others all other ports of those
 */
record FrozenFamily(FrozenRows firsts, FrozenRows others) {
  int seeders() {
    return firsts.seeders() + others.seeders();
  }

  int partialSeeds() {
    return firsts.partialSeeds() + others.partialSeeds();
  }

  int size() {
    return firsts.size() + others.size();
  }

  int bytes() {
    return firsts.bytes() + others.bytes();
  }

  boolean keepsIds() {
    return firsts.layout().keepsIds();
  }

  /** Seeders, then partial seeds, then leechers. */
  void writeTo(ByteBuffer out) {
    firsts.writeTo(out, 0, firsts.seeders());
    others.writeTo(out, 0, others.seeders());
    firsts.writeTo(out, firsts.seeders(), firsts.firstLeecher());
    others.writeTo(out, others.seeders(), others.firstLeecher());
    firsts.writeTo(out, firsts.firstLeecher(), firsts.size());
    others.writeTo(out, others.firstLeecher(), others.size());
  }
}
