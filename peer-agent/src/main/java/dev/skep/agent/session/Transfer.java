package dev.skep.agent.session;

import dev.skep.agent.connection.LiveTorrent;
import dev.skep.agent.connection.Topic;
import dev.skep.agent.connection.Traffic;
import dev.skep.agent.session.TransferStatus.State;
import dev.skep.agent.session.content.FilePriority;
import dev.skep.agent.session.content.KeptMetadata;
import dev.skep.agent.session.content.LocalData;
import dev.skep.agent.session.content.TransferContent;
import dev.skep.agent.session.content.Wanted;
import dev.skep.agent.session.peers.Dialler;
import dev.skep.agent.session.peers.PeerBook;
import dev.skep.agent.session.peers.PeerSource;
import dev.skep.agent.storage.DataLock;
import dev.skep.agent.storage.StorageOptions;
import dev.skep.agent.torrent.TorrentStats;
import dev.skep.agent.webseed.WebSeeds;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.peerwire.Bitfield;
import dev.skep.protocol.tracker.AnnounceRequest;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One torrent of a {@link Session}: its data is checked, then it waits for its turn, then it is
 * live: it has peers and asks trackers. Its {@link LifeCycle} decides when, and here is done what
 * that takes, outside of its lock.
 */
public final class Transfer {
  private static final Logger LOG = System.getLogger(Transfer.class.getName());

  private static final int MOST_NOTES = 100;

  /**
   * What trackers hear that is missing as long as nobody knows: something, or we would be a seed.
   */
  private static final long UNKNOWN_LEFT_BYTES = 1;

  private final Session session;
  private final Path folder;
  private final TransferOptions options;
  private final Ledger ledger = new Ledger();
  private final LifeCycle life;
  private final Throttle throttle;
  private final MetadataSearch asking;
  private final Upkeep upkeep;
  private final PeerSources sources;
  private final Announcing announcing;
  private final PublishedStatus status;
  private final CompletableFuture<Void> completed = new CompletableFuture<>();
  private final AtomicLong checkedBytes = new AtomicLong();
  private final ActiveQueue.Member turn = new Turn();
  private final Dialler.Seeker seeker = new Seeking();
  private final List<String> notes = new CopyOnWriteArrayList<>();
  private final Readings readings = new Readings(this::content, this::live);

  /** Held while it is paused or resumed: half of one must not meet half of the other. */
  private final Object owner = new Object();

  private volatile TorrentIdentity identity;
  private volatile WebSeeds webSeeds = WebSeeds.none();
  private volatile @Nullable TransferContent content;
  private volatile @Nullable Thread beginning;
  private volatile boolean starving;
  private volatile long rank;

  /**
   * Knows which torrent it is, and nothing else.
   *
   * @param folder where the torrent's file or folder is, or will be made
   */
  Transfer(Session session, TorrentIdentity identity, Path folder, TransferOptions options) {
    this.session = session;
    this.identity = identity;
    this.folder = folder;
    this.options = options;
    long now = System.nanoTime();
    life = new LifeCycle(Wanted.NOTHING, this::has, ledger, now);
    throttle =
        new Throttle(
            options.maxDownBytesPerSecond(),
            options.maxUpBytesPerSecond(),
            options.sharedRates(),
            !options.sessionLimits(),
            options.share());
    PeerBook book =
        new PeerBook(
            session.own(),
            session.settings().localNetwork(),
            session.settings().encryption(),
            false,
            new SplittableRandom());
    sources = new PeerSources(session.own(), book, new Sought());
    announcing =
        new Announcing(
            session,
            identity.infoHash(),
            options.trackers(),
            ledger,
            this::missingBytes,
            life::isComplete,
            sources);
    Path beside = StorageOptions.stateFolderBeside(folder.resolve(identity.infoHash().hex()));
    asking =
        new MetadataSearch(
            identity,
            new KeptMetadata(session.settings().stateFolder().orElse(beside)),
            session.connectionOwner(),
            session.workers(),
            throttle,
            options.webSeeds(),
            new Asks());
    upkeep = new Upkeep(this::content, life, options.seedOnly(), new Works());
    life.ask();
    status =
        new PublishedStatus(
            life,
            ledger,
            book,
            announcing,
            asking,
            () -> content,
            () -> webSeeds,
            checkedBytes::get);
  }

