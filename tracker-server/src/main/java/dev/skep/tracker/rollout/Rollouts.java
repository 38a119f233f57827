package dev.skep.tracker.rollout;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.Cidr;
import dev.skep.tracker.rollout.Occurrence.Kind;
import dev.skep.tracker.rollout.Rollout.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * All rollouts, those that run and those that ended, and the machines that were heard of. {@link
 * Reporting} hears what hosts say, {@link RolloutKeeping} begins and ends rollouts.
 *
 * <p>Safe for many threads. One lock is held for a moment by everything that changes something
 * here; nothing is written to a disk under it, and who reads does not take it.
 */
public final class Rollouts {
  private final Settings settings;
  private final Supplier<Moment> clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Hosts hosts;
  private final Zones zones;
  private final ReportTallies tallies = new ReportTallies();
  private final Map<String, Rollout> byId = new ConcurrentHashMap<>();

  /** Of each torrent those that run, for reports. */
  private final Map<InfoHash, List<Rollout>> running = new ConcurrentHashMap<>();

  /** Of all rollouts together. */
  private int rows;

  private Guests guests = Guests.NONE;
  private boolean hostsChanged;
  private boolean hostsHeard;

  /**
   * What is set.
   *
   * @param interval when a host that is not done reports again
   * @param patience how long one may be silent or stand still
   * @param reportsFrom blocks of addresses from where reports are taken; empty for everywhere
   * @param zones what zones are, the first is number 1
   * @param limits how much there may be
   */
  public record Settings(
      Duration interval,
      Duration patience,
      List<Cidr> reportsFrom,
      List<List<Cidr>> zones,
      Limits limits) {}

  /**
   * How much there may be.
   *
   * @param rows hosts of all rollouts together, those that have ended included
   * @param hosts machines that are known
   * @param hostBytes of the heap that these take
   * @param hostsPerAddress of them, whose names were used first from one address
   * @param privateTimes how many times as many from one of a private network
   */
  public record Limits(
      int rows, int hosts, long hostBytes, int hostsPerAddress, int privateTimes) {}

  public Rollouts(Settings settings, Supplier<Moment> clock) {
    this.settings = settings;
    this.clock = clock;
    Limits limits = settings.limits();
    this.zones = new Zones(settings.zones());
    this.hosts =
        new Hosts(
            new Hosts.Limits(
                limits.hosts(),
                limits.hostBytes(),
                limits.hostsPerAddress(),
                limits.privateTimes()));
  }

  /** Takes up what was kept; once, before anything else. */
  public void restore(Collection<SavedRollout> before, Collection<KnownHost> known) {
    hosts.restore(known);
    for (SavedRollout saved : before) {
      Rollout rollout = Rollout.restored(saved, zones.meantBy(saved.plan().target()), now());
      rows += rollout.size();
      byId.put(rollout.id(), rollout);
      if (!rollout.state().isEnd()) {
        run(rollout);
      }
    }
    running().forEach(this::joinAll);
  }

  /** Hosts are saved by themselves: one may be kept that its rollout does not have. */
  private void joinAll(Rollout rollout) {
    for (KnownHost host : hosts.all()) {
      if (rollout.host(host.name()).isEmpty() && rollout.means(host)) {
        join(rollout, host, now());
      }
    }
  }

  // ---- for Reporting, under the lock

  <T> T underLock(Supplier<T> what) {
    lock.lock();
    try {
      return what.get();
    } finally {
      lock.unlock();
    }
  }

  private void locked(Runnable what) {
    lock.lock();
    try {
      what.run();
    } finally {
      lock.unlock();
    }
  }

  Hosts hosts() {
    return hosts;
  }

  /** Those of a torrent that run. */
  List<Rollout> running(InfoHash torrent) {
    return running.getOrDefault(torrent, List.of());
  }

  /** Something was heard of a host; whether it is to be saved soon. */
  void heard(boolean isNews) {
    hostsHeard = true;
    hostsChanged |= isNews;
  }

  /**
   * Where no machine more can be known, some that nobody asked for give way to one that is asked
   * for, or whose address takes less.
   */
  void makeRoomFor(KnownHost newcomer) {
    boolean isInvited = hosts.needsRoom(newcomer) && isInvited(newcomer);
    while (hosts.needsRoom(newcomer)) {
      Optional<String> guest =
          guests.before(isInvited, hosts.shareWithOneMore(newcomer.claimedFrom()));
      if (guest.isEmpty()) {
        return;
      }
      // It may have become another one since they were put in order.
      if (hosts.find(guest.get()).filter(host -> !isInvited(host)).isPresent()) {
        forget(guest.get());
        tallies.gaveWay().increment();
      }
    }
  }

  /** Whether it brought a secret of this tracker, or a rollout that runs asks for it. */
  private boolean isInvited(KnownHost host) {
    return host.vouched() || running().stream().anyMatch(rollout -> rollout.invites(host));
  }

