package dev.skep.agent.service;

import dev.skep.agent.library.Delivery;
import dev.skep.agent.library.FileWish;
import dev.skep.agent.library.Goal;
import dev.skep.agent.library.Goals;
import dev.skep.agent.library.TorrentRecord;
import dev.skep.agent.library.TorrentRecord.Limits;
import dev.skep.agent.library.TorrentRecord.Place;
import dev.skep.agent.library.TorrentRecord.Times;
import dev.skep.agent.library.TorrentRecord.Totals;
import dev.skep.agent.session.PeerAddress;
import dev.skep.agent.session.Transfer;
import dev.skep.agent.session.TransferOptions;
import dev.skep.agent.session.TransferStatus;
import dev.skep.agent.session.TransferStatus.State;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.metainfo.Magnet;
import dev.skep.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One torrent of the service. Its record says what is to be done with it and is kept before
 * anything is; a transfer follows it. What a transfer cannot be told while it runs (another place,
 * other trackers) ends it, and another one begins: those are {@linkplain Steps done one after
 * another}, in the background. Reads take no lock.
 */
public final class AgentTorrent {
  private static final Logger LOG = System.getLogger(AgentTorrent.class.getName());

  /** Totals are worth a write only now and then. */
  private static final Duration SAVE_EVERY = Duration.ofMinutes(5);

  /** Of a torrent that rests nothing changes but how long it has rested. */
  private static final Duration SAVE_TIMES_EVERY = Duration.ofHours(1);

  private static final Duration LONGEST_SECOND = Duration.ofMinutes(1);

  /** Of one that nothing moves. */
  private static final TransferStatus AT_REST = TransferStatus.atRest(State.QUEUED);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private final Surroundings around;
  private final int id;
  private volatile Known known;
  private volatile Instant changedAt;
  private volatile Duration still = Duration.ZERO; // so long at work since something moved
  private volatile Optional<Instant> startedAt = Optional.empty();
  private volatile boolean gone;
  private volatile @Nullable Viewed viewed;
  private CompletableFuture<Void> moving = CompletableFuture.completedFuture(null); // of its data
  private Instant lastTick;
  private @Nullable Object ticked; // the status that was seen then
  private Instant savedAt;
  private final Steps steps;

  /**
   * @param before when this is done, it may begin: another of the same torrent may be leaving
   */
  AgentTorrent(
      Surroundings around,
      int id,
      TorrentRecord record,
      Optional<Metainfo> metainfo,
      CompletableFuture<Void> before) {
    this.around = around;
    this.id = id;
    known = Known.of(record, metainfo);
    Instant now = now();
    changedAt = now;
    lastTick = now;
    savedAt = now;
    gone = record.leaving();
    steps = new Steps(before, this::stepFailed);
  }

  public int id() {
    return id;
  }

  public InfoHash infoHash() {
    return known.record().infoHash();
  }

  /** What is to be done with it, without what happened since it was last kept. */
  public TorrentRecord record() {
    return known.record();
  }

  public Optional<Metainfo> metainfo() {
    return known.metainfo();
  }

  /** All hashes that it may be asked for by. */
  List<InfoHash> hashes() {
    return known.identity().hashes();
  }

  private Instant now() {
    return around.clock().instant().truncatedTo(ChronoUnit.SECONDS);
  }

  /** Done when nothing that was asked for is still to be done. */
  CompletableFuture<Void> lastStep() {
    return steps.last();
  }

  private void stepFailed(String what, Exception why) {
    if (why instanceof IOException) {
      LOG.log(Level.WARNING, "{0}: {1} failed: {2}", view().name(), what, why.getMessage());
      obstruct(String.valueOf(why.getMessage()));
    } else {
      LOG.log(Level.ERROR, view().name() + ": " + what + " failed", why);
      obstruct("a fault in skep: " + why);
    }
  }

  private synchronized void obstruct(String why) {
    known = known.obstructed(why);
  }

  // ---- Its transfer ----

  /** Begins to move it, when nothing is in the way any more. */
  void begin() {
    var _ = steps.then("starting", () -> begin(false));
  }

  private void begin(boolean recheck) throws IOException {
    if (!gone) {
      makeTransfer(recheck);
    }
  }

