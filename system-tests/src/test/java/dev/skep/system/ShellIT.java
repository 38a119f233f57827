package dev.skep.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code skep shell} in a terminal of its own, whose keyboard is the test. */
@Timeout(120)
class ShellIT {
  private static final Duration SOON = Duration.ofSeconds(40);
  private static final String TAB = "\t";
  private static final String CTRL_C = "\003";
  private static final String UP = "\033OA"; // as a terminal sends it to who edits lines

  @TempDir private Path temp;
  private Path drawn = Path.of("");

  private String screen() throws IOException {
    return Files.readString(drawn, UTF_8);
  }

  /** Types, and waits until that has led to something behind what was there. */
  private void type(OutputStream keyboard, String keys, String leadsTo) throws IOException {
    int before = screen().length();
    keyboard.write(keys.getBytes(UTF_8));
    keyboard.flush();
    await(keys + " leads to " + leadsTo)
        .atMost(SOON)
        .until(() -> screen().substring(before).contains(leadsTo));
  }

  @Test
  void wordsAreCompletedRunAndRemembered() throws Exception {
    Program.installed("script");
    drawn = Files.createFile(temp.resolve("drawn"));
    Files.writeString(temp.resolve("data.bin"), "some bytes");
    String shell = String.join(" ", Running.skepCommand("shell"));
    var builder =
        new ProcessBuilder(
                "script", "-qec", "stty rows 24 cols 100; TERM=xterm " + shell, "/dev/null")
            .directory(temp.toFile())
            .redirectOutput(drawn.toFile())
            .redirectErrorStream(true);
    Skep.alone(builder);
    builder.environment().put("XDG_STATE_HOME", temp.resolve("state").toString());
    Process terminal = builder.start();
    try (OutputStream keyboard = terminal.getOutputStream()) {
      await("a prompt").atMost(SOON).until(() -> screen().contains("skep> "));
      type(keyboard, "cre" + TAB, "ate");
      type(keyboard, "data.b" + TAB, "in");
      type(keyboard, " -o data.torrent\n", "info-hash");
      await().atMost(SOON).until(() -> Files.exists(temp.resolve("data.torrent")));
      type(keyboard, "fileinfo data.torrent\n", "data.bin");
      type(keyboard, "no-such-word\n", "there is no command 'skep no-such-word'");
      type(keyboard, "seed data.torrent data.bin --bind 127.0.0.1 --port 0\n", "ready on");
      type(keyboard, CTRL_C, "skep> "); // ends the seed and not the shell
      type(keyboard, UP, "seed data.torrent");
      type(keyboard, CTRL_C, "skep> ");
      keyboard.write("exit\n".getBytes(UTF_8));
      keyboard.flush();
      assertThat(terminal.waitFor(20, TimeUnit.SECONDS)).as(screen()).isTrue();
    } finally {
      terminal.descendants().forEach(ProcessHandle::destroyForcibly);
      terminal.destroyForcibly();
    }
    assertThat(screen()).doesNotContain("Exception", "WARNING");
    assertThat(Files.readString(temp.resolve("state/skep/history"))).contains("fileinfo data");
  }
}
