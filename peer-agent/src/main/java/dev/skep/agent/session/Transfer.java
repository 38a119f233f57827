package dev.skep.agent.session;

import dev.skep.agent.connection.Limits;
import dev.skep.agent.connection.LiveTorrent;
import dev.skep.agent.connection.LiveTorrent.Moved;
import dev.skep.agent.connection.RateLimit;
import dev.skep.agent.session.TransferStatus.State;
import dev.skep.agent.torrent.TorrentSettings;
import dev.skep.agent.torrent.TorrentStats;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.peerwire.Bitfield;
import dev.skep.protocol.tracker.AnnounceResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One torrent of a {@link Session}: its data is checked, then it waits for its turn, then it is
 * live: it has peers and asks trackers.
 */
public final class Transfer {
  private static final Logger LOG = System.getLogger(Transfer.class.getName());
  private static final long FIRST_RETRY_SECONDS = 1;
  private static final long MAX_RETRY_SECONDS = 60;
  private static final long STARVED_NANOS = 30_000_000_000L;
  private static final int FEW_PEERS = 5;
  private static final long STALLED_NANOS = 60_000_000_000L;

  private final Session session;
  private final Metainfo metainfo;
  private final Path place;
  private final TransferOptions options;
  private final LocalData data;
  private final PeerBook book;
  private final Limits down;
  private final Limits up;
  private final RateLimit downLimit;
  private final RateLimit upLimit;
  private final Ledger ledger = new Ledger();
  private final Announcing announcing;
  private final ChangedFiles changed;
  private final CompletableFuture<Void> completed = new CompletableFuture<>();
  private final AtomicLong checkedBytes = new AtomicLong();
  private final ActiveQueue.Member turn = new Turn();

  // Guarded by this object's monitor, which is never held across I/O.
  private State state = State.CHECKING;
  private Optional<String> problem = Optional.empty();
  private Wanted wanted;
  private boolean complete;
  private boolean active;
  private boolean stopped;
  private boolean wasWhole; // trackers hear once that the torrent was completed
  private boolean held; // by its owner while its data is checked
  private @Nullable Thread beginning;
  private @Nullable LiveTorrent live;
  private long retrySeconds = FIRST_RETRY_SECONDS;
  private long progressAt = System.nanoTime();
  private long hungryAt = System.nanoTime();

  Transfer(Session session, Metainfo metainfo, Path data, TransferOptions options) {
    this.session = session;
    this.metainfo = metainfo;
    this.options = options;
    place = data.toAbsolutePath().normalize();
    wanted = Wanted.of(metainfo, options.priorities());
    this.data = new LocalData(session, metainfo, place, options);
    long now = System.nanoTime();
    downLimit = new RateLimit(options.maxDownBytesPerSecond(), now);
    upLimit = new RateLimit(options.maxUpBytesPerSecond(), now);
    down = new Limits(List.of(downLimit));
    up = new Limits(List.of(upLimit));
    book =
        new PeerBook(
            session.listening(), session.settings().localNetwork(), new SplittableRandom());
    book.add(options.peers(), true, now);
    announcing =
        new Announcing(
            session,
            metainfo,
            options.trackers().isEmpty() ? metainfo.trackers() : options.trackers(),
            ledger,
            this.data::missingBytes,
            turn::isComplete,
            this::found);
    changed = new ChangedFiles(session, this.data, turn::isComplete, this::lost);
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
    long now = System.nanoTime();
    downLimit.change(downBytesPerSecond, now);
    upLimit.change(upBytesPerSecond, now);
  }

  /**
   * Changes what is downloaded, in the order of the torrent's files. Pieces that are begun are
   * finished.
   *
   * @throws IOException if a file that is wanted now cannot be made
   */
  public void prioritize(List<FilePriority> priorities) throws IOException {
    Wanted next = Wanted.of(metainfo, priorities);
    LiveTorrent now;
    boolean done;
    synchronized (this) {
      wanted = next;
      now = live;
      if (now == null) {
        complete = state != State.CHECKING && data.has(next);
        return;
      }
      done = !complete && data.has(next);
      complete &= data.has(next);
      state = complete ? State.SEEDING : State.DOWNLOADING;
    }
    data.prepare(next);
    now.want(next.pieces(), next.urgent());
    if (done) {
      complete();
    } else {
      session.queue().admit();
    }
  }

