package dev.skep.tracker.rollout;

import dev.skep.tracker.rollout.Rollout.State;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/**
 * Begins and ends rollouts, and keeps them. What an administrator was answered is kept; what hosts
 * say is, a moment later.
 *
 * <p>One lock is held by who changes or saves something, also while it is written to the disk. Who
 * holds it may take the one of {@link Rollouts}, never the other way round.
 */
public final class RolloutKeeping {
  /** How many rollouts may have metrics of their own: each is a few time series. */
  public static final int MOST_METRICS = 20;

  private static final int ID_BYTES = 6;

  /** Between two saves of nothing but when hosts were heard last. */
  private static final Duration HEARD_SAVED = Duration.ofMinutes(5);

  private final Rollouts rollouts;
  private final Keeper keeper;
  private final Settings settings;
  private final RandomGenerator random;
  private final ReentrantLock lock = new ReentrantLock();

  private final Refused refused = new Refused(new LongAdder(), new LongAdder(), new LongAdder());

  /** What the keeper has of each. */
  private final Map<String, Kept> kept = new HashMap<>();

  private Instant heardSaved;

  /** Keeps what must not be lost. Changes return when they are committed. */
  public interface Keeper {
    void put(SavedRollout rollout) throws IOException;

    void forgetRollout(String id) throws IOException;

    void putHosts(List<KnownHost> hosts) throws IOException;
  }

  /**
   * What is set.
   *
   * @param running how many rollouts may run at a time
   * @param history how many that have ended are kept
   * @param forget after which silence a machine is forgotten
   */
  public record Settings(int running, int history, Duration forget) {}

  /**
   * How many rollouts there was no room for, since the start.
   *
   * @param running because as many run as may
   * @param hosts because all together have as many hosts as they may
   * @param metrics because as many have metrics of their own as may
   */
  public record Refused(LongAdder running, LongAdder hosts, LongAdder metrics) {}

  private record Kept(long version, List<Integer> told, int occurrences) {
    static Kept of(Rollout rollout) {
      return new Kept(rollout.version(), rollout.told(), rollout.occurrences().size());
    }
  }

  /**
   * @param rollouts with all that was kept before
   */
  public RolloutKeeping(
      Rollouts rollouts, Keeper keeper, Settings settings, RandomGenerator random) {
    this.rollouts = rollouts;
    this.keeper = keeper;
    this.settings = settings;
    this.random = random;
    this.heardSaved = rollouts.now().time();
    for (Rollout rollout : rollouts.newestFirst()) {
      if (rollout.state().isEnd()) { // another has versions that the next start must go beyond
        kept.put(rollout.id(), Kept.of(rollout));
      }
    }
  }

  /**
   * Begins a rollout. It is kept when this returns.
   *
   * @throws RolloutException if there is no room for it
   * @throws IOException if it could not be saved; then there is none
   */
  public Rollout create(RolloutPlan plan) throws RolloutException, IOException {
    lock.lock();
    try {
      Rollout draft = rollouts.draft(newId(), plan, rollouts.now().time());
      makeRoom(draft);
      keeper.put(draft.saved());
      return rollouts.begin(draft);
    } finally {
      lock.unlock();
    }
  }

  /** What there was no room for. */
  public Refused refused() {
    return refused;
  }

  private String newId() {
    var bytes = new byte[ID_BYTES];
    String id;
    do {
      random.nextBytes(bytes);
      id = HexFormat.of().formatHex(bytes);
    } while (rollouts.find(id).isPresent());
    return id;
  }

  private void makeRoom(Rollout fresh) throws RolloutException, IOException {
    List<Rollout> running = rollouts.running();
    if (running.size() >= settings.running()) {
      refused.running().increment();
      throw new RolloutException(
          "%,d rollouts run already; cancel some or raise skep.limit.rollouts"
              .formatted(running.size()));
    }
    checkMetrics(fresh.plan().metrics(), running);
    int most = rollouts.settings().limits().rows();
    for (Rollout old : oldestEnded()) {
      if (rollouts.rows() + fresh.size() <= most) {
        break;
      }
      forget(old);
    }
    if (rollouts.rows() + fresh.size() > most) {
      refused.hosts().increment();
      throw new RolloutException(
          "rollouts may have %,d hosts together; cancel some or raise skep.limit.rollout.hosts"
              .formatted(most));
    }
  }

  private void checkMetrics(Optional<String> name, List<Rollout> running) throws RolloutException {
    List<String> names =
        running.stream().flatMap(one -> one.plan().metrics().stream()).distinct().toList();
    boolean isMore = name.isPresent() && !names.contains(name.get());
    if (isMore && names.size() >= MOST_METRICS) {
      refused.metrics().increment();
      throw new RolloutException(
          "%,d rollouts that run have metrics of their own; cancel some, or leave metrics out"
              .formatted(names.size()));
    }
  }

  private List<Rollout> oldestEnded() {
    return rollouts.newestFirst().stream()
        .filter(rollout -> rollout.state().isEnd())
        .sorted(Comparator.comparing(rollout -> rollout.ended().orElse(rollout.created())))
        .toList();
  }

  private void forget(Rollout rollout) throws IOException {
    keeper.forgetRollout(rollout.id());
    kept.remove(rollout.id());
    rollouts.drop(rollout);
  }

  /**
   * Ends a rollout before it is done. That is kept when this returns.
   *
   * @return false if it is done
   * @throws IOException if that could not be saved; then it goes on
   */
  public boolean cancel(Rollout rollout) throws IOException {
    lock.lock();
    try {
      Moment now = rollouts.now();
      if (!rollout.state().isEnd()) {
        keeper.put(rollouts.underLock(rollout::saved).cancelled(now.time()));
        kept.remove(rollout.id()); // it may be done meanwhile, and is saved anew then
        rollouts.cancel(rollout, now);
      }
      return rollout.state() == State.CANCELLED;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Forgets a machine, also in rollouts that run: who was named there is as if never seen. That is
   * kept when this returns.
   *
   * @return whether it was known
   * @throws IOException if that could not be saved; it is with the next save
   */
  public boolean forgetHost(String name) throws IOException {
    lock.lock();
    try {
      boolean known = rollouts.forgetHost(name);
      if (known) {
        saveHosts(false);
        saveRollouts();
      }
      return known;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Saves what changed, and forgets what is too old; to be called about once a second.
   *
   * @throws IOException if something could not be saved; it is the next time
   */
  public void save() throws IOException {
    lock.lock();
    try {
      List<Rollout> old = oldestEnded();
      for (Rollout rollout : old.subList(0, Math.max(0, old.size() - settings.history()))) {
        forget(rollout);
      }
      saveRollouts();
      Instant now = rollouts.now().time();
      rollouts.forgetSilentSince(now.minus(settings.forget()));
      boolean due = !heardSaved.plus(HEARD_SAVED).isAfter(now);
      saveHosts(due);
      heardSaved = due ? now : heardSaved;
    } finally {
      lock.unlock();
    }
  }

  private void saveRollouts() throws IOException {
    for (Rollout rollout : rollouts.newestFirst()) {
      Kept now = Kept.of(rollout);
      if (!now.equals(kept.get(rollout.id()))) {
        keeper.put(rollouts.underLock(rollout::saved));
        kept.put(rollout.id(), now);
      }
    }
  }

  private void saveHosts(boolean anyway) throws IOException {
    Optional<List<KnownHost>> hosts = rollouts.hostsToSave(anyway);
    if (hosts.isPresent()) {
      try {
        keeper.putHosts(hosts.get());
      } catch (IOException e) {
        rollouts.hostsNotSaved();
        throw e;
      }
    }
  }
}