  private void makeTransfer(boolean recheck) throws IOException {
    Known now = known;
    if (around.isClosing() || now.transfer().isPresent()) {
      return;
    }
    Place place = now.record().place();
    TransferOptions options = options(now, recheck);
    Transfer transfer =
        now.metainfo().isPresent()
            ? around.session().add(now.metainfo().get(), place.folder(), options)
            : around.session().add(now.identity(), place.folder(), options);
    synchronized (this) {
      known = known.movedBy(Optional.of(transfer));
      startedAt = Optional.of(now());
      followLimits(transfer, known.record().limits());
      transfer.rank(known.record().queueKey());
      if (isPaused(known.record())) { // since options were made, as the others
        transfer.pause();
      } else if (options.paused()) {
        transfer.resume();
      }
    }
    tell(Optional.of(transfer), now.record(), known.record());
  }

  /** By its owner, or with all others. */
  private boolean isPaused(TorrentRecord record) {
    return record.paused() || around.isPaused();
  }

  /** All are paused now, or no longer. */
  synchronized void followPause() {
    Optional<Transfer> transfer = known.transfer();
    if (transfer.isPresent() && isPaused(known.record())) {
      transfer.get().pause();
    } else if (transfer.isPresent()) {
      transfer.get().resume();
    }
  }

  private TransferOptions options(Known now, boolean recheck) {
    TorrentRecord record = now.record();
    Place place = record.place();
    Surroundings.Defaults all = around.defaults();
    return TransferOptions.defaults()
        .withTrackers(record.trackers())
        .with(
            o -> {
              o.linkPeers = record.magnet().map(AgentTorrent::named).orElse(List.of());
              o.webSeeds = record.magnet().map(Magnet::webSeeds).orElse(List.of());
              o.seedOnly = place.seedOnly();
              o.dataPath = now.metainfo().map(metainfo -> place.data(metainfo.name()));
              o.priorities = record.files().stream().map(FileWish::forTransfer).toList();
              o.sequential = record.sequential();
              o.firstPiece = record.firstPiece();
              o.preallocate = all.preallocate();
              o.partNames = all.partNames();
              o.sharedRates = around.rates().of(record.labels());
              o.sessionLimits = record.limits().honorsSession();
              o.share = record.limits().share();
              o.maxConnections = record.limits().maxPeers();
              o.recheck = recheck;
              o.paused = isPaused(record);
            });
  }

  /** The peers that a link names; those whose names nobody knows are left out. */
  private static List<Endpoint> named(Magnet link) {
    var peers = new ArrayList<Endpoint>();
    for (String peer : link.peers()) {
      try {
        peers.add(PeerAddress.find(peer));
      } catch (UnknownHostException e) {
        LOG.log(Level.INFO, "{0} of a link is unknown", peer);
      }
    }
    return peers;
  }

  private static void followLimits(Transfer transfer, Limits limits) {
    transfer.limit(
        limits.downLimited() ? limits.downBytesPerSecond() : 0,
        limits.upLimited() ? limits.upBytesPerSecond() : 0);
  }

  /** Ends its transfer, if there is one, and says goodbye for it. */
  private void end() throws InterruptedException {
    Optional<Transfer> ending = known.transfer();
    if (ending.isEmpty()) {
      return;
    }
    around.session().remove(ending.get());
    synchronized (this) {
      TransferStatus last = ending.get().status();
      count(last, Duration.ZERO, now());
      Totals moved = known.counting().moved();
      known = known.settled().movedBy(Optional.empty());
      around.moved(moved); // and never twice
    }
  }

  private void again(String what, boolean recheck) {
    var _ =
        steps.then(
            what,
            () -> {
              end();
              begin(recheck);
            });
  }

  /** Reads all of its data. */
  public void verify() {
    again("verifying", true);
  }

  /** Asks its trackers for peers soon. */
  public void reannounce() {
    known.transfer().ifPresent(Transfer::reannounce);
  }

  /** Done when its data lies where it is to lie, as far as that is asked for by now. */
  synchronized CompletableFuture<Void> moving() {
    return moving;
  }

  /**
   * Keeps nothing of it any more, whatever goes on with it; {@link #leave} follows. That its data
   * is to be deleted is kept until that is done.
   *
   * @return false while its data is being moved: then nothing has changed
   * @throws IOException if the library cannot be changed: then nothing has changed
   */
  synchronized boolean forget(boolean deleteData) throws IOException {
    if (!moving.isDone()) {
      return false;
    }
    if (deleteData) {
      keep(known.with(known.record().with(r -> r.leaving = r.paused = true)));
    } else {
      around.library().remove(infoHash());
    }
    gone = true;
    return true;
  }

