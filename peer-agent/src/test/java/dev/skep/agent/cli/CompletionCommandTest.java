package dev.skep.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script, read by a real shell. */
class CompletionCommandTest {
  private static final Path BASH = Path.of("/bin/bash");

  @TempDir Path folder;
  private final Console skep = new Console();

  @ParameterizedTest
  @CsvSource({
    "skep ag, agent",
    "skep agent li, list",
    "skep tracker ru, run",
    "skep get --max-u, --max-up",
    "skep create --piece, --piece-length",
  })
  void bashCompletesWhatIsTyped(String typed, String completed) throws Exception {
    assertThat(completions(typed)).contains(completed);
  }

  @Test
  void aPathIsCompletedFromTheFolder() throws Exception {
    Files.createDirectory(folder.resolve("images"));

    assertThat(completions("skep get disk.torrent -d im")).contains("images");
  }

  private List<String> completions(String typed) throws IOException, InterruptedException {
    assumeThat(BASH).isExecutable();
    assertThat(skep.run("completion")).as(skep.err()).isZero();
    Path script = Files.writeString(folder.resolve("skep.bash"), skep.out());
    int last = typed.split(" ").length - 1;
    String asked =
        "source %s; COMP_WORDS=(%s); COMP_CWORD=%d; COMP_LINE='%s'; _complete_skep 2>/dev/null; printf '%%s\\n' \"${COMPREPLY[@]}\""
            .formatted(script, typed, last, typed);
    Process bash =
        new ProcessBuilder(BASH.toString(), "--norc", "-c", asked)
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String words = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).isZero();
    return words.lines().filter(word -> !word.isBlank()).toList();
  }
}