  private boolean has(Wanted wanted) {
    TransferContent known = content;
    return known != null && known.data().has(wanted);
  }

  private long missingBytes() {
    TransferContent known = content;
    return known == null ? UNKNOWN_LEFT_BYTES : known.data().missingBytes();
  }

  TransferContent content() {
    TransferContent known = content;
    if (known == null) {
      throw new IllegalStateException(identity.name() + " is not known yet");
    }
    return known;
  }

  /** Which torrent it is. Hashes may be added when the torrent itself is known. */
  public TorrentIdentity identity() {
    return identity;
  }

  /** The torrent itself, if it is known already. */
  public Optional<Metainfo> metainfo() {
    return Optional.ofNullable(content).map(TransferContent::metainfo);
  }

  /** Done when every wanted piece is verified; fails with the reason when that cannot be. */
  public CompletableFuture<Void> completed() {
    return completed.copy();
  }

  /** Dials this address too. */
  public void addPeer(Endpoint at) {
    sources.found(List.of(at), PeerSource.NAMED);
  }

  /** Changes this torrent's own limits; 0 for none. */
  public void limit(long downBytesPerSecond, long upBytesPerSecond) {
    throttle.change(downBytesPerSecond, upBytesPerSecond);
  }

  /**
   * Changes what is downloaded, in the order of the torrent's files. Pieces that are begun are
   * finished.
   *
   * @throws IOException if a file that is wanted now cannot be made
   * @throws IllegalStateException if the torrent itself is not known yet
   */
  public void prioritize(List<FilePriority> priorities) throws IOException {
    TransferContent known = content();
    Wanted next = Wanted.of(known.metainfo(), priorities);
    Optional<LiveTorrent> live = life.want(next);
    publish();
    if (live.isEmpty()) {
      return;
    }
    known.data().prepare(next);
    live.get().want(next.pieces(), next.urgent());
    known.changed().look(); // it may have all of it
    session.queue().admit();
  }

  /** Ends its connections and says goodbye to trackers, until {@link #resume}. */
  public void pause() {
    synchronized (owner) {
      if (life.pause()) {
        asking.pause();
        publish();
        session.queue().remove(turn);
        leave();
      }
    }
  }

  /** Goes on after {@link #pause}, when its turn comes; or at once after a failure of the disk. */
  public void resume() {
    synchronized (owner) {
      LifeCycle.Resumed resumed = life.resume();
      publish();
      switch (resumed) {
        case NOT_PAUSED -> {}
        case HAS_TURN -> session.workers().submit(this::prepareAndGoLive);
        case NEEDS_TURN -> session.queue().add(turn);
        case ASKS -> {
          asking.resume();
          beginToAnnounce();
          session.dial();
        }
      }
    }
  }

  /** Asks its trackers again, as soon as they allow that. */
  public void reannounce() {
    announcing.wantPeers();
  }

  /** What a tracker may be told beside what it hears by itself: how it stands now. */
  public AnnounceRequest.Builder announcement() {
    return announcing.aside();
  }

  /** Who has a lower one has its turn first, among those that wait. */
  public void rank(long next) {
    rank = next;
  }

  // ---- From data on disk to a live torrent ----

  /** The torrent itself, if peers gave it before. */
  Optional<Metainfo> kept() {
    return asking.kept();
  }

  /** Begins to look for peers who have the torrent itself. */
  void ask() {
    sources.found(options.peers(), PeerSource.NAMED);
    sources.found(options.linkPeers(), PeerSource.LINK);
    beginToAnnounce();
  }

  /** What becomes of asking for the torrent itself. */
  private final class Asks implements MetadataSearch.Owner {
    @Override
    public void learnt(Metainfo metainfo) throws IOException {
      session.learn(Transfer.this, metainfo);
    }

    @Override
    public void unusable(String why) {
      fail(why);
    }

    @Override
    public void foundPeer(Endpoint at) {
      sources.found(List.of(at), PeerSource.INCOMING);
    }

    @Override
    public void changed() {
      publish();
    }

