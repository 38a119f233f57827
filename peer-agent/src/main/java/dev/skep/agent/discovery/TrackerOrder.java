package dev.skep.agent.discovery;

import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.tracker.AnnounceResponse;
import dev.skep.protocol.tracker.TrackerReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which of a torrent's trackers to ask, and when (BEP 12): tiers in order, within a tier the one
 * that answered last first, and another only when one fails or is silent. {@link AnnounceTimes}
 * says for how long each is left alone. Pure: time and chance are given. Not thread-safe.
 */
final class TrackerOrder {
  /** One tracker and what is known of it. */
  static final class Tracker {
    private final String url;
    private final String shown;
    private final int tier;
    private int failures;
    private long notBefore;
    private boolean never;
    private boolean asked;
    private OptionalLong answeredAt = OptionalLong.empty();
    boolean told; // it knows that we are here
    boolean working;
    Optional<BString> trackerId = Optional.empty();
    Optional<String> message = Optional.empty();
    int seeders;
    int leechers;
    int peersReceived;

    private Tracker(String url, String shown, int tier, long now) {
      this.url = url;
      this.shown = shown;
      this.tier = tier;
      notBefore = now;
    }

    private Tracker again() {
      Tracker next = new Tracker(url, shown, tier, notBefore);
      next.failures = failures;
      next.never = never;
      next.trackerId = trackerId;
      next.message = message;
      next.answeredAt = answeredAt;
      return next;
    }

    /** As it was given: it may hold a password. */
    String url() {
      return url;
    }

    /** For people: without the user and password that it may hold. */
    String shown() {
      return shown;
    }

    /** Since the last announce to it was over, in nanoseconds; empty if none was. */
    OptionalLong sinceAnswer(long now) {
      return answeredAt.isPresent()
          ? OptionalLong.of(now - answeredAt.getAsLong())
          : OptionalLong.empty();
    }

    /** Its answer has not come yet. */
    boolean isAsked() {
      return asked;
    }

    private boolean isAskable() {
      return !never && !asked;
    }
  }

  private final List<List<Tracker>> tiers = new ArrayList<>();
  private final RandomGenerator random;
  private long roundAt;
  private long earliestAt;
  private long mayHurryAt;

  TrackerOrder(List<List<String>> urls, RandomGenerator random, long now) {
    this.random = random;
    roundAt = now;
    earliestAt = now;
    mayHurryAt = now;
    for (List<String> tier : urls) {
      List<Tracker> trackers = new ArrayList<>();
      for (String url : tier) {
        trackers.add(new Tracker(url, TrackerUrl.shown(url), tiers.size(), now));
      }
      Collections.shuffle(trackers, random);
      if (!trackers.isEmpty()) {
        tiers.add(trackers);
      }
    }
  }

  /**
   * The same trackers for somebody of whom they have not heard: one that failed is still left
   * alone, and one that never wants to be asked again is not.
   */
  TrackerOrder again(long now) {
    TrackerOrder next = new TrackerOrder(List.of(), random, now);
    tiers.forEach(
        tier -> next.tiers.add(new ArrayList<>(tier.stream().map(Tracker::again).toList())));
    return next;
  }

  /** All trackers in the order in which they are asked. */
  List<Tracker> all() {
    return tiers.stream().flatMap(List::stream).toList();
  }

  /** When somebody can be asked next; {@link Long#MAX_VALUE} if there is nobody. */
  long nextAt() {
    return all().stream()
        .filter(Tracker::isAskable)
        .mapToLong(t -> Math.max(roundAt, t.notBefore))
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** The tracker to ask now, which counts as asked until it is {@link #over}; null if none is. */
  @Nullable Tracker due(long now) {
    if (now - roundAt < 0) {
      return null;
    }
    for (List<Tracker> tier : tiers) {
      for (Tracker tracker : tier) {
        if (tracker.isAskable() && now - tracker.notBefore >= 0) {
          tracker.asked = true;
          return tracker;
        }
      }
    }
    return null;
  }

  /** Its answer came, or will not come any more. */
  void over(Tracker tracker) {
    tracker.asked = false;
  }

  /**
   * Something happened that trackers should hear of at once, such as the download's end; once a
   * minute at most.
   */
  void hurry(long now) {
    if (roundAt - now > 0) {
      roundAt = Math.min(roundAt, Math.max(mayHurryAt, now));
      mayHurryAt = roundAt + AnnounceTimes.FLOOR.toNanos();
    }
  }

  /** More peers are wanted: the next announce may come as soon as the tracker allows. */
  void wantPeers(long now) {
    roundAt = Math.min(roundAt, Math.max(now, earliestAt));
  }

  void answered(Tracker tracker, AnnounceResponse response, long now) {
    tracker.failures = 0;
    tracker.notBefore = now;
    tracker.working = true;
    tracker.answeredAt = OptionalLong.of(now);
    tracker.message = response.warning().map(StrangersWords::inOneLine);
    tracker.seeders = Math.max(0, response.seeders());
    tracker.leechers = Math.max(0, response.leechers());
    tracker.peersReceived += response.peers().size();
    if (response.trackerId().isPresent()) {
      tracker.trackerId = response.trackerId();
    }
    List<Tracker> tier = tiers.get(tracker.tier);
    tier.remove(tracker);
    tier.addFirst(tracker);
    AnnounceTimes.Wait wait =
        AnnounceTimes.afterAnswer(response.interval(), response.minInterval());
    roundAt = now + wait.usual().toNanos();
    earliestAt = now + wait.earliest().toNanos();
  }

  void refused(Tracker tracker, TrackerReply.Failure failure, long now) {
    failed(tracker, failure.reason(), failure.retryIn(), now);
    tracker.never = failure.retryIn().equals(Optional.of(TrackerReply.NEVER));
  }

  void failed(Tracker tracker, String why, long now) {
    failed(tracker, why, Optional.empty(), now);
  }

  /**
   * It could not be asked, or did not answer as it should.
   *
   * @param retryIn how long it wants to be left alone, if it says so
   */
  void failed(Tracker tracker, String why, Optional<Duration> retryIn, long now) {
    tracker.working = false;
    tracker.answeredAt = OptionalLong.of(now);
    tracker.message = Optional.of(StrangersWords.inOneLine(why));
    long wait = AnnounceTimes.afterFailure(tracker.failures++, retryIn).toNanos();
    // Clients that lost the same tracker must not all come back in the same second.
    tracker.notBefore = now + wait + random.nextLong(wait / 4 + 1);
  }
}
