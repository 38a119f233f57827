package dev.skep.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
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

  @Test
  void whateverIsLoggedIsOneLineOfBoundedLength() {
    var line = new LogRecord(Level.WARNING, "a stack\n\tat x\n\u001b[2J" + "y".repeat(100_000));
    line.setLoggerName("any");
    line.setThrown(new IllegalStateException("z\n".repeat(100_000), new IOException("disk")));
    String written = new OneLine().format(line);
    assertThat(written.lines()).hasSize(1);
    assertThat(written.length()).isLessThan(OneLine.MOST_CHARACTERS + 10);
    assertThat(written).doesNotContain("\u001b").contains("WARNING any: a stack");
  }

  @Test
  void aFailureIsToldWithItsCauseAndPlace() {
    var line = new LogRecord(Level.SEVERE, "not saved");
    line.setLoggerName("dev.skep.tracker.X");
    line.setThrown(new IllegalStateException("outer", new IOException("no space left")));
    assertThat(new OneLine().format(line))
        .contains("not saved; java.lang.IllegalStateException: outer at FloodFilterTest.java:")
        .contains("; java.io.IOException: no space left at FloodFilterTest.java:");
  }

  @Test
  void thatAClientWentAwayIsNotLoggedButThatNobodyCanConnectIs() {
    var reset = new UncheckedIOException(new SocketException("Connection reset by peer"));
    assertThat(isLogged("io.helidon.webserver.http.ErrorHandlers", "failed", reset)).isFalse();
    assertThat(isLogged("io.helidon.webserver.ServerListener", "terminating", reset)).isTrue();
  }

  private boolean isLogged(String logger, String message) {
    return isLogged(logger, message, null);
  }

  private boolean isLogged(String logger, String message, @Nullable Throwable thrown) {
    LogRecord line = new LogRecord(Level.WARNING, message);
    line.setLoggerName(logger);
    line.setThrown(thrown);
    return filter.isLoggable(line);
  }
}