  /**
   * Ends it for good.
   *
   * @param deleteData whether its files are deleted: those that were fetched for it, or are
   *     verified. What else is called so is somebody else's
   */
  CompletableFuture<Void> leave(boolean deleteData) {
    return steps.then(
        "removing",
        () -> {
          if (deleteData) {
            endWithData();
          } else {
            end();
          }
          TorrentRecord last = known.record();
          if (last.delivery().filter(d -> d.isIncoming(last.place())).isPresent()) {
            Handover.tidy(last.place().folder());
          }
        });
  }

  /** Which files are its own, its transfer knows when it has looked at them. */
  private void endWithData() throws IOException, InterruptedException {
    try {
      makeTransfer(false);
      while (status().state() == State.CHECKING && !around.isClosing()) {
        Thread.sleep(LOOK_AGAIN);
      }
      if (around.isClosing()) {
        return; // the rest is for the next start
      }
      Deletion deletion = new Deletion(view());
      end();
      around.disk().run(deletion::run);
    } catch (IOException e) {
      around.library().remove(infoHash());
      throw e;
    }
    around.library().remove(infoHash());
  }

  // ---- Its record ----

  /**
   * Changes what is to be done with it. It is kept before anything is done.
   *
   * @throws IOException if it cannot be kept: then nothing has changed; or if a file that is wanted
   *     now cannot be made
   */
  public void change(Consumer<TorrentRecord.Draft> changes) throws IOException {
    TorrentRecord before;
    TorrentRecord after;
    Optional<Transfer> transfer;
    synchronized (this) {
      Known now = known.settled();
      before = now.record();
      after = before.with(changes);
      keep(now.with(after));
      changedAt = now();
      transfer = known.transfer();
      if (transfer.isPresent()) {
        follow(transfer.get(), before, after);
      }
    }
    tell(transfer, before, after);
  }

  /** What cannot be said to it while this object's monitor is held. */
  private void tell(Optional<Transfer> transfer, TorrentRecord before, TorrentRecord after)
      throws IOException {
    if (!after.trackers().equals(before.trackers())
        || after.sequential() != before.sequential()
        || (after.sequential() && after.firstPiece() != before.firstPiece())
        || !after.limits().withoutRates().equals(before.limits().withoutRates())
        || isLimitedOtherwise(before, after)) {
      again("starting again", false);
    } else if (transfer.isPresent()
        && !after.files().equals(before.files())
        && !after.files().isEmpty()) {
      transfer.get().prioritize(after.files().stream().map(FileWish::forTransfer).toList());
    }
  }

  private boolean isLimitedOtherwise(TorrentRecord before, TorrentRecord after) {
    return !after.labels().equals(before.labels())
        && (around.rates().isLimited(before.labels()) || around.rates().isLimited(after.labels()));
  }

  /** With its monitor held. */
  private void keep(Known next) throws IOException {
    if (!gone) {
      around.library().save(next.record());
    }
    known = next;
    savedAt = now();
  }

  private void follow(Transfer transfer, TorrentRecord before, TorrentRecord after) {
    if (!after.limits().equals(before.limits())) {
      followLimits(transfer, after.limits());
    }
    transfer.rank(after.queueKey());
    if (after.paused() && !before.paused()) {
      transfer.pause();
    } else if (before.paused() && !isPaused(after)) {
      startedAt = Optional.of(now());
      transfer.resume();
    }
  }

  /** Goes on with it; a goal that it has reached holds no more. */
  public void start() throws IOException {
    synchronized (this) {
      still = Duration.ZERO;
    }
    Optional<Goals.Reached> reached = view().reached();
    boolean failed = known.transfer().isEmpty() || view().status().state() == State.FAILED;
    change(
        r -> {
          r.paused = false;
          r.goals = reached.map(goal -> without(goal, r.goals)).orElse(r.goals);
        });
    if (failed) {
      again("starting", false);
    }
  }

  private static Goals without(Goals.Reached reached, Goals goals) {
    return switch (reached) {
      case RATIO -> goals.withRatio(Goal.never());
      case SEED_TIME -> goals.withSeedTime(Goal.never());
      case IDLE_TIME, GAVE_UP -> goals; // these begin anew
    };
  }

  public void stop() throws IOException {
    change(r -> r.paused = true);
  }

