package dev.skep.agent.torrent;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.PeerMessage;
import java.util.List;

/** What we ask of peers and what becomes of their answers. */
final class Downloading {
  /** Blocks nobody asked for that a peer may send before it must go; races make some. */
  private static final int UNREQUESTED_TOLERATED = 16;

  private final PieceLayout layout;
  private final Pieces pieces;
  private final Picker picker;
  private final TorrentSettings settings;
  private final List<Peer> peers;
  private final Wakes wakes;
  private final Rate rate;
  private long wastedBytes;

  Downloading(
      Pieces pieces,
      Picker picker,
      TorrentSettings settings,
      List<Peer> peers,
      Wakes wakes,
      long now) {
    this.layout = pieces.layout;
    this.pieces = pieces;
    this.picker = picker;
    this.settings = settings;
    this.peers = peers;
    this.wakes = wakes;
    rate = new Rate(now);
  }

  Rate rate() {
    return rate;
  }

  long wastedBytes() {
    return wastedBytes;
  }

  void waste(long bytes) {
    wastedBytes += bytes;
  }

  /** Requests as many blocks as the peer's window has room for. */
  boolean ask(Peer peer, Outbox out, long now) {
    int room = room(peer);
    boolean any = false;
    for (int i = 0; i < room; i++) {
      long block = picker.next(peer);
      if (block == Peer.NO_BLOCK) {
        break;
      }
      peer.asked.add(block, now, peer.window.delivered());
      out.message(new PeerMessage.Request(ref(block)));
      any = true;
    }
    return any;
  }

  private BlockRef ref(long block) {
    return layout.block(Requests.piece(block), Requests.index(block));
  }

  private int room(Peer peer) {
    if (peer.needed == 0 || peer.resting || (peer.choking && peer.allowedFast.isEmpty())) {
      return 0;
    }
    return (peer.snubbed ? 1 : peer.window.size()) - peer.asked.size();
  }

  /** The header of a block is here: whether its body is wanted. */
  boolean arriving(Peer peer, BlockRef b, long now) {
    int slot = slot(peer, b);
    if (slot == Requests.NONE) {
      wastedBytes += b.lengthBytes();
      if (peer.forgotten > 0) {
        peer.forgotten--;
      } else {
        peer.unrequested++;
      }
      return false;
    }
    OpenPiece piece = pieces.open(b.piece());
    int block = layout.indexOf(b);
    if (piece == null
        || piece.isHere(block)
        || piece.isArriving(block)) { // another peer was faster
      if (piece != null && !peer.asked.isLate(slot)) {
        piece.release(block);
      }
      wastedBytes += b.lengthBytes();
      answered(peer, slot, b, now);
      return false;
    }
    piece.beginArriving(block);
    peer.arriving = Requests.block(b.piece(), block);
    peer.arrivingSince = now;
    return true;
  }

  boolean tooManyUnrequested(Peer peer) {
    return peer.unrequested > UNREQUESTED_TOLERATED;
  }

  private int slot(Peer peer, BlockRef b) {
    return layout.isBlock(b)
        ? peer.asked.find(Requests.block(b.piece(), layout.indexOf(b)))
        : Requests.NONE;
  }

  /**
   * The body of a block is in its place; returns how many bytes of the piece are there without a
   * gap.
   */
  int arrived(Peer peer, BlockRef b, long now) {
    int slot = slot(peer, b);
    OpenPiece piece = pieces.open(b.piece());
    int block = layout.indexOf(b);
    if (slot == Requests.NONE || piece == null || !piece.isArriving(block)) {
      throw new IllegalStateException(b + " arrived and was not arriving");
    }
    int others = piece.asked(block) - (peer.asked.isLate(slot) ? 0 : 1);
    piece.arrived(block, peer);
    peer.arriving = Peer.NO_BLOCK;
    answered(peer, slot, b, now);
    if (others > 0) {
      cancelElsewhere(Requests.block(b.piece(), block));
    }
    return piece.isFull()
        ? layout.lengthBytes(piece.piece)
        : piece.contiguous() * PieceLayout.BLOCK_BYTES;
  }

  private void answered(Peer peer, int slot, BlockRef b, long now) {
    Requests asked = peer.asked;
    peer.window.arrived(asked.askedAt(slot), asked.deliveredThen(slot), asked.size(), now);
    asked.removeAt(slot);
    peer.gaveAt = now;
    if (peer.snubbed) {
      peer.snubbed = false;
      takeBack(peer, now);
    }
    peer.down.add(b.lengthBytes(), now);
    rate.add(b.lengthBytes(), now);
    if (room(peer)
        > peer.window.size() / 8) { // a wake costs more than a block: not for each of many
      wakes.add(peer);
    }
  }

