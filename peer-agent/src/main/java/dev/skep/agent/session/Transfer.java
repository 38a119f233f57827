package dev.skep.agent.session;

import dev.skep.agent.connection.Limits;
import dev.skep.agent.connection.LiveTorrent;
import dev.skep.agent.connection.RateLimit;
import dev.skep.agent.discovery.Announcer;
import dev.skep.agent.session.TransferStatus.State;
import dev.skep.agent.storage.DataCheck;
import dev.skep.agent.storage.DataFiles;
import dev.skep.agent.storage.ResumeFile;
import dev.skep.agent.torrent.PeerStats;
import dev.skep.agent.torrent.TorrentSettings;
import dev.skep.agent.torrent.TorrentStats;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.Bitfield;
import dev.skep.protocol.tracker.AnnounceRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One torrent of a {@link Session}, from the check of what is on disk to seeding. */
public final class Transfer {
  private static final Logger LOG = System.getLogger(Transfer.class.getName());
  private static final long SAVE_SECONDS = 30;
  private static final long FIRST_RETRY_SECONDS = 1;
  private static final long MAX_RETRY_SECONDS = 60;

  private final Session session;
  private final Metainfo metainfo;
  private final PieceLayout layout;
  private final TransferOptions options;
  private final DataFiles files;
  private final ResumeFile resume;
  private final boolean keepsState;
  private final PeerBook book;
  private final Announcer announcer;
  private final Limits down;
  private final Limits up;
  private final RateLimit downLimit;
  private final RateLimit upLimit;
  private final int key = ThreadLocalRandom.current().nextInt();
  private final CompletableFuture<Void> completed = new CompletableFuture<>();
  private final AtomicLong checkedBytes = new AtomicLong();

  // Guarded by this object's monitor, which is never held across I/O.
  private State state = State.CHECKING;
  private Optional<String> problem = Optional.empty();
  private @Nullable LiveTorrent live;
  private Bitfield verified;
  private Totals past = Totals.ZERO;
  private Totals earlierRuns = Totals.ZERO;
  private boolean dirty;
  private long lastSave = System.nanoTime();
  private long retrySeconds = FIRST_RETRY_SECONDS;
  private boolean stopped;

  /** Payload counted by torrents that are gone: before a pause, or in earlier runs. */
  private record Totals(long down, long up, long wasted) {
    private static final Totals ZERO = new Totals(0, 0, 0);

    Totals plus(TorrentStats stats) {
      return new Totals(
          down + stats.downloadedBytes(), up + stats.uploadedBytes(), wasted + stats.wastedBytes());
    }
  }

  Transfer(Session session, Metainfo metainfo, Path data, TransferOptions options) {
    this.session = session;
    this.metainfo = metainfo;
    this.layout = metainfo.layout();
    this.options = options;
    files = new DataFiles(metainfo, data, session.openFiles());
    Optional<Path> folder = session.settings().stateFolder();
    Path beside = files.place().resolveSibling(".skep");
    resume = new ResumeFile(metainfo, files, folder.orElse(beside));
    // Where we only read, we leave nothing behind that nobody asked for.
    keepsState = folder.isPresent() || !options.seedOnly() || Files.isDirectory(beside);
    verified = new Bitfield(layout.pieceCount());
    long now = System.nanoTime();
    downLimit = new RateLimit(options.maxDownBytesPerSecond(), now);
    upLimit = new RateLimit(options.maxUpBytesPerSecond(), now);
    down = new Limits(List.of(downLimit));
    up = new Limits(List.of(upLimit));
    book = new PeerBook(session.listening(), new SplittableRandom());
    book.add(options.peers(), true, now);
    announcer =
        new Announcer(
            options.trackers().isEmpty() ? metainfo.trackers() : options.trackers(),
            session.trackers(),
            session.clock(),
            new SplittableRandom(),
            this::announce,
            found -> found(found, false));
  }

  public Metainfo metainfo() {
    return metainfo;
  }

  /** Done when every wanted piece is verified; fails with the reason when that cannot be. */
  public CompletableFuture<Void> completed() {
    return completed.copy();
  }

  /** Dials this address too. */
  public void addPeer(Endpoint at) {
    found(List.of(at), true);
  }

  /** Changes this torrent's own limits; 0 for none. */
  public void limit(long downBytesPerSecond, long upBytesPerSecond) {
    downLimit.change(downBytesPerSecond);
    upLimit.change(upBytesPerSecond);
  }

  // ---- From data on disk to a live torrent ----

