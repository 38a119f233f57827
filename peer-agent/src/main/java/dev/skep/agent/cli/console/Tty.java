package dev.skep.agent.cli.console;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * The terminal behind this process, if there is one.
 *
 * <p>The JDK tells whether both stdin and stdout are terminals; what matters here is stderr alone
 * (progress) and stdin alone (keys). The POSIX programs {@code test} and {@code stty} know, without
 * native code of ours; where they are missing there is no terminal.
 */
public final class Tty {
  /** What a terminal may be wanted for. */
  enum Use {
    /** A line on stderr that is drawn again. */
    PROGRESS,
    /** Keys on stdin. */
    KEYS
  }

  /** No terminal at all, as in a pipe or a service. */
  public static final Tty NONE = new Tty(false, false, 80);

  // Keys are read only in the foreground: reading in the background would stop the whole job.
  private static final String PROBE =
      """
      if test -t 2; then echo "progress $(stty size <&2)"; fi
      if test -t 0; then case $(ps -o stat= -p $PPID) in *+*) echo keys;; esac; fi
      """;

  private final boolean progress;
  private final boolean keys;
  private final int columns;

  private Tty(boolean progress, boolean keys, int columns) {
    this.progress = progress;
    this.keys = keys;
    this.columns = columns;
  }

  /** A terminal of that many columns without keys. */
  static Tty of(int columns) {
    return new Tty(true, false, columns);
  }

  /**
   * Asks the system, in some ten milliseconds; not if the launcher, a shell that knows at once, has
   * said in {@code skep.terminal} that there is none for this use.
   */
  static Tty probe(Use use) {
    String known = System.getProperty("skep.terminal");
    return known == null || known.contains(use.name()) ? probe() : NONE;
  }

  private static Tty probe() {
    boolean progress = false;
    boolean keys = false;
    int columns = 80;
    for (String line : shell(PROBE).lines().toList()) {
      if (line.startsWith("progress")) {
        progress = true;
        columns = columns(line, columns);
      }
      keys |= line.equals("keys");
    }
    return new Tty(progress && !"dumb".equals(System.getenv("TERM")), keys, columns);
  }

  private static int columns(String line, int otherwise) {
    String[] words = line.split(" ", -1);
    try {
      int columns = words.length < 3 ? 0 : Integer.parseInt(words[2]);
      return columns > 0 ? columns : otherwise;
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  /** Whether stderr is a terminal on which a line can be drawn again. */
  public boolean showsProgress() {
    return progress;
  }

  /** Whether somebody sits at stdin: it is a terminal, and ours at the moment. */
  public boolean hasKeys() {
    return keys;
  }

  /** How wide stderr's terminal is; 80 where nobody says. */
  public int columns() {
    return columns;
  }

  /**
   * Lets single keys through without Enter and without showing them.
   *
   * @return puts the terminal back as it was
   */
  public Runnable rawKeys() {
    String before = shell("stty -g <&0").strip();
    if (before.isEmpty()) {
      return () -> {};
    }
    shell("stty -icanon -echo min 1 <&0");
    return () -> shell("stty '" + before + "' <&0");
  }

  private static String shell(String script) {
    try {
      Process sh =
          new ProcessBuilder("sh", "-c", script)
              .redirectInput(Redirect.INHERIT)
              .redirectError(Redirect.INHERIT)
              .start();
      try (var out = sh.getInputStream()) {
        String answer = new String(out.readAllBytes(), StandardCharsets.UTF_8);
        sh.waitFor(1, TimeUnit.SECONDS);
        return answer;
      }
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
