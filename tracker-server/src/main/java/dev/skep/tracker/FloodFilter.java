package dev.skep.tracker;

import java.net.SocketException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Lets a line of the server's through once a minute: it logs some malformed requests with a trace
 * each, and strangers must not fill the disk. That a client went away before its answer is no news
 * at all. Our own lines all come through. Named in {@code logging.properties}.
 */
public final class FloodFilter implements Filter {
  private static final String SERVER = "io.helidon.";

  /** Where a failing socket means that nobody can connect any more. */
  private static final String LISTENER = SERVER + "webserver.ServerListener";

  private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int MOST_LINES = 1000;

  private final Map<String, Long> toldAt = new HashMap<>();

  /** For the logging system. */
  public FloodFilter() {}

  @Override
  public synchronized boolean isLoggable(LogRecord line) {
    String logger = line.getLoggerName();
    if (logger == null || !logger.startsWith(SERVER)) {
      return true;
    }
    if (!logger.equals(LISTENER) && isOfASocket(line.getThrown())) {
      return false;
    }
    String text = logger + ' ' + line.getMessage();
    long now = System.nanoTime();
    Long last = toldAt.get(text);
    if (last != null && now - last < QUIET_NANOS) {
      return false;
    }
    if (toldAt.size() >= MOST_LINES) {
      toldAt.clear();
    }
    toldAt.put(text, now);
    return true;
  }

  private static boolean isOfASocket(@Nullable Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketException) {
        return true;
      }
    }
    return false;
  }
}
