package dev.skep.tracker.swarm;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.swarm.rows.AnnouncedPeer;

/**
 * One announce on its way through the store: what the peer says of itself, what it wants and what
 * it is told. Mutable, and meant to be used again for the next announce. Belongs to one thread at a
 * time.
 */
public final class Announce extends AnnouncedPeer {
  /** Most peers that one answer may name, over both families. */
  public static final int MAX_PEERS = 500;

  /** {@link #numwant} of a peer that did not say. */
  public static final int DEFAULT_NUMWANT = -1;

  // ---- what the peer said
  public long infoHashHigh;
  public long infoHashMiddle;
  public int infoHashLow;

  /** How many peers are wanted; the announce path replaces {@link #DEFAULT_NUMWANT} by a number. */
  public int numwant;

  /** Whether peers of the other address family may fill what is wanted (BEP 7). */
  public boolean bothFamilies;

  /** Whether kept peer ids are wanted with the peers. */
  public boolean peerIdsWanted;

  /** The {@link TorrentSwarm#weight} of the swarm that has no room for it. */
  int swarmWeight;

  // ---- what it is told
  public int seeders;

  /** Leechers, partial seeds included. */
  public int leechers;

  public int completed;

  /** IPv4 peers handed out. */
  public final Handout ipv4 = new Handout(Integer.BYTES);

  /** IPv6 peers handed out. */
  public final Handout ipv6 = new Handout(2 * Long.BYTES);

  /** Sets which torrent is announced. */
  public void torrent(InfoHash infoHash) {
    infoHashHigh = infoHash.high();
    infoHashMiddle = infoHash.middle();
    infoHashLow = infoHash.low();
  }

  /** Which torrent is announced. */
  public InfoHash infoHash() {
    return new InfoHash(infoHashHigh, infoHashMiddle, infoHashLow);
  }

  Handout handout(boolean v4) {
    return v4 ? ipv4 : ipv6;
  }

  /** How many peers it is told of so far. */
  int told() {
    return ipv4.count() + ipv6.count();
  }

  /** Empties the answer; what the peer said stays. */
  void clearAnswer() {
    seeders = 0;
    leechers = 0;
    completed = 0;
    ipv4.clear();
    ipv6.clear();
  }
}
