package dev.skep.agent.session.peers;

import dev.skep.protocol.Endpoint;

/**
 * Who told of an address.
 *
 * @param kind how it was told
 * @param name who told it: a tracker's URL, an address; empty where there is only one
 */
public record PeerSource(Kind kind, String name) {
  /** Somebody wrote it down for this torrent. */
  public static final PeerSource NAMED = new PeerSource(Kind.NAMED, "");

  /** How addresses are learnt. */
  public enum Kind {
    NAMED,
    /** The magnet link names it (BEP 9). */
    LINK,
    TRACKER,
    /** It dialled us, and said where it listens. */
    INCOMING,
    /** Another peer (BEP 11). */
    PEER,
    /** The local network (BEP 14). */
    NEIGHBOURHOOD,
    /** The DHT (BEP 5). */
    DHT,
    /** It is no peer but a web server, which the torrent or its magnet link names (BEP 19). */
    WEB
  }

  /** The magnet link. */
  public static final PeerSource LINK = new PeerSource(Kind.LINK, "");

  /** The peer itself. */
  public static final PeerSource INCOMING = new PeerSource(Kind.INCOMING, "");

  /** The local network. */
  public static final PeerSource NEIGHBOURHOOD = new PeerSource(Kind.NEIGHBOURHOOD, "");

  /** The DHT. */
  public static final PeerSource DHT = new PeerSource(Kind.DHT, "");

  public static PeerSource tracker(String url) {
    return new PeerSource(Kind.TRACKER, url);
  }

  /** Another peer, whose ports do not make it several. */
  public static PeerSource peer(Endpoint by) {
    return new PeerSource(Kind.PEER, by.address().getHostAddress());
  }

  /** Whether somebody chose it for this torrent: it is not forgotten. */
  boolean isChosen() {
    return kind == Kind.NAMED || kind == Kind.LINK;
  }

  /** Whether strangers told it: other peers, or nodes of the DHT. */
  public boolean isHearsay() {
    return kind == Kind.PEER || kind == Kind.DHT;
  }

  /** Whether a private torrent may learn addresses so (BEP 27). */
  public boolean knowsPrivate() {
    return kind == Kind.NAMED || kind == Kind.TRACKER;
  }
}
