package dev.skep.agent.connection;

import dev.skep.agent.storage.BlockBodies;
import dev.skep.agent.storage.BlockMemory;
import dev.skep.agent.storage.DataFiles;
import dev.skep.agent.storage.DiskWorkers;
import dev.skep.agent.storage.PieceStore;
import dev.skep.agent.torrent.Capabilities;
import dev.skep.agent.torrent.Misconduct;
import dev.skep.agent.torrent.Outbox;
import dev.skep.agent.torrent.Peer;
import dev.skep.agent.torrent.Reason;
import dev.skep.agent.torrent.Refused;
import dev.skep.agent.torrent.Torrent;
import dev.skep.agent.torrent.TorrentSettings;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.peerwire.Bitfield;
import dev.skep.protocol.peerwire.HashRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/**
 * A torrent at work: its pure logic, the one lock around it, and the links and files that act on
 * what it decides. The lock is held for the logic only, never while anything is read, written,
 * hashed, closed or waited for.
 */
public final class LiveTorrent implements Topic, PieceStore.Verdicts, AutoCloseable {

  /** Who learns of what happens to the torrent as a whole. Called without the lock. */
  public interface Listener {
    /** A piece is verified and in its file. */
    void pieceDone(int piece);

    /** The last wanted piece is. */
    void completed();

    /** There is a new {@link #snapshot}. */
    void changed();

    /** Its own logic failed: it must end, and no other with it. */
    void broken(Throwable why);

    /** A file cannot be written: the torrent should stop until that is mended. */
    void diskFailed(IOException why);

    /** Somebody should look whether the files are as they were; {@link #serve} follows. */
    void lookAtFiles();

    /** Whether that was done so lately that nobody need wait for it. */
    boolean knowsFiles();

    /** A peer named others (BEP 11). */
    void foundPeers(List<Endpoint> peers, Endpoint by);

    /**
     * Peers sent corrupt data and were dropped.
     *
     * @param dropped how many, so far
     */
    void corruptPeers(int dropped);
  }

  private static final long MOVING_TICK_NANOS = 1_000_000_000L;

  /** How soon it shows who came and who went: a crowd shows as one. */
  private static final long SHOWN_NANOS = 100_000_000L;

  private final Metainfo metainfo;
  private final DataFiles files;
  private final BlockMemory memory;
  private final DiskWorkers workers;
  private final PieceStore store;
  private final ScheduledExecutorService clock;
  private final Listener listener;
  private final Faults faults;
  private final ConnectionOwner owner;
  private final HashServing hashServing;
  private final Acquaintances acquaintances = new Acquaintances();
  private final Limits down;
  private final Limits up;

  private final ReentrantLock lock = new ReentrantLock();
  private final Torrent torrent;
  private final Map<Peer, Link> links = new LinkedHashMap<>(); // in the order of joining
  private final TorrentSnapshots snapshots;
  private final int maxWaitingRequests;
  private final long bodyNanos;
  private volatile boolean uploadOnly;
  private volatile boolean serving = true;
  private final List<Ending> endings = new ArrayList<>();
  private int corruptPeers;
  private boolean ticking;
  private boolean havesTimed;
  private boolean closed;
  private boolean publishing;

  /** A link that is to be closed as soon as the lock is free. */
  private record Ending(Link link, Reason reason) {}

  /**
   * @param verified the pieces that are in their files; copied
   * @param wanted the pieces to download; copied
   * @param urgent those of them to download before the others; copied
   */
  public LiveTorrent(
      Metainfo metainfo,
      DataFiles files,
      Bitfield verified,
      Bitfield wanted,
      Bitfield urgent,
      ConnectionOwner owner,
      DiskWorkers workers,
      TorrentSettings settings,
      RandomGenerator random,
      Limits down,
      Limits up,
      Listener listener) {
    this.metainfo = metainfo;
    hashServing = new HashServing(metainfo);
    this.files = files;
    this.memory = owner.memory();
    this.workers = workers;
    this.clock = owner.clock();
    this.faults = owner.faults();
    this.owner = owner;
    this.listener = listener;
    this.down = down;
    this.up = up;
    maxWaitingRequests = settings.maxWaitingRequests();
    bodyNanos = settings.requestTimeout().toNanos();
    store = new PieceStore(metainfo, files, memory, workers, this);
    torrent =
        new Torrent(
            metainfo.layout(),
            metainfo.padding(),
            verified.copy(),
            wanted.copy(),
            owner.self().id(),
            settings,
            random,
            System.nanoTime());
    if (!urgent.isEmpty()) {
      torrent.want(wanted, urgent);
    }
    snapshots = new TorrentSnapshots(torrent, links, System.nanoTime());
  }

