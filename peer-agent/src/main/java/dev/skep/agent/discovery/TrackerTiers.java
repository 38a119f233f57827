package dev.skep.agent.discovery;

import dev.skep.protocol.tracker.AnnounceResponse;
import dev.skep.protocol.tracker.TrackerReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which of a torrent's trackers to ask, and when (BEP 12): tiers in order, within a tier the one
 * that answered last first, and another only when one fails. Pure: time and chance are given. Not
 * thread-safe.
 */
final class TrackerTiers {
  private static final long FIRST_RETRY_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long MAX_RETRY_NANOS = Duration.ofMinutes(30).toNanos();
  private static final long MIN_INTERVAL_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long MAX_INTERVAL_NANOS = Duration.ofHours(6).toNanos();

  /** One tracker and what is known of it. */
  static final class Tracker {
    private final String url;
    private final int tier;
    private int failures;
    private long notBefore;
    private boolean never;
    boolean told; // it knows that we are here
    boolean working;
    Optional<String> trackerId = Optional.empty();
    Optional<String> message = Optional.empty();
    int seeders;
    int leechers;
    int peersReceived;

    private Tracker(String url, int tier, long now) {
      this.url = url;
      this.tier = tier;
      notBefore = now;
    }

    String url() {
      return url;
    }
  }

  private final List<List<Tracker>> tiers = new ArrayList<>();
  private final RandomGenerator random;
  private long nextAt;
  private long earliestAt;

  TrackerTiers(List<List<String>> urls, RandomGenerator random, long now) {
    this.random = random;
    nextAt = now;
    earliestAt = now;
    for (List<String> tier : urls) {
      List<Tracker> trackers = new ArrayList<>();
      for (String url : tier) {
        trackers.add(new Tracker(url, tiers.size(), now));
      }
      Collections.shuffle(trackers, random);
      if (!trackers.isEmpty()) {
        tiers.add(trackers);
      }
    }
  }

  /** All trackers in the order in which they are asked. */
  List<Tracker> all() {
    return tiers.stream().flatMap(List::stream).toList();
  }

  /** When to ask next; {@link Long#MAX_VALUE} if there is nobody to ask. */
  long nextAt() {
    return all().stream().allMatch(t -> t.never) ? Long.MAX_VALUE : nextAt;
  }

  /** The tracker to ask now, or null if it is not time, or none can be asked yet. */
  @Nullable Tracker due(long now) {
    if (now - nextAt < 0) {
      return null;
    }
    for (List<Tracker> tier : tiers) {
      for (Tracker tracker : tier) {
        if (!tracker.never && now - tracker.notBefore >= 0) {
          return tracker;
        }
      }
    }
    nextAt = all().stream().filter(t -> !t.never).mapToLong(t -> t.notBefore).min().orElse(now);
    return null;
  }

  /** Something happened that trackers should hear of soon, such as the download's end. */
  void hurry(long now) {
    nextAt = now;
  }

  /** More peers are wanted: the next announce may come as soon as the tracker allows. */
  void wantPeers(long now) {
    nextAt = Math.min(nextAt, Math.max(now, earliestAt));
  }

  void answered(Tracker tracker, AnnounceResponse response, long now) {
    tracker.failures = 0;
    tracker.working = true;
    tracker.message = response.warning();
    tracker.seeders = Math.max(0, response.seeders());
    tracker.leechers = Math.max(0, response.leechers());
    tracker.peersReceived += response.peers().size();
    if (response.trackerId().isPresent()) {
      tracker.trackerId = response.trackerId();
    }
    List<Tracker> tier = tiers.get(tracker.tier);
    tier.remove(tracker);
    tier.addFirst(tracker);
    long interval = nanos(response.interval());
    long min = nanos(response.minInterval());
    nextAt = now + Math.clamp(Math.max(interval, min), MIN_INTERVAL_NANOS, MAX_INTERVAL_NANOS);
    earliestAt = now + (min > 0 ? Math.max(min, MIN_INTERVAL_NANOS) : nextAt - now);
  }

  void refused(Tracker tracker, TrackerReply.Failure failure, long now) {
    failed(tracker, failure.reason(), now);
    failure
        .retryIn()
        .ifPresent(
            in -> {
              tracker.never = in.equals(TrackerReply.NEVER);
              tracker.notBefore = now + Math.min(nanos(in), MAX_INTERVAL_NANOS);
            });
  }

  void failed(Tracker tracker, String why, long now) {
    tracker.working = false;
    tracker.message = Optional.of(why);
    long wait = Math.min(MAX_RETRY_NANOS, FIRST_RETRY_NANOS << Math.min(20, tracker.failures++));
    // Clients that lost the same tracker must not all come back in the same second.
    tracker.notBefore = now + wait + random.nextLong(wait / 4 + 1);
  }

  private static long nanos(Duration d) {
    return d.compareTo(Duration.ofDays(1)) > 0 ? MAX_INTERVAL_NANOS : d.toNanos();
  }
}
