package dev.skep.tracker;

import dev.skep.tracker.announce.AnnounceService;
import dev.skep.tracker.swarm.SwarmStore;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Tells the store and the announce path the time, once a second, and sweeps out who fell silent, a
 * little at a time: on a machine with one processor announces wait for what is done here.
 */
final class Heartbeat implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Heartbeat.class.getName());

  /**
   * Sweeps at a time and how often: a store of a million peers is seen through in about four
   * seconds.
   */
  private static final int SWEEPS = 8;

  private static final int SWEEP_MILLIS = 20;

  private final SwarmStore swarms;
  private final AnnounceService announces;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("heartbeat").factory());
  private volatile long beatNanos = System.nanoTime();

  private Heartbeat(SwarmStore swarms, AnnounceService announces) {
    this.swarms = swarms;
    this.announces = announces;
  }

  static Heartbeat start(SwarmStore swarms, AnnounceService announces) {
    var heartbeat = new Heartbeat(swarms, announces);
    var _ = heartbeat.thread.scheduleAtFixedRate(heartbeat::beat, 1, 1, TimeUnit.SECONDS);
    var _ =
        heartbeat.thread.scheduleWithFixedDelay(
            heartbeat::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
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

  private void sweep() {
    try {
      boolean seenThrough = false;
      for (int i = 0; i < SWEEPS && !seenThrough; i++) {
        seenThrough = swarms.sweep().toTheEnd();
      }
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a sweep failed", e);
    }
  }

  /** How long ago the last one was. */
  long sinceBeatNanos() {
    return System.nanoTime() - beatNanos;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
