package dev.skep.protocol.metainfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NameRulesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "..|__|__",
        ".|_|_",
        "''|_|_",
        "../../etc|.._.._etc|.._.._etc",
        "/etc/passwd|_etc_passwd|_etc_passwd",
        "C:\\Windows|C:\\Windows|C__Windows",
        "file:stream|file:stream|file_stream",
        "con|con|_con",
        "Aux.c|Aux.c|_Aux.c",
        "com1 .txt|com1 .txt|_com1 .txt",
        "COM¹|COM¹|_COM¹",
        "console|console|console",
        "'dots...'|'dots...'|dots_",
        "'space '|'space '|space_",
        "what?<>*\"|what?<>*\"|what_____",
        ".hidden|.hidden|.hidden",
        "漢字.txt|漢字.txt|漢字.txt"
      })
  void dangerousNamesAreMadeSafeAndHarmlessOnesKept(String name, String posix, String portable) {
    assertThat(NameRules.POSIX.safe(name)).isEqualTo(posix);
    assertThat(NameRules.PORTABLE.safe(name)).isEqualTo(portable);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\0b",
        "a\nb",
        "a\u001bb",
        "a\u007fb",
        "a\u0085b",
        "a\u202eb",
        "a\u2066b",
        "a\uFFFDb"
      })
  void whatTerminalsAndReadersTakeForSomethingElseIsReplaced(String name) {
    assertThat(NameRules.POSIX.safe(name)).isEqualTo("a_b");
    assertThat(NameRules.PORTABLE.safe(name)).isEqualTo("a_b");
  }

  @Test
  void longNamesAreCutButKeepTheirExtension() {
    String safe = NameRules.POSIX.safe("漢".repeat(200) + ".tar");

    assertThat(safe).endsWith("漢.tar");
    assertThat(safe.getBytes(StandardCharsets.UTF_8).length).isBetween(250, 255);
  }

  private static List<String> all(SafePaths paths, String... files) throws MetainfoException {
    List<String> safe = new ArrayList<>();
    for (String file : files) {
      safe.add(String.join("/", paths.file(List.of(file.split("/", -1)))));
    }
    return safe;
  }

  @Test
  void equalNamesAreToldApart() throws Exception {
    assertThat(all(new SafePaths(NameRules.POSIX), "a.txt", "a.txt", "a.txt", "a (2).txt", "A.txt"))
        .containsExactly("a.txt", "a (2).txt", "a (3).txt", "a (2) (2).txt", "A.txt");
  }

  @Test
  void namesThatOneFileSystemTakesForEqualAreToldApart() throws Exception {
    assertThat(
            all(new SafePaths(NameRules.PORTABLE), "Readme", "README", "caf\u00e9", "cafe\u0301"))
        .containsExactly("Readme", "README (2)", "caf\u00e9", "cafe\u0301 (2)");
  }

  @Test
  void namesThatBecomeEqualAreToldApart() throws Exception {
    assertThat(all(new SafePaths(NameRules.POSIX), "..", "__", "a\nb", "a_b"))
        .containsExactly("__", "__ (2)", "a_b", "a_b (2)");
  }

  @Test
  void aFileIsNeverAFolderToo() throws Exception {
    assertThat(all(new SafePaths(NameRules.POSIX), "a", "a/b", "a/c", "d/e", "d"))
        .containsExactly("a", "a (2)/b", "a (2)/c", "d/e", "d (2)");
  }

  @Test
  void aFolderKeepsOneSpelling() throws Exception {
    assertThat(all(new SafePaths(NameRules.PORTABLE), "Docs/a", "docs/b", "DOCS/A"))
        .containsExactly("Docs/a", "Docs/b", "Docs/A (2)");
  }

  @Test
  void manyEqualNamesTakeNoLongerThanOthers() throws Exception {
    SafePaths paths = new SafePaths(NameRules.POSIX);
    for (int i = 0; i < 50_000; i++) {
      paths.file(List.of("same"));
    }

    assertThat(paths.file(List.of("same"))).containsExactly("same (50001)");
    assertThat(paths.notes()).hasSize(100);
  }

  @Test
  void whatWasChangedIsTold() throws Exception {
    SafePaths paths = new SafePaths(NameRules.POSIX);
    paths.file(List.of("fine"));
    paths.file(List.of("..", "x\u001b"));

    assertThat(paths.notes()).containsExactly("renamed \"../x?\" to \"__/x_\"");
  }

  @Test
  void aLinkOutOfTheFolderIsRefused() {
    SafePaths paths = new SafePaths(NameRules.POSIX);

    assertThatThrownBy(() -> paths.target(List.of("..", "secret"))).hasMessageContaining("leaves");
    assertThatThrownBy(() -> paths.target(List.of("/etc", "passwd")))
        .hasMessageContaining("leaves");
  }

  @Test
  void aLinkFollowsWhatItPointsToUnderItsNewName() throws Exception {
    SafePaths paths = new SafePaths(NameRules.PORTABLE);
    List<TorrentFile> links = new ArrayList<>();
    for (String target : List.of("README", "a/b", "a", "A/new", "con.txt", "gone/x?")) {
      List<String> path = paths.file(List.of("link to " + target.replace('/', ' ')));
      links.add(
          TorrentFile.of(path, 0, 0).pointingTo(paths.target(List.of(target.split("/", -1)))));
    }
    all(paths, "Readme", "README", "a", "a/b", "con.txt");

    assertThat(paths.withSafeTargets(links))
        .extracting(link -> String.join("/", link.linkTarget().orElseThrow()))
        .containsExactly(
            "README (2)",
            "a (2)/b",
            "a",
            "a (2)/new",
            NameRules.PORTABLE.safe("con.txt"),
            "gone/" + NameRules.PORTABLE.safe("x?"));
  }

  @Test
  void endlessPathsAreRefused() {
    SafePaths paths = new SafePaths(NameRules.POSIX);

    assertThatThrownBy(() -> paths.file(List.of())).hasMessageContaining("no name");
    assertThatThrownBy(() -> paths.file(Collections.nCopies(101, "a")))
        .hasMessageContaining("too long");
  }
}