  /**
   * Says that its data lies elsewhere, or moves it there.
   *
   * @param move whether files are moved; else they are looked for there
   */
  public void relocate(Place to, boolean move) throws IOException {
    TorrentRecord now = known.record();
    Optional<Metainfo> metainfo = known.metainfo();
    if (to.equals(now.movingTo().orElse(now.place()))) {
      return;
    }
    if (!move || metainfo.isEmpty()) {
      around
          .patience()
          .await(moving(), view().name() + " is being moved; say where it is when that is done");
      change(
          r -> {
            r.place = to;
            r.movingTo = Optional.empty();
            r.delivery = toChosen(r.delivery, to);
          });
      again("looking at " + to.folder(), false);
      return;
    }
    if (now.movingTo().isEmpty()) {
      Relocation.requireFree(metainfo.get(), now.place(), to);
    }
    change(
        r -> {
          r.movingTo = Optional.of(to);
          r.delivery = toChosen(r.delivery, to);
        });
    goOnMoving();
  }

  /** Who chooses a place himself has it there when it is complete. */
  private static Optional<Delivery> toChosen(Optional<Delivery> delivery, Place to) {
    return delivery.map(d -> d.stage() == Delivery.Stage.FETCHING ? d.to(to.folder()) : d);
  }

  /**
   * It is complete, and moves as a whole to where it is wanted.
   *
   * @param by unless somebody has chosen another place since this was so
   */
  void handOver(Delivery by, Place to) throws IOException {
    change(r -> r.movingTo = isStill(by, r) ? Optional.of(to) : r.movingTo);
    goOnMoving();
  }

  /**
   * What lies at its place is not its data.
   *
   * @param by unless somebody has chosen another place since this was so
   */
  void fetchTo(Delivery by, Place other) throws IOException {
    change(r -> r.place = isStill(by, r) ? other : r.place);
    again("fetching", false);
  }

  private static boolean isStill(Delivery by, TorrentRecord.Draft now) {
    return now.movingTo.isEmpty() && now.delivery.filter(by::equals).isPresent();
  }

  /** Moves its data, if it was being moved. */
  synchronized void goOnMoving() {
    if (known.record().movingTo().isEmpty()) {
      begin();
    } else if (!gone) {
      moving = steps.then("moving", this::moveAndBegin);
    }
  }

  private void moveAndBegin() throws IOException, InterruptedException {
    end();
    Optional<Place> target = known.record().movingTo();
    try {
      if (target.isPresent()) {
        around.disk().run(() -> move(target.get()));
      }
    } finally {
      begin(false);
    }
  }

  private void move(Place to) throws IOException {
    TorrentRecord now = known.record();
    Place from = now.place();
    String name = known.metainfo().orElseThrow().name();
    boolean handsOver =
        now.delivery()
            .filter(d -> d.isIncoming(from) && d.folder().equals(to.folder()))
            .isPresent();
    Place reached = from;
    try {
      if (handsOver) {
        Handover.move(from.data(name), to.data(name));
      } else if (!to.equals(from)) {
        Relocation.move(known.metainfo().orElseThrow(), from, to);
      }
      reached = to;
    } finally {
      settle(to, reached, handsOver && reached.equals(to));
    }
  }

  /** It was to be moved, and is now there; unless somebody said meanwhile that it is elsewhere. */
  private synchronized void settle(Place target, Place reached, boolean placed) throws IOException {
    TorrentRecord now = known.record();
    if (now.movingTo().isEmpty()) {
      return;
    }
    boolean again = !now.movingTo().get().equals(target);
    keep(
        known.with(
            now.with(
                r -> {
                  r.place = reached;
                  r.movingTo = again ? r.movingTo : Optional.empty();
                  r.delivery =
                      placed ? r.delivery.map(d -> d.at(Delivery.Stage.PLACED)) : r.delivery;
                })));
  }

  // ---- What happens to it ----

  /** It is moved by something, or known why not. */
  public boolean hasBegun() {
    return known.transfer().isPresent() || known.obstacle().isPresent();
  }

  /** What a second brought that somebody has to act on. */
  enum News {
    NONE,
    /** It has everything, and had not before. */
    DONE,
    /** A goal is reached, so it is paused. */
    OVER,
    /** A goal is reached, and it is to be forgotten. */
    REMOVE
  }

  /**
   * Nothing moves, nobody is connected, and it comes to no end: a {@link #tick} now and then will
   * do.
   */
  boolean rests() {
    Optional<Transfer> transfer = known.transfer();
    if (transfer.isEmpty()) {
      return true;
    }
    TransferStatus status = transfer.get().status();
    return isTheSame(status, ticked)
        && (status.state() == State.SEEDING || status.state() == State.PAUSED)
        && status.peers().isEmpty()
        && status.upBytesPerSecond() == 0
        && !mayComeToAnEnd();
  }

