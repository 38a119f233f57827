package dev.skep.agent.torrent;

/**
 * What the handshake said about a peer.
 *
 * @param fast both sides speak the fast extension (BEP 6)
 * @param extended both sides speak the extension protocol (BEP 10)
 * @param v2 the peer speaks of v2 torrents (BEP 52), which reject requests without the fast
 *     extension
 * @param incoming the peer dialled us
 * @param localNetwork the peer's address is on our network: it is served without taking a slot
 */
public record Capabilities(
    boolean fast, boolean extended, boolean v2, boolean incoming, boolean localNetwork) {
  public Capabilities(boolean fast, boolean extended, boolean incoming, boolean localNetwork) {
    this(fast, extended, false, incoming, localNetwork);
  }

  /** Whether it may reject a request. */
  boolean rejects() {
    return fast || v2;
  }
}
