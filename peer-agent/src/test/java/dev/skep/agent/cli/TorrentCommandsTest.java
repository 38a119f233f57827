package dev.skep.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code create}, {@code info} and {@code magnet}, as typed. */
class TorrentCommandsTest {
  private final Console skep = new Console();

  @TempDir Path folder;
  private Path data;
  private Path torrent;

  @BeforeEach
  void aFolderWithUnusualNames() throws IOException {
    data = folder.resolve("Grüße an alle");
    torrent = folder.resolve("x.torrent");
    Files.createDirectories(data.resolve("sub"));
    Files.write(data.resolve("leer"), new byte[0]);
    Files.write(data.resolve("sub/日本.bin"), new byte[100_000]);
  }

  private static JsonObject json(String text) {
    try (var reader = Json.createReader(new StringReader(text))) {
      return reader.readObject();
    }
  }

  @Test
  void aTorrentIsMadeAndShown() {
    assertThat(
            skep.run(
                "create", data, "-o", torrent, "-t", "http://a/x,http://b/x", "-t", "udp://c:1"))
        .as(skep.err())
        .isZero();
    String made = skep.out();

    assertThat(skep.run("info", torrent)).isZero();

    assertThat(made)
        .contains("name          Grüße an alle\n")
        .contains("size          98 KiB (100,000 bytes)\n")
        .contains("pieces        7 of 16 KiB\n")
        .contains("torrent file  " + torrent + "\n");
    assertThat(skep.out())
        .contains("trackers      tier 1: http://a/x, http://b/x\n              tier 2: udp://c:1\n")
        .containsPattern("created at    20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\n")
        .contains("Grüße an alle/  (2 files)\n  leer ")
        .containsPattern("  sub/\n    日本.bin +98 KiB  #2\n");
  }

  @Test
  void theJsonDocumentHasTheNamesThatScriptsRelyOn() {
    skep.run(
        "create",
        data,
        "-o",
        torrent,
        "-t",
        "http://a/x",
        "--private",
        "--comment",
        "hello",
        "--web-seed",
        "http://w/",
        "--no-date",
        "--piece-length",
        "32KiB");

    assertThat(skep.run("info", "--json", torrent)).isZero();

    JsonObject info = json(skep.out());
    assertThat(info.getString("name")).isEqualTo("Grüße an alle");
    assertThat(info.getString("infoHash")).matches("[0-9a-f]{40}");
    assertThat(info.getInt("totalBytes")).isEqualTo(100_000);
    assertThat(info.getInt("pieceLengthBytes")).isEqualTo(32_768);
    assertThat(info.getInt("pieces")).isEqualTo(4);
    assertThat(info.get("files"))
        .hasToString(
            "[{\"path\":\"leer\",\"bytes\":0},{\"path\":\"sub/日本.bin\",\"bytes\":100000}]");
    assertThat(info.get("trackers")).hasToString("[[\"http://a/x\"]]");
    assertThat(info.getJsonArray("webSeeds").getValuesAs(JsonString::getString))
        .containsExactly("http://w/");
    assertThat(info.getBoolean("private")).isTrue();
    assertThat(info.getString("comment")).isEqualTo("hello");
    assertThat(info).containsKey("createdBy").doesNotContainKeys("createdAt", "infoHashV2");
    assertThat(info.getString("magnet")).startsWith("magnet:?xt=urn:btih:");
  }

  @Test
  void aUserAndPasswordAreInTheTorrentAndShownNowhere() throws Exception {
    String url = "http://ann:s3cret@a/announce";
    int status =
        skep.run("create", data, "-o", torrent, "-t", url, "--web-seed", "http://ann:s3cret@w/");
    assertThat(status).as(skep.err()).isZero();
    assertThat(Files.readString(torrent, StandardCharsets.ISO_8859_1)).contains(url);
    String said = skep.out() + skep.err();

    for (List<Object> words :
        List.of(
            List.<Object>of("info", torrent),
            List.<Object>of("info", "--json", torrent),
            List.<Object>of("magnet", torrent),
            List.<Object>of("info", "magnet:?xt=urn:btih:" + "a".repeat(40) + "&tr=" + url))) {
      assertThat(skep.run(words.toArray())).isZero();
      said += skep.out() + skep.err();
    }

    assertThat(said).contains("http://a/announce").doesNotContain("ann:", "cret");
  }

