package dev.skep.agent.cli.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(bytes, true, UTF_8);
  private long now = Duration.ofHours(1).toNanos();

  private String shown() {
    return bytes.toString(UTF_8);
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  /** In a window that cuts what is too long for it, as one does that was just made narrower. */
  private static String drawn(String lines) {
    return "\033[?7l" + lines + "\033[?7h";
  }

  @Test
  void aFileGetsAPlainLineEveryFewSeconds() {
    var progress = new Progress(err, Tty.NONE, () -> now, false, false);
    for (int tenth = 0; tenth < 100; tenth++) {
      int percent = tenth;
      progress.show(() -> List.of("live"), () -> percent + " %");
      pass(Duration.ofMillis(100));
    }
    progress.close();

    assertThat(shown()).isEqualTo("skep: 30 %\nskep: 60 %\nskep: 90 %\n");
  }

  @Test
  void aFileHearsOfNothingNewTwiceAMinute() {
    var progress = new Progress(err, Tty.NONE, () -> now, false, false);
    for (int second = 0; second < 70; second++) {
      progress.show(() -> List.of("live"), () -> "0 peers");
      pass(Duration.ofSeconds(1));
    }

    assertThat(shown()).isEqualTo("skep: 0 peers\n".repeat(3));
  }

  @Test
  void barsAreGreenWhereThereAreColours() {
    var progress = new Progress(err, Tty.of(80, 5), () -> now, false, true);
    progress.show(() -> "50 %  [##--]  [#x");

    assertThat(shown()).isEqualTo(drawn("50 %  [\033[32m##\033[0m--]  [#x\033[K\033[J") + "\r");
  }

  @Test
  void whoWantsNoColoursGetsBarsWithout() {
    var progress = new Progress(err, Tty.of(80, 5), () -> now, false, false);
    progress.show(() -> "50 %  [##--]");

    assertThat(shown()).isEqualTo(drawn("50 %  [##--]\033[K\033[J") + "\r");
  }

  @Test
  void aJobInTheBackgroundDrawsNothing() {
    var progress = new Progress(err, Tty.ofAnother(80, 5), () -> now, false, false);
    progress.show(() -> "50 %");

    assertThat(shown()).isEmpty();
  }

  @Test
  void whoIsQuietOnlyHearsNotes() {
    var progress = new Progress(err, Tty.NONE, () -> now, true, true);
    pass(Duration.ofMinutes(1));
    progress.show(() -> "50 %");
    progress.note("a tracker is silent");

    assertThat(shown()).isEqualTo("skep: a tracker is silent\n");
  }

  @Test
  void aLowWindowShowsTheFirstLinesAndTheLast() {
    var progress = new Progress(err, Tty.of(80, 5), () -> now, false, false);
    progress.show(() -> List.of("a", "b", "c", "d", "e", "sum"), () -> "");

    assertThat(shown())
        .isEqualTo(drawn("a\033[K\nb\033[K\n… 3 more\033[K\nsum\033[K\033[J") + "\r\033[3A");
  }

  @Test
  void aTerminalIsDrawnOverAndCutAtItsWidth() {
    var progress = new Progress(err, Tty.of(10, 24), () -> now, false, false);
    progress.show(() -> List.of("first", "a line that is too long"), () -> "");
    pass(Duration.ofSeconds(1));
    progress.show(() -> List.of("second", "b"), () -> "");
    progress.close();

    assertThat(shown())
        .isEqualTo(
            drawn("first\033[K\na line t…\033[K\033[J")
                + "\r\033[1A"
                + drawn("second\033[K\nb\033[K\033[J")
                + "\r\033[1A\033[J");
  }

  @Test
  void whatIsSaidMeanwhileStaysAboveTheLiveLines() {
    var progress = new Progress(err, Tty.of(80, 24), () -> now, false, false);
    progress.show(() -> "50 %");
    progress.note("a tracker is silent");

    assertThat(shown())
        .isEqualTo(
            drawn("50 %\033[K\033[J")
                + "\r\033[J"
                + "skep: a tracker is silent\n"
                + drawn("50 %\033[K\033[J")
                + "\r");
  }
}
