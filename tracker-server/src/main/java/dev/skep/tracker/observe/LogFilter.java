package dev.skep.tracker.observe;

import dev.skep.service.logs.FloodFilter;
import io.helidon.webserver.CloseConnectionException;
import java.net.SocketException;
import java.util.concurrent.atomic.LongAdder;
import java.util.logging.Filter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * Which lines of the log are worth an operator's time: no flood of them, and none that says that a
 * client went away before its answer. Named in {@code logging.properties}.
 */
public final class LogFilter implements Filter {
  private static final String OURS = "dev.skep.";

  /** Where a failing socket means that nobody can connect any more. */
  private static final String LISTENER = "io.helidon.webserver.ServerListener";

  private final FloodFilter floods = new FloodFilter();
  private final LongAdder leftOut = new LongAdder();

  /** For the logging system. */
  public LogFilter() {}

  @Override
  public boolean isLoggable(LogRecord line) {
    if (isOfTheOtherSide(line)) {
      return false;
    }
    boolean loggable = floods.isLoggable(line);
    if (!loggable) {
      leftOut.increment();
    }
    return loggable;
  }

  /** How many lines were left out of the log of this process since they were too many. */
  static long leftOut() {
    return Stream.of(Logger.getLogger("").getHandlers())
        .map(Handler::getFilter)
        .filter(LogFilter.class::isInstance)
        .map(LogFilter.class::cast)
        .mapToLong(filter -> filter.leftOut.sum())
        .sum();
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
