package dev.skep.tracker.admin.views;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import dev.skep.tracker.swarm.SwarmCounts;
import dev.skep.tracker.swarm.SwarmStore;
import dev.skep.tracker.swarm.SwarmTallies;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * How many peers there were in the last hour, counted every {@link #STEP}: of all torrents
 * together, and of some: those of the catalogue that were published last, those that somebody
 * looked at within the hour, and all where there are not many. So it takes a few megabytes at most
 * and looks at a few thousand swarms, however many there are. Safe for many threads.
 */
public final class SwarmHistory {
  public static final Duration STEP = Duration.ofSeconds(30);

  /** Of the catalogue, and of those that are in none. */
  static final int MANY = 1000;

  static final int MOST_LOOKED_AT = 200;
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int STEPS = (int) HOUR.dividedBy(STEP);

  private final SwarmStore swarms;
  private final Catalogue catalogue;
  private final LongSupplier nanoTime;
  private final Course whole = new Course();
  private final Map<InfoHash, Course> some = new HashMap<>();

  /** When somebody last looked at one; those first that were not looked at for longest. */
  private final Map<InfoHash, Long> lookedAt = new LinkedHashMap<>(16, 0.75f, true);

  private long countedNanos;
  private Instant counted;

  /**
   * The same number of figures of both kinds, the last of them counted at {@code end}, those before
   * {@link #STEP} earlier each.
   */
  public record Series(Instant end, List<Integer> seeders, List<Integer> leechers) {}

  /** Figures of the last hour. */
  private static final class Course {
    private final int[] seeders = new int[STEPS];
    private final int[] leechers = new int[STEPS];
    private int counted;

    void add(long seedersNow, long leechersNow) {
      int at = counted++ % STEPS;
      seeders[at] = (int) Math.min(Integer.MAX_VALUE, seedersNow);
      leechers[at] = (int) Math.min(Integer.MAX_VALUE, leechersNow);
    }

    Series until(Instant end) {
      return new Series(end, inOrder(seeders), inOrder(leechers));
    }

    private List<Integer> inOrder(int[] figures) {
      var all = new ArrayList<Integer>();
      for (int i = Math.max(0, counted - STEPS); i < counted; i++) {
        all.add(figures[i % STEPS]);
      }
      return List.copyOf(all);
    }
  }

  /**
   * Counts for the first time.
   *
   * @param nanoTime the monotonic clock
   */
  public SwarmHistory(SwarmStore swarms, Catalogue catalogue, LongSupplier nanoTime) {
    this.swarms = swarms;
    this.catalogue = catalogue;
    this.nanoTime = nanoTime;
    this.countedNanos = nanoTime.getAsLong();
    this.counted = catalogue.now();
    count();
  }

  /** Counts if it is time for that; to be called about once a second. */
  public synchronized void round() {
    long now = nanoTime.getAsLong();
    if (now - countedNanos >= STEP.toNanos()) {
      countedNanos = now;
      counted = catalogue.now();
      count();
    }
  }

  private void count() {
    SwarmTallies tallies = swarms.tallies();
    whole.add(tallies.seeders().sum(), tallies.leechers());
    Set<InfoHash> chosen = chosen();
    some.keySet().retainAll(chosen);
    for (InfoHash hash : chosen) {
      add(hash);
    }
  }

  private void add(InfoHash hash) {
    SwarmCounts counts = swarms.counts(hash);
    some.computeIfAbsent(hash, _ -> new Course()).add(counts.seeders(), counts.leechers());
  }

  private Set<InfoHash> chosen() {
    lookedAt.values().removeIf(then -> countedNanos - then > HOUR.toNanos());
    var chosen = new HashSet<InfoHash>(lookedAt.keySet());
    Iterator<RegisteredTorrent> newest = catalogue.newest(Optional.empty(), Optional.empty());
    for (int i = 0; i < MANY && newest.hasNext(); i++) {
      chosen.add(newest.next().infoHash());
    }
    if (swarms.tallies().torrents().get() <= MANY) {
      swarms.overview().forEach(swarm -> chosen.add(swarm.infoHash()));
    }
    return chosen;
  }

  /** Of all torrents together. */
  public synchronized Series whole() {
    return whole.until(counted);
  }

  /** Of a torrent that somebody looks at: as far as it is known, and known from now on. */
  public synchronized Series of(InfoHash hash) {
    lookedAt.put(hash, nanoTime.getAsLong());
    if (lookedAt.size() > MOST_LOOKED_AT) {
      lookedAt.remove(lookedAt.keySet().iterator().next());
    }
    Course known = some.get(hash);
    return known == null ? new Course().until(counted) : known.until(counted);
  }
}
