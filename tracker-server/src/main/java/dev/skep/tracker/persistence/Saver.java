package dev.skep.tracker.persistence;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.swarm.SwarmImage;
import dev.skep.tracker.swarm.SwarmStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
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
  private static final Duration FORGET_INTERVAL = Duration.ofSeconds(30);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(3);

  /** Images in one commit: so many, or about so many bytes. */
  private static final int BATCH_IMAGES = 128;

  private static final int BATCH_BYTES = 128 << 10;

  /** Bytes of images in one commit when there is no time for small steps. */
  private static final int HURRIED_BATCH_BYTES = 8 << 20;

  private final Persistence persistence;
  private final SwarmStore swarms;
  private final InstantSource clock;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("saver").factory());

  private final Duration interval;

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
    this.interval = interval;
    this.clock = clock;
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
    saver.every(FORGET_INTERVAL, saver::forget);
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
   * A failed save is told once and tried again, with a store opened anew and everything to be
   * saved.
   */
  private void attempt(Save save) {
    try {
      if (problem.isPresent()) {
        persistence.reopen();
        swarms.changeAll();
        saveCompleted();
        saveSwarms();
        LOG.log(Level.INFO, "saving works again");
      }
      save.run();
      problem = Optional.empty();
      savedNanos = System.nanoTime();
    } catch (IOException | RuntimeException e) {
      failures.increment();
      if (problem.isEmpty()) {
        LOG.log(Level.ERROR, "cannot save, trying again: " + e.getMessage());
      }
      problem = Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private void saveCompleted() throws IOException {
    persistence.store().putCompleted(swarms.takeCompleted());
  }

  private void saveSwarms() throws IOException {
    long began = System.nanoTime();
    var batch = new Batch(rests());
    try {
      if (stopping) {
        swarms.forEachUnsaved(Seal.ROOM + DatedImage.ROOM, batch::add);
      } else {
        swarms.forEachChanged(Seal.ROOM + DatedImage.ROOM, batch::add);
      }
      batch.save();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    lastSaveTook = Duration.ofNanos(System.nanoTime() - began);
    persistence.store().cleanUp(rests());
  }

  private Rests rests() {
    return new Rests(interval.dividedBy(2), () -> stopping);
  }

  /** Images that go into one commit. */
  private final class Batch {
    private final Rests rests;
    private final Map<InfoHash, byte[]> images = new HashMap<>();
    private long bytes;

    Batch(Rests rests) {
      this.rests = rests;
    }

    void add(SwarmImage image) {
      byte[] dated = image.peers() == 0 ? new byte[0] : image.bytes();
      if (dated.length > 0) {
        DatedImage.date(dated, Seal.ROOM, clock.instant());
      }
      images.put(image.infoHash(), dated);
      bytes += dated.length;
      rests.letIn();
      if (isFull()) {
        save();
        rests.rest();
      }
    }

    private boolean isFull() {
      return rests.isOver()
          ? bytes >= HURRIED_BATCH_BYTES
          : bytes >= BATCH_BYTES || images.size() >= BATCH_IMAGES;
    }

    void save() {
      try {
        persistence.store().putSwarms(images, rests::letIn);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      savedSwarms.add(images.size());
      savedBytes.add(bytes);
      images.clear();
      bytes = 0;
    }
  }

  private void forget() throws IOException {
    persistence.store().keepOnly(swarms::has);
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
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
