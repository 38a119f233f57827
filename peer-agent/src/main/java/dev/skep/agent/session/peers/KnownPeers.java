package dev.skep.agent.session.peers;

/**
 * The addresses of a torrent's peers at one moment, by how the last try with each ended.
 *
 * @param known all of them, with those that are connected
 * @param untried nobody has dialled them yet
 * @param unreachable nobody answers there, or the port is closed
 * @param hungUp reached, and gone as soon as they saw our handshake, in each form that we may use:
 *     they may want another, or have not this torrent
 * @param refused reached, and gone for another reason
 */
public record KnownPeers(int known, int untried, int unreachable, int hungUp, int refused) {
  public static final KnownPeers NONE = new KnownPeers(0, 0, 0, 0, 0);

  /** How many of them could not be connected to. */
  public int failed() {
    return unreachable + hungUp + refused;
  }
}
