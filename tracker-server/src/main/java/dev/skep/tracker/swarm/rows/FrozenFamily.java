package dev.skep.tracker.swarm.rows;

import java.nio.ByteBuffer;

/**
 * The peers of one swarm in one address family as they were at one moment.
 *
 * @param firsts one of each address
 * @param others all other ports of those
 */
public record FrozenFamily(FrozenRows firsts, FrozenRows others) {
  /** How many have everything. */
  public int seeders() {
    return firsts.seeders() + others.seeders();
  }

  /** How many lack something and download nothing more. */
  public int partialSeeds() {
    return firsts.partialSeeds() + others.partialSeeds();
  }

  /** How many peers there are. */
  public int size() {
    return firsts.size() + others.size();
  }

  /** What all rows take. */
  public int bytes() {
    return firsts.bytes() + others.bytes();
  }

  /** Whether rows end with a peer id. */
  public boolean keepsIds() {
    return firsts.layout().keepsIds();
  }

  /** Writes all rows: seeders, then partial seeds, then leechers. */
  public void writeTo(ByteBuffer out) {
    firsts.writeTo(out, 0, firsts.seeders());
    others.writeTo(out, 0, others.seeders());
    firsts.writeTo(out, firsts.seeders(), firsts.firstLeecher());
    others.writeTo(out, others.seeders(), others.firstLeecher());
    firsts.writeTo(out, firsts.firstLeecher(), firsts.size());
    others.writeTo(out, others.firstLeecher(), others.size());
  }
}