  void start() throws IOException {
    if (metainfo.infoHashV1().isEmpty()) {
      throw new IOException(
          metainfo.name() + " is a v2 torrent without v1 parts; not supported yet");
    }
    if (options.seedOnly() && !Files.exists(files.place())) {
      throw new IOException(files.place() + " does not exist; nothing to seed");
    }
    Thread.ofVirtual().name("skep-begin").start(this::begin);
  }

  private void begin() {
    try {
      Bitfield good = check();
      if (options.seedOnly() && !good.isFull()) {
        fail(
            files.place()
                + " is not the torrent's data: "
                + (good.size() - good.cardinality())
                + " of "
                + good.size()
                + " pieces are missing or wrong");
        return;
      }
      if (!options.seedOnly()) {
        files.makeEmptyFiles();
      }
      synchronized (this) {
        verified = good;
      }
      goLive();
      announcer.start();
    } catch (IOException | UncheckedIOException e) {
      fail(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Bitfield check() throws InterruptedException {
    ResumeFile.Trust trust = resume.load();
    synchronized (this) {
      earlierRuns = new Totals(trust.downloadedBytes(), trust.uploadedBytes(), 0);
    }
    Bitfield good = trust.trusted();
    if (!trust.doubtful().isEmpty()) {
      session.checks().acquire();
      try {
        Bitfield found =
            DataCheck.pieces(
                metainfo, files, trust.doubtful(), session.settings().workers(), checkedBytes::set);
        for (int piece = found.nextSet(0); piece >= 0; piece = found.nextSet(piece + 1)) {
          good.set(piece);
        }
      } finally {
        session.checks().release();
      }
    }
    return good;
  }

  private void fail(String why) {
    synchronized (this) {
      state = State.FAILED;
      problem = Optional.of(why);
    }
    completed.completeExceptionally(new IOException(why));
  }

  private void goLive() {
    LiveTorrent next;
    boolean complete;
    synchronized (this) {
      if (stopped) {
        return;
      }
      next =
          new LiveTorrent(
              metainfo,
              files,
              verified,
              Bitfield.full(layout.pieceCount()),
              session.surroundings(),
              session.workers(),
              TorrentSettings.with(s -> s.maxPeers = session.settings().maxConnectionsPerTorrent()),
              new SplittableRandom(),
              down,
              up,
              new Events());
      live = next;
      complete = verified.isFull();
      state = complete ? State.SEEDING : State.DOWNLOADING;
      problem = Optional.empty();
      dirty = true;
    }
    if (complete) {
      saveSoon();
      completed.complete(null);
    }
    session.dial();
  }

  /** What the live torrent tells. */
  private final class Events implements LiveTorrent.Listener {
    @Override
    public void pieceDone(int piece) {
      synchronized (Transfer.this) {
        verified.set(piece);
        dirty = true;
        retrySeconds = FIRST_RETRY_SECONDS;
      }
    }

    @Override
    public void completed() {
      synchronized (Transfer.this) {
        state = State.SEEDING;
      }
      announcer.completed();
      save();
      completed.complete(null);
    }

    @Override
    public void diskFailed(IOException why) {
      pauseFor(why);
    }
  }

  /**
   * Ends all connections and tries again later: what is verified stays, the rest is asked again.
   */
  private void pauseFor(IOException why) {
    LiveTorrent failed;
    long wait;
    synchronized (this) {
      failed = live;
      if (failed == null || stopped) {
        return;
      }
      past = past.plus(failed.stats());
      live = null;
      state = State.PAUSED;
      problem = Optional.of(why.getMessage() == null ? why.toString() : why.getMessage());
      wait = retrySeconds;
      retrySeconds = Math.min(MAX_RETRY_SECONDS, 2 * retrySeconds);
    }
    LOG.log(Level.WARNING, "{0} pauses: {1}", metainfo.name(), why.toString());
    failed.close();
    var _ =
        session
            .clock()
            .schedule(() -> session.workers().submit(this::retry), wait, TimeUnit.SECONDS);
  }

  private void retry() {
    goLive();
  }

  // ---- Resume state ----

  void eachSecond() {
    boolean save;
    synchronized (this) {
      save = dirty && System.nanoTime() - lastSave > SAVE_SECONDS * 1_000_000_000L;
    }
    if (save) {
      saveSoon();
    }
  }

  private void saveSoon() {
    session.workers().submit(this::save);
  }

  private void save() {
    Bitfield bits;
    Totals totals;
    synchronized (this) {
      bits = verified.copy();
      totals = totals();
      dirty = false;
      lastSave = System.nanoTime();
    }
    if (!keepsState) {
      return;
    }
    try {
      resume.save(bits, earlierRuns.up() + totals.up(), earlierRuns.down() + totals.down());
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "cannot save {0}: {1}", resume.path(), e.toString());
    }
  }

  private synchronized Totals totals() {
    return live == null ? past : past.plus(live.stats());
  }

  // ---- Peers ----

  synchronized Optional<LiveTorrent> live() {
    return Optional.ofNullable(live);
  }

  boolean wantsPeers() {
    return live().isPresent();
  }

  private void found(Collection<Endpoint> peers, boolean keep) {
    synchronized (book) {
      book.add(peers, keep, System.nanoTime());
    }
    session.dial();
  }

  Optional<Endpoint> takeCandidate() {
    synchronized (book) {
      return Optional.ofNullable(book.take(System.nanoTime()));
    }
  }

  void candidateDone(Endpoint at, PeerBook.End end) {
    synchronized (book) {
      book.done(at, end, System.nanoTime());
    }
  }

  void forgetCandidate(Endpoint at) {
    synchronized (book) {
      book.forget(at);
    }
  }

  private AnnounceRequest.Builder announce() {
    long left = 0;
    Totals totals;
    synchronized (this) {
      totals = totals();
      for (int p = verified.nextClear(0); p >= 0; p = verified.nextClear(p + 1)) {
        left += layout.lengthBytes(p);
      }
    }
    return AnnounceRequest.builder(
            metainfo.infoHash(), session.settings().self(), session.listening().port())
        .transferred(totals.up(), totals.down())
        .left(left)
        .key(key);
  }

  // ---- For people ----

  /** How things stand. */
  public TransferStatus status() {
    LiveTorrent now;
    State nowState;
    Optional<String> nowProblem;
    Totals before;
    Bitfield bits;
    synchronized (this) {
      now = live;
      nowState = state;
      nowProblem = problem;
      before = past;
      bits = verified.copy();
    }
    Totals totals = before;
    long downRate = 0;
    long upRate = 0;
    List<PeerStatus> peers = new ArrayList<>();
    if (now != null) {
      TorrentStats stats = now.stats();
      totals = before.plus(stats);
      downRate = stats.downBytesPerSecond();
      upRate = stats.upBytesPerSecond();
      now.peers().forEach(peer -> peers.add(status(peer)));
    }
    long total = layout.totalBytes();
    return new TransferStatus(
        nowState,
        nowProblem,
        total,
        nowState == State.CHECKING ? checkedBytes.get() : total,
        verifiedBytes(bits),
        totals.down(),
        totals.up(),
        totals.wasted(),
        downRate,
        upRate,
        peers,
        announcer.status().stream()
            .map(
                t ->
                    new TrackerStatus(
                        t.url(),
                        t.working(),
                        t.message(),
                        t.seeders(),
                        t.leechers(),
                        t.peersReceived(),
                        t.nextAnnounce()))
            .toList());
  }

  private long verifiedBytes(Bitfield bits) {
    long bytes = (long) bits.cardinality() * layout.pieceLengthBytes();
    int last = layout.pieceCount() - 1;
    return bits.get(last) ? bytes - layout.pieceLengthBytes() + layout.lengthBytes(last) : bytes;
  }

  private static PeerStatus status(LiveTorrent.NamedPeer peer) {
    PeerStats s = peer.stats();
    StringBuilder flags = new StringBuilder();
    flags.append(s.incoming() ? "I" : "");
    flags.append(s.interesting() ? (s.choking() ? "d" : "D") : "");
    flags.append(s.interested() ? (s.unchoked() ? "U" : "u") : "");
    flags.append(s.snubbed() ? "S" : "");
    return new PeerStatus(
        s.at(),
        peer.client(),
        s.incoming(),
        s.progress(),
        s.downloadedBytes(),
        s.uploadedBytes(),
        s.downBytesPerSecond(),
        s.upBytesPerSecond(),
        flags.toString());
  }

  // ---- The end ----

  void stop(Duration goodbye) throws InterruptedException {
    LiveTorrent ending;
    synchronized (this) {
      stopped = true;
      ending = live;
    }
    announcer.stop(goodbye);
    if (ending != null) {
      ending.close();
    }
    boolean wasLive;
    synchronized (this) {
      wasLive = ending != null;
      if (ending != null) {
        past = past.plus(ending.stats());
        live = null;
      }
    }
    if (wasLive) {
      save();
    }
    try {
      files.close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "a file of {0} failed to close: {1}", metainfo.name(), e.toString());
    }
    completed.completeExceptionally(new IOException("stopped"));
  }
}
