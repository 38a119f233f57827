package dev.skep.agent.torrent;

import dev.skep.protocol.peerwire.Bitfield;
import java.util.Iterator;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the block to ask a peer for next. In this order:
 *
 * <ol>
 *   <li>the piece that this peer is filling;
 *   <li>a begun piece that nobody is filling any more, the fullest first: what is begun is
 *       finished;
 *   <li>a new piece that somebody waits for who reads the data while it comes, in order;
 *   <li>a new piece: the rarest, ties at random; at random while we have none, so as to have one to
 *       give soon; of a peer that gives stretches, in order as long as the next is as rare;
 *   <li>a begun piece that another peer is filling and that has blocks nobody was asked for;
 *   <li>endgame, when each missing block was asked of somebody: the same block again.
 * </ol>
 *
 * <p>While data comes faster than it is hashed, a peer that came with everything is only asked for
 * what it began and for what nobody else has: what it sends others then is worth more.
 */
final class Picker {
  private static final int NONE = Rarity.NONE;

  /** In the endgame a block is asked of at most so many peers. */
  private static final int ENDGAME_ASKS = 2;

  /** So many times as fast a peer is asked for what somebody waits for, too. */
  private static final int MUCH_FASTER = 2;

  private final Pieces pieces;
  private final TorrentSettings settings;
  private final RandomGenerator random;
  private final Rarity rarity;
  private final Bitfield corrupted; // to be fetched from one peer alone
  private int lowest; // no piece before it is listed
  private @Nullable Bitfield awaited; // by somebody who reads

  Picker(Pieces pieces, TorrentSettings settings, RandomGenerator random) {
    this.pieces = pieces;
    this.settings = settings;
    this.random = random;
    rarity = new Rarity(pieces.missing(), settings.maxPeers(), random);
    corrupted = new Bitfield(pieces.layout.pieceCount());
  }

  /** The wanted pieces changed. */
  void relist(Bitfield urgent) {
    rarity.relist(pieces.missing(), urgent);
    lowest = 0;
  }

  /** Somebody reads these soon; null: nobody reads. */
  void hurry(@Nullable Bitfield soon) {
    awaited = soon;
  }

  /** A peer that does not have every piece has this one. */
  void more(int piece) {
    rarity.more(piece);
  }

  /** Such a peer has it no more, or left. */
  void fewer(int piece) {
    rarity.fewer(piece);
  }

  /** How many connected peers have the piece, without those that came with every piece. */
  int copies(int piece) {
    return rarity.copies(piece);
  }

  /** The piece must be fetched again, since its hash did not match. */
  void again(int piece) {
    corrupted.set(piece);
    rarity.add(piece);
    lowest = Math.min(lowest, piece);
  }

  /** The piece was good, and is missing since its data is lost. */
  void lost(int piece) {
    rarity.add(piece);
    lowest = Math.min(lowest, piece);
  }

  /** A missing piece that is in no peer's hands but those of peers that have every piece. */
  OptionalInt nowhere() {
    return rarity.nowhere();
  }

  /** Whether every missing piece is begun. */
  boolean allBegun() {
    return rarity.listed() == 0;
  }

  /**
   * The block to ask for next, counted as asked; {@link Peer#NO_BLOCK} when this peer has none for
   * us.
   */
  long next(Peer peer) {
    if (peer.choking) {
      return nextAllowedFast(peer);
    }
    OpenPiece held = awaited == null ? null : heldUp(awaited, peer);
    long block = held == null ? Peer.NO_BLOCK : oneOf(held, peer);
    if (block != Peer.NO_BLOCK) {
      return block;
    }
    OpenPiece current = peer.current;
    if (current == null || current.free() == 0) {
      current = anotherPiece(peer);
      peer.current = current;
    }
    if (current != null) {
      return Requests.block(current.piece, current.takeFree());
    }
    return endgame(peer);
  }

  /**
   * The piece that somebody waits for now, if a peer that is much slower than this one fills it.
   */
  private @Nullable OpenPiece heldUp(Bitfield awaited, Peer peer) {
    int first = awaited.nextSet(0);
    while (first >= 0 && pieces.isGood(first)) {
      first = awaited.nextSet(first + 1);
    }
    OpenPiece piece = first < 0 ? null : pieces.open(first);
    return piece == null
            || piece.alone
            || piece.owner == null
            || peer.suspected
            || !peer.has(first)
            || peer.window.perNano() < MUCH_FASTER * piece.owner.window.perNano()
        ? null
        : piece;
  }

