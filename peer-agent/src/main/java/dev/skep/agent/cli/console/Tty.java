package dev.skep.agent.cli.console;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The terminal behind this process, if there is one.
 *
 * <p>The JDK tells whether both stdin and stdout are terminals; what matters here is stderr alone
 * (progress) and stdin alone (keys). The POSIX programs {@code test}, {@code stty} and {@code ps}
 * know, without native code of ours; where they are missing there is no terminal.
 */
public final class Tty {
  /** What a terminal may be wanted for. */
  enum Use {
    /** A line on stderr that is drawn again. */
    PROGRESS,
    /** Keys on stdin. */
    KEYS,
    /** Results on stdout; only the launcher can tell, since what we start has a pipe there. */
    RESULTS
  }

  /**
   * What may change while we look: the window's size, and whether the job is in the foreground.
   *
   * @param columns at least 1
   * @param rows at least 1
   */
  private record View(int columns, int rows, boolean inFront) {}

  private static final View USUAL = new View(80, 24, true);

  /** No terminal at all, as in a pipe or a service. */
  public static final Tty NONE = new Tty(false, false, USUAL);

  private static final Path OWN_STATE = Path.of("/proc/self/stat");
  private static final long LOOK_NANOS = Duration.ofSeconds(2).toNanos();

  private static final String PROBE =
      """
      if test -t 2; then echo progress; fi
      if test -t 0; then echo keys; fi
      """;

  private static final String SIZE = "stty size <&2 2>/dev/null";
  private static final String IN_FRONT = "case $(ps -o stat= -p $PPID) in *+*) echo front;; esac";
  private static final String RAW = "stty -icanon -echo min 1 <&0";

  private final boolean progress;
  private final boolean keys;
  private volatile View view;
  private volatile long lookedAt;

  private Tty(boolean progress, boolean keys, View view) {
    this.progress = progress;
    this.keys = keys;
    this.view = view;
    this.lookedAt = System.nanoTime();
  }

  /** A terminal of that size without keys. */
  static Tty of(int columns, int rows) {
    return new Tty(true, false, new View(columns, rows, true));
  }

  /** One that belongs to another job: we run in the background. */
  static Tty ofAnother(int columns, int rows) {
    return new Tty(true, false, new View(columns, rows, false));
  }

  /**
   * Asks the system, in some ten milliseconds; not if the launcher, a shell that knows at once, has
   * said in {@code skep.terminal} that there is none for this use.
   */
  static Tty probe(Use use) {
    String known = System.getProperty("skep.terminal");
    boolean may = known == null ? use != Use.RESULTS : known.contains(use.name());
    return may ? probe() : NONE;
  }

  private static Tty probe() {
    List<String> is = shell(PROBE).lines().toList();
    boolean progress = is.contains("progress") && !"dumb".equals(System.getenv("TERM"));
    return new Tty(progress, is.contains("keys"), view(progress));
  }

  private static View view(boolean sized) {
    String[] size = (sized ? shell(SIZE).strip() : "").split(" ", -1);
    int rows = size.length == 2 ? positive(size[0], USUAL.rows) : USUAL.rows;
    int columns = size.length == 2 ? positive(size[1], USUAL.columns) : USUAL.columns;
    return new View(columns, rows, ownsTerminal());
  }

  private static int positive(String number, int otherwise) {
    try {
      int value = Integer.parseInt(number);
      return value > 0 ? value : otherwise;
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  /** Whether our process group is the one that the terminal belongs to (proc(5): pgrp, tpgid). */
  private static boolean ownsTerminal() {
    try {
      String state = Files.readString(OWN_STATE, StandardCharsets.ISO_8859_1);
      String[] fields = state.substring(state.lastIndexOf(')') + 2).split(" ", 7);
      return fields[2].equals(fields[5]);
    } catch (IOException | IndexOutOfBoundsException e) {
      return shell(IN_FRONT).contains("front");
    }
  }

  /** Looks again, if it is some time ago. */
  private void look() {
    if ((progress || keys) && System.nanoTime() - lookedAt >= LOOK_NANOS) {
      lookedAt = System.nanoTime();
      view = view(progress);
    }
  }

  /** Whether stderr is a terminal on which a line can be drawn again. */
  public boolean showsProgress() {
    return progress;
  }

  /** Whether stdin is a terminal. */
  public boolean hasKeys() {
    return keys;
  }

  /** Whether it is ours at the moment: a job in the background neither draws nor reads. */
  public boolean isInFront() {
    look();
    return view.inFront;
  }

  /** How wide stderr's terminal is; 80 where nobody says. */
  public int columns() {
    look();
    return view.columns;
  }

  /** How many lines it has; 24 where nobody says. */
  public int rows() {
    look();
    return view.rows;
  }

  /** Lets keys through one by one, as long as the terminal is ours. */
  RawKeys rawKeys() {
    return new RawKeys();
  }

  /** Single keys, without Enter and without showing them. */
  final class RawKeys implements AutoCloseable {
    private final String before = shell("stty -g <&0").strip();
    private long setAt;
    private boolean closed;

    /**
     * Sees to it that keys come single; false while the terminal is not ours. Also later: a shell
     * that has taken the terminal for a while gives it back as it was before us.
     */
    synchronized boolean areOn() {
      boolean inFront = !closed && isInFront();
      if (inFront && (setAt == 0 || System.nanoTime() - setAt > LOOK_NANOS)) {
        setAt = System.nanoTime();
        shell(RAW);
      }
      return inFront;
    }

    @Override
    public synchronized void close() {
      closed = true;
      if (!before.isEmpty() && setAt != 0 && ownsTerminal()) {
        shell("stty '" + before + "' <&0");
      }
    }
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
