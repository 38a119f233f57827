package dev.skep.agent.torrent;

/**
 * What the handshake said about a peer.
 *
 * @param fast both sides speak the fast extension (BEP 6)
 * @param extended both sides speak the extension protocol (BEP 10)
 * @param incoming the peer dialled us
 * @param localNetwork the peer's address is on our network: it is served without taking a slot
 */
public record Capabilities(
    boolean fast, boolean extended, boolean incoming, boolean localNetwork) {}