  /** A host that is known becomes one of a rollout, if there is room. */
  void join(Rollout rollout, KnownHost host, Moment now) {
    if (rows >= rowsFor(rollout, host)) {
      tallies.full().increment();
      return;
    }
    rows++;
    update(rollout, HostRow.unseen(host.name(), now), row(rollout.plan(), host, now), now);
  }

  /** Up to how many rows one may be added: a quarter is kept for hosts that are asked for. */
  private int rowsFor(Rollout rollout, KnownHost host) {
    int all = settings.limits().rows();
    return host.vouched() || rollout.invites(host) ? all : all - all / 4;
  }

  /** How a known host is with a plan's torrent. */
  private HostRow row(RolloutPlan plan, KnownHost host, Moment now) {
    HostRow waiting = HostRow.unseen(host.name(), now).waiting(host.address(), now);
    HostRow row = host.alsoFrom().map(waiting::claimed).orElse(waiting);
    return Optional.ofNullable(host.said().get(plan.torrent().infoHash()))
        .map(said -> row.after(said, plan.done(), settings.patience()))
        .orElse(row);
  }

  /** A host's row became another one. */
  void update(Rollout rollout, HostRow before, HostRow after, Moment now) {
    rollout.put(after);
    if (before.status().state() != HostState.FAILED) {
      noteFailure(rollout, after, now);
    }
    endIfDone(rollout, now);
  }

  private static void noteFailure(Rollout rollout, HostRow row, Moment now) {
    if (row.status().state() == HostState.FAILED) {
      rollout.happened(Kind.FAILED, now.time(), Optional.of(row));
    }
  }

  private void endIfDone(Rollout rollout, Moment now) {
    if (rollout.isFulfilled()) {
      rollout.happened(Kind.DONE, now.time(), Optional.empty());
      end(rollout, State.DONE, now);
    }
  }

  private void end(Rollout rollout, State state, Moment now) {
    rollout.become(state, now.time());
    running.computeIfPresent(
        rollout.plan().torrent().infoHash(),
        (_, some) -> {
          List<Rollout> left = some.stream().filter(one -> one != rollout).toList();
          return left.isEmpty() ? null : left;
        });
  }

  private void run(Rollout rollout) {
    running.merge(
        rollout.plan().torrent().infoHash(),
        List.of(rollout),
        (some, one) -> {
          var all = new ArrayList<>(some);
          all.addAll(one);
          return List.copyOf(all);
        });
  }

  // ---- what time brings

  /**
   * Finds out who stands still, what is late, and who gives way; to be called about once a second.
   */
  public void tick() {
    Moment now = now();
    Guests inOrder = hosts.isTight() ? guests() : Guests.NONE;
    locked(
        () -> {
          guests = inOrder;
        });
    for (Rollout rollout : running()) {
      for (HostRow seen : rollout.hosts()) {
        if (seen.stalled(now, settings.patience()).isPresent()) {
          stall(rollout, seen.name(), now);
        }
      }
      if (rollout.plan().deadline().filter(end -> !end.isAfter(now.time())).isPresent()) {
        makeLate(rollout, now);
      }
    }
  }

  private Guests guests() {
    List<Rollout> now = running();
    Set<String> names =
        now.stream()
            .flatMap(rollout -> rollout.hosts().stream())
            .map(HostRow::name)
            .collect(Collectors.toSet());
    return Guests.of(
        hosts.all(),
        hosts.limits(),
        host -> host.vouched() || now.stream().anyMatch(rollout -> rollout.invites(host)),
        names);
  }

  private void stall(Rollout rollout, String name, Moment now) {
    locked(
        () -> {
          if (!rollout.state().isEnd()) {
            rollout
                .host(name)
                .flatMap(row -> row.stalled(now, settings.patience()))
                .ifPresent(rollout::put);
          }
        });
  }

  private void makeLate(Rollout rollout, Moment now) {
    locked(
        () -> {
          if (rollout.state() == State.RUNNING) {
            rollout.happened(Kind.LATE, now.time(), Optional.empty());
            rollout.become(State.LATE, now.time());
          }
        });
  }

  // ---- for RolloutKeeping

  Moment now() {
    return clock.get();
  }

  /** A rollout that does not run yet, with all hosts that are named, or known and meant. */
  Rollout draft(String id, RolloutPlan plan, Instant created) {
    return underLock(
        () -> {
          var rollout = new Rollout(id, plan, created, zones.meantBy(plan.target()));
          fill(rollout);
          return rollout;
        });
  }