    @Override
    public void note(String what) {
      Transfer.this.note(what);
    }
  }

  private void beginToAnnounce() {
    announcing.begin();
    publish();
  }

  /**
   * Begins to move this, which has the hashes that were asked for.
   *
   * @throws IOException if it cannot be moved, or is known already
   */
  void begin(Metainfo metainfo) throws IOException {
    if (content != null) {
      throw new IOException(metainfo.name() + " is known already");
    }
    TransferContent known = contentOf(metainfo);
    known.requireMovable();
    Wanted wanted = options.wanted(metainfo);
    if (metainfo.isPrivate()) {
      sources.book().becomePrivate();
      session.leaveDht(identity.hashes());
      if (!options.linkPeers().isEmpty()) {
        note("it is private: peers come from its trackers alone, and those of its link are left");
      }
    } else {
      session.meetNodes(metainfo.nodes());
    }
    long now = System.nanoTime();
    sources.book().add(options.peers(), PeerSource.NAMED, now);
    sources.book().add(options.linkPeers(), PeerSource.LINK, now);
    sources.book().becomeKnown(now);
    announcing.know(metainfo);
    identity = TorrentIdentity.of(metainfo);
    webSeeds = webSeeds(metainfo);
    content = known;
    asking.close();
    life.known(wanted);
    publish();
    Thread thread = Thread.ofVirtual().name("skep-begin").unstarted(() -> check(known.data()));
    beginning = thread; // before it starts: who stops it must find it
    thread.start();
  }

  private WebSeeds webSeeds(Metainfo metainfo) {
    List<String> urls = new ArrayList<>();
    if (session.settings().webSeeds()) {
      urls.addAll(metainfo.webSeeds());
      urls.addAll(metainfo.isPrivate() ? List.of() : options.webSeeds());
    }
    return WebSeeds.of(
        metainfo,
        urls,
        session.web(),
        session.connectionOwner(),
        this::note,
        this::publish,
        new SplittableRandom());
  }

  private TransferContent contentOf(Metainfo metainfo) {
    return new TransferContent(
        session.disk(),
        metainfo,
        options.dataPath().orElseGet(() -> folder.resolve(metainfo.name())),
        options.dataRules(),
        () -> ledger.totals().down(),
        () -> ledger.totals().up(),
        upkeep,
        this::note);
  }

