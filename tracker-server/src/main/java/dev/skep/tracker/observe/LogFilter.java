package dev.skep.tracker.observe;

import dev.skep.service.logs.FloodFilter;
import io.helidon.webserver.CloseConnectionException;
import java.net.SocketException;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/**
 * Which lines of the log are worth an operator's time: no flood of them, and none that says that a
 * client went away before its answer. Named in {@code logging.properties}.
 */
public final class LogFilter implements Filter {
  private static final String OURS = "dev.skep.";

  /** Where a failing socket means that nobody can connect any more. */
  private static final String LISTENER = "io.helidon.webserver.ServerListener";

  private final FloodFilter floods = new FloodFilter();

  /** For the logging system. */
  public LogFilter() {}

  @Override
  public boolean isLoggable(LogRecord line) {
    return !isOfTheOtherSide(line) && floods.isLoggable(line);
  }

  private static boolean isOfTheOtherSide(LogRecord line) {
    String logger = String.valueOf(line.getLoggerName());
    if (logger.startsWith(OURS) || logger.equals(LISTENER)) {
      return false;
    }
    for (Throwable cause = line.getThrown(); cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketException || cause instanceof CloseConnectionException) {
        return true;
      }
    }
    return false;
  }
}
