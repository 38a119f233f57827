package dev.skep.agent.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.agent.service.Doctor.Cause;
import dev.skep.protocol.tracker.HostReport.State;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a tracker is told again. */
class ReportPaceTest {
  private static final Duration SOON = Duration.ofMillis(500);
  private static final HostStanding FETCHES = fetching(Cause.NOTHING);
  private static final HostStanding HOOKED =
      new HostStanding(State.HOOKED, Cause.NOTHING, Optional.empty());

  private static final HostStanding UNLIMITED =
      new HostStanding(State.FETCHING, Cause.SOURCES, Optional.empty());

  private long now;
  private final ReportPace pace = new ReportPace(now);
  private int told;

  private static HostStanding fetching(Cause cause) {
    return new HostStanding(State.FETCHING, cause, Optional.of(cause.toString()));
  }

  private boolean isToldAfter(Duration passed, HostStanding standing, Duration interval) {
    now += passed.toNanos();
    boolean due = pace.isDue(standing, now);
    if (due) {
      pace.told(standing, interval, now);
      told++;
    }
    return due;
  }

  @Test
  void whatChangesIsToldAtOnceButNotMoreThanEveryTenSecondsInTheLongRun() {
    assertThat(isToldAfter(SOON, FETCHES, Duration.ofHours(1))).isTrue();
    assertThat(isToldAfter(SOON, HOOKED, Duration.ofHours(1))).isTrue();
    for (int i = 0; i < 1200; i++) {
      isToldAfter(SOON, i % 2 == 0 ? FETCHES : HOOKED, Duration.ofHours(1));
    }
    assertThat(told).isBetween(60, 60 + ReportPace.AT_ONCE);
  }

  @Test
  void whatDoesNotChangeIsToldWhenTheTrackerWantsIt() {
    isToldAfter(SOON, FETCHES, Duration.ofSeconds(15));
    assertThat(isToldAfter(Duration.ofSeconds(14), FETCHES, Duration.ZERO)).isFalse();
    assertThat(isToldAfter(Duration.ofSeconds(1), FETCHES, Duration.ZERO)).isTrue();
    assertThat(isToldAfter(Duration.ofSeconds(4), FETCHES, Duration.ZERO)).isFalse();
    assertThat(isToldAfter(Duration.ofSeconds(1), FETCHES, Duration.ofDays(9))).isTrue();
    assertThat(isToldAfter(Duration.ofMinutes(59), FETCHES, Duration.ZERO)).isFalse();
    assertThat(isToldAfter(Duration.ofMinutes(1), HOOKED, Duration.ofSeconds(1))).isTrue();
    assertThat(isToldAfter(Duration.ofSeconds(59), HOOKED, Duration.ZERO)).isFalse();
    assertThat(isToldAfter(Duration.ofSeconds(1), HOOKED, Duration.ZERO)).isTrue();
  }

  private Optional<Cause> lastingAfter(Duration passed, HostStanding standing) {
    now += passed.toNanos();
    HostStanding lasting = pace.lasting(standing, now);
    assertThat(lasting.state()).isEqualTo(standing.state());
    return lasting.reason().map(_ -> lasting.cause());
  }

  @Test
  void aReasonThatPassesAtOnceIsNotTold() {
    assertThat(lastingAfter(SOON, fetching(Cause.NO_PEERS))).isEmpty();
    assertThat(lastingAfter(Duration.ofSeconds(4), fetching(Cause.NO_PEERS))).isEmpty();
    assertThat(lastingAfter(Duration.ofMillis(500), UNLIMITED)).isEmpty();
    assertThat(lastingAfter(Duration.ofSeconds(9), fetching(Cause.CHOKED))).isEmpty();
    assertThat(lastingAfter(Duration.ofSeconds(4), fetching(Cause.CHOKED))).isEmpty();
    assertThat(lastingAfter(SOON, fetching(Cause.BROKEN))).contains(Cause.BROKEN);
  }

  @Test
  void whatHasLimitedItForAWhileIsToldByItsReasonOfNow() {
    lastingAfter(SOON, fetching(Cause.NO_PEERS));
    assertThat(lastingAfter(Duration.ofSeconds(5), fetching(Cause.NO_PEERS)))
        .contains(Cause.NO_PEERS);
    assertThat(lastingAfter(SOON, fetching(Cause.CHOKED))).contains(Cause.CHOKED);
  }

  @Test
  void aReasonThatComesAndGoesIsToldAndStaysUntilNothingLimitsForAWhile() {
    for (int i = 0; i < 20; i++) {
      lastingAfter(Duration.ofSeconds(1), i % 2 == 0 ? fetching(Cause.RATE_LIMIT) : UNLIMITED);
    }
    for (int i = 0; i < 20; i++) {
      HostStanding standing = i % 2 == 0 ? fetching(Cause.RATE_LIMIT) : UNLIMITED;
      assertThat(lastingAfter(Duration.ofSeconds(1), standing)).contains(Cause.RATE_LIMIT);
    }
    assertThat(lastingAfter(Duration.ofSeconds(11), UNLIMITED)).isEmpty();
  }

  @Test
  void whatIsNoLongerFetchedIsNotLimited() {
    lastingAfter(SOON, fetching(Cause.RATE_LIMIT));
    assertThat(lastingAfter(Duration.ofSeconds(9), fetching(Cause.RATE_LIMIT))).isPresent();
    assertThat(pace.lasting(HOOKED, now)).isEqualTo(HOOKED);
    assertThat(lastingAfter(SOON, UNLIMITED)).isEmpty();
  }

  @Test
  void whatBreaksIsToldAtOnce() {
    isToldAfter(SOON, FETCHES, Duration.ofHours(1));
    assertThat(isToldAfter(SOON, fetching(Cause.BROKEN), Duration.ofHours(1))).isTrue();
    assertThat(isToldAfter(SOON, fetching(Cause.BROKEN), Duration.ofHours(1))).isFalse();
  }

  @Test
  void anotherReasonIsToldTenSecondsAfterTheLast() {
    isToldAfter(SOON, FETCHES, Duration.ofHours(1));
    assertThat(isToldAfter(Duration.ofSeconds(9), fetching(Cause.CHOKED), Duration.ofHours(1)))
        .isFalse();
    assertThat(isToldAfter(Duration.ofSeconds(1), fetching(Cause.CHOKED), Duration.ofHours(1)))
        .isTrue();
  }

  @Test
  void whichPiecesAreHereIsToldSeldomAndOnlyWhileSomeAreMissing() {
    assertThat(pace.wantsPieces(FETCHES, now)).isTrue();
    pace.toldPieces(now);
    now += ReportPace.PIECES_EACH.toNanos() - 1;
    assertThat(pace.wantsPieces(FETCHES, now)).isFalse();
    assertThat(pace.wantsPieces(FETCHES, now + 1)).isTrue();
    assertThat(pace.wantsPieces(HOOKED, now + 1)).isFalse();
  }
}