  /** And not only an equal one: to find that out each second would take longer than the tick. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean isTheSame(@Nullable Object one, @Nullable Object other) {
    return one == other;
  }

  /** Once a second, or less often as long as it {@link #rests}. */
  News tick() {
    Instant now = now();
    Duration passed = passed(lastTick, now);
    lastTick = now;
    Known at = known;
    if (at.transfer().isEmpty() || gone) {
      return News.NONE;
    }
    TransferStatus status = at.transfer().get().status();
    ticked = status;
    count(status, passed, now);
    learn(at);
    return look(now);
  }

  /** Most torrents rest: nothing of them can come to an end, and no view of them is made. */
  private boolean mayComeToAnEnd() {
    TorrentRecord record = known.record();
    return record.times().done().isEmpty()
        || (!record.paused() && record.goals().or(around.defaults().goals()).hasEnd());
  }

  private News look(Instant now) {
    News news = News.NONE;
    try {
      if (!mayComeToAnEnd()) {
        saveIfDue(now);
        return news;
      }
      TorrentSnapshot view = view();
      if (view.isComplete() && view.record().times().done().isEmpty()) {
        change(r -> r.times = done(r.times, now));
        news = News.DONE;
      }
      boolean over = !view.record().paused() && view.isAtWork() && view.reached().isPresent();
      if (over && view.goals().removeWhenDone()) {
        return News.REMOVE;
      }
      if (over) {
        stop();
        return News.OVER;
      }
      saveIfDue(now);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "{0}: what is known of it cannot be kept: {1}", view().name(), e);
    }
    return news;
  }

  /** Whatever somebody does to the clock. */
  private static Duration passed(Instant before, Instant now) {
    Duration passed = Duration.between(before, now);
    return passed.isNegative() || passed.compareTo(LONGEST_SECOND) > 0 ? Duration.ZERO : passed;
  }

  private static Times done(Times times, Instant now) {
    return new Times(
        times.added(), Optional.of(now), times.active(), times.downloading(), times.seeding());
  }

  private synchronized void count(TransferStatus status, Duration passed, Instant now) {
    Figures before = known.counting();
    Figures next = before.later(status, passed, now);
    if (!next.moved().equals(before.moved())) {
      still = Duration.ZERO;
    } else if (status.isAtWork()) {
      still = still.plus(passed);
    }
    known = known.counting(next);
  }

  /** Peers told what a magnet link is of. */
  private void learn(Known at) {
    Optional<Metainfo> learnt = at.transfer().flatMap(Transfer::metainfo);
    if (at.metainfo().isPresent() || learnt.isEmpty()) {
      return;
    }
    try {
      synchronized (this) {
        Known next = known.learnt(learnt.get());
        if (!gone) {
          around.library().add(next.record(), Optional.of(learnt.get().raw().rawBytes()));
        }
        known = next;
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "{0} cannot be kept: {1}", learnt.get().name(), e.getMessage());
    }
  }

  private void saveIfDue(Instant now) throws IOException {
    Known at = known;
    boolean rests = at.counting().moved().equals(at.counted().moved());
    Duration every = rests ? SAVE_TIMES_EVERY : SAVE_EVERY;
    if (Duration.between(savedAt, now).compareTo(every) >= 0) {
      save();
    }
  }

  /** Keeps what happened since it was last kept. */
  synchronized void save() throws IOException {
    known.transfer().ifPresent(moving -> count(moving.status(), Duration.ZERO, now()));
    if (known.hasNews()) {
      keep(known.settled());
    }
  }

  // ---- For people ----

  /** What its transfer moved, as of the last second. */
  Totals moved() {
    return known.counting().moved();
  }

  /** How what moves it stands. */
  public TransferStatus status() {
    return status(known);
  }

  private static TransferStatus status(Known at) {
    return at.transfer().map(Transfer::status).orElse(AT_REST);
  }

  /** How it stands: the same object as long as nothing has changed. */
  public TorrentSnapshot view() {
    Known now = known;
    var source =
        new SnapshotParts(now, status(now), still, changedAt, startedAt, around.defaults().goals());
    Viewed last = viewed;
    if (last == null || !last.source.isSame(source)) {
      last = new Viewed(source, source.view(id));
      viewed = last;
    }
    return last.view;
  }

  private record Viewed(SnapshotParts source, TorrentSnapshot view) {}
}
