package dev.skep.service.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

/** What the server repeats is logged once. */
class FloodFilterTest {
  private long now;
  private final FloodFilter filter = new FloodFilter(() -> now);

  @Test
  void aLineOfTheServerIsLetThroughOnceAndOthersToo() {
    assertThat(isLogged("io.helidon.webserver", "broken request")).isTrue();
    for (int i = 0; i < 100; i++) {
      assertThat(isLogged("io.helidon.webserver", "broken request")).isFalse();
    }
    assertThat(isLogged("io.helidon.webserver", "disk full")).isTrue();
  }

  @Test
  void ourOwnLinesAreLetThroughHoweverOftenTheyCome() {
    for (int i = 0; i < 3; i++) {
      assertThat(isLogged("dev.skep.tracker.persistence.Saver", "not saved: {0}")).isTrue();
    }
  }

  @Test
  void noLoggerHasMoreThanSoManyLinesAMinuteWhateverTheySay() {
    for (String logger : List.of("org.glassfish.jersey.internal.Errors", "dev.skep.tracker.X")) {
      int logged = 0;
      for (int i = 0; i < 1000; i++) {
        logged += isLogged(logger, "wrong value abc" + i) ? 1 : 0;
      }
      assertThat(logged).isEqualTo(FloodFilter.MOST_LINES);
    }
    now += Duration.ofMinutes(1).toNanos();
    assertThat(isLogged("dev.skep.tracker.X", "wrong value")).isTrue();
  }

  private boolean isLogged(String logger, String message) {
    LogRecord line = new LogRecord(Level.WARNING, message);
    line.setLoggerName(logger);
    return filter.isLoggable(line);
  }
}
