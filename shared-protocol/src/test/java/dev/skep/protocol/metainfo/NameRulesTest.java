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
  void someHundredFilesMayHaveTheSameNameAndNoMore() throws Exception {
    SafePaths paths = new SafePaths(NameRules.POSIX);
    for (int i = 1; i <= 500; i++) {
      paths.file(List.of("same"));
    }

    assertThatThrownBy(() -> paths.file(List.of("same")))
        .isInstanceOf(MetainfoException.class)
        .hasMessageContaining("more than 500 files are called \"same\"");
  }

  @Test
  void whatWasChangedIsTold() throws Exception {
    SafePaths paths = new SafePaths(NameRules.POSIX);
    paths.file(List.of("fine"));
    paths.file(List.of("..", "x\u001b"));

    assertThat(paths.notes()).containsExactly("renamed \"../x?\" to \"__/x_\"");
  }

  private static TorrentFile file(SafePaths paths, String path) throws MetainfoException {
    return TorrentFile.of(paths.file(List.of(path.split("/"))), 0, 0);
  }

  private static TorrentFile link(SafePaths paths, String path, String target)
      throws MetainfoException {
    return file(paths, path).pointingTo(List.of(target.split("/", -1)));
  }

  /** Each link and where it leads, those that are left out not. */
  private static List<String> links(SafePaths paths, List<TorrentFile> files) {
    return paths.withSafeTargets(files).stream()
        .filter(file -> file.linkTarget().isPresent())
        .map(
            file ->
                String.join("/", file.path())
                    + " -> "
                    + String.join("/", file.linkTarget().orElseThrow()))
        .toList();
  }

  @Test
  void aLinkIsReadAsItNamesSomethingInTheTorrent() throws Exception {
    SafePaths paths = new SafePaths(NameRules.POSIX);
    List<TorrentFile> files =
        List.of(
            file(paths, "lib/lib.so.1"),
            file(paths, "bin/tool.sh"),
            file(paths, "top"),
            link(paths, "lib/lib.so", "lib.so.1"), // as libtorrent writes it
            link(paths, "lib/lib.so.0", "lib/lib.so.1"), // as BEP 47 has it
            link(paths, "lib/tool", "../bin/tool.sh"),
            link(paths, "lib/top", "top"),
            link(paths, "here", "./bin"),
            link(paths, "through", "here/tool.sh"));

    assertThat(links(paths, files))
        .containsExactly(
            "lib/lib.so -> lib/lib.so.1",
            "lib/lib.so.0 -> lib/lib.so.1",
            "lib/tool -> bin/tool.sh",
            "lib/top -> top",
            "here -> bin",
            "through -> here/tool.sh");
    assertThat(paths.notes()).isEmpty();
  }

  @Test
  void aLinkToOneThatIsLeftOutIsLeftOutToo() throws Exception {
    SafePaths paths = new SafePaths(NameRules.POSIX);
    List<TorrentFile> files =
        List.of(
            link(paths, "third", "second"),
            link(paths, "second", "first"),
            link(paths, "first", "nothing"),
            link(paths, "through", "first/x"),
            link(paths, "to self", "self"),
            link(paths, "self", "self"),
            file(paths, "a"),
            link(paths, "good", "a"));

    assertThat(links(paths, files)).containsExactly("good -> a");
    assertThat(paths.notes()).hasSize(6);
  }

  @Test
  void aLinkThatNamesNothingInTheTorrentIsLeftOutAndTold() throws Exception {
    SafePaths paths = new SafePaths(NameRules.POSIX);
    List<TorrentFile> files =
        List.of(
            file(paths, "a/b"),
            link(paths, "out", "../secret"),
            link(paths, "a/out", "../../a/b"),
            link(paths, "absolute", "/etc/passwd"),
            link(paths, "nothing", "a/c"),
            link(paths, "root", "a/.."),
            link(paths, "self", "self"),
            link(paths, "no path", ""));

    assertThat(links(paths, files)).isEmpty();
    assertThat(paths.withSafeTargets(files)).hasSize(1);
    assertThat(paths.notes()).contains("left out \"out\": the link names nothing in the torrent");
  }

  @Test
  void aLinkFollowsWhatItPointsToUnderItsNewName() throws Exception {
    SafePaths paths = new SafePaths(NameRules.PORTABLE);
    List<TorrentFile> files =
        List.of(
            link(paths, "1", "README"),
            link(paths, "2", "a/b"),
            link(paths, "3", "a"),
            link(paths, "4", "A/x?"),
            link(paths, "5", "con.txt"),
            file(paths, "Readme"),
            file(paths, "README"),
            file(paths, "a"),
            file(paths, "a/b"),
            file(paths, "A/x?"),
            file(paths, "con.txt"));

    assertThat(links(paths, files))
        .containsExactly(
            "1 -> README (2)",
            "2 -> a (2)/b",
            "3 -> a",
            "4 -> a (2)/" + NameRules.PORTABLE.safe("x?"),
            "5 -> " + NameRules.PORTABLE.safe("con.txt"));
  }

  @Test
  void endlessPathsAreRefused() {
    SafePaths paths = new SafePaths(NameRules.POSIX);

    assertThatThrownBy(() -> paths.file(List.of())).hasMessageContaining("no name");
    assertThatThrownBy(() -> paths.file(Collections.nCopies(101, "a")))
        .hasMessageContaining("too long");
  }
}
