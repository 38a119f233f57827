package dev.skep.tracker.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.net.SocketException;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class LogFilterTest {
  private final LogFilter filter = new LogFilter();

  @Test
  void thatAClientWentAwayIsNotLoggedButThatNobodyCanConnectIs() {
    assertThat(isLogged("io.helidon.webserver.http.ErrorHandlers")).isFalse();
    assertThat(isLogged("io.helidon.webserver.ServerListener")).isTrue();
    assertThat(isLogged("dev.skep.tracker.udp.UdpServer")).isTrue();
  }

  @Test
  void whatTheServerRepeatsIsLoggedOnce() {
    assertThat(isLogged("io.helidon.webserver.ServerListener")).isTrue();
    assertThat(isLogged("io.helidon.webserver.ServerListener")).isFalse();
  }

  @Test
  void whatIsLeftOutOfTheLogIsCounted() {
    Handler handler = new ConsoleHandler();
    handler.setFilter(filter);
    Logger.getLogger("").addHandler(handler);
    try {
      long before = LogFilter.leftOut();
      isLogged("io.helidon.webserver.ServerListener");
      isLogged("io.helidon.webserver.ServerListener");
      isLogged("io.helidon.webserver.ServerListener");
      assertThat(LogFilter.leftOut() - before).isEqualTo(2);
    } finally {
      Logger.getLogger("").removeHandler(handler);
    }
  }

  private boolean isLogged(String logger) {
    LogRecord line = new LogRecord(Level.WARNING, "failed");
    line.setLoggerName(logger);
    line.setThrown(new UncheckedIOException(new SocketException("Connection reset by peer")));
    return filter.isLoggable(line);
  }
}
