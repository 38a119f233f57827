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
      long block = peer.snubbed ? trial(peer, now) : picker.next(peer);
      if (block == Peer.NO_BLOCK) {
        break;
      }
      add(peer, block, now);
      out.message(new PeerMessage.Request(ref(block)));
      any = true;
    }
    return any;
  }

  private void add(Peer peer, long block, long now) {
    int before = peer.asked.lateCount() == 0 ? Requests.NONE : peer.asked.find(block);
    if (before != Requests.NONE) { // given up, and asked for again
      peer.asked.removeAt(before);
      peer.forgotten++;
    }
    peer.asked.add(block, now, peer.window.delivered());
    if (peer.trial == block) {
      peer.asked.markLate(peer.asked.find(block)); // nobody waits for it
    }
  }

  /**
   * The one block that a snubbed peer is asked for now and then, so that a sole source is never
   * given up. Others may be asked for it too: a silent peer holds up nobody. The newest of those
   * that it left unanswered, since what comes of it then tells whether it is slow or lost them all.
   */
  private long trial(Peer peer, long now) {
    long block = peer.choking ? Peer.NO_BLOCK : newestLate(peer);
    if (block == Peer.NO_BLOCK) {
      block = picker.next(peer);
      if (block == Peer.NO_BLOCK) {
        return block;
      }
      release(peer, block);
      peer.current = null;
    }
    peer.trial = block;
    peer.trialSince = now;
    return block;
  }

  private long newestLate(Peer peer) {
    Requests asked = peer.asked;
    long newest = Peer.NO_BLOCK;
    for (int s = asked.first(); s != Requests.NONE; s = asked.next(s)) {
      long block = asked.blockAt(s);
      OpenPiece piece = pieces.open(Requests.piece(block));
      if (asked.isLate(s)
          && piece != null
          && piece.isFree(Requests.index(block))
          && !piece.alone
          && peer.has(piece.piece)) {
        newest = block;
      }
    }
    return newest;
  }

  private BlockRef ref(long block) {
    return layout.block(Requests.piece(block), Requests.index(block));
  }

  private int room(Peer peer) {
    if (peer.needed == 0 || peer.resting || (peer.choking && peer.allowedFast.isEmpty())) {
      return 0;
    }
    if (peer.snubbed) {
      return peer.trial == Peer.NO_BLOCK && peer.asked.awaited() == 0 ? 1 : 0;
    }
    return peer.window.size() - peer.asked.awaited();
  }

  boolean tooManyUnrequested(Peer peer) {
    return peer.unrequested > UNREQUESTED_TOLERATED;
  }

  private int slot(Peer peer, BlockRef b) {
    return layout.isBlock(b)
        ? peer.asked.find(Requests.block(b.piece(), layout.indexOf(b)))
        : Requests.NONE;
  }

  /** See {@link Torrent#arrived}. */
  int arrived(Peer peer, BlockRef b, long now) {
    int slot = slot(peer, b);
    if (slot == Requests.NONE) {
      wastedBytes += b.lengthBytes();
      if (peer.forgotten > 0) {
        peer.forgotten--;
      } else {
        peer.unrequested++;
      }
      return Torrent.UNWANTED;
    }
    OpenPiece piece = pieces.open(b.piece());
    int block = layout.indexOf(b);
    if (piece == null || piece.isHere(block)) { // another peer was faster
      wastedBytes += b.lengthBytes();
      answered(peer, slot, b, now);
      return Torrent.UNWANTED;
    }
    int others = piece.asked(block) - (peer.asked.isLate(slot) ? 0 : 1);
    piece.arrived(block, peer);
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
    peer.window.arrived(asked.askedAt(slot), asked.deliveredThen(slot), asked.awaited(), now);
    // An answer to what was asked for later than the late ones: the peer lost those.
    boolean isSlow = asked.isLate(slot) && asked.blockAt(slot) != peer.trial;
    asked.removeAt(slot);
    peer.gaveAt = now;
    peer.movedAt = now;
    if (peer.snubbed) {
      peer.snubbed = false;
      peer.trial = Peer.NO_BLOCK;
      if (isSlow) {
        takeBack(peer, now);
      }
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
    giveUp(peer, slot);
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

  /** Others may be asked for this one. */
  private void giveUp(Peer peer, int slot) {
    long block = peer.asked.blockAt(slot);
    if (!peer.asked.isLate(slot)) {
      release(peer, block);
    } else if (peer.trial == block) {
      peer.trial = Peer.NO_BLOCK;
    }
  }

  private void release(Peer peer, long block) {
    OpenPiece piece = pieces.open(Requests.piece(block));
    if (piece != null) {
      piece.release(Requests.index(block));
      if (piece.owner == peer) {
        piece.owner = null;
      }
    }
  }

  /** Nothing more will come from this peer for now. */
  void forget(Peer peer) {
    Requests asked = peer.asked;
    for (int s = asked.first(); s != Requests.NONE; s = asked.next(s)) {
      forget(peer, s);
    }
    disown(peer);
  }

  private void forget(Peer peer, int slot) {
    giveUp(peer, slot);
    peer.asked.removeAt(slot);
    peer.forgotten++;
  }

  /** The peer has this piece no more: what it was asked of that is rejected, or forgotten. */
  void lost(Peer peer, int piece) {
    Requests asked = peer.asked;
    if (!peer.can.fast()) {
      for (int s = asked.first(); s != Requests.NONE; s = asked.next(s)) {
        if (Requests.piece(asked.blockAt(s)) == piece) {
          forget(peer, s);
        }
      }
    }
    OpenPiece open = pieces.open(piece);
    if (open != null && open.owner == peer) {
      open.owner = null;
    }
    peer.current = null;
    wakeIdle();
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
      if (!asked.isLate(s) && now - asked.askedAt(s) >= patience) {
        giveUp(peer, s);
        asked.markLate(s);
        any = true;
      }
    }
    if (any) {
      peer.snubbed = true;
      forgetOldest(peer);
      disown(peer);
    }
    if (peer.trial != Peer.NO_BLOCK && now - peer.trialSince >= patience) {
      peer.trial = Peer.NO_BLOCK;
      wakes.add(peer);
    }
  }

  /** However long it goes on, no more are remembered than a peer may be asked for at once. */
  private void forgetOldest(Peer peer) {
    Requests asked = peer.asked;
    int over = asked.lateCount() - settings.maxWindow();
    for (int s = asked.first(); s != Requests.NONE && over > 0; s = asked.next(s)) {
      if (asked.isLate(s)) {
        forget(peer, s);
        over--;
      }
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
   * Whether to try now to ask the peer for more. Where one of its answers is awaited there is no
   * hurry: we try when that comes. In the endgame we try at once.
   */
  boolean isIdle(Peer peer) {
    return room(peer) > 0 && (peer.asked.awaited() == 0 || picker.allBegun());
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
