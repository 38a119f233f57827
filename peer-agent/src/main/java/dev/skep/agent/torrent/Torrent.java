package dev.skep.agent.torrent;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.metainfo.Padding;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.Bitfield;
import dev.skep.protocol.peerwire.HashRange;
import dev.skep.protocol.peerwire.PeerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * One torrent's logic: what to ask of which peer, whom to serve, what to tell whom.
 *
 * <p>Not thread-safe: its owner holds one lock around each call. No call blocks, calls out (but to
 * the {@link Outbox} that it is given) or reads a clock; {@code now} is monotonic nanoseconds, of
 * the same clock in all calls. After each call the owner looks at {@link #drainWakes} and {@link
 * #drainDrops}.
 *
 * <p>A block's life: {@link #next} requests it; when it is here, {@link #arrived} says whether
 * anybody waits for it; when its piece is whole and hashed, {@link #verified}.
 */
public final class Torrent {
  /** What {@link #arrived} says of a block that nobody waits for. */
  public static final int UNWANTED = -1;

  private static final long TICK_NANOS = 500_000_000L;
  private static final long QUIET_TICK_NANOS = 5_000_000_000L;
  private static final long NO_HURRY_NANOS = 10_000_000_000L;

  private static final int ALLOWED_FAST_REMEMBERED = 64;
  private static final int SUGGESTIONS_REMEMBERED = 16;

  private final PieceLayout layout;
  private final TorrentSettings settings;
  private final Wakes wakes = new Wakes();
  private final Suspects suspects = new Suspects();
  private final Peers peers;
  private final Pieces pieces;
  private final Picker picker;
  private final Availability availability;
  private final Downloading downloading;
  private final Uploading uploading;
  private final Choker choker;
  private final HaveTiming haves;
  private final Suggesting suggesting;
  private final SuperSeeding superSeeding;
  private long chokeRoundDue;

  /** A torrent without peers and without padding. */
  public Torrent(
      PieceLayout layout,
      Bitfield verified,
      Bitfield wanted,
      PeerId self,
      TorrentSettings settings,
      RandomGenerator random,
      long now) {
    this(layout, Padding.NONE, verified, wanted, self, settings, random, now);
  }

  /**
   * A torrent without peers.
   *
   * @param padding what nobody is asked for
   * @param verified the pieces that are on disk and good
   * @param wanted the pieces to download
   */
  public Torrent(
      PieceLayout layout,
      Padding padding,
      Bitfield verified,
      Bitfield wanted,
      PeerId self,
      TorrentSettings settings,
      RandomGenerator random,
      long now) {
    this.layout = layout;
    this.settings = settings;
    peers = new Peers(self, settings);
    pieces = new Pieces(layout, padding, verified, wanted);
    picker = new Picker(pieces, settings, random);
    availability = new Availability(pieces, picker, wakes);
    downloading = new Downloading(pieces, picker, settings, peers.all(), wakes, now);
    uploading = new Uploading(pieces, settings, wakes, now);
    haves = new HaveTiming(pieces, peers.all(), downloading, wakes);
    choker = new Choker(settings, now);
    suggesting = new Suggesting(layout.pieceCount(), picker, random);
    superSeeding =
        new SuperSeeding(settings.superSeeding(), pieces, picker, peers.all(), wakes, random);
    chokeRoundDue = now + settings.chokeInterval().toNanos();
  }

  // ---- Peers come and go ----

  /**
   * A peer whose handshake is done. Its first {@link #next} is due at once.
   *
   * @throws Refused if the connection must not go on
   */
  public Peer join(Endpoint at, PeerId id, Capabilities can, long now) throws Refused {
    peers.admit(at, id, can, now);
    Peer peer = new Peer(at, id, can, layout.pieceCount(), settings, now);
    peers.add(peer);
    wakes.add(peer);
    return peer;
  }

  /** Whether to dial one more peer: also where a useless one would have to give way to it. */
  public boolean wantsPeers(long now) {
    return peers.all().size() < settings.maxPeers() || (!pieces.complete() && peers.hasRoom(now));
  }

  /**
   * A peer's connection ended, for whatever reason; nothing of it may be written to a piece's place
   * from now on. What it was asked for is asked elsewhere. A second call does nothing.
   */
  public void leave(Peer peer, Reason why, long now) {
    if (peer.left) {
      return;
    }
    peers.remove(peer);
    if (why == Reason.MISCONDUCT || why == Reason.UNREQUESTED_BLOCKS) {
      peers.ban(peer, now);
    }
    availability.left(peer);
    downloading.forget(peer);
    suggesting.left(peer);
    superSeeding.left(peer);
    if (peer.unchoked) {
      chokeRound(now);
    }
    if (peers.all().isEmpty()) {
      uploading.idle();
      suggesting.idle();
    }
  }

  // ---- What peers say ----

  /**
   * A message without a block's body. What the torrent has no use for, such as {@link
   * PeerMessage.Extended}, it only counts: the connection understands it, and tells by {@link
   * #allowsRequests}, {@link #onlyUploads} and {@link #lost} what the torrent should know.
   *
   * @throws Misconduct if the peer must go
   */
  public void received(Peer peer, PeerMessage message, long now) throws Misconduct {
    peer.heardAt = now;
    switch (message) {
      case PeerMessage.Have(int piece) -> {
        availability.have(peer, piece);
        superSeeding.seen(peer, piece, now);
      }
      case PeerMessage.Request(BlockRef block) -> {
        uploading.requested(peer, block, now);
        suggesting.requested(peer, block.piece());
      }
      case PeerMessage.Cancel(BlockRef block) -> uploading.cancelled(peer, block);
      case PeerMessage.Reject(BlockRef block) -> rejected(peer, block);
      case PeerMessage.Bits(byte[] bits) -> availability.bits(peer, bits);
      case PeerMessage.HaveAll _ -> availability.haveAll(peer);
      case PeerMessage.HaveNone _ -> availability.haveNone(peer);
      case PeerMessage.Choke _ -> choked(peer);
      case PeerMessage.Unchoke _ -> unchoked(peer);
      case PeerMessage.Interested _ -> interested(peer, now);
      case PeerMessage.NotInterested _ -> notInterested(peer, now);
      case PeerMessage.AllowedFast(int piece) -> allowedFast(peer, piece);
      case PeerMessage.Suggest(int piece) -> suggested(peer, piece);
      case PeerMessage.HashRequest(HashRange range) -> uploading.requested(peer, range);
      case PeerMessage.Piece piece ->
          throw new IllegalArgumentException(piece + " belongs to arrived()");
      case PeerMessage.KeepAlive _,
          PeerMessage.Port _,
          PeerMessage.Extended _,
          PeerMessage.Hashes _,
          PeerMessage.HashReject _,
          PeerMessage.Unknown _ ->
          peer.chatter();
    }
  }

  private void choked(Peer peer) throws Misconduct {
    peer.chatter();
    peer.choking = true;
    if (peer.can.fast()) {
      downloading.disown(peer); // each request is rejected by a message of its own
    } else {
      downloading.forget(peer);
    }
  }

  private void unchoked(Peer peer) throws Misconduct {
    peer.chatter();
    peer.choking = false;
    wakes.add(peer);
  }

  private void interested(Peer peer, long now) throws Misconduct {
    peer.chatter();
    peer.interested = true;
    if (choker.interested(peer, peers.all(), now)) {
      wakes.add(peer);
    }
  }

  private void notInterested(Peer peer, long now) throws Misconduct {
    peer.chatter();
    peer.interested = false;
    if (peer.unchoked) {
      chokeRound(now);
    }
  }

  private void rejected(Peer peer, BlockRef block) throws Misconduct {
    if (!peer.can.rejects()) {
      peer.needsFast();
    }
    if (!downloading.rejected(peer, block)) {
      peer.chatter();
    }
  }

  private void allowedFast(Peer peer, int piece) throws Misconduct {
    peer.needsFast();
    peer.chatter();
    availability.inRange(piece);
    if (peer.allowedFast.size() < ALLOWED_FAST_REMEMBERED && !peer.allowedFast.contains(piece)) {
      peer.allowedFast.add(piece);
      wakes.add(peer);
    }
  }

  private void suggested(Peer peer, int piece) throws Misconduct {
    peer.needsFast();
    peer.chatter();
    availability.inRange(piece);
    if (peer.suggested.size() == SUGGESTIONS_REMEMBERED) {
      peer.suggested.removeFirst();
    }
    peer.suggested.add(piece);
  }

  /**
   * The most requests that the peer lets wait: {@code reqq} of its extension handshake (BEP 10), or
   * what is safe as long as it named none.
   */
  public void allowsRequests(Peer peer, int requests) {
    peer.window.limit(requests);
  }

  /** The peer says whether it will ever want anything (BEP 21). */
  public void onlyUploads(Peer peer, boolean uploadOnly) {
    peer.uploadOnly = uploadOnly;
  }

  /**
   * The peer has a piece no more (BEP 54).
   *
   * @throws Misconduct if there is no such piece
   */
  public void lost(Peer peer, int piece) throws Misconduct {
    availability.lost(peer, piece);
    downloading.lost(peer, piece);
  }

  // ---- Blocks ----

  /**
   * A block is here, whole. Returns how many bytes of its piece are here without a gap from the
   * piece's begin; all its length means that {@link #verified} is awaited. {@link #UNWANTED} if
   * nobody waits for the block: its body must go nowhere.
   */
  public int arrived(Peer peer, BlockRef block, long now) {
    peer.heardAt = now;
    int contiguousBytes = downloading.arrived(peer, block, now);
    if (downloading.tooManyUnrequested(peer)) {
      peers.drop(peer, Reason.UNREQUESTED_BLOCKS);
    }
    return contiguousBytes;
  }

  /** The verdict on a piece of which all bytes were there. */
  public void verified(int piece, boolean good, long now) {
    OpenPiece full = pieces.open(piece);
    if (full == null || !full.isFull()) {
      throw new IllegalStateException("piece " + piece + " is not full");
    }
    if (good) {
      accepted(full, now);
    } else {
      refused(full, now);
    }
  }

  private void accepted(OpenPiece full, long now) {
    suspects.good(full);
    pieces.accept(full);
    if (pieces.isWanted(full.piece)) {
      for (Peer peer : peers.all()) {
        peer.needed -= peer.has(full.piece) ? 1 : 0;
      }
    }
    haves.add(now);
  }

  /**
   * Whether peers are yet to hear of good pieces: then {@link #tellHaves} is due at {@link
   * #havesDueAt}.
   */
  public boolean hasHavesToTell() {
    return haves.isWaiting();
  }

  /** When to call {@link #tellHaves}, if {@link #hasHavesToTell}. */
  public long havesDueAt() {
    return haves.dueAt();
  }

  /** Wakes the peers that should hear of good pieces now, if it is time to. */
  public void tellHaves(long now) {
    haves.tell(now);
  }

  private void refused(OpenPiece full, long now) {
    pieces.reject(full);
    downloading.waste(layout.lengthBytes(full.piece));
    picker.again(full.piece);
    Peer culprit = suspects.corrupt(full);
    if (culprit != null) {
      peers.ban(culprit, now);
      peers.drop(culprit, Reason.CORRUPT_DATA);
      downloading.forget(culprit);
      culprit.choking = true;
    }
    downloading.wakeIdle();
  }

  // ---- What is due to peers ----

  /**
   * Puts the first message to this peer into {@code out}, which says what we have, if any is due.
   * {@link #next} does so too; this is for owners who have something to say right behind it.
   */
  public void greet(Peer peer, Outbox out) {
    if (!peer.left && !peer.dropped && !peer.greeted) {
      DueMessages.greet(peer, pieces, superSeeding, out);
    }
  }

  /**
   * Puts into {@code out} what is due to this peer now: first news and requests, then hashes until
   * the budget is used, and blocks likewise. At least one of either is sent when any is due and the
   * budget is more than 0. False when nothing was due.
   */
  public boolean next(Peer peer, Outbox out, int budgetBytes, long now) {
    if (peer.left || peer.dropped) {
      return false;
    }
    boolean any = DueMessages.tell(peer, pieces, uploading, superSeeding, out);
    if (peer.can.fast()
        && peer.unchokedTold
        && peer.interested
        && pieces.haveAll()
        && peer.offered == null) {
      any |= suggesting.suggest(peer, out);
    }
    any |= downloading.ask(peer, out, now);
    any |= uploading.answer(peer, out, budgetBytes);
    any |= peer.unchokedTold && uploading.serve(peer, out, budgetBytes, now);
    if (any) {
      peer.saidAt = now;
    }
    return any;
  }

  /**
   * Hands over the peers whose {@link #next} may have become non-empty, each once, and forgets
   * them.
   */
  public void drainWakes(Consumer<? super Peer> to) {
    wakes.drain(to);
  }

  /**
   * Hands over the peers to disconnect, and why. The owner closes the connection, and {@link
   * #leave} follows.
   */
  public void drainDrops(BiConsumer<? super Peer, ? super Reason> to) {
    peers.drainDrops(to);
  }

  // ---- Time ----

  /** Decides what time alone decides; returns when to call again at the latest. */
  public long tick(long now) {
    if (now - chokeRoundDue >= 0) {
      chokeRound(now);
    }
    boolean quiet = pieces.complete();
    for (Peer peer : peers.all()) {
      quiet &= peer.grants.isEmpty();
      tick(peer, now);
    }
    if (peers.all().isEmpty()) {
      return now + NO_HURRY_NANOS;
    }
    // A thousand torrents that serve nobody now must not cost two thousand ticks a second.
    return quiet ? Math.min(chokeRoundDue, now + QUIET_TICK_NANOS) : now + TICK_NANOS;
  }

  private void tick(Peer peer, long now) {
    if (peer.resting) {
      peer.resting = false;
      wakes.add(peer);
    }
    downloading.giveUpLate(peer, now);
    superSeeding.tick(peer, now, settings.requestTimeout().toNanos());
    if (now - peer.saidAt >= settings.keepAliveInterval().toNanos()) {
      peer.keepAliveDue = true;
      wakes.add(peer);
    }
    if (now - peer.heardAt >= settings.idleTimeout().toNanos()) {
      peers.drop(peer, Reason.SILENT);
    } else if (pieces.complete() && peer.greeted && (peer.isSeeder() || peer.uploadOnly)) {
      peers.drop(peer, Reason.NOTHING_TO_DO);
    }
  }

  private void chokeRound(long now) {
    choker.round(peers.all(), pieces.complete(), uploading.rate().bytesPerSecond(now), now, wakes);
    chokeRoundDue = now + settings.chokeInterval().toNanos();
  }

  // ---- Figures ----

  /** Every wanted piece is verified. */
  public boolean complete() {
    return pieces.complete();
  }

  /**
   * The pieces to download from now on; {@code urgent} ones before all others. What is begun is
   * finished.
   */
  public void want(Bitfield wanted, Bitfield urgent) {
    pieces.want(wanted);
    picker.relist(urgent);
    for (Peer peer : peers.all()) {
      availability.recount(peer);
      wakes.add(peer);
    }
  }

  /**
   * Somebody reads these pieces soon, while they come: they are begun before all others, in order.
   * Those that are not wanted are not fetched for that.
   */
  public void hurry(Bitfield soon) {
    picker.hurry(soon.isEmpty() ? null : soon);
    peers.all().forEach(wakes::add);
  }

  /**
   * Verified pieces whose data is no longer in its file: peers hear of it (BEP 54), and what is
   * wanted is fetched again.
   */
  public void lose(Bitfield lost) {
    for (int piece = lost.nextSet(0); piece >= 0; piece = lost.nextSet(piece + 1)) {
      if (pieces.isGood(piece)) {
        lose(piece);
      }
    }
    peers.all().forEach(wakes::add);
  }

  private void lose(int piece) {
    pieces.lose(piece);
    if (pieces.isWanted(piece)) {
      picker.lost(piece);
      for (Peer peer : peers.all()) {
        peer.needed += peer.has(piece) ? 1 : 0;
      }
    }
  }

  /**
   * Complete and not in need of anything (BEP 21): a seed, or a partial one. Never true of a source
   * that pretends to have nothing.
   */
  public boolean uploadOnly() {
    return pieces.complete() && !superSeeding.isActive();
  }

  /** The first piece from {@code from} on that is wanted and not there, or -1. */
  public int nextNeeded(int from) {
    for (int piece = Math.max(0, from); piece < layout.pieceCount(); piece++) {
      if (pieces.isNeeded(piece)) {
        return piece;
      }
    }
    return -1;
  }

  /** How many connected peers have each piece. */
  public int[] copies() {
    int everything = 0;
    for (Peer peer : peers.all()) {
      everything += peer.hasAll() ? 1 : 0;
    }
    int[] copies = new int[layout.pieceCount()];
    for (int piece = 0; piece < copies.length; piece++) {
      copies[piece] = everything + picker.copies(piece);
    }
    return copies;
  }

  public TorrentStats stats(long now) {
    int seeders = 0;
    for (Peer peer : peers.all()) {
      seeders += peer.isSeeder() ? 1 : 0;
    }
    return new TorrentStats(
        pieces.wantedBytes(),
        pieces.verifiedBytes(),
        downloading.rate().totalBytes(),
        uploading.rate().totalBytes(),
        downloading.wastedBytes(),
        downloading.rate().bytesPerSecond(now),
        uploading.rate().bytesPerSecond(now),
        peers.all().size(),
        seeders,
        suspects.corruptPieces(),
        pieces.open().size(),
        seeders > 0 || peers.all().isEmpty() ? OptionalInt.empty() : picker.nowhere());
  }

  /** One line per connected peer, in the order of joining. */
  public List<PeerStats> peers(long now) {
    List<PeerStats> all = new ArrayList<>(peers.all().size());
    for (Peer peer : peers.all()) {
      all.add(peer.stats(now));
    }
    return all;
  }
}
