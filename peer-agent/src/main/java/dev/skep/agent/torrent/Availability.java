package dev.skep.agent.torrent;

import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.Bitfield;
import dev.skep.protocol.peerwire.ProtocolException;

/**
 * What peers say that they have: keeps each one's pieces, how many of them we need, and how rare
 * each piece is.
 */
final class Availability {
  private final PieceLayout layout;
  private final Pieces pieces;
  private final Picker picker;
  private final Wakes wakes;

  Availability(Pieces pieces, Picker picker, Wakes wakes) {
    this.layout = pieces.layout;
    this.pieces = pieces;
    this.picker = picker;
    this.wakes = wakes;
  }

  /** A BITFIELD, the first or a later one. */
  void bits(Peer peer, byte[] bits) throws Misconduct {
    try {
      Bitfield has = Bitfield.parse(bits, layout.pieceCount());
      if (peer.availabilityTold) {
        haveMore(peer, has);
      } else {
        begin(peer, has);
      }
    } catch (ProtocolException e) {
      throw new Misconduct(Misconduct.Kind.BITFIELD_WRONG, String.valueOf(e.getMessage()));
    }
  }

  /** Some clients (aria2) say with one bitfield what would take many HAVE messages, at any time. */
  private void haveMore(Peer peer, Bitfield has) throws Misconduct {
    peer.chatter();
    for (int piece = has.nextSet(0); piece >= 0; piece = has.nextSet(piece + 1)) {
      if (!peer.has(piece)) {
        have(peer, piece);
      }
    }
  }

  void haveAll(Peer peer) throws Misconduct {
    peer.needsFast();
    Bitfield all = Bitfield.full(layout.pieceCount());
    if (peer.availabilityTold) {
      haveMore(peer, all);
    } else {
      begin(peer, all);
    }
  }

  void haveNone(Peer peer) throws Misconduct {
    peer.needsFast();
    begin(peer, new Bitfield(layout.pieceCount()));
  }

  private void begin(Peer peer, Bitfield has) throws Misconduct {
    if (peer.availabilityTold) {
      throw new Misconduct(
          Misconduct.Kind.BITFIELD_TWICE, "a second bitfield, or one after other messages");
    }
    peer.availabilityTold = true;
    peer.setHas(has);
    if (!peer.hasAll()) {
      for (int piece = has.nextSet(0); piece >= 0; piece = has.nextSet(piece + 1)) {
        picker.more(piece);
      }
    }
    recount(peer);
    wakes.add(peer);
  }

  /** A HAVE. */
  void have(Peer peer, int piece) throws Misconduct {
    peer.availabilityTold = true;
    if (!peer.addHas(inRange(piece))) {
      peer.chatter();
      return;
    }
    picker.more(piece);
    if (pieces.isNeeded(piece)) {
      peer.needed++;
      wakes.add(peer);
    }
  }

  /**
   * The peer has a piece no more (BEP 54).
   *
   * @throws Misconduct if there is no such piece
   */
  void lost(Peer peer, int piece) throws Misconduct {
    boolean hadAll = peer.hasAll();
    if (!peer.removeHas(inRange(piece))) {
      peer.chatter();
      return;
    }
    peer.lostOne();
    wakes.add(peer); // that we have the piece is news to it now
    if (hadAll) { // from now on it is one that changes rarity
      for (int p = peer.nextHas(0); p >= 0; p = peer.nextHas(p + 1)) {
        picker.more(p);
      }
    } else {
      picker.fewer(piece);
    }
    if (pieces.isNeeded(piece)) {
      peer.needed--;
    }
  }

  /** It is no longer connected. */
  void left(Peer peer) {
    if (!peer.hasAll()) {
      for (int piece = peer.nextHas(0); piece >= 0; piece = peer.nextHas(piece + 1)) {
        picker.fewer(piece);
      }
    }
  }

  /** Counts anew how many of its pieces we need. */
  void recount(Peer peer) {
    peer.needed = 0;
    for (int piece = peer.nextHas(0); piece >= 0; piece = peer.nextHas(piece + 1)) {
      if (pieces.isNeeded(piece)) {
        peer.needed++;
      }
    }
  }

  /** The piece, if there is one of this number. */
  int inRange(int piece) throws Misconduct {
    if (piece >= layout.pieceCount()) {
      throw new Misconduct(
          Misconduct.Kind.INDEX_OUT_OF_RANGE, "piece " + piece + " of " + layout.pieceCount());
    }
    return piece;
  }
}
