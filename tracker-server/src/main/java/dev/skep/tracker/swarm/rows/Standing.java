package dev.skep.tracker.swarm.rows;

/** What a peer is to its swarm, in the order in which rows lie. */
public enum Standing {
  /** Has everything. */
  SEEDER,
  /** Lacks something and downloads nothing more (BEP 21). */
  PARTIAL_SEED,
  /** Downloads. */
  LEECHER
}
