package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Torrents of the wild, as the npm package webtorrent-fixtures collects them; fetched once, and
 * checked.
 */
class RealTorrentsTest {
  private static final String PACKAGE = "webtorrent-fixtures";
  private static final String VERSION = "2.0.3";
  private static final String SHA_256 =
      "35ea0b4919713c0272dcbf7fe42d1b1fc65993911062825b38a60231a6475b6b";

  @TempDir static Path folder;

  @BeforeAll
  static void fetch() throws Exception {
    Path target = Path.of("target").toAbsolutePath();
    Path packed = target.resolve(PACKAGE + "-" + VERSION + ".tgz");
    if (!Files.exists(packed)) {
      boolean fetched =
          Program.installed("npm")
              .with("pack", PACKAGE + "@" + VERSION, "--fetch-retries=0", "--fetch-timeout=20000")
              .succeeds(target);
      assumeTrue(fetched, "npm cannot fetch " + PACKAGE + ": no network?");
    }
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(packed));
    assertThat(HexFormat.of().formatHex(digest)).as("SHA-256 of " + packed).isEqualTo(SHA_256);
    Program.installed("tar").with("xzf", packed.toString()).output(folder);
  }

  private static byte[] fixture(String name) throws IOException {
    return Files.readAllBytes(folder.resolve("package/fixtures").resolve(name + ".torrent"));
  }

  @ParameterizedTest
  @CsvSource({
    "alice, 722fe65b2aa26d14f35b4ad627d20236e481d924, alice.txt, 163783, 10, 1",
    "bunny, af8f10f30bf9aefecf3686922bfa0d5bd290a395, bbb_sunflower_1080p_30fps_stereo_abl.mp4,"
        + " 434839491, 830, 1",
    "folder, b88da2caac6648e6c7d7687e3f89085f7e230e6b, folder, 15, 1, 1",
    "leaves, d2474e86c95b19b8bcfdb92bc12c9d44667cfa36, Leaves of Grass by Walt Whitman.epub,"
        + " 362017, 23, 1",
    "leaves-metadata, d2474e86c95b19b8bcfdb92bc12c9d44667cfa36, Leaves of Grass by Walt"
        + " Whitman.epub, 362017, 23, 1",
    "lots-of-numbers, 114ead6243792ba56297edbb9a78dfba84d4fc00, lots-of-numbers, 12, 1, 6",
    "numbers, 89d97c2261a21b040cf11caa661a3ba7233bb7e6, numbers, 6, 1, 3",
    "sintel, c334138ef5bfc2d568ea7324e0e2a3a7ec229bdd,"
        + " Sintel.2010.4K.DMRip.x264.DD.DTS.SRT-MaLLIeHbKa.mkv, 5490455272, 1310, 1"
  })
  void publishedTorrentsAreReadAsTheyWerePublished(
      String fixture, String infoHash, String name, long bytes, int pieces, int files)
      throws Exception {
    Metainfo torrent = Metainfo.parse(fixture(fixture));

    assertThat(torrent.infoHash()).hasToString(infoHash);
    assertThat(torrent.name()).isEqualTo(name);
    assertThat(torrent.totalBytes()).isEqualTo(bytes);
    assertThat(torrent.layout().pieceCount()).isEqualTo(pieces);
    assertThat(torrent.files()).hasSize(files);
    assertThat(torrent.notes()).isEmpty();
  }

  @Test
  void aTorrentWithoutANameIsRefused() {
    assertThatThrownBy(() -> Metainfo.parse(fixture("corrupt")))
        .isInstanceOf(MetainfoException.class)
        .hasMessage("the torrent has no name");
  }
}
