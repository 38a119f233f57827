package dev.skep.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Manual pages and completion as the distribution has them, read by the programs they are for. */
@Timeout(300)
class ManualIT {
  private static final Path SHARE = Path.of(System.getProperty("skep.home"), "share");
  private static final Path PAGES = SHARE.resolve("man/man1");
  private static final Pattern OPTION = Pattern.compile("(?m)^ +(?:-\\w, )?(--[a-z-]+)");

  @TempDir private Path folder;

  private static boolean isInstalled(String program) {
    return Files.isExecutable(Path.of("/usr/bin", program));
  }

  private String said(List<String> command) throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "said", ".txt");
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("MANWIDTH", "100");
    builder.environment().put("TERM", "xterm");
    Process process = builder.start();
    try {
      assertThat(process.waitFor(200, TimeUnit.SECONDS)).as(command + " ends").isTrue();
      assertThat(process.exitValue()).as(Files.readString(out)).isZero();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return Files.readString(out, UTF_8);
  }

  private static List<String> pages() throws IOException {
    try (Stream<Path> pages = Files.list(PAGES)) {
      return pages.map(Path::toString).sorted().toList();
    }
  }

  @Test
  void manReadsThePagesAndHasNothingToSayAgainstThem() throws Exception {
    assumeTrue(isInstalled("man") && isInstalled("groff"), "man and groff are not installed");
    List<String> check = new ArrayList<>(List.of("groff", "-man", "-Tutf8", "-ww", "-z"));
    check.addAll(pages());
    assertThat(said(check)).as("warnings of groff").isEmpty();
    assertThat(said(List.of("man", "-l", PAGES.resolve("skep-get.1").toString())))
        .contains("skep-get - ", "SYNOPSIS", "--max-down RATE", "skep get disk.torrent");
  }

  /** The command line lists the tracker's options, which another program has. */
  @Test
  void thePageOfTheTrackerHasTheOptionsThatTheTrackerHas() throws Exception {
    Skep help = Skep.run(folder, "tracker", "run", "--help");
    List<String> options =
        OPTION.matcher(help.out()).results().map(found -> found.group(1)).toList();
    assertThat(options).contains("--config", "--print-config", "--udp-port");
    String page = Files.readString(PAGES.resolve("skep-tracker-run.1")).replace("\\-", "-");
    assertThat(page).contains(options);
  }

  @Test
  void bashCompletesWhatIsTyped() throws Exception {
    assumeTrue(isInstalled("bash"), "bash is not installed");
    String script = SHARE.resolve("bash-completion/completions/skep").toString();
    String typed = "skep tracker token new --m";
    assertThat(
            said(
                List.of(
                    "bash",
                    "--norc",
                    "-c",
                    "source %s; COMP_WORDS=(%s); COMP_CWORD=4; COMP_LINE='%s'; _complete_skep; echo \"${COMPREPLY[@]}\""
                        .formatted(script, typed, typed))))
        .contains("--may");
  }

  /** In a terminal, as somebody types it. */
  @Test
  void zshCompletesWhatIsTyped() throws Exception {
    assumeTrue(isInstalled("zsh"), "zsh is not installed");
    Path script = folder.resolve("complete.zsh");
    Files.writeString(
        script,
        """
        zmodload zsh/zpty zsh/datetime
        seen=
        awaits() {
          local end=$((EPOCHSECONDS + 60)) part
          while [[ $seen != *$~1* ]] && ((EPOCHSECONDS < end)); do
            if zpty -r -t shell part; then seen+=$part; else sleep 0.1; fi
          done
        }
        zpty shell zsh -f -i
        zpty -w shell 'fpath=(%s $fpath); autoload -U compinit; compinit -u -D'
        zpty -w shell 'skep() { print -r -- "typed:$*:"; }; print BE""GIN'
        awaits BEGIN
        zpty -w -n shell $'skep tracker pee\t'
        awaits 'tracker peers'
        zpty -w -n shell $'--js\t\n'
        awaits 'typed:tracker*'
        print -r -- $seen
        zpty -d shell
        """
            .formatted(SHARE.resolve("zsh/site-functions")));
    assertThat(said(List.of("zsh", "-f", script.toString())))
        .contains("typed:tracker peers --json")
        .doesNotContain("not found");
  }
}
