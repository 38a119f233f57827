package dev.skep.tracker.swarm;

/** Whether the store took a peer in. */
public enum Admission {
  /** It did, or it let it go; the answer is filled in. */
  ADMITTED,
  /** There are as many torrents as may be, and this would be one more. */
  TOO_MANY_TORRENTS,
  /** There are as many peers as may be, and no swarm is bigger than this one. */
  TOO_MANY_PEERS
}
