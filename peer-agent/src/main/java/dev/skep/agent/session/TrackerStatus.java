package dev.skep.agent.session;

import dev.skep.agent.discovery.Announcer;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One tracker of one torrent at one moment. When it is asked is held as a time and told as a span,
 * so that it is right whenever somebody reads it.
 *
 * @param message the tracker's last failure or warning, or why it could not be reached
 * @param announcedAt when the last announce was over, however it ended, in monotonic nanoseconds;
 *     empty if there was none
 * @param nextAt when the next one is due, as the other; one that is under way was due
 */
public record TrackerStatus(
    String url,
    boolean working,
    Optional<String> message,
    int seeders,
    int leechers,
    int peersReceived,
    OptionalLong announcedAt,
    long nextAt) {

  static TrackerStatus of(Announcer.Status tracker) {
    long now = System.nanoTime();
    Optional<Duration> since = tracker.sinceAnnounce();
    return new TrackerStatus(
        tracker.url(),
        tracker.working(),
        tracker.message(),
        tracker.seeders(),
        tracker.leechers(),
        tracker.peersReceived(),
        since.isPresent() ? OptionalLong.of(now - since.get().toNanos()) : OptionalLong.empty(),
        now + tracker.nextAnnounce().toNanos());
  }

  /** Since the last announce was over; empty if there was none. */
  public Optional<Duration> sinceAnnounce() {
    return announcedAt.isPresent()
        ? Optional.of(Duration.ofNanos(System.nanoTime() - announcedAt.getAsLong()))
        : Optional.empty();
  }

  /** Until the next one; zero when it is due or under way. */
  public Duration nextAnnounce() {
    return Duration.ofNanos(Math.max(0, nextAt - System.nanoTime()));
  }
}
