package dev.skep.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.agent.discovery.TrackerOrder.Tracker;
import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.tracker.AnnounceResponse;
import dev.skep.protocol.tracker.TrackerReply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TrackerOrderTest {
  private static final long SECOND = 1_000_000_000L;

  private static TrackerOrder tiers(List<List<String>> urls) {
    return new TrackerOrder(urls, new SplittableRandom(1), 0);
  }

  private static Tracker due(TrackerOrder tiers, long now) {
    Tracker tracker = Objects.requireNonNull(tiers.due(now), "nobody is due");
    tiers.over(tracker);
    return tracker;
  }

  private static AnnounceResponse every(int seconds) {
    return AnnounceResponse.of(Duration.ofSeconds(seconds), 1, 2, List.of());
  }

  @Test
  void theNextTierIsAskedOnlyWhenAllOfTheFirstFail() {
    TrackerOrder tiers = tiers(List.of(List.of("a", "b"), List.of("c")));

    Tracker first = due(tiers, 0);
    tiers.failed(first, "down", 0);
    Tracker second = due(tiers, 0);
    tiers.failed(second, "down", 0);

    assertThat(List.of(first.url(), second.url())).containsExactlyInAnyOrder("a", "b");
    assertThat(due(tiers, 0).url()).isEqualTo("c");
  }

  @Test
  void theOneThatAnsweredComesFirstInItsTier() {
    TrackerOrder tiers = tiers(List.of(List.of("a", "b")));
    Tracker bad = due(tiers, 0);
    tiers.failed(bad, "down", 0);
    Tracker good = due(tiers, 0);

    tiers.answered(good, every(60), 0);

    assertThat(tiers.all().getFirst()).isSameAs(good);
    assertThat(due(tiers, 100 * SECOND)).isSameAs(good);
  }

  @Test
  void theIntervalIsKept() {
    TrackerOrder tiers = tiers(List.of(List.of("a")));

    tiers.answered(due(tiers, 0), every(60), 0);

    assertThat(tiers.nextAt()).isEqualTo(60 * SECOND);
    assertThat(tiers.due(59 * SECOND)).isNull();
    assertThat(tiers.due(60 * SECOND)).isNotNull();
  }

  @Test
  void theMinimumIntervalHoldsEvenWhenPeersAreWanted() {
    TrackerOrder tiers = tiers(List.of(List.of("a")));
    AnnounceResponse response =
        new AnnounceResponse(
            Duration.ofSeconds(600),
            Duration.ofSeconds(30),
            0,
            0,
            0,
            List.of(),
            Map.of(),
            Optional.of("be nice"),
            Optional.of(BString.of("id7")),
            Optional.empty(),
            List.of());
    Tracker tracker = due(tiers, 0);
    tiers.answered(tracker, response, 0);

    tiers.wantPeers(SECOND);

    assertThat(tiers.nextAt()).isEqualTo(30 * SECOND);
    assertThat(tracker.message).contains("be nice");
    assertThat(tracker.trackerId).contains(BString.of("id7"));
  }

  @Test
  void pausesDoubleWithEachFailureUpToHalfAnHour() {
    TrackerOrder tiers = tiers(List.of(List.of("a")));
    long now = 0;
    long before = 0;
    for (int i = 0; i < 20; i++) {
      Tracker tracker = due(tiers, now);
      tiers.failed(tracker, "down", now);
      assertThat(tiers.due(now)).isNull();
      long pause = tiers.nextAt() - now;
      assertThat(pause).isGreaterThanOrEqualTo(Math.min(before, 1800 * SECOND));
      assertThat(pause).isLessThanOrEqualTo(1800 * SECOND * 5 / 4);
      before = Math.min(pause, 1800 * SECOND) / 2;
      now += pause;
    }
    assertThat(before).isGreaterThan(800 * SECOND);
  }

  @Test
  void aTrackerThatSaysWhenToComeBackIsObeyed() {
    TrackerOrder tiers = tiers(List.of(List.of("a")));
    TrackerReply.Failure busy = new TrackerReply.Failure("busy", Optional.of(Duration.ofHours(1)));

    tiers.refused(due(tiers, 0), busy, 0);

    assertThat(tiers.due(SECOND)).isNull();
    assertThat(tiers.nextAt()).isBetween(3600 * SECOND, 4500 * SECOND);
  }

  @Test
  void aTrackerThatNeverWantsToBeAskedAgainIsNot() {
    TrackerOrder tiers = tiers(List.of(List.of("a")));
    TrackerReply.Failure never = new TrackerReply.Failure("no", Optional.of(TrackerReply.NEVER));

    tiers.refused(due(tiers, 0), never, 0);

    assertThat(tiers.nextAt()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void theNextIsAskedBesideOneThatIsSilent() {
    TrackerOrder tiers = tiers(List.of(List.of("a"), List.of("b")));
    Tracker silent = Objects.requireNonNull(tiers.due(0));
    Tracker next = Objects.requireNonNull(tiers.due(0));

    assertThat(List.of(silent.url(), next.url())).containsExactly("a", "b");
    assertThat(tiers.due(0)).isNull();
    assertThat(tiers.nextAt()).isEqualTo(Long.MAX_VALUE);

    tiers.answered(next, every(60), 0);
    tiers.over(next);
    tiers.failed(silent, "no answer", 30 * SECOND);
    tiers.over(silent);

    // The order stays (BEP 12): the first tier is asked first, once its pause is over.
    assertThat(tiers.nextAt()).isEqualTo(60 * SECOND);
    assertThat(due(tiers, 60 * SECOND).url()).isEqualTo("a");
  }

  @Test
  void aTrackerIsHurriedOnceAMinute() {
    TrackerOrder tiers = tiers(List.of(List.of("a")));
    tiers.answered(due(tiers, 0), every(1800), 0);

    tiers.hurry(5 * SECOND);
    assertThat(tiers.nextAt()).isEqualTo(5 * SECOND);
    tiers.answered(due(tiers, 5 * SECOND), every(1800), 5 * SECOND);
    tiers.hurry(6 * SECOND);
    assertThat(tiers.nextAt()).isEqualTo(65 * SECOND);
  }
}
