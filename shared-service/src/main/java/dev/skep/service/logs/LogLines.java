package dev.skep.service.logs;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Log lines of a service on a stream, from {@link System.Logger} by way of the JDK's own logging.
 * What strangers wrote stands in them without control characters, so a line is always one.
 */
public final class LogLines extends Handler {
  /** What a line looks like. */
  public enum Form {
    TEXT,
    JSON
  }

  /** From which importance on lines are written. */
  public enum From {
    DEBUG,
    INFO,
    WARNING,
    ERROR;

    private Level level() {
      return switch (this) {
        case DEBUG -> Level.FINE;
        case INFO -> Level.INFO;
        case WARNING -> Level.WARNING;
        case ERROR -> Level.SEVERE;
      };
    }
  }

  /** Whose lines are written below WARNING. */
  private static final String OURS = "dev.skep";

  private final PrintStream out;
  private final Form form;
  private final Formatter words = new SimpleFormatter();

  /** Held for as long as the process runs: what nobody holds is forgotten with its level. */
  private final Logger ours = Logger.getLogger(OURS);

  private LogLines(PrintStream out, Form form) {
    this.out = out;
    this.form = form;
  }

  /** From now on all lines of this process go there, and nowhere else. */
  public static LogLines install(PrintStream out, Form form, From from) {
    Logger root = Logger.getLogger("");
    for (Handler other : root.getHandlers()) {
      root.removeHandler(other);
    }
    LogLines lines = new LogLines(out, form);
    root.setLevel(Level.WARNING);
    root.addHandler(lines);
    lines.from(from);
    return lines;
  }

  /** Changes what is written. */
  public void from(From from) {
    ours.setLevel(from.level());
  }

  @Override
  public void publish(LogRecord event) {
    String line = form == Form.JSON ? json(event) : text(event);
    out.println(line);
  }

  private String text(LogRecord event) {
    StringBuilder line = new StringBuilder(160);
    line.append(time(event)).append(' ').append(level(event)).append(' ').append(message(event));
    String trace = trace(event);
    return trace.isEmpty() ? line.toString() : line + "\n" + trace;
  }

  private String json(LogRecord event) {
    StringBuilder line = new StringBuilder(240);
    line.append("{\"time\":\"").append(time(event));
    line.append("\",\"level\":\"").append(level(event).strip());
    line.append("\",\"logger\":\"");
    escape(String.valueOf(event.getLoggerName()), line);
    line.append("\",\"message\":\"");
    escape(message(event), line);
    String trace = trace(event);
    if (!trace.isEmpty()) {
      line.append("\",\"error\":\"");
      escape(trace, line);
    }
    return line.append("\"}").toString();
  }

  private static Instant time(LogRecord event) {
    return event.getInstant().truncatedTo(ChronoUnit.MILLIS);
  }

  private static String level(LogRecord event) {
    int value = event.getLevel().intValue();
    return value >= Level.SEVERE.intValue()
        ? "ERROR  "
        : value >= Level.WARNING.intValue()
            ? "WARNING"
            : value >= Level.INFO.intValue() ? "INFO   " : "DEBUG  ";
  }

  private String message(LogRecord event) {
    String message = words.formatMessage(event);
    StringBuilder printable = new StringBuilder(message.length());
    message
        .codePoints()
        .map(c -> Character.isISOControl(c) || isInvisible(c) ? ' ' : c)
        .forEach(printable::appendCodePoint);
    return printable.toString();
  }

  /** Marks of direction and the like could show a line as another. */
  private static boolean isInvisible(int c) {
    int type = Character.getType(c);
    return type == Character.FORMAT
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }

  private static String trace(LogRecord event) {
    if (event.getThrown() == null) {
      return "";
    }
    StringWriter trace = new StringWriter();
    event.getThrown().printStackTrace(new PrintWriter(trace, true));
    return trace.toString().stripTrailing();
  }

  private static void escape(String text, StringBuilder out) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ') {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
  }

  @Override
  public void flush() {
    out.flush();
  }

  @Override
  public void close() {}
}
