package dev.skep.agent.cli.console;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 500ms}, {@code 30s}, {@code 1h30m}, {@code 2d}. */
public final class TimeSpan {
  private static final Pattern PART = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)(ms|s|m|h|d)");
  private static final Pattern FORM = Pattern.compile("(?:" + PART + ")+");

  private static final BigDecimal LONGEST = BigDecimal.valueOf(36_500L * 86_400_000_000_000L);

  private TimeSpan() {}

  /**
   * Reads a duration of at least zero.
   *
   * @throws IllegalArgumentException with one line for the user when it is none
   */
  public static Duration parse(String text) {
    String span = text.strip().toLowerCase(Locale.ROOT);
    if (!FORM.matcher(span).matches()) {
      throw new IllegalArgumentException("'" + text + "' is not a duration; write 30s, 5m or 2h");
    }
    Duration sum = Duration.ZERO;
    var part = PART.matcher(span);
    while (part.find()) {
      var nanos =
          new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unitNanos(part.group(2))));
      if (nanos.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException("'" + text + "' is too long; at most 100 years");
      }
      sum = sum.plusNanos(nanos.longValue());
    }
    return sum;
  }

  private static long unitNanos(String unit) {
    return switch (unit) {
      case "ms" -> 1_000_000L;
      case "s" -> 1_000_000_000L;
      case "m" -> 60_000_000_000L;
      case "h" -> 3_600_000_000_000L;
      default -> 86_400_000_000_000L;
    };
  }

  /** Short, with two units at most: {@code 0.8 s}, {@code 42 s}, {@code 3 min 05 s}. */
  public static String format(Duration span) {
    double seconds = span.toNanos() / 1e9;
    if (seconds < 59.5) {
      return Numbers.short3(seconds, false) + " s";
    }
    long whole = Math.round(seconds);
    if (whole < 3600) {
      return String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
    }
    if (whole < 86_400) {
      return String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
    }
    return String.format(Locale.ROOT, "%d d %02d h", whole / 86_400, whole % 86_400 / 3600);
  }
}
