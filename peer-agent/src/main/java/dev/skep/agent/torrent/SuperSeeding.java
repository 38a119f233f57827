package dev.skep.agent.torrent;

import dev.skep.protocol.peerwire.Bitfield;
import dev.skep.protocol.peerwire.PeerMessage;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Super-seeding (BEP 16): the source of a torrent says that it has nothing, then offers each peer
 * one piece after another, pieces that nobody else has first, and the next when the peer has passed
 * one on. It ends when the peers have every piece among them.
 */
final class SuperSeeding {
  /** What a peer fetches, and one to go on with while that is seen elsewhere. */
  private static final int AHEAD = 2;

  private final Pieces pieces;
  private final Picker picker;
  private final List<Peer> peers;
  private final Wakes wakes;
  private final RandomGenerator random;
  private final int[] offers; // to how many connected peers each piece is offered
  private boolean over;

  SuperSeeding(
      boolean wanted,
      Pieces pieces,
      Picker picker,
      List<Peer> peers,
      Wakes wakes,
      RandomGenerator random) {
    this.pieces = pieces;
    this.picker = picker;
    this.peers = peers;
    this.wakes = wakes;
    this.random = random;
    over = !wanted;
    offers = new int[over ? 0 : pieces.layout.pieceCount()];
  }

  /** Whether a peer that comes now is told that we have nothing. */
  boolean isActive() {
    return !over && pieces.haveAll();
  }

  /** The peer was told that we have nothing. */
  void begin(Peer peer) {
    peer.offered = new Bitfield(pieces.layout.pieceCount());
  }

  /** A peer has a piece: those to whom it was offered have passed it on. */
  void seen(Peer by, int piece, long now) {
    if (over) {
      return;
    }
    for (Peer peer : peers) {
      if (peer == by) {
        peer.hasOfferedSince = now;
        wakes.add(peer);
      } else if (peer.underWay.remove(/* element */ (Integer) piece)) {
        wakes.add(peer);
      }
    }
  }

  /** What is offered to a peer that leaves is offered to others again. */
  void left(Peer peer) {
    Bitfield offered = peer.offered;
    if (over || offered == null) {
      return;
    }
    for (int piece = offered.nextSet(0); piece >= 0; piece = offered.nextSet(piece + 1)) {
      offers[piece]--;
    }
  }

  /**
   * A peer cannot pass on what nobody near it lacks, and some never do: it waits no longer than
   * this.
   */
  void tick(Peer peer, long now, long patienceNanos) {
    if (!over
        && !peer.underWay.isEmpty()
        && now - peer.hasOfferedSince >= patienceNanos
        && peer.underWay.removeIf(peer::has)) {
      peer.hasOfferedSince = now;
      wakes.add(peer);
    }
  }

  /** Offers the peer what is due to it. */
  boolean offer(Peer peer, Outbox out) {
    Bitfield offered = peer.offered;
    if (offered == null) {
      return false;
    }
    if (!over && allSeen()) {
      over = true;
      peers.forEach(wakes::add);
    }
    if (over) {
      offerAll(peer, offered, out);
      return true;
    }
    boolean any = false;
    peer.underWay.removeIf(piece -> peer.has(piece) && nobodyElseLacks(peer, piece));
    while (peer.underWay.size() < AHEAD) {
      int piece = choose(peer, offered);
      if (piece < 0) {
        break;
      }
      offered.set(piece);
      offers[piece]++;
      peer.underWay.add(piece);
      out.message(new PeerMessage.Have(piece));
      any = true;
    }
    return any;
  }

  private void offerAll(Peer peer, Bitfield offered, Outbox out) {
    for (int piece = offered.nextClear(0); piece >= 0; piece = offered.nextClear(piece + 1)) {
      if (!peer.has(piece)) {
        out.message(new PeerMessage.Have(piece));
      }
    }
    peer.offered = null;
    peer.underWay.clear();
  }

  private boolean allSeen() {
    for (Peer peer : peers) {
      if (peer.isSeeder()) {
        return true;
      }
    }
    for (int piece = 0; piece < offers.length; piece++) {
      if (picker.copies(piece) == 0) {
        return false;
      }
    }
    return true;
  }

  private boolean nobodyElseLacks(Peer peer, int piece) {
    for (Peer other : peers) {
      if (other != peer && !other.has(piece) && !other.uploadOnly) {
        return false;
      }
    }
    return true;
  }

  /** The piece that the fewest have or are offered, of those that this peer lacks; or -1. */
  private int choose(Peer peer, Bitfield offered) {
    int best = -1;
    int fewest = Integer.MAX_VALUE;
    int ties = 0;
    for (int piece = offered.nextClear(0); piece >= 0; piece = offered.nextClear(piece + 1)) {
      int copies = picker.copies(piece) + offers[piece];
      if (copies > fewest || peer.has(piece)) {
        continue;
      }
      ties = copies < fewest ? 1 : ties + 1;
      fewest = copies;
      if (random.nextInt(ties) == 0) {
        best = piece;
      }
    }
    return best;
  }
}
