package dev.skep.agent.torrent;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.Bitfield;
import dev.skep.protocol.peerwire.HashRange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One connected peer of one torrent. To callers it is a handle; all that the torrent knows of the
 * peer is in it, and is touched by the torrent only.
 */
public final class Peer {
  static final long NO_BLOCK = -1;

  /** Messages without consequence that it may send in {@link #CHATTER_NANOS}. */
  private static final int CHATTER_TOLERATED = 500;

  private static final long CHATTER_NANOS = 500_000_000L;
  private static final Bitfield NOTHING = new Bitfield(0);

  private final Endpoint at;
  private final PeerId id;
  final Capabilities can;
  final long joinedAt;
  boolean left;
  boolean dropped; // its owner was asked to end the connection
  long movedAt; // when a block came from it or went to it last; or when it joined

  // What the peer has.
  private final int pieceCount;
  private boolean hasAll; // told at once: such peers change no piece's rarity
  private Bitfield has = NOTHING; // shared until something is known
  boolean availabilityTold; // by BITFIELD, HAVE ALL or HAVE NONE
  int needed; // pieces that it has and we still want

  // What the peer told us.
  boolean choking = true;
  boolean interested;
  boolean uploadOnly; // BEP 21: it will never be interested
  final List<Integer> allowedFast =
      new ArrayList<>(0); // pieces it gives even while choking (BEP 6)
  final List<Integer> suggested = new ArrayList<>(0); // pieces it would rather send us (BEP 6)
  long heardAt;

  // What we told the peer; next() tells the difference to what is true.
  boolean greeted; // our bitfield is sent
  boolean unchoked;
  boolean unchokedTold;
  long unchokedAt;
  boolean interestedTold;
  int toldLog; // how much of the log of good pieces it was told
  long saidAt;
  boolean keepAliveDue;
  final Queue<BlockRef> cancels = new ArrayDeque<>(0);
  final Queue<BlockRef> rejects = new ArrayDeque<>(0);
  final Queue<HashRange> hashRequests = new ArrayDeque<>(0); // to be answered

  // Super-seeding (BEP 16).
  @Nullable Bitfield offered; // null: it knows all that we have
  final List<Integer> underWay = new ArrayList<>(0); // offered, and not yet seen at another peer
  long hasOfferedSince; // when it last came to have a piece

  // Downloading from it.
  final Requests asked = new Requests();
  final Window window;
  final Rate down;
  @Nullable OpenPiece current; // the piece whose blocks it is asked for next
  int begun = -1; // the piece that was begun for it last
  long gaveAt; // when a block came last
  boolean snubbed; // left something unanswered for too long, and gave nothing since
  long trial = NO_BLOCK; // what it is asked for meanwhile
  long trialSince;
  boolean resting; // refused a request though it serves us: asked for nothing until the next tick

  /**
   * It sent a block of a corrupt piece: it fills pieces alone until one shows whose fault it was.
   */
  boolean suspected;

  int forgotten; // requests that we forgot but that may still be answered
  int unrequested; // blocks that nobody had asked for

  // Uploading to it.
  final Grants grants = new Grants();
  final List<Integer> suggestions = new ArrayList<>(0); // what we suggested and it has not begun
  final Rate up;
  long downAtRound; // totals at the last choke round
  long upAtRound;

  // Bounds on what it may do.
  private int chatter; // messages of no consequence since:
  private long chatterSince;
  int requestsWhileChoked;
  private int losses; // of pieces that it had
  private int lateCancels; // of blocks that did not wait to be sent

  boolean woken;

  Peer(
      Endpoint at,
      PeerId id,
      Capabilities can,
      int pieceCount,
      TorrentSettings settings,
      long now) {
    this.at = at;
    this.id = id;
    this.can = can;
    this.pieceCount = pieceCount;
    joinedAt = now;
    movedAt = now;
    heardAt = now;
    saidAt = now;
    unchokedAt = now;
    gaveAt = now;
    chatterSince = now;
    window = new Window(settings, can.stretches(), now);
    down = new Rate(now);
    up = new Rate(now);
  }

  /** The address that the connection goes to or came from. */
  public Endpoint at() {
    return at;
  }

  public PeerId id() {
    return id;
  }

  /** Whether it dialled us. */
  public boolean isIncoming() {
    return can.incoming();
  }

  boolean has(int piece) {
    return hasAll || (has.size() > 0 && has.get(piece));
  }

  boolean hasAll() {
    return hasAll;
  }

  /** How many pieces it has. */
  int count() {
    return hasAll ? pieceCount : has.cardinality();
  }

  boolean isSeeder() {
    return count() == pieceCount;
  }

  /** The first piece from {@code from} on that it has, or -1. */
  int nextHas(int from) {
    if (hasAll) {
      return from < pieceCount ? from : -1;
    }
    return has.nextSet(from);
  }

  void setHas(Bitfield pieces) {
    hasAll = pieces.isFull();
    has = hasAll ? NOTHING : pieces;
  }

  /** It has one piece more; false when it had it. */
  boolean addHas(int piece) {
    if (hasAll) {
      return false;
    }
    if (has.size() == 0) {
      has = new Bitfield(pieceCount);
    }
    return has.set(piece);
  }

  /** It has one piece fewer; false when it had it not. */
  boolean removeHas(int piece) {
    if (hasAll) {
      has = Bitfield.full(pieceCount);
      hasAll = false;
    }
    return has.size() > 0 && has.clear(piece);
  }

  /** It said something of no consequence: nobody may do that without end. */
  void chatter() throws Misconduct {
    if (heardAt - chatterSince >= CHATTER_NANOS) {
      chatterSince = heardAt;
      chatter = Math.min(chatter, 0);
    }
    if (++chatter > CHATTER_TOLERATED) {
      throw new Misconduct(Misconduct.Kind.FLOOD, chatter + " messages of no use in half a second");
    }
  }

  /** It lost a piece that it had, which matters: to say so once for each piece is no chatter. */
  void lostOne() {
    if (losses < pieceCount) {
      losses++;
      chatter--;
    }
  }

  /** Refuses a message that it may only send with the fast extension (BEP 6). */
  void needsFast() throws Misconduct {
    if (!can.fast()) {
      throw new Misconduct(
          Misconduct.Kind.FAST_NOT_NEGOTIATED, "a message of the fast extension, not negotiated");
    }
  }

  /** It took back a request that does not wait: once for each block that was sent, that is fair. */
  void lateCancel() throws Misconduct {
    if (++lateCancels > up.totalBytes() / PieceLayout.BLOCK_BYTES) {
      chatter();
    }
  }

  /** Its figures now. Only under the lock that guards its torrent. */
  public PeerStats stats(long now) {
    return new PeerStats(
        at,
        id,
        can.incoming(),
        (double) count() / pieceCount,
        down.totalBytes(),
        up.totalBytes(),
        down.bytesPerSecond(now),
        up.bytesPerSecond(now),
        needed > 0,
        choking,
        interested,
        unchoked,
        snubbed,
        asked.awaited(),
        window.size(),
        window.isAtItsMost() && asked.awaited() >= window.size() ? window.size() : 0,
        grants.size());
  }

  @Override
  public String toString() {
    return at + " " + id;
  }
}