  private void cancelElsewhere(long block) {
    for (Peer other : peers) {
      int slot = other.asked.find(block);
      if (slot != Requests.NONE) {
        other.asked.removeAt(slot);
        other.forgotten++;
        other.cancels.add(ref(block));
        wakes.add(other);
      }
    }
  }

  /** The peer will not serve this request (BEP 6); false when it was never asked. */
  boolean rejected(Peer peer, BlockRef b) {
    int slot = slot(peer, b);
    if (slot == Requests.NONE) {
      boolean known = peer.forgotten > 0;
      peer.forgotten -= known ? 1 : 0;
      return known;
    }
    release(peer, slot);
    peer.asked.removeAt(slot);
    peer.current = null;
    if (peer.choking) {
      peer.allowedFast.remove(/* element */ (Integer) b.piece());
    } else {
      peer.resting = true;
    }
    wakeIdle();
    return true;
  }

  private void release(Peer peer, int slot) {
    long block = peer.asked.blockAt(slot);
    OpenPiece piece = pieces.open(Requests.piece(block));
    if (piece != null) {
      if (!peer.asked.isLate(slot)) {
        piece.release(Requests.index(block));
      }
      if (piece.owner == peer) {
        piece.owner = null;
      }
    }
  }

  /** Nothing more will come from this peer for now, but the body that is being read. */
  void forget(Peer peer) {
    Requests asked = peer.asked;
    for (int s = asked.first(); s != Requests.NONE; s = asked.next(s)) {
      if (asked.blockAt(s) != peer.arriving) {
        release(peer, s);
        asked.removeAt(s);
        peer.forgotten++;
      }
    }
    disown(peer);
  }

  /** The peer is gone, in the midst of a body perhaps. */
  void left(Peer peer) {
    if (peer.arriving != Peer.NO_BLOCK) {
      OpenPiece piece = pieces.open(Requests.piece(peer.arriving));
      if (piece != null) {
        piece.breakOff(Requests.index(peer.arriving));
      }
      peer.arriving = Peer.NO_BLOCK;
    }
    forget(peer);
  }

  /** The peer stops filling pieces; its requests stay. */
  void disown(Peer peer) {
    peer.current = null;
    for (OpenPiece piece : pieces.open()) {
      if (piece.owner == peer) {
        piece.owner = null;
      }
    }
    wakeIdle();
  }

  /** Gives what the peer leaves unanswered for too long to others; it is still welcome. */
  void giveUpLate(Peer peer, long now) {
    Requests asked = peer.asked;
    long patience = patience(peer, now);
    boolean any = false;
    for (int s = asked.first(); s != Requests.NONE; s = asked.next(s)) {
      boolean due = now - asked.askedAt(s) >= patience;
      if (due && !asked.isLate(s) && asked.blockAt(s) != peer.arriving) {
        release(peer, s);
        asked.markLate(s);
        any = true;
      }
    }
    if (any) {
      peer.snubbed = true;
      disown(peer);
    }
  }

  private long patience(Peer peer, long now) {
    long brief = settings.endgameTimeout().toNanos();
    boolean holdsUpTheEnd = picker.allBegun() && now - peer.gaveAt >= brief;
    return holdsUpTheEnd ? brief : settings.requestTimeout().toNanos();
  }

  /** The peer answers again: what was given up there is expected there again. */
  private void takeBack(Peer peer, long now) {
    Requests asked = peer.asked;
    for (int s = asked.first(); s != Requests.NONE; s = asked.next(s)) {
      if (asked.isLate(s)) {
        asked.renew(s, now, peer.window.delivered());
        OpenPiece piece = pieces.open(Requests.piece(asked.blockAt(s)));
        int block = Requests.index(asked.blockAt(s));
        if (piece != null && !piece.isHere(block)) {
          piece.ask(block);
        }
      }
    }
  }

  /**
   * Whether the peer could be asked for more now: in the endgame, or when no answer of it is
   * awaited that would make us think of that.
   */
  boolean isIdle(Peer peer) {
    return room(peer) > 0 && (peer.asked.size() == 0 || picker.allBegun());
  }

  /** There may be work for peers that had none. */
  void wakeIdle() {
    for (Peer peer : peers) {
      if (room(peer) > 0) {
        wakes.add(peer);
      }
    }
  }
}