  @Test
  void theMagnetLinkIsTheSameEverywhere() {
    skep.run("create", data, "-o", torrent, "--json");
    String made = json(skep.out()).getString("magnet");

    assertThat(skep.run("magnet", torrent)).isZero();

    assertThat(skep.out()).isEqualTo(made + "\n");
    assertThat(made).contains("&dn=Gr%C3%BC%C3%9Fe%20an%20alle");
  }

  @Test
  void severalTorrentsAreShownOneAfterTheOther() {
    skep.run("create", data, "-o", torrent);

    assertThat(skep.run("info", torrent, torrent, "--json")).isZero();

    try (var reader = Json.createReader(new StringReader(skep.out()))) {
      assertThat(reader.readArray()).hasSize(2);
    }
  }

  @Test
  void theSameDataMakesTheSameFileWithoutADate() throws IOException {
    Path again = folder.resolve("y.torrent");
    skep.run("create", data, "-o", torrent, "--no-date");
    skep.run("create", data, "-o", again, "--no-date");

    assertThat(torrent).hasSameBinaryContentAs(again);
  }

  @Test
  void anExistingTorrentIsOverwrittenOnlyWhenToldTo() {
    skep.run("create", data, "-o", torrent);

    assertThat(skep.run("create", data, "-o", torrent)).isEqualTo(1);
    assertThat(skep.err()).contains("exists already").contains("--force");
    assertThat(skep.run("create", data, "-o", torrent, "--force")).isZero();
  }

  @Test
  void aTorrentNeverTakesThePlaceOfItsData() throws Exception {
    Path file = Files.writeString(folder.resolve("notes"), "mine");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);