  /** What it moves. */
  public Metainfo metainfo() {
    return metainfo;
  }

  @Override
  public InfoHash infoHash() {
    return metainfo.infoHash();
  }

  @Override
  public boolean isVersion2Only() {
    return metainfo.infoHashV1().isEmpty();
  }

  @Override
  public boolean isPrivate() {
    return metainfo().isPrivate();
  }

  @Override
  public Seat seat(Link link, Endpoint at, PeerId id, Capabilities can)
      throws Refused, NobodyTaken {
    return TorrentSeat.of(this, join(link, at, id, can));
  }

  /**
   * Reads for one connection what it sends.
   *
   * @param copies whether its stream looks into that
   */
  BlockBodies bodies(boolean copies) {
    return new BlockBodies(files, memory, workers, copies);
  }

  /** What the peer and we tell one another of other peers; nothing where that must not be. */
  Optional<PeerExchange> peerExchange(Peer peer) {
    if (metainfo.isPrivate() || !owner.exchangesPeers()) {
      return Optional.empty();
    }
    return Optional.of(
        new PeerExchange(
            acquaintances,
            peer.at(),
            peer.isIncoming(),
            owner::isLocal,
            found -> listener.foundPeers(found, peer.at()),
            System::nanoTime));
  }

  /** Its own limits for what comes in. */
  public Limits downLimits() {
    return down;
  }

  Limits upLimits() {
    return up;
  }

  private void unlock() {
    List<Ending> now = endings.isEmpty() ? List.of() : List.copyOf(endings);
    endings.clear();
    lock.unlock();
    for (int i = 0; i < now.size(); i++) {
      now.get(i).link().close(now.get(i).reason());
    }
  }

  // ---- What links call ----

  /**
   * A link to a peer begins.
   *
   * @throws Refused if it must not go on
   * @throws NobodyTaken if this is closed
   */
  public Peer join(Link link, Endpoint at, PeerId id, Capabilities can)
      throws Refused, NobodyTaken {
    if (!listener.knowsFiles()) {
      serving = false; // before somebody looks, who says when that is over
      listener.lookAtFiles();
    }
    lock.lock();
    try {
      if (closed) {
        throw new NobodyTaken();
      }
      long now = System.nanoTime();
      Peer peer = torrent.join(at, id, can, now);
      links.put(peer, link);
      if (!ticking) {
        ticking = true;
        clock.execute(this::tick);
      } else {
        publishSoon();
      }
      act();
      return peer;
    } finally {
      unlock();
    }
  }

  /** The link to the peer is over, for whatever reason. Called once. */
  public void leave(Peer peer, Reason why) {
    boolean last;
    lock.lock();
    try {
      long now = System.nanoTime();
      links.remove(peer);
      snapshots.departed(peer, now);
      torrent.leave(peer, why, now);
      act();
      last = links.isEmpty();
      if (last) {
        snapshots.take(now); // costs nothing then
      } else {
        publishSoon();
      }
    } finally {
      unlock();
    }
    if (last) {
      listener.changed();
    }
  }

  /**
   * Hands over what one peer sent, and takes over the slots of its blocks.
   *
   * @throws Misconduct if the link must end
   */
  public void received(Peer peer, List<Inbound> all) throws Misconduct {
    int piece = -1;
    int contiguousBytes = 0;
    int done = 0;
    boolean first = false;
    lock.lock();
    try {
      long now = System.nanoTime();
      for (Inbound each : all) {
        switch (each) {
          case Inbound.Message(var message) -> torrent.received(peer, message, now);
          case Inbound.Block(var block, var slot) -> {
            done++;
            int bytes = torrent.arrived(peer, block, now);
            if (bytes == Torrent.UNWANTED) {
              memory.release(slot);
            } else {
              store.place(block, slot);
              if (piece >= 0 && piece != block.piece()) {
                store.ready(piece, contiguousBytes);
              }
              piece = block.piece();
              contiguousBytes = bytes;
            }
          }
        }
      }
      first = done > 0 && snapshots.last().stats().downloadedBytes() == 0;
      if (first) {
        snapshots.take(now); // people wait for it; all later ones see the next tick's
      }
    } finally {
      act();
      unlock();
      releaseBlocksAfter(done, all);
    }
    if (first) {
      listener.changed();
    }
    if (piece >= 0) {
      store.ready(piece, contiguousBytes);
    }
  }

