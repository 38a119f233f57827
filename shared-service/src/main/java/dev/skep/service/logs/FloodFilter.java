package dev.skep.service.logs;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/**
 * Keeps strangers from filling the disk by way of the log, whatever logger they reach: each logger
 * has so many lines a minute, and a line that is not ours comes once a minute. Stands before the
 * root handler; {@link OneLine} bounds the lines themselves.
 */
public final class FloodFilter implements Filter {
  /** Lines of one logger in a minute. */
  static final int MOST_LINES = 20;

  private static final String OURS = "dev.skep.";

  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final LongSupplier nanoTime;
  private final Map<String, Integer> lines = new HashMap<>();
  private final Set<String> told = new HashSet<>();
  private long minuteBegan;

  /** For the logging system. */
  public FloodFilter() {
    this(System::nanoTime);
  }

  FloodFilter(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.minuteBegan = nanoTime.getAsLong();
  }

  @Override
  public synchronized boolean isLoggable(LogRecord line) {
    String logger = String.valueOf(line.getLoggerName());
    long now = nanoTime.getAsLong();
    if (now - minuteBegan >= MINUTE_NANOS) {
      minuteBegan = now;
      lines.clear();
      told.clear();
    }
    if (lines.getOrDefault(logger, 0) >= MOST_LINES
        || (!logger.startsWith(OURS) && !told.add(logger + ' ' + line.getMessage()))) {
      return false;
    }
    lines.merge(logger, 1, Integer::sum);
    return true;
  }
}