  private void check(LocalData data) {
    try {
      data.check(life.wanted(), checkedBytes::set);
      if (options.seedOnly() && !data.isWhole()) {
        fail(data.shortfall());
        return;
      }
      boolean queues = life.checked();
      publish();
      if (queues) {
        session.queue().add(turn);
        if (!life.wantsTurn()) { // any more: it must not keep one for ever
          session.queue().remove(turn);
        }
      }
    } catch (IOException e) {
      fail(content().told(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void fail(String why) {
    life.fail(why);
    asking.close();
    publish();
    completed.completeExceptionally(new IOException(why));
  }

  /** Its own logic failed; what is verified in its files stays. */
  private void breakDown(Throwable why) {
    giveUp("a fault in skep: " + why);
  }

  private void giveUp(String why) {
    fail(why);
    session.queue().remove(turn);
    leave();
  }

  /** What the queue sees of it. */
  private final class Turn implements ActiveQueue.Member {
    @Override
    public boolean isComplete() {
      return life.isComplete();
    }

    @Override
    public boolean isStalled() {
      return life.isStalled(System.nanoTime());
    }

    @Override
    public long rank() {
      return rank;
    }

    @Override
    public void activate() {
      if (!life.takeTurn(System.nanoTime())) {
        return;
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
      life.loseTurn();
      leave();
    }
  }

  private void prepareAndGoLive() {
    try {
      content().changed().refresh();
      if (!options.seedOnly()) {
        content().data().prepare(life.wanted());
      }
      goLive();
    } catch (IOException e) {
      pauseFor(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (!life.hasTurn()) { // any more: who took it gave back what was held by then
        content().data().close();
      }
    }
  }

  private void goLive() {
    Optional<State> begun = life.goLive(this::newLive);
    if (begun.isEmpty()) {
      return;
    }
    readings.hurry(); // what was awaited before
    publish(); // before anybody hears that it is complete
    LocalData data = content().data();
    if (begun.get() == State.SEEDING) {
      announcing.completed(data.isWhole()); // told to nobody if it was before
      data.saveSoon();
      completed.complete(null);
    }
    beginToAnnounce();
    if (!life.hasTurn()) { // any more: nobody else would say goodbye
      announcing.endSoon(Session.GOODBYE);
      publish();
    }
    session.dial();
    askWebSeeds();
  }

  /** Never when all is here. */
  private void askWebSeeds() {
    if (!life.isComplete() && !options.seedOnly()) {
      life.live().ifPresent(webSeeds::ask);
    }
  }

  private LiveTorrent newLive(Wanted wanted) {
    TransferContent known = content();
    return new LiveTorrent(
        known.metainfo(),
        known.data().files(),
        known.data().verified(),
        wanted.pieces(),
        wanted.urgent(),
        session.connectionOwner(),
        session.workers(),
        options.torrentSettings(session.settings()),
        new SplittableRandom(),
        throttle.down(),
        throttle.up(),
        upkeep);
  }

  /** What becomes of it at work. */
  private final class Works implements Upkeep.Owner {
    @Override
    public void changed() {
      publish();
    }

    @Override
    public void complete() {
      publish();
      announcing.completed(content().data().isWhole());
      content().data().save();
      completed.complete(null);
      session.queue().admit();
    }

    @Override
    public void incomplete() {
      session.dial();
    }

    @Override
    public void failing(IOException why) {
      pauseFor(why);
    }

    @Override
    public void broken(Throwable why) {
      session.workers().submit(() -> breakDown(why));
    }

    @Override
    public void foundPeers(List<Endpoint> peers, Endpoint by) {
      sources.found(peers, PeerSource.peer(by));
    }

    @Override
    public void note(String what) {
      Transfer.this.note(what);
    }
  }

  /**
   * Ends all connections and tries again later: what is verified stays, the rest is asked again.
   * Not if another process downloads it: that does not pass soon.
   */
  private void pauseFor(IOException why) {
    if (why instanceof DataLock.InUse) {
      giveUp(content().told(why));
      return;
    }
    IOException reason = content().data().fullDisk().orElse(why);
    Optional<LifeCycle.Break> decided = life.breakOff(content().told(reason));
    if (decided.isEmpty()) {
      return;
    }
    publish();
    LOG.log(Level.INFO, "{0} pauses: {1}", identity.name(), why.toString());
    decided.get().live().ifPresent(LiveTorrent::close);
    var _ =
        session
            .clock()
            .schedule(
                () -> session.workers().submit(this::retry),
                decided.get().retrySeconds(),
                TimeUnit.SECONDS);
  }

  private void retry() {
    if (life.retry()) {
      publish();
      prepareAndGoLive();
    }
  }

  /** Its turn is over. */
  private void leave() {
    Optional<LiveTorrent> ending = life.takeLive();
    announcing.endSoon(Session.GOODBYE);
    publish();
    end(ending);
  }

  /** Remembers what is verified. */
  private void end(Optional<LiveTorrent> ending) {
    TransferContent known = content;
    if (known == null) {
      return;
    }
    ending.ifPresent(
        live -> {
          live.close();
          known.data().save();
        });
    known.data().close();
  }

  // ---- Once a second ----

  void eachSecond(long now) {
    TransferContent known = content;
    if (known == null) {
      askEachSecond(now);
      return;
    }
    known.data().saveIfDue();
    Optional<LiveTorrent> live = life.live();
    Optional<TorrentStats> stats = live.map(at -> at.snapshot().stats());
    int peers = stats.map(TorrentStats::peers).orElse(0);
    starving = !life.isComplete() && stats.stream().noneMatch(s -> s.downBytesPerSecond() > 0);
    if (peers > 0) {
      known.changed().lookIfDue();
    }
    if (life.isHungry(peers, now)) {
      announcing.wantPeers();
    }
    askWebSeeds();
    status.publishNews();
  }

  private void askEachSecond(long now) {
    int asked = asking.tick(now);
    starving = asked == 0;
    if (life.isHungry(asked, now)) {
      announcing.wantPeers();
    }
    status.publishNews();
  }

  // ---- Peers ----

  Optional<LiveTorrent> live() {
    return life.live();
  }

  /** What to talk about with peers: the torrent at work, or as long as it is not known, itself. */
  Optional<Topic> topic() {
    return content == null ? asking.topic() : life.live().map(Topic.class::cast);
  }

  /** What is to be done about what was found. */
  private final class Sought implements PeerSources.Listener {
    @Override
    public void found() {
      session.dial(List.of(seeker));
    }

    @Override
    public void otherTracker() {
      life.live().ifPresent(LiveTorrent::disconnect);
    }

    @Override
    public void trackersTried() {
      publish();
    }
  }

  /** It may be that a tracker knows somebody whom we do not. */
  void wantPeers() {
    announcing.wantPeers();
  }

  /** Whether strangers may know that we have it, and we take peers now (BEP 27). */
  boolean isForStrangers() {
    return !sources.book().isPrivate() && topic().isPresent();
  }

  /**
   * Whether it may turn out to be private (BEP 27), which a link does not say. One that names no
   * tracker does not lead to such a torrent, whose peers nobody else knows.
   */
  boolean mayBePrivate() {
    return content == null && !options.trackers().isEmpty();
  }

  /** Whether all of the torrent is here. */
  boolean isWhole() {
    TransferContent known = content;
    return known != null && known.data().isWhole();
  }

  /** Whether it is a download that gets nothing. */
  boolean isStarving() {
    return starving;
  }

  /** The DHT knows these. */
  void foundByDht(List<Endpoint> peers) {
    sources.found(peers, PeerSource.DHT);
  }

  /** Somebody on the local network has it too. */
  void foundNeighbour(Endpoint at) {
    sources.found(List.of(at), PeerSource.NEIGHBOURHOOD);
  }

  /** What the dialler sees of it. */
  private final class Seeking implements Dialler.Seeker {
    @Override
    public Optional<Topic> topic() {
      return Transfer.this.topic();
    }

    @Override
    public PeerBook book() {
      return sources.book();
    }

    @Override
    public boolean isStarving() {
      return starving;
    }
  }

  Dialler.Seeker seeker() {
    return seeker;
  }

  /** The addresses that it may be found at. */
  PeerBook book() {
    return sources.book();
  }

  // ---- For people ----

  /**
   * How things stood lately: at most a second ago, or five as long as peers are there and nothing
   * moves, and never before the last change of state. No lock.
   */
  public TransferStatus status() {
    return status.last();
  }

  private void publish() {
    status.publish();
  }

  /** What happened that a person should know, in the order of events; the last are left out. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  private void note(String what) {
    LOG.log(Level.INFO, "{0}: {1}", identity.name(), what);
    if (notes.size() < MOST_NOTES) {
      notes.add(what);
    }
  }

  /** The pieces that are verified and there; none if the torrent itself is not known. A copy. */
  public Bitfield verified() {
    TransferContent known = content;
    return known == null ? new Bitfield(0) : known.data().verified();
  }

  /** How many connected peers have each piece; nothing as long as it is not at work. */
  public int[] copies() {
    return life.live().map(LiveTorrent::copies).orElseGet(() -> new int[0]);
  }

  /**
   * Begins to read its data while it comes.
   *
   * @return empty if the torrent itself is not known yet
   */
  public Optional<Reading> read() {
    return Optional.ofNullable(content).map(readings::begin);
  }

  /** Payload moved from and to each address in this session, over connections that come and go. */
  public Map<InetAddress, Traffic.Moved> moved() {
    return ledger.moved();
  }

  // ---- The end ----

  void stop(Duration goodbye) throws InterruptedException {
    life.stop();
    Thread checking = beginning;
    if (checking != null) {
      checking.interrupt(); // reading all of it would be for nothing
    }
    session.queue().remove(turn);
    asking.close();
    life.live().ifPresent(LiveTorrent::settle); // trackers hear all of it
    announcing.end(goodbye);
    end(life.takeLive());
    publish();
    completed.completeExceptionally(new IOException("stopped"));
  }
}
