package dev.skep.tracker.admin.views;

import dev.skep.tracker.swarm.SwarmCounts;
import dev.skep.tracker.swarm.SwarmStore;
import dev.skep.tracker.swarm.SwarmSummary;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * All swarms as they were a moment ago, sorted, for everybody who asks: at most a second old, but
 * with very many swarms never made anew in more than a twentieth of the time, so that a million are
 * shown as they were some seconds ago. While it is made anew others see the last one.
 */
public final class SortedSwarms {
  private static final int SHARE = 20;

  /** Fewer cost nothing worth counting. */
  private static final int MANY = 1000;

  private final SwarmStore swarms;
  private final LongSupplier nanoTime;
  private final ReentrantLock making = new ReentrantLock();
  private volatile Snapshot latest;

  /** What lists are sorted by, highest first. */
  public enum Sort {
    PEERS,
    SEEDERS,
    LEECHERS,
    COMPLETED;

    /** The one of this name in lower case. */
    public static Optional<Sort> of(String name) {
      return List.of(values()).stream().filter(sort -> sort.text().equals(name)).findFirst();
    }

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    int key(SwarmCounts counts) {
      return switch (this) {
        case PEERS -> counts.seeders() + counts.leechers();
        case SEEDERS -> counts.seeders();
        case LEECHERS -> counts.leechers();
        case COMPLETED -> counts.completed();
      };
    }

    Comparator<SwarmSummary> order() {
      return Comparator.<SwarmSummary>comparingInt(swarm -> key(swarm.counts()))
          .reversed()
          .thenComparing(SwarmSummary::infoHash);
    }
  }

  private static final class Snapshot {
    private final List<SwarmSummary> overview;
    private final Map<Sort, List<SwarmSummary>> sorted = new EnumMap<>(Sort.class);
    private final long madeAt;
    private volatile long tookNanos;

    Snapshot(List<SwarmSummary> overview, long madeAt, long tookNanos) {
      this.overview = overview;
      this.madeAt = madeAt;
      this.tookNanos = tookNanos;
    }
  }

  /**
   * Makes the first one.
   *
   * @param nanoTime the monotonic clock
   */
  public SortedSwarms(SwarmStore swarms, LongSupplier nanoTime) {
    this.swarms = swarms;
    this.nanoTime = nanoTime;
    this.latest = new Snapshot(swarms.overview(), nanoTime.getAsLong(), 0);
  }

  /** All swarms in an order. */
  List<SwarmSummary> by(Sort sort) {
    Snapshot snapshot = latest();
    synchronized (snapshot.sorted) {
      return snapshot.sorted.computeIfAbsent(
          sort,
          _ -> {
            long began = nanoTime.getAsLong();
            List<SwarmSummary> all = snapshot.overview.stream().sorted(sort.order()).toList();
            snapshot.tookNanos += nanoTime.getAsLong() - began;
            return all;
          });
    }
  }

  private Snapshot latest() {
    Snapshot snapshot = latest;
    if (mustLast(snapshot) || !making.tryLock()) {
      return snapshot;
    }
    try {
      renew();
      return latest;
    } finally {
      making.unlock();
    }
  }

  private boolean mustLast(Snapshot snapshot) {
    return snapshot.overview.size() >= MANY
        && nanoTime.getAsLong() - snapshot.madeAt < SHARE * snapshot.tookNanos;
  }

  @SuppressWarnings("ReferenceEquality") // another overview is a newer one, whatever is in it
  private void renew() {
    long began = nanoTime.getAsLong();
    List<SwarmSummary> overview = swarms.overview();
    if (overview != latest.overview) {
      long now = nanoTime.getAsLong();
      latest = new Snapshot(overview, now, now - began);
    }
  }
}
