package dev.skep.agent.session;

import dev.skep.agent.connection.Limits;
import dev.skep.agent.connection.LiveTorrent;
import dev.skep.agent.connection.LiveTorrent.Moved;
import dev.skep.agent.connection.RateLimit;
import dev.skep.agent.discovery.Announcer;
import dev.skep.agent.session.TransferStatus.State;
import dev.skep.agent.storage.FileWatch;
import dev.skep.agent.torrent.TorrentSettings;
import dev.skep.agent.torrent.TorrentStats;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.peerwire.Bitfield;
import dev.skep.protocol.tracker.AnnounceEvent;
import dev.skep.protocol.tracker.AnnounceRequest;
import dev.skep.protocol.tracker.AnnounceResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
  private static final long LOOK_NANOS = 10_000_000_000L;
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
  private final int key = ThreadLocalRandom.current().nextInt();
  private final CompletableFuture<Void> completed = new CompletableFuture<>();
  private final AtomicLong checkedBytes = new AtomicLong();
  private final AtomicBoolean looking = new AtomicBoolean();
  private final ActiveQueue.Member turn = new Turn();

  // Guarded by this object's monitor, which is never held across I/O.
  private State state = State.CHECKING;
  private Optional<String> problem = Optional.empty();
  private Wanted wanted;
  private boolean complete;
  private boolean active;
  private boolean stopped;
  private @Nullable LiveTorrent live;
  private @Nullable Announcer announcer;
  private Totals past = Totals.ZERO;
  private final Map<InetAddress, Moved> pastMoved = new HashMap<>();
  private long retrySeconds = FIRST_RETRY_SECONDS;
  private long progressAt = System.nanoTime();
  private long lookedAt = System.nanoTime();

  /** Payload counted by live torrents that are gone. */
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
      if (state == State.CHECKING || state == State.FAILED) {
        return;
      }
      state = State.PAUSED;
      problem = Optional.empty();
    }
    session.queue().remove(turn);
    deactivate();
  }

  /** Goes on after {@link #pause}, when its turn comes. */
  public void resume() {
    synchronized (this) {
      if (state != State.PAUSED || active) {
        return;
      }
      state = State.QUEUED;
    }
    session.queue().add(turn);
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
    Thread.ofVirtual().name("skep-begin").start(this::begin);
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
        state = State.QUEUED;
      }
      session.queue().add(turn);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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
        state = State.QUEUED;
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
    LiveTorrent next;
    Announcer asking;
    boolean done;
    synchronized (this) {
      if (stopped || !active || live != null) {
        return;
      }
      next = newLive();
      live = next;
      asking = announcer == null ? newAnnouncer() : announcer;
      announcer = asking;
      done = data.has(wanted);
      complete = done;
      state = done ? State.SEEDING : State.DOWNLOADING;
      problem = Optional.empty();
    }
    if (done) {
      saveSoon();
      completed.complete(null);
    }
    asking.start();
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

  private Announcer newAnnouncer() {
    return new Announcer(
        options.trackers().isEmpty() ? metainfo.trackers() : options.trackers(),
        session.trackers(),
        session.clock(),
        new SplittableRandom(),
        this::announce,
        this::found);
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
      look();
    }
  }

  /** The last wanted piece is verified. */
  private void complete() {
    Announcer asking;
    synchronized (this) {
      if (complete) {
        return;
      }
      complete = true;
      state = live == null ? state : State.SEEDING;
      asking = announcer;
    }
    if (asking != null) {
      asking.completed(data.isWhole());
    }
    save();
    completed.complete(null);
    session.queue().admit();
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
      failed = live;
      if (failed != null) {
        takeOver(failed);
      }
      state = State.PAUSED;
      problem = Optional.of(why.getMessage() == null ? why.toString() : why.getMessage());
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
    Announcer asking;
    synchronized (this) {
      active = false;
      ending = live;
      asking = announcer;
      announcer = null;
    }
    if (asking != null) {
      Thread.ofVirtual().name("skep-goodbye").start(() -> sayGoodbye(asking));
    }
    if (ending != null) {
      end(ending);
    }
  }

  private static void sayGoodbye(Announcer asking) {
    try {
      asking.stop(Session.GOODBYE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes the live torrent's figures over and remembers what is verified. */
  private void end(LiveTorrent ending) {
    ending.close();
    synchronized (this) {
      if (live == ending) {
        takeOver(ending);
      }
    }
    save();
    data.close();
  }

  /** Keeps the figures of a live torrent that is no more. */
  private synchronized void takeOver(LiveTorrent gone) {
    past = past.plus(gone.stats());
    gone.moved().forEach((address, moved) -> pastMoved.merge(address, moved, Moved::plus));
    live = null;
  }

  // ---- Once a second ----

  void eachSecond() {
    if (data.isSaveDue()) {
      saveSoon();
    }
    long now = System.nanoTime();
    boolean due;
    LiveTorrent at;
    synchronized (this) {
      at = live;
      due = at != null && now - lookedAt > LOOK_NANOS;
    }
    if (due && at != null && at.hasPeers()) {
      look();
    }
  }

  /** Finds out, in the background, whether somebody changed our files. */
  private void look() {
    if (!looking.getAndSet(true)) {
      session.workers().submit(this::lookNow);
    }
  }

  private void lookNow() {
    LiveTorrent at;
    boolean quiet;
    synchronized (this) {
      lookedAt = System.nanoTime();
      at = live;
      quiet = complete;
    }
    FileWatch.Found found = data.look(quiet);
    if (found.isNothing()) {
      looking.set(false);
    } else {
      // Reading may take long: others need the disk workers meanwhile.
      Thread.ofPlatform().daemon().name("skep-look").start(() -> findLost(at, found));
    }
  }

  private void findLost(@Nullable LiveTorrent at, FileWatch.Found found) {
    try {
      Bitfield lost = data.lost(found);
      if (at != null && !lost.isEmpty()) {
        lost(at, lost);
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "{0}: {1}", metainfo.name(), e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      looking.set(false);
    }
  }

  private void lost(LiveTorrent at, Bitfield lost) {
    LOG.log(
        Level.WARNING,
        "{0}: somebody changed its files; {1} pieces are lost",
        metainfo.name(),
        lost.cardinality());
    if (options.seedOnly()) {
      // Nothing is ever written: so nothing more is wanted than what is left.
      Bitfield left = data.verified();
      at.want(left, new Bitfield(left.size()));
      synchronized (this) {
        problem = Optional.of(lost.cardinality() + " pieces are no longer in " + place);
      }
    } else {
      synchronized (this) {
        complete = data.has(wanted);
        state = live == null ? state : complete ? State.SEEDING : State.DOWNLOADING;
      }
    }
    at.lose(lost);
  }

  private void saveSoon() {
    session.workers().submit(this::save);
  }

  private void save() {
    Totals totals = totals();
    data.save(totals.down(), totals.up());
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

  private AnnounceRequest.Builder announce() {
    Totals totals = totals();
    long left = data.missingBytes();
    AnnounceRequest.Builder announce =
        AnnounceRequest.builder(
                metainfo.infoHash(), session.settings().self(), session.listening().port())
            .transferred(totals.up(), totals.down())
            .left(left)
            .key(key);
    return turn.isComplete() && left > 0 ? announce.event(AnnounceEvent.PAUSED) : announce;
  }

  // ---- For people ----

  /** How things stand. */
  public TransferStatus status() {
    LiveTorrent now;
    Announcer asking;
    State nowState;
    Optional<String> nowProblem;
    Totals totals;
    Wanted goal;
    synchronized (this) {
      now = live;
      asking = announcer;
      nowState = state;
      nowProblem = problem;
      totals = past;
      goal = wanted;
    }
    Optional<TorrentStats> stats = Optional.ofNullable(now).map(LiveTorrent::stats);
    totals = stats.isPresent() ? totals.plus(stats.get()) : totals;
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
        asking == null ? List.of() : asking.status().stream().map(TrackerStatus::of).toList());
  }

  /** Payload moved from and to each address in this session, over connections that come and go. */
  public Map<InetAddress, Moved> moved() {
    LiveTorrent now;
    Map<InetAddress, Moved> all;
    synchronized (this) {
      now = live;
      all = new HashMap<>(pastMoved);
    }
    if (now != null) {
      now.moved().forEach((address, moved) -> all.merge(address, moved, Moved::plus));
    }
    return all;
  }

  // ---- The end ----

  void stop(Duration goodbye) throws InterruptedException {
    LiveTorrent ending;
    Announcer asking;
    synchronized (this) {
      stopped = true;
      active = false;
      ending = live;
      asking = announcer;
    }
    session.queue().remove(turn);
    if (asking != null) {
      asking.stop(goodbye);
    }
    if (ending != null) {
      end(ending);
    } else {
      data.close();
    }
    completed.completeExceptionally(new IOException("stopped"));
  }
}