  /** Ends its connections and says goodbye to trackers, until {@link #resume}. */
  public void pause() {
    synchronized (this) {
      held = state == State.CHECKING;
      if (held || state == State.FAILED) {
        return;
      }
      state = State.PAUSED;
      problem = Optional.empty();
    }
    session.queue().remove(turn);
    deactivate();
  }

  /** Goes on after {@link #pause}, when its turn comes; or at once after a failure of the disk. */
  public void resume() {
    boolean hasTurn;
    synchronized (this) {
      held = false;
      if (state != State.PAUSED) {
        return;
      }
      state = State.QUEUED;
      hasTurn = active;
    }
    if (hasTurn) {
      session.workers().submit(this::prepareAndGoLive);
    } else {
      session.queue().add(turn);
    }
  }

  // ---- From data on disk to a live torrent ----

  void start() throws IOException {
    if (!metainfo.hasAllHashes()) {
      throw new IOException(
          metainfo.name() + " is a v2 torrent without piece layers; its .torrent file has them");
    }
    if (options.seedOnly() && !Files.exists(place)) {
      throw new IOException(place + " does not exist; nothing to seed");
    }
    data.requireOwnPlace();
    Thread thread = Thread.ofVirtual().name("skep-begin").unstarted(this::begin);
    synchronized (this) {
      beginning = thread;
    }
    thread.start();
  }