  private void fill(Rollout rollout) {
    Moment now = now();
    RolloutPlan plan = rollout.plan();
    for (String name : plan.target().hosts()) {
      rollout.put(
          hosts
              .find(name)
              .map(host -> row(plan, host, now))
              .orElseGet(() -> HostRow.unseen(name, now)));
    }
    int others = running().stream().mapToInt(Rollout::size).sum();
    for (KnownHost host : hosts.all()) {
      boolean isMeant =
          plan.target().isAnybody()
              ? host.said().containsKey(plan.torrent().infoHash())
              : rollout.means(host);
      if (isMeant
          && rollout.host(host.name()).isEmpty()
          && (rollout.invites(host) || others + rollout.size() < rowsFor(rollout, host))) {
        rollout.put(row(plan, host, now));
      }
    }
    rollout.hosts().forEach(row -> noteFailure(rollout, row, now));
  }

  /** Lets a draft run, with what was heard since. */
  Rollout begin(Rollout draft) {
    return underLock(
        () -> {
          Rollout rollout = draft(draft.id(), draft.plan(), draft.created());
          rows += rollout.size();
          byId.put(rollout.id(), rollout);
          run(rollout);
          endIfDone(rollout, now());
          return rollout;
        });
  }

  /** Ends a rollout, unless it has ended meanwhile. */
  void cancel(Rollout rollout, Moment now) {
    locked(
        () -> {
          if (!rollout.state().isEnd()) {
            end(rollout, State.CANCELLED, now);
          }
        });
  }

  /** Forgets a rollout that has ended. */
  void drop(Rollout rollout) {
    locked(
        () -> {
          if (byId.remove(rollout.id(), rollout)) {
            rows -= rollout.size();
          }
        });
    rollout.endWaiting();
  }

  /** Forgets a machine, also in rollouts that run; whether it was known. */
  boolean forgetHost(String name) {
    return underLock(() -> forget(name));
  }

  private boolean forget(String name) {
    if (!hosts.forget(name)) {
      return false;
    }
    hostsChanged = true;
    running().forEach(rollout -> leave(rollout, name));
    return true;
  }

  private void leave(Rollout rollout, String name) {
    if (rollout.plan().target().hosts().contains(name)) {
      rollout.put(HostRow.unseen(name, now()));
    } else if (rollout.remove(name)) {
      rows--;
    }
    endIfDone(rollout, now());
  }

  /** Forgets machines that were not heard of since and are of no rollout that runs. */
  void forgetSilentSince(Instant then) {
    locked(
        () -> {
          for (KnownHost host : hosts.silentSince(then)) {
            boolean isNeeded =
                running().stream().anyMatch(one -> one.host(host.name()).isPresent());
            hostsChanged |= !isNeeded && hosts.forget(host.name());
          }
        });
  }

  /**
   * The machines that are known, if they are to be saved.
   *
   * @param anyway also where nothing changed but when they were heard last
   */
  Optional<List<KnownHost>> hostsToSave(boolean anyway) {
    return underLock(
        () -> {
          if (!hostsChanged && !(anyway && hostsHeard)) {
            return Optional.empty();
          }
          hostsChanged = false;
          hostsHeard = false;
          return Optional.of(List.copyOf(hosts.all()));
        });
  }

  /** What was to be saved could not be. */
  void hostsNotSaved() {
    locked(
        () -> {
          hostsChanged = true;
        });
  }

  /** Notes that a webhook was told of an occurrence, or that it is given up. */
  public void told(Rollout rollout, int webhook, int number) {
    locked(
        () -> {
          rollout.told(webhook, number);
        });
  }

  // ---- for who reads

  public Optional<Rollout> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** All of them, what was created last first. */
  public List<Rollout> newestFirst() {
    return byId.values().stream()
        .sorted(Comparator.comparing(Rollout::created).reversed().thenComparing(Rollout::id))
        .toList();
  }

  /** Those that run. */
  public List<Rollout> running() {
    return running.values().stream().flatMap(List::stream).toList();
  }

  /** Machines that were heard of, behind a name, by name. Sees changes. */
  public Iterator<KnownHost> hostsBehind(String name) {
    return hosts.behind(name);
  }

  /** A machine that was heard of. */
  public Optional<KnownHost> host(String name) {
    return hosts.find(name);
  }

  /** What machines said of a torrent last. */
  public List<Said> said(InfoHash torrent) {
    return hosts.all().stream()
        .flatMap(host -> Optional.ofNullable(host.said().get(torrent)).stream())
        .toList();
  }

  /** How many machines are known. */
  public int knownHosts() {
    return hosts.size();
  }

  /** What those take of the heap. */
  public long knownHostBytes() {
    return hosts.bytes();
  }

  /** How many hosts all rollouts have together. */
  public int rows() {
    return underLock(
        () -> {
          return rows;
        });
  }

  /** What is set. */
  public Settings settings() {
    return settings;
  }

  /** What became of reports. */
  public ReportTallies tallies() {
    return tallies;
  }

  /** Ends all event streams: the tracker stops. */
  public void endWaiting() {
    byId.values().forEach(Rollout::endWaiting);
  }
}
