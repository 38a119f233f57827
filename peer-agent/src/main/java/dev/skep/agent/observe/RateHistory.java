package dev.skep.agent.observe;

import dev.skep.agent.library.TorrentRecord.Totals;
import dev.skep.agent.service.Agent;
import dev.skep.agent.service.AgentTorrent;
import dev.skep.protocol.InfoHash;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What each torrent received and sent in the last hour, in steps: by what it has moved in each, so
 * that no peak is missed. A torrent that moves nothing costs nothing. Safe for many threads.
 */
public final class RateHistory implements AutoCloseable {
  private static final Logger LOG = System.getLogger(RateHistory.class.getName());

  /** Between two values. */
  public static final Duration STEP = Duration.ofSeconds(10);

  private static final int STEPS = (int) (Duration.ofHours(1).toSeconds() / STEP.toSeconds());

  /**
   * Rates in bytes per second, the oldest first; of an hour, or none at all.
   *
   * @param end when the last step was over
   */
  public record Series(Instant end, List<Long> down, List<Long> up) {
    public Series {
      down = List.copyOf(down);
      up = List.copyOf(up);
    }
  }

  /** Of one torrent: rings in which the next value takes the place of the oldest. */
  private static final class Ring {
    final float[] down = new float[STEPS];
    final float[] up = new float[STEPS];
    int silent;
  }

  private final Agent agent;
  private final Map<InfoHash, Totals> before = new HashMap<>();
  private final Map<InfoHash, Ring> rings = new HashMap<>();
  private final Thread thread;
  private Instant end;
  private int next;

  private RateHistory(Agent agent) {
    this.agent = agent;
    end = agent.now();
    thread = Thread.ofVirtual().name("skep-history").unstarted(this::run);
  }

  /** Begins to keep it. */
  public static RateHistory of(Agent agent) {
    RateHistory history = new RateHistory(agent);
    history.thread.start();
    return history;
  }

  /** Of one torrent. */
  public synchronized Series of(InfoHash torrent) {
    Ring ring = rings.get(torrent);
    return ring == null
        ? new Series(end, List.of(), List.of())
        : new Series(end, inOrder(ring.down), inOrder(ring.up));
  }

  private List<Long> inOrder(float[] values) {
    List<Long> all = new ArrayList<>(STEPS);
    for (int i = 0; i < STEPS; i++) {
      all.add((long) values[(next + i) % STEPS]);
    }
    return all;
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(STEP);
        try {
          step();
        } catch (RuntimeException e) {
          LOG.log(Level.ERROR, "a fault in skep: the rates of the last hour", e);
        }
      }
    } catch (InterruptedException e) {
      // It is closed.
    }
  }

  synchronized void step() {
    Map<InfoHash, Totals> now = new HashMap<>();
    for (AgentTorrent torrent : agent.torrents()) {
      Totals totals = torrent.view().record().totals();
      InfoHash hash = torrent.infoHash();
      now.put(hash, totals);
      Totals last = before.getOrDefault(hash, totals);
      keep(
          hash,
          totals.downloadedBytes() - last.downloadedBytes(),
          totals.uploadedBytes() - last.uploadedBytes());
    }
    rings.keySet().retainAll(now.keySet());
    before.clear();
    before.putAll(now);
    next = (next + 1) % STEPS;
    end = agent.now();
  }

  private void keep(InfoHash torrent, long down, long up) {
    Ring ring = rings.get(torrent);
    if (ring == null && down <= 0 && up <= 0) {
      return;
    }
    if (ring == null) {
      ring = new Ring();
      rings.put(torrent, ring);
    }
    ring.silent = down <= 0 && up <= 0 ? ring.silent + 1 : 0;
    ring.down[next] = Math.max(0, down) / (float) STEP.toSeconds();
    ring.up[next] = Math.max(0, up) / (float) STEP.toSeconds();
    if (ring.silent >= STEPS) {
      rings.remove(torrent);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
