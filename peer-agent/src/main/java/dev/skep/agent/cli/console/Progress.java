package dev.skep.agent.cli.console;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * What is going on, on stderr: a few lines drawn again and again on a terminal, elsewhere one plain
 * line every few seconds as long as there is news, and every half minute while there is none. Safe
 * for several threads.
 */
public final class Progress implements AutoCloseable {
  private static final long LIVE_NANOS = Duration.ofMillis(150).toNanos();
  private static final long PLAIN_NANOS = Duration.ofSeconds(3).toNanos();
  private static final long UNCHANGED_NANOS = Duration.ofSeconds(30).toNanos();
  private static final Duration PLAIN_LOOK = Duration.ofSeconds(1);

  /** A window that has just become narrower cuts lines instead of folding them. */
  private static final String WRAP_OFF = "\033[?7l";

  private static final String WRAP_ON = "\033[?7h";

  private static final Pattern DONE = Pattern.compile("\\[(#+)(?=#*-*])");

  private final PrintStream err;
  private final Tty tty;
  private final LongSupplier nanoTime;
  private final boolean quiet;
  private final boolean colours;
  private long last;
  private List<String> drawn = List.of();
  private String said = "";
  private long saidAt;

  /**
   * Nothing is shown yet.
   *
   * @param quiet whether nothing is to be shown but notes
   * @param colours whether a terminal is to show bars in colour
   */
  Progress(PrintStream err, Tty tty, LongSupplier nanoTime, boolean quiet, boolean colours) {
    this.quiet = quiet;
    this.colours = colours;
    this.err = err;
    this.tty = tty;
    this.nanoTime = nanoTime;
    // The first live lines come at once, the first plain one after its pause: short work is silent.
    this.last = nanoTime.getAsLong() - (tty.showsProgress() ? LIVE_NANOS : 0);
  }

  /** How wide a live line may be. */
  public int columns() {
    return tty.columns();
  }

  /** How long to wait before it is worth while to show anything again. */
  public Duration pause() {
    return tty.showsProgress() ? Duration.ofNanos(LIVE_NANOS) : PLAIN_LOOK;
  }

  /** Shows the state if it is time to; the suppliers are asked only then. */
  public synchronized void show(Supplier<List<String>> live, Supplier<String> plain) {
    long now = nanoTime.getAsLong();
    if (quiet || now - last < (tty.showsProgress() ? LIVE_NANOS : PLAIN_NANOS)) {
      return;
    }
    last = now;
    if (tty.showsProgress()) {
      draw(live.get());
    } else {
      say(plain.get(), now);
    }
  }

  private void say(String line, long now) {
    if (!line.equals(said) || now - saidAt >= UNCHANGED_NANOS) {
      err.println("skep: " + line);
      said = line;
      saidAt = now;
    }
  }

  /** Shows one line, the same in both forms. */
  public synchronized void show(Supplier<String> line) {
    show(() -> List.of(line.get()), line);
  }

  /** Draws the last state once more, so that what stays on the screen is the end. */
  public synchronized void finish(Supplier<List<String>> live) {
    if (tty.showsProgress()) {
      draw(live.get());
      err.print("\n".repeat(drawn.size()));
      err.flush();
      drawn = List.of();
    }
  }

  /** Says something that stays, above the live lines. */
  public synchronized void note(String line) {
    List<String> below = drawn;
    clear();
    err.println("skep: " + line);
    if (!below.isEmpty()) {
      draw(below);
    }
  }

  @Override
  public void close() {
    clear();
  }

  /** Takes the live lines off the screen. */
  public synchronized void clear() {
    if (!drawn.isEmpty()) {
      err.print("\033[J");
      err.flush();
      drawn = List.of();
    }
  }

  private void draw(List<String> all) {
    if (!tty.isInFront()) {
      return; // somebody else's screen for now
    }
    List<String> lines = fitting(all);
    var text = new StringBuilder(WRAP_OFF);
    for (int i = 0; i < lines.size(); i++) {
      // One column stays free: a full line would wrap on some terminals.
      text.append(i == 0 ? "" : "\n")
          .append(coloured(Text.fit(lines.get(i), tty.columns() - 1)))
          .append("\033[K");
    }
    text.append("\033[J").append(WRAP_ON).append(toTop(lines));
    err.print(text);
    err.flush();
    drawn = List.copyOf(lines);
  }

  /** What is done of a bar in green. */
  private String coloured(String line) {
    return colours ? DONE.matcher(line).replaceFirst("[\033[32m$1\033[0m") : line;
  }

  /** As many as the window has room for, since what has scrolled away cannot be drawn over. */
  private List<String> fitting(List<String> lines) {
    int most = Math.max(1, tty.rows() - 1);
    if (lines.size() <= most) {
      return lines;
    }
    if (most < 3) {
      return lines.subList(lines.size() - most, lines.size());
    }
    var fitting = new ArrayList<>(lines.subList(0, most - 2));
    fitting.add("… " + (lines.size() - most + 1) + " more");
    fitting.add(lines.getLast());
    return fitting;
  }

  /** Where the next lines are drawn: there the cursor stays, however the window folds the lines. */
  private static String toTop(List<String> lines) {
    return lines.size() > 1 ? "\r\033[" + (lines.size() - 1) + "A" : "\r";
  }
}
