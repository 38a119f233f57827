package dev.skep.agent.torrent;

/**
 * What is known of a peer from the begin on.
 *
 * @param fast both sides speak the fast extension (BEP 6)
 * @param extended both sides speak the extension protocol (BEP 10)
 * @param v2 the peer speaks of v2 torrents (BEP 52), which reject requests without the fast
 *     extension
 * @param incoming the peer dialled us
 * @param localNetwork the peer's address is on our network: it is served without taking a slot
 * @param stretches each of its answers costs it more than each block does, as a web server's do: it
 *     is asked for pieces that follow one another, and for much at once
 */
public record Capabilities(
    boolean fast,
    boolean extended,
    boolean v2,
    boolean incoming,
    boolean localNetwork,
    boolean stretches) {
  /** Of a peer that is asked for single blocks. */
  public Capabilities(
      boolean fast, boolean extended, boolean v2, boolean incoming, boolean localNetwork) {
    this(fast, extended, v2, incoming, localNetwork, false);
  }

  /** Of one that speaks of no v2 torrents. */
  public Capabilities(boolean fast, boolean extended, boolean incoming, boolean localNetwork) {
    this(fast, extended, false, incoming, localNetwork);
  }

  /** Whether it may reject a request. */
  boolean rejects() {
    return fast || v2;
  }
}