  /** A block of this piece, also one that others are asked for. */
  private long oneOf(OpenPiece piece, Peer peer) {
    if (piece.free() > 0) {
      return Requests.block(piece.piece, piece.takeFree());
    }
    int block = leastAsked(piece, peer, ENDGAME_ASKS);
    if (block == NONE) {
      return Peer.NO_BLOCK;
    }
    piece.ask(block);
    return Requests.block(piece.piece, block);
  }

  /** The block that fewest are asked for, and fewer than so many, and not this peer. */
  private static int leastAsked(OpenPiece piece, Peer peer, int fewerThan) {
    int best = NONE;
    int fewest = fewerThan;
    for (int block = 0; block < piece.blockCount(); block++) {
      if (!piece.isHere(block)
          && piece.asked(block) < fewest
          && !peer.asked.contains(Requests.block(piece.piece, block))) {
        best = block;
        fewest = piece.asked(block);
      }
    }
    return best;
  }

  private @Nullable OpenPiece anotherPiece(Peer peer) {
    OpenPiece own = fullest(peer, true);
    if (own != null) {
      own.owner = peer;
      return own;
    }
    if (isSpared(peer)) {
      return null;
    }
    int piece = toBegin(peer);
    return piece == NONE ? fullest(peer, false) : begin(piece, peer);
  }

  /**
   * Whether others need the peer more: it has nothing that they could not give us too, and we have
   * more to hash than half of what we may hold, so that asking it later costs no time.
   */
  private boolean isSpared(Peer peer) {
    if (!peer.hasAll()
        || pieces.openBytes() <= settings.maxOpenBytes() / 2
        || rarity.listed() == 0
        || rarity.copies(rarity.at(0)) == 0) {
      return false;
    }
    long unhashedBytes = 0;
    for (OpenPiece piece : pieces.open()) {
      unhashedBytes += piece.isFull() ? pieces.layout.lengthBytes(piece.piece) : 0;
    }
    return unhashedBytes > settings.maxOpenBytes() / 2;
  }

  private OpenPiece begin(int piece, Peer peer) {
    rarity.remove(piece);
    OpenPiece begun = pieces.begin(piece);
    peer.begun = piece;
    begun.owner = peer;
    begun.alone = peer.suspected || corrupted.get(piece);
    return begun;
  }

  /**
   * Of the begun pieces that this peer can help with, the one with the fewest blocks left to ask
   * for. Its own are those that it fills, or nobody: a block that somebody else was asked for may
   * have become free in one that it had done with, and nobody else may touch it if it is filled by
   * one alone.
   */
  private @Nullable OpenPiece fullest(Peer peer, boolean own) {
    OpenPiece best = null;
    for (OpenPiece piece : pieces.open()) {
      if (piece.free() > 0
          && (own ? piece.owner == null || piece.owner == peer : !piece.alone && !peer.suspected)
          && (best == null || piece.free() < best.free())
          && peer.has(piece.piece)) {
        best = piece;
      }
    }
    return best;
  }

  private int toBegin(Peer peer) {
    if (rarity.listed() == 0 || peer.needed == 0 || !mayBegin()) {
      return NONE;
    }
    int soon = awaited(peer);
    if (soon != NONE) {
      return soon;
    }
    if (settings.order() == TorrentSettings.Order.SEQUENTIAL) {
      return firstInOrder(peer);
    }
    int rarest = rarest(peer, pieces.haveNone() ? random.nextInt(rarity.listed()) : 0);
    if (rarest == NONE) {
      return NONE;
    }
    return peer.can.stretches() ? onwards(peer, rarest) : suggestedInstead(peer, rarest);
  }

  /** Among equally rare pieces the one behind that which was begun last. */
  private int onwards(Peer peer, int rarest) {
    int next = peer.begun + 1;
    boolean goesOn =
        peer.begun != NONE
            && next < pieces.layout.pieceCount()
            && rarity.isListed(next)
            && peer.has(next)
            && !rarity.before(rarest, next);
    return goesOn ? next : rarest;
  }

