package dev.skep.tracker;

import dev.skep.tracker.announce.AnnounceService;
import dev.skep.tracker.swarm.SwarmStore;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Tells the store and the announce path the time, once a second, and sweeps out who fell silent.
 */
final class Heartbeat implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Heartbeat.class.getName());

  /** Sweeps in a second: a store of a million peers is seen through in about four seconds. */
  private static final int SWEEPS = 256;

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
    return heartbeat;
  }

  private void beat() {
    try {
      long now = System.nanoTime();
      swarms.advance(now);
      announces.advance(now);
      for (int i = 0; i < SWEEPS; i++) {
        if (swarms.sweep()) {
          break;
        }
      }
      beatNanos = now;
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
