package dev.skep.tracker.swarm;

/** What a {@link SwarmReader} is told of. */
public enum SwarmChange {
  /** Peers came, left or became seeders, or the torrent is gone with all of them. */
  PEERS,
  /** Peers were only heard again. */
  HEARD,
  /** The completed count is another one. */
  COMPLETED
}