  /**
   * Whether memory for one piece more may be taken. Pieces that nobody can go on with must not stop
   * all others.
   */
  private boolean mayBegin() {
    long bytes = pieces.openBytes();
    if (bytes < settings.maxOpenBytes()) {
      return true;
    }
    for (OpenPiece piece : pieces.open()) {
      if (piece.isIdle()) {
        bytes -= pieces.layout.lengthBytes(piece.piece);
      }
    }
    return bytes < settings.maxOpenBytes();
  }

  private int awaited(Peer peer) {
    if (awaited != null) {
      for (int piece = awaited.nextSet(0); piece >= 0; piece = awaited.nextSet(piece + 1)) {
        if (rarity.isListed(piece) && peer.has(piece)) {
          return piece;
        }
      }
    }
    return NONE;
  }

  private int firstInOrder(Peer peer) {
    while (!rarity.isListed(lowest)) {
      lowest++;
    }
    int piece = listedFrom(Math.max(lowest, settings.firstPiece()), peer);
    return piece == NONE ? listedFrom(lowest, peer) : piece;
  }

  private int listedFrom(int first, Peer peer) {
    int piece = peer.nextHas(first);
    while (piece >= 0 && !rarity.isListed(piece)) {
      piece = peer.nextHas(piece + 1);
    }
    return piece;
  }

  /**
   * The rarest listed piece that the peer has. A walk in order of rarity finds it after a few steps
   * unless the peer has only few of the listed pieces; then looking at each piece that it has costs
   * less.
   */
  private int rarest(Peer peer, int from) {
    int listed = rarity.listed();
    int steps = Math.min(listed, pieces.layout.pieceCount() / 64 + 2 * peer.count());
    for (int i = 0; i < steps; i++) {
      int piece = rarity.at(from + i < listed ? from + i : from + i - listed);
      if (peer.has(piece)) {
        return piece;
      }
    }
    return steps == listed ? NONE : rarestByLooking(peer);
  }

  /**
   * Among equally rare pieces the one that the peer suggested: it knows what it sends to others.
   */
  private int suggestedInstead(Peer peer, int rarest) {
    Iterator<Integer> suggested = peer.suggested.iterator();
    while (suggested.hasNext()) {
      int piece = suggested.next();
      if (!rarity.isListed(piece)) {
        suggested.remove();
      } else if (peer.has(piece) && !rarity.before(rarest, piece)) {
        suggested.remove();
        return piece;
      }
    }
    return rarest;
  }

  private int rarestByLooking(Peer peer) {
    int best = NONE;
    int ties = 0;
    for (int piece = peer.nextHas(0); piece >= 0; piece = peer.nextHas(piece + 1)) {
      if (!rarity.isListed(piece) || (best != NONE && rarity.before(best, piece))) {
        continue;
      }
      ties = best == NONE || rarity.before(piece, best) ? 1 : ties + 1;
      if (ties == 1 || random.nextInt(ties) == 0) {
        best = piece;
      }
    }
    return best;
  }

  private long nextAllowedFast(Peer peer) {
    for (int piece : peer.allowedFast) {
      if (peer.has(piece) && pieces.isNeeded(piece)) {
        OpenPiece open = pieces.open(piece);
        if (open == null && rarity.isListed(piece)) {
          open = begin(piece, peer);
        }
        if (open != null && open.free() > 0 && (!open.alone || open.owner == peer)) {
          return Requests.block(piece, open.takeFree());
        }
      }
    }
    return Peer.NO_BLOCK;
  }

  /**
   * A block that others were asked for, when no other block is left: the one asked of the fewest.
   */
  private long endgame(Peer peer) {
    if (!allBegun() || peer.suspected) {
      return Peer.NO_BLOCK;
    }
    OpenPiece best = null;
    int bestBlock = 0;
    int fewest = ENDGAME_ASKS;
    for (OpenPiece piece : pieces.open()) {
      int block = piece.alone || !peer.has(piece.piece) ? NONE : leastAsked(piece, peer, fewest);
      if (block != NONE) {
        best = piece;
        bestBlock = block;
        fewest = piece.asked(block);
      }
    }
    if (best == null) {
      return Peer.NO_BLOCK;
    }
    best.ask(bestBlock);
    return Requests.block(best.piece, bestBlock);
  }
}
