package dev.skep.tracker.persistence;

import dev.skep.tracker.swarm.SwarmChange;
import dev.skep.tracker.swarm.SwarmReader;
import dev.skep.tracker.swarm.SwarmStore;
import dev.skep.tracker.system.InWords;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Saves completed counts every second and changed swarms every few seconds, on a thread of its own:
 * the announce path meets it only at the short lock of a stripe whose swarm is being copied. It
 * works in small steps with rests between, so that announces wait for no more than a step where
 * both share a processor.
 */
public final class Saver implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Saver.class.getName());
  private static final Duration COMPLETED_INTERVAL = Duration.ofSeconds(1);

  /** A clock that runs so much faster or slower than time passes was set. */
  private static final Duration CLOCK_SET = Duration.ofSeconds(30);

  private static final Duration STOP_LIMIT = Duration.ofSeconds(3);

  /** Between two attempts after a failure: doubled each time, up to the longest. */
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final Persistence persistence;
  private final SwarmStore swarms;
  private final SwarmReader changes;
  private final InstantSource clock;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("saver").factory());

  private final Duration interval;

  /** For the saver's thread only. */
  private Duration pause = FIRST_PAUSE;

  /** What was saved before the start and not brought back is still in the store. */
  private boolean holdsTheGone = true;

  private long retryNanos;

  // The clock on the wall and the time since some moment, at the last save.
  private Instant lastWall;
  private long lastNanos = System.nanoTime();

  private volatile long savedNanos = System.nanoTime();
  private volatile Optional<String> problem = Optional.empty();
  private volatile Duration lastSaveTook = Duration.ZERO;
  private volatile boolean stopping;
  private final LongAdder savedSwarms = new LongAdder();
  private final LongAdder savedBytes = new LongAdder();
  private final LongAdder failures = new LongAdder();

  private Saver(
      Persistence persistence, SwarmStore swarms, Duration interval, InstantSource clock) {
    this.persistence = persistence;
    this.swarms = swarms;
    this.changes = swarms.reader(EnumSet.allOf(SwarmChange.class));
    this.interval = interval;
    this.clock = clock;
    this.lastWall = clock.instant();
  }

  /**
   * Begins to save what changes from now on.
   *
   * @param interval between two saves of swarms
   */
  public static Saver start(
      Persistence persistence, SwarmStore swarms, Duration interval, InstantSource clock) {
    var saver = new Saver(persistence, swarms, interval, clock);
    saver.every(COMPLETED_INTERVAL, saver::saveCompleted);
    saver.every(interval, saver::saveSwarms);
    return saver;
  }

  /** Something that may fail to be saved. */
  @FunctionalInterface
  private interface Save {
    void run() throws IOException;
  }

  private void every(Duration interval, Save save) {
    var _ =
        thread.scheduleWithFixedDelay(
            () -> attempt(save), interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * A failed save is told once, and tried again after a pause with a new store that everything goes
   * into. The old one is left alone until that is whole.
   */
  private void attempt(Save save) {
    if (problem.isPresent() && !stopping && System.nanoTime() - retryNanos < 0) {
      return;
    }
    try {
      if (problem.isPresent()) {
        persistence.renew(this::saveEverything);
        LOG.log(Level.INFO, "saving works again");
      }
      save.run();
      problem = Optional.empty();
      pause = FIRST_PAUSE;
      savedNanos = System.nanoTime();
    } catch (IOException | RuntimeException | Error e) {
      failures.increment();
      String words = e instanceof IOException ? String.valueOf(e.getMessage()) : InWords.of(e);
      if (problem.isEmpty()) {
        LOG.log(Level.ERROR, "cannot save, trying again: " + words);
      }
      problem = Optional.of(words);
      retryNanos = System.nanoTime() + pause.toNanos();
      Duration doubled = pause.multipliedBy(2);
      pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }
  }

  private void saveCompleted() throws IOException {
    persistence.store().putCompleted(changes.takeCompleted());
  }

  private void saveSwarms() throws IOException {
    long began = System.nanoTime();
    if (stopping) {
      count(copyTo(persistence.store()), SwarmCopy::unsaved);
    } else if (clockWasSet() || persistence.isRenewalDue()) {
      persistence.renew(this::saveEverything);
    } else {
      count(copyTo(persistence.store()), SwarmCopy::changed);
      forgetTheGone();
    }
    lastSaveTook = Duration.ofNanos(System.nanoTime() - began);
  }

  /**
   * Whether somebody set the clock since the last save: the dates of all images mean something else
   * now, and peers would be too old or too young after a restart.
   */
  private boolean clockWasSet() {
    Instant wall = clock.instant();
    long nanos = System.nanoTime();
    Duration ahead = Duration.between(lastWall, wall).minusNanos(nanos - lastNanos);
    lastWall = wall;
    lastNanos = nanos;
    return ahead.abs().compareTo(CLOCK_SET) > 0;
  }

  private void saveEverything(TrackerStore store) throws IOException {
    count(copyTo(store), SwarmCopy::everything);
  }

  private SwarmCopy copyTo(TrackerStore store) {
    var rests = new Rests(interval.dividedBy(2), () -> stopping);
    return new SwarmCopy(changes, store, clock.instant(), rests);
  }

  @FunctionalInterface
  private interface Copying {
    void run(SwarmCopy copy) throws IOException;
  }

  private void count(SwarmCopy copy, Copying copying) throws IOException {
    try {
      copying.run(copy);
    } finally {
      savedSwarms.add(copy.copiedSwarms());
      savedBytes.add(copy.copiedBytes());
    }
  }

  /** Most are told one by one; where that is not so, all that is saved has to be looked at. */
  private void forgetTheGone() throws IOException {
    if (changes.takeLosses() || holdsTheGone) {
      persistence.store().keepOnly(swarms::has);
      holdsTheGone = false;
    }
  }

  /** How saving goes. */
  public SavingStatus status() {
    return new SavingStatus(
        Duration.ofNanos(System.nanoTime() - savedNanos),
        problem,
        persistence.damage(),
        savedSwarms.sum(),
        savedBytes.sum(),
        failures.sum(),
        lastSaveTook);
  }

  /** Saves once more, and ends. */
  @Override
  public void close() {
    stopping = true;
    var _ = thread.submit(() -> attempt(this::saveCompleted));
    var _ = thread.submit(() -> attempt(this::saveSwarms));
    thread.shutdown();
    try {
      if (!thread.awaitTermination(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.log(Level.WARNING, "the last save did not end in time");
        return;
      }
      changes.close();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