    for (Path same : List.of(file, link)) {
      assertThat(skep.run("create", file, "-o", same, "--force")).isEqualTo(1);
      assertThat(skep.err()).contains(same + ": what the torrent is made of");
    }
    assertThat(file).hasContent("mine");
    assertThat(link).isSymbolicLink();
  }

  @Test
  void whatIsNoFileIsNotReplacedByATorrent() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

    assertThat(skep.run("create", data, "-o", pipe, "--force")).isEqualTo(1);

    assertThat(skep.err()).contains(pipe + ": no file that could be replaced");
    assertThat(Files.isRegularFile(pipe)).isFalse();
  }

  @Test
  void whatSomebodyKeepsBesideATorrentStays() throws Exception {
    Path other = Files.writeString(folder.resolve("other"), "mine");
    Path part = folder.resolve("." + torrent.getFileName() + ".part");
    Files.createSymbolicLink(part, other);

    assertThat(skep.run("create", data, "-o", torrent)).isZero();

    assertThat(other).hasContent("mine");
    assertThat(part).isSymbolicLink();
  }

  @Test
  void aTruncatedTorrentIsRefusedInOneLineThatNamesIt() throws IOException {
    skep.run("create", data, "-o", torrent);
    byte[] whole = Files.readAllBytes(torrent);
    for (int length : new int[] {0, 1, whole.length / 2, whole.length - 1}) {
      Files.write(torrent, java.util.Arrays.copyOf(whole, length));

      assertThat(skep.run("info", torrent)).isEqualTo(1);
      assertThat(skep.err()).startsWith("skep: " + torrent + ": ").containsOnlyOnce("\n");
    }
  }

  @Test
  void whatCannotBeReadIsToldBeforeAnythingIsHashed() throws IOException {
    Files.createSymbolicLink(data.resolve("dangling"), Path.of("nowhere"));

    assertThat(skep.run("create", data, "-o", torrent)).isEqualTo(1);
    assertThat(skep.err()).contains("dangling: a link to nothing").containsOnlyOnce("\n");
    assertThat(torrent).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"line\nbreak", "bell\u0007", "turn\u202Ened"})
  void aNameThatNobodyCouldMakeIsToldBeforeAnythingIsHashed(String name) throws IOException {
    Path around = Files.createDirectory(folder.resolve("odd"));
    Path odd = Files.createDirectory(around.resolve(name));
    Files.writeString(odd.resolve("x"), "data");

    assertThat(skep.run("create", around, "-o", folder.resolve("o.torrent"))).isEqualTo(1);
    assertThat(skep.err()).contains("its name has a line break").containsOnlyOnce("\n");
    assertThat(folder.resolve("o.torrent")).doesNotExist();
    assertThat(skep.run("create", odd, "-o", folder.resolve("o.torrent"))).isEqualTo(1);
    assertThat(skep.run("create", odd, "-n", "even", "-o", folder.resolve("o.torrent"))).isZero();
  }

  @Test
  void whatATorrentMostLikelyLacksIsTold() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "data");

    assertThat(skep.run("create", file, "-o", folder.resolve("a.torrent"))).isZero();
    assertThat(skep.err()).containsOnlyOnce("names no tracker");
    assertThat(skep.run("create", file, "-t", "http://t:1/", "-o", folder.resolve("b.torrent")))
        .isZero();
    assertThat(skep.err()).contains("-t http://t:1/ has no path").contains("http://t:1/announce");
    assertThat(skep.run("create", file, "-t", "udp://t:1", "-o", folder.resolve("c.torrent")))
        .isZero();
    assertThat(skep.err()).doesNotContain("no path").doesNotContain("no tracker");
  }

  @Test
  void aWebPageIsNoTorrent() throws IOException {
    Path page = Files.writeString(folder.resolve("x.torrent"), "\n<!DOCTYPE html><html>log in");

    assertThat(skep.run("info", page)).isEqualTo(1);
    assertThat(skep.err()).contains(page + ": a web page, not a .torrent file");
  }

  @Test
  void infoTellsWhatItCannotReadAndShowsTheRest() {
    Path gone = folder.resolve("gone.torrent");
    skep.run("create", data, "-o", torrent);

    assertThat(skep.run("info", gone, torrent, "magnet:?x")).isEqualTo(1);
    assertThat(skep.out()).startsWith("name          Grüße an alle\n");
    assertThat(skep.err().lines())
        .satisfiesExactly(
            first -> assertThat(first).isEqualTo("skep: " + gone + ": no such file or folder"),
            second -> assertThat(second).contains("is the link quoted and whole?"));

    assertThat(skep.run("info", "--json", gone, torrent)).isEqualTo(1);
    assertThat(skep.out()).startsWith("[").contains("Grüße an alle", "\"ok\": false");
    assertThat(skep.run("info", "--json", gone)).isEqualTo(1);
    assertThat(json(skep.out()).getString("error")).contains("no such file or folder");
  }

  @Test
  void verifyPromisesNoRepairWhereNoDownloadMayWrite() throws IOException {
    skep.run("create", data, "-o", torrent);
    Path file = data.resolve("sub/日本.bin");
    Files.delete(file);
    Files.createSymbolicLink(file, Files.writeString(folder.resolve("elsewhere"), "other"));

    assertThat(skep.run("verify", torrent, data)).isEqualTo(1);
    assertThat(skep.err()).contains("日本.bin is a symbolic link where a file is needed");
    assertThat(skep.err()).doesNotContain("repairs it");
    Files.delete(file);

    assertThat(skep.run("verify", torrent, data)).isEqualTo(1);
    assertThat(skep.err()).contains("repairs it");
  }

  @Test
  void aQuietCreateSaysItsResultOnly() {
    assertThat(skep.run("create", "-q", data, "-o", torrent, "-t", "http://a:1")).isZero();

    assertThat(skep.out()).contains("torrent file");
    assertThat(skep.err()).isEmpty();
  }

  @Test
  void aFolderWithALinkThatLeadsOutOfItIsWhatItsTorrentSays() throws IOException {
    Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "not in the folder");
    Files.createSymbolicLink(data.resolve("link"), elsewhere);
    skep.run("create", data, "-o", torrent);

    assertThat(skep.run("verify", torrent, data)).as(skep.err()).isZero();
  }

  @Test
  void whatNoTorrentCanBeMadeOfIsToldInOneLine() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty"));

    assertThat(skep.run("create", empty, "-o", torrent)).isEqualTo(1);
    assertThat(skep.err())
        .isEqualTo("skep: " + empty + ": nothing in it but emptiness; add data\n");
  }

  @Test
  void aTorrentThatCannotBeWrittenIsToldBeforeAnythingIsHashed() {
    Path nowhere = folder.resolve("none/x.torrent");

    assertThat(skep.run("create", folder.resolve("gone"), "-o", nowhere)).isEqualTo(1);
    assertThat(skep.err()).startsWith("skep: " + nowhere + ": there is no such folder");
    assertThat(skep.run("create", folder.resolve("gone"), "-o", data)).isEqualTo(1);
    assertThat(skep.err()).startsWith("skep: " + data + ": a folder");
  }
}
