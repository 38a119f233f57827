package dev.skep.tracker.announce;

import dev.skep.tracker.swarm.SwarmStore;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Tells the store and the announce path the time, once a second, and sweeps out who fell silent, a
 * little at a time: on a machine with one processor announces wait for what is done here.
 */
public final class Heartbeat implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Heartbeat.class.getName());

  /** Sweeps at a time and the pause after: a million peers are seen through in 12 seconds. */
  private static final int SWEEPS = 2;

  private static final Duration SWEEP_PAUSE = Duration.ofMillis(20);

  /** Between the begins of two rounds; a short timeout has shorter ones. */
  private static final Duration ROUND = Duration.ofSeconds(10);

  private static final int ROUNDS_PER_TIMEOUT = 16;

  private final SwarmStore swarms;
  private final AnnounceService announces;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("heartbeat").factory());
  private final long roundNanos;
  private long roundBeganNanos = System.nanoTime();
  private volatile long beatNanos = System.nanoTime();

  private Heartbeat(SwarmStore swarms, AnnounceService announces) {
    this.swarms = swarms;
    this.announces = announces;
    Duration round = swarms.limits().peerTimeout().dividedBy(ROUNDS_PER_TIMEOUT);
    roundNanos = (round.compareTo(ROUND) < 0 ? round : ROUND).toNanos();
  }

  /** Begins to beat, once a second until it is closed. */
  public static Heartbeat start(SwarmStore swarms, AnnounceService announces) {
    var heartbeat = new Heartbeat(swarms, announces);
    var _ = heartbeat.thread.scheduleAtFixedRate(heartbeat::beat, 1, 1, TimeUnit.SECONDS);
    heartbeat.sweepIn(SWEEP_PAUSE.toNanos());
    return heartbeat;
  }

  private void beat() {
    try {
      long now = System.nanoTime();
      swarms.advance(now);
      announces.advance(now);
      beatNanos = now;
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "telling the time failed", e);
    }
  }

  private void sweepIn(long nanos) {
    var _ = thread.schedule(this::sweep, nanos, TimeUnit.NANOSECONDS);
  }

  private void sweep() {
    long pause = SWEEP_PAUSE.toNanos();
    try {
      boolean seenThrough = false;
      for (int i = 0; i < SWEEPS && !seenThrough; i++) {
        seenThrough = swarms.sweep().toTheEnd();
      }
      if (seenThrough) {
        long now = System.nanoTime();
        pause = Math.max(pause, roundBeganNanos + roundNanos - now);
        roundBeganNanos = now + pause;
      }
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a sweep failed", e);
    }
    if (!thread.isShutdown()) {
      sweepIn(pause);
    }
  }

  /** How long ago the last beat was, in nanoseconds. */
  public long sinceBeatNanos() {
    return System.nanoTime() - beatNanos;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
