package dev.skep.tracker.rollout;

import dev.skep.tracker.rollout.Occurrence.Kind;
import dev.skep.tracker.system.ChangeBell;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One rollout: its hosts, and how far each of them is. Every change makes a new version, and a row
 * has that of its last change: so the rows in the order of their versions are what happened, with
 * nothing kept for it.
 *
 * <p>Whoever holds the lock of {@link Rollouts} changes it; others read meanwhile, without a lock.
 */
public final class Rollout {
  /** Most hosts of one that are told to have failed; of more nobody is told. */
  private static final int MOST_OCCURRENCES = 200;

  /**
   * What a restart adds to the version: more than changes may have been lost, so that no version is
   * ever two states.
   */
  private static final long RESTART = 1_000_000;

  private final String id;
  private final RolloutPlan plan;
  private final Instant created;
  private final Zones.Meant meant;
  private final NavigableMap<String, HostRow> byName = new ConcurrentSkipListMap<>();
  private final NavigableMap<Long, HostRow> byVersion = new ConcurrentSkipListMap<>();
  private final ChangeBell bell = new ChangeBell();
  private int size;
  private int done;
  private volatile State state = State.RUNNING;
  private volatile Optional<Instant> ended = Optional.empty();
  private final AtomicLong version = new AtomicLong();
  private volatile List<Occurrence> occurrences = List.of();
  private volatile List<Integer> told;
  private volatile @Nullable Counted counted;

  /** Where it stands. */
  public enum State {
    RUNNING,
    /** The deadline is over, and it goes on. */
    LATE,
    DONE,
    CANCELLED;

    /** As it is shown. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The one that is shown so. */
    public static Optional<State> of(String word) {
      return Arrays.stream(values()).filter(state -> state.word().equals(word)).findFirst();
    }

    /** Whether nothing changes any more. */
    public boolean isEnd() {
      return this == DONE || this == CANCELLED;
    }
  }

  /** A summary, and what it was made of. */
  private record Counted(long version, RolloutSummary summary) {}

  /**
   * @param meant says which hosts are meant that are not named
   */
  Rollout(String id, RolloutPlan plan, Instant created, Zones.Meant meant) {
    this.id = id;
    this.plan = plan;
    this.created = created;
    this.meant = meant;
    this.told = plan.webhooks().stream().map(_ -> 0).toList();
  }

  /** Brings one back. Who followed it is told everything anew. */
  static Rollout restored(SavedRollout saved, Zones.Meant meant, Moment now) {
    var rollout = new Rollout(saved.id(), saved.plan(), saved.created(), meant);
    rollout.version.set(saved.version() + RESTART);
    rollout.state = saved.state();
    rollout.ended = saved.ended();
    rollout.occurrences = saved.occurrences();
    rollout.told = saved.told();
    saved.hosts().forEach(host -> rollout.put(host.restored(now)));
    return rollout;
  }

  /** As it is to be kept; under the lock, so that an end is not kept without what brought it. */
  SavedRollout saved() {
    return new SavedRollout(
        id,
        plan,
        created,
        state,
        ended,
        version(),
        List.copyOf(byName.values()),
        occurrences,
        told);
  }

  // ---- for who reads

  public String id() {
    return id;
  }

  public RolloutPlan plan() {
    return plan;
  }

  public Instant created() {
    return created;
  }

  public State state() {
    return state;
  }

  /** When it was done or cancelled. */
  public Optional<Instant> ended() {
    return ended;
  }

  /** How many changes there were. */
  public long version() {
    return version.get();
  }

  /** All hosts by name. Sees changes. */
  public Collection<HostRow> hosts() {
    return byName.values();
  }

  /** Hosts behind a name, by name. Sees changes. */
  public Iterator<HostRow> hostsBehind(String name) {
    return byName.tailMap(name, false).values().iterator();
  }

  /** A host of this name. */
  public Optional<HostRow> host(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** It in numbers; made anew after each change only. */
  public RolloutSummary summary() {
    long now = version();
    Counted last = counted;
    if (last == null || last.version != now) {
      last = new Counted(now, RolloutSummary.of(this));
      counted = last;
    }
    return last.summary;
  }

  /**
   * Hosts that changed behind a version, in order, each once, as it is now.
   *
   * @param most how many at most
   */
  public List<HostRow> changedAfter(long behind, int most) {
    return byVersion.tailMap(behind, false).values().stream().limit(most).toList();
  }

  /**
   * Waits until something is so that changes of this rollout may bring about, or a while is over.
   *
   * @return false if nobody is to wait any more, since the tracker stops
   */
  public boolean await(BooleanSupplier come, Duration most) throws InterruptedException {
    return bell.await(come, most);
  }

  /**
   * Waits for a while, whatever changes.
   *
   * @return false if nobody is to wait any more, since the tracker stops
   */
  public boolean pause(Duration howLong) throws InterruptedException {
    return bell.pause(howLong);
  }

  /** What happened that somebody may want to be told of, in order. */
  public List<Occurrence> occurrences() {
    return occurrences;
  }

  /** For each webhook, the number of the first occurrence that is not told yet. */
  public List<Integer> told() {
    return told;
  }

  // ---- for Rollouts, under its lock

  /** Adds or replaces a host. */
  void put(HostRow host) {
    long next = version() + 1;
    HostRow row = host.at(next);
    HostRow before = byName.put(row.name(), row);
    byVersion.put(next, row);
    done += row.status().done() ? 1 : 0;
    if (before == null) {
      size++;
    } else {
      byVersion.remove(before.version());
      done -= before.status().done() ? 1 : 0;
    }
    version.set(next);
    bell.ring();
  }

  /** Takes a host out; whether it was there. */
  boolean remove(String name) {
    HostRow before = byName.remove(name);
    if (before == null) {
      return false;
    }
    byVersion.remove(before.version());
    size--;
    done -= before.status().done() ? 1 : 0;
    changed();
    return true;
  }

  /** Whether a host is meant by its labels or by where it is. */
  boolean means(KnownHost host) {
    return meant.test(host);
  }

  /** Whether who began it meant this host, by its name or by where it is. */
  boolean invites(KnownHost host) {
    return Collections.binarySearch(plan.target().hosts(), host.name()) >= 0
        || meant.isPlaceOf(host);
  }

  /** How many hosts there are. */
  int size() {
    return size;
  }

  /** Whether all are done that have to be. */
  boolean isFulfilled() {
    int needed = plan.target().anyOf().orElse(size());
    return needed > 0 && done >= needed;
  }

  void become(State next, Instant now) {
    state = next;
    if (next.isEnd()) {
      ended = Optional.of(now);
    }
    changed();
  }

  void happened(Kind kind, Instant at, Optional<HostRow> host) {
    int number = occurrences.size();
    if (plan.webhooks().isEmpty() || (kind == Kind.FAILED && number >= MOST_OCCURRENCES)) {
      return;
    }
    var more = new ArrayList<>(occurrences);
    more.add(
        new Occurrence(
            number, kind, at, host.map(HostRow::name), host.flatMap(row -> row.status().reason())));
    occurrences = List.copyOf(more);
  }

  /** Notes that a webhook was told of an occurrence, or that it is given up. */
  void told(int webhook, int number) {
    var now = new ArrayList<>(told);
    now.set(webhook, Math.max(now.get(webhook), number + 1));
    told = List.copyOf(now);
  }

  /** Ends all waiting: the tracker stops, or this is forgotten. */
  void endWaiting() {
    bell.end();
  }

  private void changed() {
    version.incrementAndGet();
    bell.ring();
  }
}
