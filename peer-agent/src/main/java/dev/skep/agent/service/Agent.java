package dev.skep.agent.service;

import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.library.Delivery;
import dev.skep.agent.library.Goal;
import dev.skep.agent.library.Goals;
import dev.skep.agent.library.Library;
import dev.skep.agent.library.TorrentRecord;
import dev.skep.agent.library.TorrentRecord.Place;
import dev.skep.agent.library.TorrentRecord.Totals;
import dev.skep.agent.session.Session;
import dev.skep.agent.session.SessionSettings;
import dev.skep.agent.session.TorrentIdentity;
import dev.skep.agent.session.TransferStatus;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.service.settings.Key;
import dev.skep.service.settings.Settings;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The service: its torrents, its settings, and one session that moves them. Everything that is to
 * last is in the library before the call that asks for it returns. Safe for many threads; reads
 * take no lock.
 */
public final class Agent implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Agent.class.getName());
  private static final Duration REMEMBER_REMOVED = Duration.ofMinutes(2);

  private static final Duration TURN = Duration.ofSeconds(1);

  /** Torrents that rest are looked at in one of so many turns. */
  private static final int REST = 10;

  /** Longer than the slowest disk takes to keep what a second brought. */
  private static final Duration LONGEST_TURN = Duration.ofSeconds(60);

  /** Shutting down takes these two and what the session takes: three seconds. */
  private static final Duration STEPS = Duration.ofMillis(500);

  private static final Duration SAVING = Duration.ofSeconds(1);

  private final Library library;
  private final LiveSettings settings;
  private final Session session;
  private final SessionSettings opened;
  private final InstantSource clock;
  private final Duration turn;
  private final LongestWait patience;
  private final DiskJobs disk = new DiskJobs();
  private final Instant startedAt;
  private final Surroundings surroundings = new Around();
  private final Map<Integer, AgentTorrent> byId = new ConcurrentSkipListMap<>();
  private final Map<InfoHash, AgentTorrent> byHash = new ConcurrentHashMap<>();
  private final Map<InfoHash, Leaving> leaving = new ConcurrentHashMap<>();
  private final Map<Integer, Instant> removed = new ConcurrentHashMap<>();
  private final LabelRates rates = new LabelRates();
  private final Deliveries deliveries = new Deliveries(this);
  private final Declined declined;
  private final FollowFigures followed = new FollowFigures();
  private final AtomicInteger lastId = new AtomicInteger();
  private final Thread ticking;
  private volatile Surroundings.Defaults defaults; // looked at for each torrent, each second
  private volatile Map<Integer, Integer> positions = Map.of();
  private Optional<Boolean> alternativeTime = Optional.empty();
  private boolean paused; // so torrents were told last
  private volatile Totals movedBefore = Totals.NONE;
  private final AtomicReference<Totals> movedTold = new AtomicReference<>(Totals.NONE);
  private volatile long tickedAt = System.nanoTime();
  private volatile boolean closed;

  private Agent(
      Library library,
      LiveSettings settings,
      Session session,
      SessionSettings opened,
      InstantSource clock,
      Duration turn,
      LongestWait patience)
      throws IOException {
    this.turn = turn;
    this.patience = patience;
    this.library = library;
    declined = Declined.open(library);
    this.settings = settings;
    defaults = defaults(settings.now());
    this.session = session;
    this.opened = opened;
    this.clock = clock;
    startedAt = clock.instant();
    ticking = Thread.ofPlatform().daemon().name("skep-agent").unstarted(this::run);
  }

  /**
   * Goes on with every torrent of the library.
   *
   * @param session with no torrents yet; it and the library are closed with the agent
   * @param opened what the session was opened with
   */
  public static Agent open(
      Library library,
      LiveSettings settings,
      Session session,
      SessionSettings opened,
      InstantSource clock)
      throws IOException {
    return open(library, settings, session, opened, clock, TURN, LongestWait.OF_CALLERS);
  }

  /** The same, and torrents are looked at so often, and callers wait so long. */
  static Agent open(
      Library library,
      LiveSettings settings,
      Session session,
      SessionSettings opened,
      InstantSource clock,
      Duration turn,
      LongestWait patience)
      throws IOException {
    Agent agent = new Agent(library, settings, session, opened, clock, turn, patience);
    CompletableFuture<Void> atOnce = CompletableFuture.completedFuture(null);
    for (Library.Stored stored : library.load()) {
      AgentTorrent torrent = agent.made(stored.record(), stored.metainfo(), atOnce);
      if (stored.record().leaving()) {
        agent.letLeave(torrent, true);
      } else {
        agent.enter(torrent);
        torrent.goOnMoving();
      }
    }
    agent.positions = agent.order().positions();
    settings.follow(agent::follow);
    agent.ticking.start();
    return agent;
  }

  /** What its torrents see of it. */
  private final class Around implements Surroundings {
    @Override
    public Library library() {
      return library;
    }

    @Override
    public Session session() {
      return session;
    }

    @Override
    public Surroundings.Defaults defaults() {
      return defaults;
    }

    @Override
    public LabelRates rates() {
      return rates;
    }

    @Override
    public InstantSource clock() {
      return clock;
    }

    @Override
    public DiskJobs disk() {
      return disk;
    }

    @Override
    public LongestWait patience() {
      return patience;
    }

    @Override
    public boolean isPaused() {
      return settings.now().get(AgentKeys.PAUSED);
    }

    @Override
    public void moved(Totals totals) {
      synchronized (this) {
        movedBefore =
            movedBefore.plus(
                totals.downloadedBytes(), totals.uploadedBytes(), totals.wastedBytes());
      }
    }

    @Override
    public boolean isClosing() {
      return closed;
    }
  }

  private static Surroundings.Defaults defaults(Settings now) {
    return new Surroundings.Defaults(
        goals(now), now.get(AgentKeys.PREALLOCATE), now.get(AgentKeys.PART_NAMES));
  }

  private static Goals goals(Settings now) {
    return new Goals(
        goal(now.get(AgentKeys.GOAL_RATIO)),
        goal(now.get(AgentKeys.GOAL_SEED_TIME)),
        goal(now.get(AgentKeys.GOAL_IDLE)),
        Goal.never(),
        false);
  }

  private static <T> Goal<T> goal(Optional<T> value) {
    return value.map(Goal::at).orElse(Goal.never());
  }

  // ---- Its torrents ----

  /** All of them, by their ids. */
  public Collection<AgentTorrent> torrents() {
    return byId.values();
  }

  public Optional<AgentTorrent> torrent(int id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** By any of its hashes. */
  public Optional<AgentTorrent> torrent(InfoHash hash) {
    return Optional.ofNullable(byHash.get(hash));
  }

  /**
   * Ids of torrents that were removed within two minutes.
   *
   * @param since only those that were removed after it
   */
  public List<Integer> removedSince(Instant since) {
    return removed.entrySet().stream()
        .filter(each -> each.getValue().isAfter(since))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /**
   * What came of {@link #add}.
   *
   * @param isNew false if it was here already: then nothing has changed
   */
  public record Added(AgentTorrent torrent, boolean isNew) {}

  /**
   * Adds a torrent behind all others in the queue, and begins with it unless it is paused.
   *
   * @param record what is to be done with it
   * @param metainfo empty if only its magnet link is known
   * @throws IOException if it cannot be kept, or is being deleted still
   */
  public Added add(TorrentRecord record, Optional<Metainfo> metainfo) throws IOException {
    List<InfoHash> hashes = metainfo.map(Agent::hashes).orElseGet(() -> List.of(record.infoHash()));
    for (; ; ) {
      Leaving before;
      synchronized (this) {
        Optional<AgentTorrent> there =
            hashes.stream().flatMap(hash -> torrent(hash).stream()).findFirst();
        if (there.isPresent()) {
          return new Added(there.get(), false);
        }
        before =
            hashes.stream()
                .flatMap(hash -> Stream.ofNullable(leaving.get(hash)))
                .findFirst()
                .orElse(Leaving.NOBODY);
        if (!before.deletes) {
          return new Added(addNew(record, metainfo, before.done), true);
        }
      }
      patience.await(
          before.done, before.name + " is being deleted with its data; add it when that is done");
    }
  }

  private AgentTorrent addNew(
      TorrentRecord record, Optional<Metainfo> metainfo, CompletableFuture<Void> before)
      throws IOException {
    TorrentRecord last = record.with(r -> r.queueKey = order().behindAll());
    library.add(last, metainfo.map(torrent -> torrent.raw().rawBytes()));
    AgentTorrent torrent = made(last, metainfo, before);
    enter(torrent);
    positions = order().positions();
    torrent.begin();
    LOG.log(Level.INFO, "added {0} ({1})", torrent.view().name(), record.infoHash().hex());
    return torrent;
  }

  /**
   * Where a torrent begins that is to be handed over: among what comes, or at its place, if it
   * seems to have been handed over already. There it is only checked; where that fails it is
   * fetched.
   */
  public static Place beginning(Delivery delivery, Metainfo metainfo) {
    return Handover.found(delivery, metainfo)
        .orElseGet(() -> delivery.incoming(metainfo.infoHash()));
  }

  private static List<InfoHash> hashes(Metainfo metainfo) {
    return TorrentIdentity.of(metainfo).hashes();
  }

  private AgentTorrent made(
      TorrentRecord record, Optional<Metainfo> metainfo, CompletableFuture<Void> before) {
    return new AgentTorrent(surroundings, lastId.incrementAndGet(), record, metainfo, before);
  }

  private void enter(AgentTorrent torrent) {
    byId.put(torrent.id(), torrent);
    torrent.hashes().forEach(hash -> byHash.put(hash, torrent));
  }

  /**
   * Forgets a torrent. Where its data is being moved, that ends before.
   *
   * @param deleteData whether its files are deleted too, soon: those that were fetched or verified
   * @throws IOException if that cannot be kept, or the move takes long: then nothing has changed
   */
  public void remove(AgentTorrent torrent, boolean deleteData) throws IOException {
    forget(torrent, deleteData, true);
  }

  /**
   * @param declines whether who wants it is not to have it again
   */
  private void forget(AgentTorrent torrent, boolean deleteData, boolean declines)
      throws IOException {
    while (!tryToForget(torrent, deleteData, declines)) {
      patience.await(
          torrent.moving(), torrent.view().name() + " is being moved; remove it when that is done");
    }
  }

  private synchronized boolean tryToForget(
      AgentTorrent torrent, boolean deleteData, boolean declines) throws IOException {
    if (!byId.containsKey(torrent.id())) {
      return true;
    }
    if (!torrent.moving().isDone()) {
      return false;
    }
    TorrentSnapshot last = torrent.view();
    Optional<Delivery> delivery = last.record().delivery().filter(_ -> declines);
    if (delivery.isPresent()) {
      declined.add(torrent.infoHash(), delivery.get().origin());
    }
    boolean deletes = deleteData && last.metainfo().isPresent();
    if (!torrent.forget(deletes)) {
      return false;
    }
    deliveries.forget(torrent.id());
    byId.remove(torrent.id());
    byHash.values().removeIf(torrent::equals);
    removed.put(torrent.id(), clock.instant());
    letLeave(torrent, deletes);
    positions = order().positions();
    LOG.log(Level.INFO, "removed {0} ({1})", last.name(), torrent.infoHash().hex());
    return true;
  }

  /**
   * A torrent that is here no more, but not all of it is gone.
   *
   * @param deletes its data, and then what is kept of it
   */
  private record Leaving(String name, boolean deletes, CompletableFuture<Void> done) {
    static final Leaving NOBODY = new Leaving("", false, CompletableFuture.completedFuture(null));
  }

  private void letLeave(AgentTorrent torrent, boolean deletes) {
    List<InfoHash> hashes = torrent.hashes();
    Leaving going = new Leaving(torrent.view().name(), deletes, torrent.leave(deletes));
    hashes.forEach(hash -> leaving.put(hash, going));
    var _ = going.done.whenComplete((_, _) -> leaving.values().removeIf(going::equals));
  }

  /**
   * Forgets a torrent that is wanted no more by whoever wanted it. Where the link {@code current}
   * leads to it, it leads to the newest of the others now.
   *
   * @return false if there are no others: then nothing has changed
   */
  public boolean withdraw(AgentTorrent torrent, boolean deleteData)
      throws IOException, InterruptedException {
    if (!deliveries.withdraw(torrent)) {
      return false;
    }
    forget(torrent, deleteData, false);
    return true;
  }

  /** Why a torrent that is complete is not handed over, if that failed. */
  public Optional<String> handoverTrouble(int id) {
    return deliveries.trouble(id);
  }

  /** What somebody removed here though a follow wants it. */
  public Declined declined() {
    return declined;
  }

  /** What became of torrents in catalogues that are followed. */
  public FollowFigures followed() {
    return followed;
  }

  // ---- The queue ----

  /** Moves torrents to other places; those among them keep their order. */
  public synchronized void move(Collection<AgentTorrent> some, QueueOrder.Move where)
      throws IOException {
    QueueOrder order = order();
    Map<Integer, Long> keys = order.moved(some.stream().map(AgentTorrent::id).toList(), where);
    for (Map.Entry<Integer, Long> each : keys.entrySet()) {
      AgentTorrent torrent = byId.get(each.getKey());
      if (torrent != null) {
        torrent.change(r -> r.queueKey = each.getValue());
      }
    }
    positions = order().positions();
  }

  private QueueOrder order() {
    Map<Integer, Long> keys = new HashMap<>();
    byId.values().forEach(torrent -> keys.put(torrent.id(), torrent.record().queueKey()));
    return new QueueOrder(keys);
  }

  /** The place of a torrent in the queue, from 0. */
  public int position(int id) {
    return positions.getOrDefault(id, 0);
  }

  // ---- Its settings ----

  public Settings settings() {
    return settings.now();
  }

  /** Changes settings while it runs. */
  public void change(Map<Key<?>, String> values) throws Refusal, IOException {
    settings.change(values);
  }

  /** One change after another: else what was said first might be done last. */
  private void follow(Settings now) {
    defaults = defaults(now);
    rates.follow(now);
    boolean alternative = now.get(AgentKeys.ALTERNATIVE);
    session.limit(
        now.get(alternative ? AgentKeys.ALTERNATIVE_DOWN : AgentKeys.MAX_DOWN),
        now.get(alternative ? AgentKeys.ALTERNATIVE_UP : AgentKeys.MAX_UP));
    session.limitActive(now.get(AgentKeys.ACTIVE_DOWNLOADS), now.get(AgentKeys.ACTIVE_SEEDS));
    boolean pauses = now.get(AgentKeys.PAUSED);
    if (pauses != paused) {
      paused = pauses;
      torrents().forEach(AgentTorrent::followPause);
    }
  }

  /** Where data is put unless somebody says where. */
  public Path downloadFolder() {
    return settings
        .now()
        .get(AgentKeys.DOWNLOAD_FOLDER)
        .orElse(library.folder().resolve("downloads"))
        .toAbsolutePath()
        .normalize();
  }

  /**
   * Refuses a place for data among what the agent itself keeps.
   *
   * @throws IOException naming it
   */
  public void requireNotOurs(Path folder) throws IOException {
    Path place = folder.toAbsolutePath().normalize();
    if (place.startsWith(library.folder()) && !place.startsWith(downloadFolder())) {
      throw new IOException(
          place + " is where the agent keeps its own files; choose another place");
    }
  }

  /** Connections over all torrents at once. */
  public int maxPeers() {
    return opened.maxConnections();
  }

  public int maxPeersPerTorrent() {
    return opened.maxConnectionsPerTorrent();
  }

  /** Bound of the memory for blocks that are not written yet. */
  public long pieceMemoryBytes() {
    return opened.pieceMemoryBytes();
  }

  public Library library() {
    return library;
  }

  public Session session() {
    return session;
  }

  /** What limits torrents now, in their order. */
  public List<Doctor.Diagnosis> diagnose(List<TorrentSnapshot> views) {
    Settings now = settings.now();
    boolean alternative = now.get(AgentKeys.ALTERNATIVE);
    long down = 0;
    long up = 0;
    for (AgentTorrent torrent : torrents()) {
      TransferStatus status = torrent.status();
      down += status.downBytesPerSecond();
      up += status.upBytesPerSecond();
    }
    boolean byClock = alternative && now.get(AgentKeys.ALTERNATIVE_TIMED);
    boolean anybodyCame = session.handshakes().getOrDefault("in", 0L) > 0;
    List<Doctor.Diagnosis> diagnoses = new ArrayList<>();
    for (TorrentSnapshot view : views) {
      Doctor.Circumstances around =
          new Doctor.Circumstances(
              now.get(alternative ? AgentKeys.ALTERNATIVE_DOWN : AgentKeys.MAX_DOWN),
              now.get(alternative ? AgentKeys.ALTERNATIVE_UP : AgentKeys.MAX_UP),
              down,
              up,
              byClock,
              now.get(AgentKeys.PAUSED),
              position(view.id()),
              session.diskLoad(),
              session.listening().port(),
              anybodyCame);
      diagnoses.add(Doctor.look(view, around));
    }
    return diagnoses;
  }

  /**
   * Everything that came and went since the start, also for torrents that are gone. Never less than
   * it was: of one that is leaving nothing is seen until it is gone.
   */
  public Totals moved() {
    Totals all = movedBefore;
    for (AgentTorrent torrent : torrents()) {
      Totals moved = torrent.moved();
      all = all.plus(moved.downloadedBytes(), moved.uploadedBytes(), moved.wastedBytes());
    }
    return movedTold.accumulateAndGet(all, Totals::most);
  }

  public Instant startedAt() {
    return startedAt;
  }

  public Instant now() {
    return clock.instant();
  }

  // ---- Once a second ----

  private void run() {
    long next = System.nanoTime();
    for (int turns = 0; ; turns++) {
      tickedAt = System.nanoTime();
      next += turn.toNanos();
      LockSupport.parkNanos(next - System.nanoTime());
      if (closed) {
        return;
      }
      guarded("the times of other rates", this::lookAtTheTime);
      for (AgentTorrent torrent : torrents()) {
        if ((turns + torrent.id()) % REST == 0 || !torrent.rests()) {
          guarded("a torrent's second", () -> tick(torrent));
        }
        guarded("handing over", () -> deliveries.look(torrent));
      }
      Instant old = clock.instant().minus(REMEMBER_REMOVED);
      removed.values().removeIf(old::isAfter);
    }
  }

  /** Whether it goes on with its work. */
  public boolean lives() {
    return System.nanoTime() - tickedAt < LONGEST_TURN.toNanos();
  }

  private interface Turn {
    void run() throws IOException, Refusal;
  }

  /** One failure is told, and the next turn comes. */
  private static void guarded(String what, Turn turn) {
    try {
      turn.run();
    } catch (IOException | Refusal e) {
      LOG.log(Level.WARNING, "{0}: {1}", what, e.getMessage());
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a fault in skep: " + what, e);
    }
  }

  private void tick(AgentTorrent torrent) throws IOException {
    switch (torrent.tick()) {
      case NONE -> {}
      case DONE -> LOG.log(Level.INFO, "{0} is complete", torrent.view().name());
      case OVER -> LOG.log(Level.INFO, "{0} has done its part and pauses", torrent.view().name());
      case REMOVE -> remove(torrent, false);
    }
  }

  /** The other rates begin and end to hold at their times; in between somebody may switch. */
  private void lookAtTheTime() throws IOException, Refusal {
    LocalDateTime now = LocalDateTime.ofInstant(clock.instant(), ZoneId.systemDefault());
    Settings set = settings.now();
    if (!set.get(AgentKeys.ALTERNATIVE_TIMED)) {
      alternativeTime = Optional.empty();
      return;
    }
    Optional<Boolean> isTime = Optional.of(set.get(AgentKeys.ALTERNATIVE_TIMES).includes(now));
    if (!isTime.equals(alternativeTime)) {
      alternativeTime = isTime;
      change(Map.of(AgentKeys.ALTERNATIVE, isTime.get().toString()));
    }
  }

  /** Lets end what is being begun, ended or deleted; a long move goes on at the next start. */
  private void awaitSteps() {
    Stream<CompletableFuture<Void>> steps =
        Stream.concat(
            leaving.values().stream().map(Leaving::done),
            byId.values().stream().map(AgentTorrent::lastStep));
    try {
      CompletableFuture.allOf(steps.toArray(CompletableFuture<?>[]::new))
          .get(STEPS.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.log(Level.INFO, "what goes on with some torrents is left for the next start");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A turn that is under way may still write; a stop that comes from it does not wait for it. */
  private void awaitTick() {
    try {
      if (!Thread.currentThread().equals(ticking)) {
        ticking.join(STEPS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Says goodbye everywhere and keeps what is to last. Takes at most five seconds. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    deliveries.close();
    LockSupport.unpark(ticking);
    awaitTick();
    awaitSteps();
    session.close();
    long until = System.nanoTime() + SAVING.toNanos();
    for (AgentTorrent torrent : torrents()) {
      if (System.nanoTime() - until > 0) {
        LOG.log(Level.WARNING, "figures of the last minutes of some torrents are not kept");
        break;
      }
      guarded("keeping " + torrent.infoHash().hex(), torrent::save);
    }
    library.close();
  }
}
