package dev.skep.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.net.SocketException;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the server repeats is logged once. */
class FloodFilterTest {
  private final FloodFilter filter = new FloodFilter();

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