  private void releaseBlocksAfter(int done, List<Inbound> all) {
    int blocks = 0;
    for (Inbound each : all) {
      if (each instanceof Inbound.Block(var _, ByteBuffer slot) && blocks++ >= done) {
        memory.release(slot);
      }
    }
  }

  /** Puts the first message to the peer into {@code out}: which pieces we have. */
  void greet(Peer peer, Outbox out) {
    lock.lock();
    try {
      torrent.greet(peer, out);
      uploadOnly = torrent.uploadOnly();
    } finally {
      unlock();
    }
  }

  /** Puts what is due to the peer into {@code out}; see {@link Torrent#next}. */
  public void next(Peer peer, Outbox out, int budgetBytes, long now) {
    lock.lock();
    try {
      torrent.next(peer, out, serving ? budgetBytes : 0, now);
      uploadOnly = torrent.uploadOnly();
      act();
    } finally {
      unlock();
    }
  }

  /** Whether peers should know that we download nothing (BEP 21), as of the last {@link #next}. */
  boolean uploadOnly() {
    return uploadOnly;
  }

  /** How many requests of one peer may wait here (BEP 10, {@code reqq}). */
  int maxWaitingRequests() {
    return maxWaitingRequests;
  }

  /** The peer lost a piece (BEP 54). */
  public void lost(Peer peer, int piece) throws Misconduct {
    lock.lock();
    try {
      torrent.lost(peer, piece);
      act();
    } finally {
      unlock();
    }
  }

  /** See {@link Torrent#nextNeeded}. */
  public int nextNeeded(int from) {
    lock.lock();
    try {
      return torrent.nextNeeded(from);
    } finally {
      unlock();
    }
  }

  /** See {@link HashServing}. Takes no lock of the torrent's. */
  Optional<byte[]> hashes(HashRange range) {
    return hashServing.answer(range);
  }

  void dataUnreadable() {
    listener.lookAtFiles();
  }

  /** See {@link Torrent#allowsRequests}. */
  public void allowsRequests(Peer peer, int requests) {
    lock.lock();
    try {
      torrent.allowsRequests(peer, requests);
    } finally {
      unlock();
    }
  }

  /** See {@link Torrent#onlyUploads}. */
  public void onlyUploads(Peer peer, boolean only) {
    lock.lock();
    try {
      torrent.onlyUploads(peer, only);
      act();
    } finally {
      unlock();
    }
  }

  /** Wakes links and ends others as the torrent decided. Call with the lock held. */
  private void act() {
    torrent.drainWakes(
        peer -> {
          Link link = links.get(peer);
          if (link != null) {
            link.wake();
          }
        });
    torrent.drainDrops(
        (peer, reason) -> {
          Link link = links.get(peer);
          if (link != null) {
            corruptPeers += reason == Reason.CORRUPT_DATA && !link.isWebServer() ? 1 : 0;
            endings.add(new Ending(link, reason));
          }
        });
  }

  // ---- What time, disk workers and the session call ----

  private void tick() {
    guarded("tick", this::tickOnce);
  }

  /** A fault in the torrent's logic costs this torrent: what it knows may be wrong now. */
  private void guarded(String what, Runnable turn) {
    try {
      turn.run();
    } catch (RuntimeException | Error e) {
      faults.count(what, e);
      listener.broken(e);
    }
  }

  private void tickOnce() {
    long now = System.nanoTime();
    List<Link> all;
    lock.lock();
    try {
      long next = torrent.tick(now);
      all = List.copyOf(links.values());
      act();
      Snapshot seen = snapshots.take(now);
      ticking = !closed && (!links.isEmpty() || seen.isMoving()); // until its rates are 0
      if (ticking) {
        long wait = seen.isMoving() ? Math.min(next - now, MOVING_TICK_NANOS) : next - now;
        var _ = clock.schedule(this::tick, Math.max(1_000_000, wait), TimeUnit.NANOSECONDS);
      }
    } finally {
      unlock();
    }
    listener.changed();
    all.forEach(link -> link.closeIfStuck(now, bodyNanos));
  }

