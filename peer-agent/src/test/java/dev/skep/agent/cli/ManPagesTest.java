package dev.skep.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Manual pages, made of the model of the command line. */
class ManPagesTest {
  @TempDir private Path share;

  private String page(String name) throws Exception {
    return Files.readString(share.resolve("man/man1").resolve(name + ".1"));
  }

  @Test
  void everyCommandHasAPageThatSaysWhatItsHelpSays() throws Exception {
    ManPages.main(new String[] {share.toString()});
    try (Stream<Path> pages = Files.list(share.resolve("man/man1"))) {
      assertThat(pages.map(page -> page.getFileName().toString()))
          .contains("skep.1", "skep-get.1", "skep-tracker-token-new.1", "skep-agent-add.1")
          .hasSizeGreaterThan(60);
    }
    assertThat(page("skep-get"))
        .startsWith(".TH \"SKEP\\-GET\" 1 ")
        .contains("\\fB\\-\\-max\\-down\\fR \\fIRATE\\fR")
        .contains(".SH \"SYNOPSIS\"\n\\fBskep get\\fR [\\fIOPTION\\fR]... \\fI")
        .contains("\\fBskep\\fR(1)");
    assertThat(page("skep-tracker"))
        .contains("\\fBskep\\-tracker\\-deny\\fR(1)\nDenies a tracker to torrents");
    assertThat(page("skep-tracker-publish")).contains("Example: skep tracker publish");
    assertThat(page("skep-tracker-run")).contains("\\fB\\-\\-print\\-config\\fR");
  }

  /** A dot or a quote at the beginning of a line would be a command of the language. */
  @Test
  void noTextIsTakenForACommand() throws Exception {
    ManPages.main(new String[] {share.toString()});
    List<String> known = List.of(".TH ", ".SH ", ".TP", ".PP", ".nf", ".fi");
    try (Stream<Path> pages = Files.list(share.resolve("man/man1"))) {
      for (Path page : pages.toList()) {
        assertThat(Files.readAllLines(page))
            .as(page.toString())
            .filteredOn(line -> line.startsWith(".") || line.startsWith("'"))
            .allMatch(line -> known.stream().anyMatch(line::startsWith));
        assertThat(Files.readString(page)).as(page.toString()).doesNotContain("${", "%n");
      }
    }
  }
}
