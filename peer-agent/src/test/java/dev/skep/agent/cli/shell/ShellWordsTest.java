package dev.skep.agent.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the short words of the shell stand for. */
class ShellWordsTest {
  @ParameterizedTest
  @CsvSource({
    "list, tracker list, agent list",
    "list --json, tracker list --json, agent list --json",
    "details, tracker details, agent list",
    "details disk.img, tracker info disk.img, agent show disk.img",
    "info 3, tracker info 3, agent show 3",
    "info magnet:?xt=a, info magnet:?xt=a, info magnet:?xt=a",
    "info pom.xml, info pom.xml, info pom.xml",
    "peers a, tracker peers a, agent peers a",
    "peerinfo, tracker peers, agent peers",
    "fileinfo pom.xml, info pom.xml, info pom.xml",
    "fileinfo 3, info 3, agent files 3",
    "send a b, seed a b, seed a b",
    "download a, get a, agent add a",
    "scrape a, scrape a, scrape a",
    "push a --to any=1, push a --to any=1, push a --to any=1",
    "agent top, agent top, agent top",
  })
  void aWordIsAboutTheTrackerElseAboutTheAgent(String typed, String ofTracker, String ofAgent) {
    assertThat(new ShellWords(true).command(words(typed))).isEqualTo(words(ofTracker));
    assertThat(new ShellWords(false).command(words(typed))).isEqualTo(words(ofAgent));
  }

  private static List<String> words(String line) {
    return List.of(line.split(" "));
  }

  @Test
  void allCommandsAndShortWordsAreFirstWordsButTheShellItself() {
    assertThat(ShellWords.first(Set.of("get", "shell", "tracker")))
        .contains("get", "tracker", "list", "exit")
        .doesNotContain("shell");
  }
}