  private void begin() {
    try {
      data.check(wanted(), checkedBytes::set);
      if (options.seedOnly() && !data.isWhole()) {
        Bitfield good = data.verified();
        fail(
            place
                + " is not the torrent's data: "
                + (good.size() - good.cardinality())
                + " of "
                + good.size()
                + " pieces are missing or wrong");
        return;
      }
      synchronized (this) {
        complete = data.has(wanted);
        state = held ? State.PAUSED : State.QUEUED;
        if (held || stopped) {
          return;
        }
      }
      session.queue().add(turn);
      leaveIfStopped();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stopped while it was about to get into the queue: it must not keep a turn for ever. */
  private void leaveIfStopped() {
    boolean leaves;
    synchronized (this) {
      leaves = stopped;
    }
    if (leaves) {
      session.queue().remove(turn);
    }
  }

  private synchronized Wanted wanted() {
    return wanted;
  }

  private void fail(String why) {
    synchronized (this) {
      state = State.FAILED;
      problem = Optional.of(why);
    }
    completed.completeExceptionally(new IOException(why));
  }

  /** What the queue sees of it. */
  private final class Turn implements ActiveQueue.Member {
    @Override
    public boolean isComplete() {
      synchronized (Transfer.this) {
        return complete;
      }
    }

    @Override
    public boolean isStalled() {
      synchronized (Transfer.this) {
        return state == State.DOWNLOADING && System.nanoTime() - progressAt > STALLED_NANOS;
      }
    }

    @Override
    public void activate() {
      synchronized (Transfer.this) {
        if (state != State.QUEUED) {
          return; // paused since its turn was decided
        }
        active = true;
        progressAt = System.nanoTime();
      }
      if (options.seedOnly()) {
        goLive();
      } else {
        // Making files may take its time, and is no work for a virtual thread.
        Thread.ofPlatform().daemon().name("skep-prepare").start(Transfer.this::prepareAndGoLive);
      }
    }

    @Override
    public void deactivate() {
      synchronized (Transfer.this) {
        state = active ? State.QUEUED : state;
      }
      Transfer.this.deactivate();
    }
  }

  private void prepareAndGoLive() {
    try {
      data.prepare(wanted());
      goLive();
    } catch (IOException e) {
      pauseFor(e);
    }
  }

  private void goLive() {
    boolean done;
    synchronized (this) {
      if (stopped || !active || live != null) {
        return;
      }
      live = newLive();
      ledger.begin(live);
      done = data.has(wanted);
      complete = done;
      state = done ? State.SEEDING : State.DOWNLOADING;
      problem = Optional.empty();
    }
    if (done) {
      announcing.completed(isWholeForTheFirstTime()); // told to nobody if it was before
      saveSoon();
      completed.complete(null);
    }
    announcing.begin();
    leaveTrackersIfInactive();
    session.dial();
  }

  private LiveTorrent newLive() {
    TorrentSettings settings =
        TorrentSettings.with(
            s -> {
              s.maxPeers = session.settings().maxConnectionsPerTorrent();
              s.order =
                  options.sequential()
                      ? TorrentSettings.Order.SEQUENTIAL
                      : TorrentSettings.Order.RAREST_FIRST;
              s.superSeeding = options.superSeeding();
            });
    return new LiveTorrent(
        metainfo,
        data.files(),
        data.verified(),
        wanted.pieces(),
        wanted.urgent(),
        session.surroundings(),
        session.workers(),
        settings,
        new SplittableRandom(),
        down,
        up,
        new Events());
  }

  /** Stopped while it was about to announce: nobody else would say goodbye. */
  private void leaveTrackersIfInactive() {
    boolean leaves;
    synchronized (this) {
      leaves = stopped || !active;
    }
    if (leaves) {
      announcing.endSoon(Session.GOODBYE);
    }
  }

  /** What the live torrent tells. */
  private final class Events implements LiveTorrent.Listener {
    @Override
    public void pieceDone(int piece) {
      data.pieceDone(piece);
      synchronized (Transfer.this) {
        progressAt = System.nanoTime();
        retrySeconds = FIRST_RETRY_SECONDS;
      }
    }

    @Override
    public void completed() {
      complete();
    }

    @Override
    public void diskFailed(IOException why) {
      pauseFor(why);
    }

    @Override
    public void dataUnreadable() {
      changed.look();
    }
  }

  /** The last wanted piece is verified. */
  private void complete() {
    synchronized (this) {
      if (complete) {
        return;
      }
      complete = true;
      state = live == null ? state : State.SEEDING;
    }
    announcing.completed(isWholeForTheFirstTime());
    save();
    completed.complete(null);
    session.queue().admit();
  }

  private synchronized boolean isWholeForTheFirstTime() {
    boolean first = data.isWhole() && !wasWhole;
    wasWhole |= first;
    return first;
  }

  /**
   * Ends all connections and tries again later: what is verified stays, the rest is asked again.
   */
  private void pauseFor(IOException why) {
    LiveTorrent failed;
    long wait;
    synchronized (this) {
      if (stopped || !active || state == State.PAUSED) {
        return;
      }
      failed = takeLive();
      state = State.PAUSED;
      problem = Optional.of(told(why));
      wait = retrySeconds;
      retrySeconds = Math.min(MAX_RETRY_SECONDS, 2 * retrySeconds);
    }
    LOG.log(Level.WARNING, "{0} pauses: {1}", metainfo.name(), why.toString());
    if (failed != null) {
      failed.close();
    }
    var _ =
        session
            .clock()
            .schedule(() -> session.workers().submit(this::retry), wait, TimeUnit.SECONDS);
  }

  private String told(IOException why) {
    String message = why.getMessage() == null ? why.toString() : why.getMessage();
    return message.contains(place.toString()) ? message : place + ": " + message;
  }

  private void retry() {
    synchronized (this) {
      if (state != State.PAUSED || !active) {
        return;
      }
      state = State.QUEUED;
    }
    prepareAndGoLive();
  }

  private void deactivate() {
    LiveTorrent ending;
    synchronized (this) {
      active = false;
      ending = takeLive();
    }
    announcing.endSoon(Session.GOODBYE);
    end(ending);
  }

  /** Its figures are kept; it is to be closed. */
  private synchronized @Nullable LiveTorrent takeLive() {
    LiveTorrent taken = live;
    live = null;
    ledger.end();
    return taken;
  }

  /** Remembers what is verified. */
  private void end(@Nullable LiveTorrent ending) {
    if (ending != null) {
      ending.close();
      save();
    }
    data.close();
  }

  // ---- Once a second ----

  void eachSecond(long now) {
    if (data.isSaveDue()) {
      saveSoon();
    }
    int peers = live().map(LiveTorrent::peerCount).orElse(0);
    if (peers > 0) {
      changed.lookIfDue();
    }
    if (isHungry(peers, now)) {
      announcing.wantPeers();
    }
  }

  /** It downloads, has few peers, and did not ask for more lately. */
  private synchronized boolean isHungry(int peers, long now) {
    boolean hungry =
        state == State.DOWNLOADING && peers < FEW_PEERS && now - hungryAt > STARVED_NANOS;
    hungryAt = hungry ? now : hungryAt;
    return hungry;
  }

  private void lost(Bitfield lost) {
    LOG.log(
        Level.WARNING,
        "{0}: somebody changed its files; {1} pieces are lost",
        metainfo.name(),
        lost.cardinality());
    Optional<LiveTorrent> at = live();
    if (options.seedOnly()) {
      // Nothing is ever written: so nothing more is wanted than what is left.
      Bitfield left = data.verified();
      at.ifPresent(now -> now.want(left, new Bitfield(left.size())));
      synchronized (this) {
        problem = Optional.of(lost.cardinality() + " pieces are no longer in " + place);
      }
    } else {
      synchronized (this) {
        complete = data.has(wanted);
        state = live == null ? state : complete ? State.SEEDING : State.DOWNLOADING;
      }
    }
    at.ifPresent(now -> now.lose(lost));
  }

  private void saveSoon() {
    session.workers().submit(this::save);
  }

  private void save() {
    Ledger.Totals totals = ledger.totals();
    data.save(totals.down(), totals.up());
  }

  // ---- Peers ----

  synchronized Optional<LiveTorrent> live() {
    return Optional.ofNullable(live);
  }

  boolean wantsPeers() {
    return live()
        .filter(now -> now.peerCount() < session.settings().maxConnectionsPerTorrent())
        .isPresent();
  }

  private void found(AnnounceResponse response) {
    response.externalAddress().ifPresent(book::seenAt);
    found(response.peers(), false);
  }

  private void found(Collection<Endpoint> peers, boolean keep) {
    book.add(peers, keep, System.nanoTime());
    session.dial();
  }

  Optional<Endpoint> takeCandidate() {
    return Optional.ofNullable(book.take(System.nanoTime()));
  }

  void candidateDone(Endpoint at, PeerBook.End end) {
    book.done(at, end, System.nanoTime());
  }

  void forgetCandidate(Endpoint at) {
    book.forget(at);
  }

  // ---- For people ----

  /** How things stand. */
  public TransferStatus status() {
    LiveTorrent now;
    State nowState;
    Optional<String> nowProblem;
    Wanted goal;
    synchronized (this) {
      now = live;
      nowState = state;
      nowProblem = problem;
      goal = wanted;
    }
    Optional<TorrentStats> stats = Optional.ofNullable(now).map(LiveTorrent::stats);
    Ledger.Totals totals = ledger.totals();
    return new TransferStatus(
        nowState,
        nowProblem,
        goal.bytes(),
        nowState == State.CHECKING ? checkedBytes.get() : goal.bytes(),
        data.verifiedBytes(goal),
        totals.down(),
        totals.up(),
        totals.wasted(),
        stats.map(TorrentStats::downBytesPerSecond).orElse(0L),
        stats.map(TorrentStats::upBytesPerSecond).orElse(0L),
        now == null ? List.of() : now.peers().stream().map(PeerStatus::of).toList(),
        announcing.status());
  }

  /** Payload moved from and to each address in this session, over connections that come and go. */
  public Map<InetAddress, Moved> moved() {
    return ledger.moved();
  }

  // ---- The end ----

  void stop(Duration goodbye) throws InterruptedException {
    Thread checking;
    synchronized (this) {
      stopped = true;
      active = false;
      checking = beginning;
    }
    if (checking != null) {
      checking.interrupt(); // reading all of it would be for nothing
    }
    session.queue().remove(turn);
    announcing.end(goodbye);
    end(takeLive());
    completed.completeExceptionally(new IOException("stopped"));
  }
}
