package dev.skep.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.tracker.TrackerReply;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a tracker says, it is never asked sooner than our own floor allows. */
class AnnounceTimesTest {
  @ParameterizedTest(name = "interval {0}, min interval {1}: {2}, {3} for who waits for peers")
  @CsvSource({
    // Not said, or nonsense.
    "0, 0, 1800, 1800",
    "0, 5, 1800, 10",
    "0, 900, 1800, 900",
    "0, 7200, 7200, 7200",
    // Too little.
    "1, 0, 60, 10",
    "5, 1, 60, 10",
    "59, 0, 60, 59",
    // As they are.
    "60, 30, 60, 30",
    "300, 60, 300, 60",
    "1800, 0, 1800, 1800",
    "1800, 3600, 3600, 3600",
    // Too much: kept up to a day.
    "28800, 0, 28800, 28800",
    "86400, 43200, 86400, 43200",
    "2147483647, 0, 86400, 86400",
    "300, 2147483647, 86400, 86400",
  })
  void afterAnAnswer(long interval, long minInterval, long usual, long earliest) {
    assertThat(
            AnnounceTimes.afterAnswer(
                Duration.ofSeconds(interval), Duration.ofSeconds(minInterval)))
        .isEqualTo(new AnnounceTimes.Wait(Duration.ofSeconds(usual), Duration.ofSeconds(earliest)));
  }

  @ParameterizedTest(name = "failure {0}, retry in {1} min: {2} s")
  @CsvSource({
    "0, -1, 5",
    "1, -1, 10",
    "2, -1, 20",
    "8, -1, 1280",
    "9, -1, 1800",
    "2000000000, -1, 1800",
    // What it says only adds.
    "0, 0, 5",
    "5, 0, 160",
    "9, 1, 1800",
    "0, 1, 60",
    "0, 60, 3600",
    "0, 1440, 86400",
    "0, 2147483647, 86400",
  })
  void afterAFailure(int before, long retryMinutes, long seconds) {
    Optional<Duration> retryIn =
        retryMinutes < 0 ? Optional.empty() : Optional.of(Duration.ofMinutes(retryMinutes));

    assertThat(AnnounceTimes.afterFailure(before, retryIn)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @CsvSource({"0", "7"})
  void neverIsADayForWhoAsksAnyway(int before) {
    assertThat(AnnounceTimes.afterFailure(before, Optional.of(TrackerReply.NEVER)))
        .isEqualTo(Duration.ofDays(1));
  }
}
