package dev.skep.service.logs;

import java.io.PrintStream;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Log lines of a service on a stream, from {@link System.Logger} by way of the JDK's own logging:
 * as {@link OneLine} writes them, or the same as JSON.
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

  private final Consumer<String> out;
  private final Form form;
  private final OneLine line = new OneLine();

  /** Held for as long as the process runs: what nobody holds is forgotten with its level. */
  private final Logger ours = Logger.getLogger(OURS);

  private LogLines(Consumer<String> out, Form form) {
    this.out = out;
    this.form = form;
  }

  /** From now on all lines of this process go there, and nowhere else. */
  public static LogLines install(PrintStream out, Form form, From from) {
    return install(out::print, form, from);
  }

  /** The same to whoever takes lines, each with its line break, on any thread. */
  public static LogLines install(Consumer<String> out, Form form, From from) {
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
    out.accept(form == Form.JSON ? json(event) : line.format(event));
  }

  private String json(LogRecord event) {
    StringBuilder document = new StringBuilder(240);
    document.append("{\"time\":\"").append(event.getInstant().truncatedTo(ChronoUnit.MILLIS));
    member("level", event.getLevel().getName(), document);
    member("logger", String.valueOf(event.getLoggerName()), document);
    member("message", line.message(event), document);
    String failure = OneLine.failure(event);
    if (!failure.isEmpty()) {
      member("error", failure, document);
    }
    return document.append("\"}").append(System.lineSeparator()).toString();
  }

  /** Nothing but quotes and backslashes is left to be escaped: a value is one plain line. */
  private static void member(String name, String value, StringBuilder document) {
    document
        .append("\",\"")
        .append(name)
        .append("\":\"")
        .append(value.replace("\\", "\\\\").replace("\"", "\\\""));
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
