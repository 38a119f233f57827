package dev.skep.tracker;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/**
 * Lets a line of the log through once a minute: the server logs some malformed requests with a
 * trace each, and strangers must not fill the disk. Named in {@code logging.properties}.
 */
public final class FloodFilter implements Filter {
  private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int MOST_LINES = 1000;

  private final Map<String, Long> toldAt = new LinkedHashMap<>();

  /** For the logging system. */
  public FloodFilter() {}

  @Override
  public synchronized boolean isLoggable(LogRecord line) {
    String text = line.getLoggerName() + ' ' + line.getMessage();
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
}
