package dev.skep.agent.cli.console;

import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * What becomes of log lines in a command: nothing, unless {@code SKEP_DEBUG} is set. A command
 * tells what a person should know in words of its own. The JVM makes one when the first logger is
 * asked for, since {@link #install} names this class to it: most commands never need that.
 */
public final class QuietLogs {
  private static final String BY_CLASS = "java.util.logging.config.class";
  private static final String BY_FILE = "java.util.logging.config.file";

  /** Called by the JVM. */
  public QuietLogs() {
    if (System.getenv("SKEP_DEBUG") != null) {
      Logger.getLogger("").addHandler(new Lines());
    }
  }

  /** From now on; unless somebody configures logging otherwise. */
  public static void install() {
    if (System.getProperty(BY_CLASS) == null && System.getProperty(BY_FILE) == null) {
      System.setProperty(BY_CLASS, QuietLogs.class.getName());
    }
  }

  private static final class Lines extends Handler {
    private final SimpleFormatter words = new SimpleFormatter();

    @Override
    public void publish(LogRecord event) {
      System.err.println("skep: " + event.getLevel() + " " + words.formatMessage(event));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
