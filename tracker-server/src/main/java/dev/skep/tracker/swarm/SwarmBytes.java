package dev.skep.tracker.swarm;

/**
 * What swarms take of the heap, in bytes. Arrays are counted as they are; objects as a JVM with
 * compressed references lays them out, which {@code SwarmStoreMemory} (benchmarks) compares.
 */
public final class SwarmBytes {
  /**
   * A torrent without its peers: 130 in its stripe, 180 for what the store on disk keeps in memory
   * of each entry, 2 × 60 in lists of all torrents (a new one is made while the last is shown), and
   * some for what is replaced and not collected yet.
   */
  public static final int TORRENT = 600;

  /** An object of rows, without those. */
  static final int ROWS = 64;

  /**
   * How often the bytes of peers count: in their rows, and once more for the image that is made to
   * save them, or read at the start.
   */
  static final int COPIES = 2;

  /** A torrent with one peer of IPv4, as it is counted. */
  public static final int LONE_TORRENT = TORRENT + COPIES * 116;

  /** A peer of IPv4 in a large swarm, as it is counted. */
  public static final int PEER = COPIES * 26;

  private SwarmBytes() {}
}
