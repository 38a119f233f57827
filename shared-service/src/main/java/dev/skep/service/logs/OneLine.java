package dev.skep.service.logs;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes a record as one line of bounded length: what failed with its cause and the few places in
 * the code nearest to it, no more, since what strangers send may be the reason.
 */
public final class OneLine extends Formatter {
  /** Beyond it a line is cut. */
  static final int MOST_CHARACTERS = 1000;

  private static final int PLACES = 4;
  private static final int MOST_CAUSES = 5;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxx", Locale.ROOT);

  /** For the logging system. */
  public OneLine() {}

  @Override
  public String format(LogRecord line) {
    var text =
        new StringBuilder(TIME.format(time(line.getInstant())))
            .append(' ')
            .append(line.getLevel())
            .append(' ')
            .append(line.getLoggerName())
            .append(": ")
            .append(message(line));
    String failure = failure(line);
    if (!failure.isEmpty()) {
      text.append("; ").append(failure);
    }
    if (text.length() > MOST_CHARACTERS) {
      text.setLength(MOST_CHARACTERS);
      text.append('…');
    }
    return text.append(System.lineSeparator()).toString();
  }

  /** What is said, on one line of bounded length. */
  String message(LogRecord line) {
    var text = new StringBuilder();
    append(text, formatMessage(line));
    return text.toString();
  }

  /** What failed, with its causes and the places nearest to them; empty if nothing did. */
  static String failure(LogRecord line) {
    var text = new StringBuilder();
    Throwable cause = line.getThrown();
    for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
      text.append(i == 0 ? "" : "; ");
      append(text, cause.toString());
      places(text, cause);
      cause = cause.getCause();
    }
    return text.toString();
  }

  private static ZonedDateTime time(Instant instant) {
    return instant.atZone(ZoneId.systemDefault());
  }

  private static void places(StringBuilder text, Throwable cause) {
    StackTraceElement[] all = cause.getStackTrace();
    for (int i = 0; i < Math.min(PLACES, all.length); i++) {
      text.append(i == 0 ? " at " : " < ")
          .append(all[i].getFileName())
          .append(':')
          .append(all[i].getLineNumber());
    }
  }

  /** Nobody can begin a line of his own, or write to a terminal what is no text. */
  private static void append(StringBuilder text, @Nullable String message) {
    String plain = String.valueOf(message);
    int end = Math.min(plain.length(), MOST_CHARACTERS);
    for (int i = 0; i < end; i++) {
      char c = plain.charAt(i);
      text.append(isPlain(c) ? c : ' ');
    }
  }

  private static boolean isPlain(char c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
