package dev.skep.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code agent top} in a terminal of its own, whose keyboard is the test. */
@Timeout(90)
class AgentTopIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String OTHER_SCREEN = "\033[?1049h";
  private static final String USUAL_SCREEN = "\033[?1049l";

  @TempDir private Path temp;
  private Running agent;
  private String at;

  @BeforeEach
  void open() throws Exception {
    agent =
        Running.skep(
            temp,
            "agent",
            "agent",
            "run",
            "--data",
            temp.resolve("kept"),
            "--bind",
            "127.0.0.1",
            "--port",
            0,
            "--rpc-port",
            0);
    at = agent.controlledAt(SOON).getAuthority();
    for (String name : List.of("beta.iso", "alpha.iso")) {
      Path data = TestFolder.file(temp.resolve(name), 50_000, name.hashCode());
      Path torrent = temp.resolve(name + ".torrent");
      Skep.run(temp, "create", data, "-o", torrent);
      assertThat(Skep.run(temp, "agent", "add", torrent, "-d", temp, "--agent", at).status())
          .isZero();
    }
  }

  @AfterEach
  void close() {
    agent.close();
  }

  private String screen(Path drawn) throws IOException {
    return Files.readString(drawn, UTF_8);
  }

  @Test
  void itIsDrawnHeedsKeysAndPutsTheScreenBack() throws Exception {
    Program.installed("script");
    String top = String.join(" ", Running.skepCommand("agent", "top", "--agent", at));
    Path drawn = temp.resolve("drawn");
    Process terminal =
        new ProcessBuilder(
                "script", "-qec", "stty rows 12 cols 130; TERM=xterm " + top, "/dev/null")
            .redirectOutput(drawn.toFile())
            .redirectErrorStream(true)
            .start();
    try (OutputStream keyboard = terminal.getOutputStream()) {
      await().atMost(SOON).until(() -> screen(drawn).contains("q quit"));
      assertThat(screen(drawn))
          .contains(OTHER_SCREEN)
          .containsSubsequence("2 torrents", "beta.iso", "alpha.iso", "sort:");
      keyboard.write('n');
      keyboard.flush();
      await().atMost(SOON).until(() -> screen(drawn).contains("▼n name"));
      keyboard.write('q');
      keyboard.flush();
      assertThat(terminal.waitFor(20, TimeUnit.SECONDS)).as(screen(drawn)).isTrue();
    } finally {
      terminal.descendants().forEach(ProcessHandle::destroyForcibly);
      terminal.destroyForcibly();
    }
    assertThat(terminal.exitValue()).as(screen(drawn)).isZero();
    assertThat(screen(drawn)).contains(USUAL_SCREEN).doesNotContain("Exception", "WARNING");
  }

  @Test
  void withoutATerminalItSaysWhatDoesTheSame() throws Exception {
    Skep skep = Skep.runWith(Map.of("SKEP_AGENT", at), temp, "agent", "top");
    assertThat(skep.status()).isEqualTo(1);
    assertThat(skep.err()).contains("top needs a terminal").doesNotContain("WARNING");
    assertThat(skep.err().lines()).hasSize(1);
  }
}
