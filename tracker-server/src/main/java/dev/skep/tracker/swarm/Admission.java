package dev.skep.tracker.swarm;

/** Whether the store took a peer in. */
public enum Admission {
  /**
   * It did, or it let it go, or its address has as many ports in the swarm as may be; the answer is
   * filled in.
   */
  ADMITTED,
  /** There are as many torrents as may be, and this would be one more. */
  TOO_MANY_TORRENTS,
  /** There are as many peers as may be, and no swarm is bigger than this one. */
  TOO_MANY_PEERS,
  /** This address has brought as many new torrents within a minute as it may. */
  TOO_MANY_AT_ONCE
}