  /** Call with the lock held. */
  private void publishSoon() {
    if (!publishing) {
      publishing = true;
      var _ =
          clock.schedule(
              () -> guarded("publishing", this::publish), SHOWN_NANOS, TimeUnit.NANOSECONDS);
    }
  }

  private void publish() {
    lock.lock();
    try {
      publishing = false;
      snapshots.take(System.nanoTime());
    } finally {
      unlock();
    }
    listener.changed();
  }

  private void timeHaves() {
    if (torrent.hasHavesToTell() && !havesTimed && !closed) {
      havesTimed = true;
      long wait = torrent.havesDueAt() - System.nanoTime();
      var _ =
          clock.schedule(
              () -> guarded("telling of pieces", this::tellHaves), wait, TimeUnit.NANOSECONDS);
    }
  }

  private void tellHaves() {
    lock.lock();
    try {
      havesTimed = false;
      torrent.tellHaves(System.nanoTime());
      act();
      timeHaves();
    } finally {
      unlock();
    }
  }

  @Override
  public void verified(int piece, boolean good) {
    boolean complete;
    int corruptBefore;
    int corruptNow;
    if (good) {
      listener.pieceDone(piece); // before the torrent knows: it is complete once all are told
    }
    lock.lock();
    try {
      torrent.verified(piece, good, System.nanoTime());
      complete = good && torrent.complete();
      if (complete) {
        snapshots.take(System.nanoTime());
      }
      corruptBefore = corruptPeers;
      int endingsBefore = endings.size();
      act();
      for (int i = endingsBefore; i < endings.size(); i++) {
        if (endings.get(i).reason == Reason.CORRUPT_DATA) {
          endings.get(i).link.spoilt(piece);
        }
      }
      corruptNow = corruptPeers;
      timeHaves();
    } finally {
      unlock();
    }
    if (corruptNow > corruptBefore) {
      listener.corruptPeers(corruptNow);
    }
    if (complete) {
      listener.completed();
    }
  }

  @Override
  public void failed(int piece, IOException why) {
    listener.diskFailed(why);
  }

  /** Blocks may be sent: the files are as they were. */
  public void serve() {
    if (serving) {
      return;
    }
    lock.lock();
    try {
      serving = true;
      links.values().forEach(Link::wake);
    } finally {
      unlock();
    }
  }

  /** Changes what is wanted; see {@link Torrent#want}. */
  public void want(Bitfield wanted, Bitfield urgent) {
    lock.lock();
    try {
      torrent.want(wanted, urgent);
      act();
    } finally {
      unlock();
    }
  }

  /** Somebody reads these soon; see {@link Torrent#hurry}. */
  public void hurry(Bitfield soon) {
    lock.lock();
    try {
      torrent.hurry(soon);
      act();
    } finally {
      unlock();
    }
  }

  /** The data of these pieces is no longer in its files; see {@link Torrent#lose}. */
  public void lose(Bitfield lost) {
    lock.lock();
    try {
      torrent.lose(lost);
      act();
    } finally {
      unlock();
    }
  }

  @Override
  public boolean wantsPeers() {
    lock.lock();
    try {
      return torrent.wantsPeers(System.nanoTime());
    } finally {
      unlock();
    }
  }

  // ---- For people ----

  /**
   * How things stood lately: at the last tick, or soon after a peer came or went, or when it became
   * complete. Takes no lock.
   */
  public Snapshot snapshot() {
    return snapshots.last();
  }

  /** How things stand at this moment, for who keeps the books. */
  public Snapshot settle() {
    lock.lock();
    try {
      return snapshots.take(System.nanoTime());
    } finally {
      unlock();
    }
  }

  /**
   * How many connected peers have each piece now. Takes the lock for a walk over all pieces, for
   * the few who ask for that.
   */
  public int[] copies() {
    lock.lock();
    try {
      return torrent.copies();
    } finally {
      unlock();
    }
  }

  /** Whether this thread holds the lock. */
  boolean isLockedHere() {
    return lock.isHeldByCurrentThread();
  }

  /** Ends all connections; new ones may come. */
  public void disconnect() {
    lock.lock();
    try {
      links.values().forEach(link -> endings.add(new Ending(link, Reason.STOPPED)));
    } finally {
      unlock();
    }
  }

  /** Ends all connections; takes no more. What was verified stays. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      links.values().forEach(link -> endings.add(new Ending(link, Reason.STOPPED)));
    } finally {
      unlock();
    }
    store.close();
  }
}
