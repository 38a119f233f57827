package dev.skep.agent.torrent;

import java.util.List;

/**
 * When peers hear of pieces that became good: with the next message to them, or soon by one of its
 * own. A packet for each piece to each peer would be as many packets as those with blocks, where
 * many peers share a line.
 *
 * <p>What is known of us is never older than two pieces take, and where pieces are rare nobody
 * waits.
 */
final class HaveTiming {
  private static final long MOST_NANOS = 50_000_000L;
  private static final int PIECES = 2;

  private final Pieces pieces;
  private final List<Peer> peers;
  private final Downloading downloading;
  private final Wakes wakes;
  private boolean waiting;
  private long dueAt;
  private boolean any;
  private long lastAt;

  HaveTiming(Pieces pieces, List<Peer> peers, Downloading downloading, Wakes wakes) {
    this.pieces = pieces;
    this.peers = peers;
    this.downloading = downloading;
    this.wakes = wakes;
  }

  /** A piece became good, and may tell with others that come soon. */
  void add(long now) {
    long sinceLast = any ? now - lastAt : MOST_NANOS;
    any = true;
    lastAt = now;
    if (!waiting) {
      waiting = true;
      dueAt = now + (sinceLast < MOST_NANOS ? Math.min(PIECES * sinceLast, MOST_NANOS) : 0);
    }
    tell(now);
  }

  /** Whether anybody waits for {@link #tell}. */
  boolean isWaiting() {
    return waiting;
  }

  /** When to {@link #tell}, if anybody waits for that. */
  long dueAt() {
    return dueAt;
  }

  /** Wakes whoever should hear of it now. */
  void tell(long now) {
    if (waiting && now - dueAt >= 0) {
      waiting = false;
      for (Peer peer : peers) {
        if (lacks(peer) || peer.needed == 0 || downloading.isIdle(peer)) {
          wakes.add(peer);
        }
      }
    }
  }

  /** A peer that has all of it too may learn with the next message that we have it. */
  private boolean lacks(Peer peer) {
    if (peer.hasAll()) {
      return false;
    }
    for (int i = peer.toldLog; i < pieces.logged(); i++) {
      int piece = pieces.logged(i);
      if (piece >= 0 && !peer.has(piece)) {
        return true;
      }
    }
    return false;
  }
}
