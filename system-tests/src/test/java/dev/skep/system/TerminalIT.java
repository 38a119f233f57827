package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person at a terminal, with a shell that puts jobs into the background. */
class TerminalIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final Pattern PORT = Pattern.compile("ready on \\S+:(\\d+),");
  private static final String PYTHON = "/usr/bin/python3";
  private static final String GREEN = "\033[32m#";

  @TempDir private Path folder;
  private final List<Running> running = new ArrayList<>();
  private Path data;
  private Path torrent;

  @BeforeEach
  void aTorrent() throws Exception {
    assumeTrue(Files.isExecutable(Path.of(PYTHON)), PYTHON + " is not installed");
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "bash is not installed");
    data = TestFolder.file(folder.resolve("data.bin"), 3_000_000, 5);
    torrent = folder.resolve("data.torrent");
    skep("create", data, "-o", torrent).awaitDone(SOON);
  }

  @AfterEach
  void everythingEnds() {
    running.reversed().forEach(Running::close);
  }

  private Running skep(String name, Object... words) throws IOException {
    List<Object> all = new ArrayList<>(List.of(name));
    all.addAll(List.of(words));
    return keep(Running.skep(folder, name, all.toArray()));
  }

  private Running keep(Running program) {
    running.add(program);
    return program;
  }

  /** What the terminal shows while somebody types and looks. */
  private String shown(String... steps) throws Exception {
    Path script = folder.resolve("terminal.py");
    try (InputStream in = TerminalIT.class.getResourceAsStream("terminal.py")) {
      Files.write(script, Objects.requireNonNull(in).readAllBytes());
    }
    List<String> command = new ArrayList<>(List.of(PYTHON, script.toString()));
    command.addAll(List.of(steps));
    Running terminal = keep(Running.start(folder, "terminal", command));
    terminal.awaitDone(SOON);
    return terminal.said();
  }

  private static String line(Object... words) {
    return Running.skepCommand(words).stream()
        .map(word -> "'" + word + "'")
        .collect(Collectors.joining(" "));
  }

  private Object[] get(Path into) throws IOException {
    Running seeder =
        skep("seed", torrent, data, "--bind", OwnAddress.of(0), "--port", "0")
            .awaitSaid("ready on", SOON);
    Matcher port = PORT.matcher(seeder.said());
    assertThat(port.find()).as(seeder.said()).isTrue();
    return Stream.of(
            Stream.of("get", torrent, "-d", into, "--bind", OwnAddress.of(1), "--port", "0"),
            Stream.of("--peer", OwnAddress.of(0) + ":" + port.group(1)),
            Stream.of("--max-down", "2MiB/s"))
        .flatMap(words -> words)
        .toArray();
  }

  @Test
  void aSeedThatWasInTheBackgroundEndsOnQ() throws Exception {
    String seed = line("seed", torrent, data, "--bind", OwnAddress.of(0), "--port", "0");

    String shown =
        shown(
            "see prompt> ",
            "type " + seed + "\\n",
            "see ready on",
            "type \\x1a",
            "see Stopped",
            "see prompt> ",
            "type fg\\n",
            "see seed", // the shell says what it goes on with
            "type q",
            "see prompt> ",
            "type echo status $?\\n",
            "see status 0");

    assertThat(shown).doesNotContain("Exception");
  }

  @Test
  void aBarIsGreenAtATerminal() throws Exception {
    String get = line(get(folder.resolve("copy")));

    assertThat(shown("see prompt> ", "type " + get + "\\n", "see done data.bin")).contains(GREEN);
  }

  @Test
  void whoWantsNoColourGetsNone() throws Exception {
    String get = "NO_COLOR=1 " + line(get(folder.resolve("copy")));

    assertThat(shown("see prompt> ", "type " + get + "\\n", "see done data.bin"))
        .contains("[#")
        .doesNotContain("\033[3");
  }

  @Test
  void helpIsAsWideAsTheWindow() throws Exception {
    String shown =
        shown(
            "see prompt> ",
            "type stty cols 100; " + line("create", "--help") + " | wc -L\\n",
            "see prompt> ");

    Matcher longest = Pattern.compile("(?m)^(\\d+)\\s*$").matcher(shown);
    assertThat(longest.find()).as(shown).isTrue();
    assertThat(Integer.parseInt(longest.group(1))).as(shown).isBetween(81, 100);
  }

  @Test
  void inAPipeThereIsNeitherColourNorAnythingElseForTerminals() throws Exception {
    Running get = keep(Running.skep(folder, "get", get(folder.resolve("copy"))));
    get.awaitDone(SOON);

    assertThat(get.said()).contains("done data.bin").doesNotContain("\033", "\r");
  }
}
