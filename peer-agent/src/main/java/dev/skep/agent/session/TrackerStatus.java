package dev.skep.agent.session;

import dev.skep.agent.discovery.Announcer;
import java.time.Duration;
import java.util.Optional;

/**
 * One tracker of one torrent at one moment.
 *
 * @param message the tracker's last failure or warning, or why it could not be reached
 * @param sinceAnnounce since the last one was over, however it ended; empty if there was none
 * @param nextAnnounce until the next announce; zero when one is under way
 */
public record TrackerStatus(
    String url,
    boolean working,
    Optional<String> message,
    int seeders,
    int leechers,
    int peersReceived,
    Optional<Duration> sinceAnnounce,
    Duration nextAnnounce) {

  static TrackerStatus of(Announcer.Status tracker) {
    return new TrackerStatus(
        tracker.url(),
        tracker.working(),
        tracker.message(),
        tracker.seeders(),
        tracker.leechers(),
        tracker.peersReceived(),
        tracker.sinceAnnounce(),
        tracker.nextAnnounce());
  }
}
