package dev.skep.tracker.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.tracker.catalogue.WatchedFolders.Watched;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is put into a folder is in the catalogue soon, or is said to be none. */
@Timeout(60)
class WatchedFoldersTest {
  private final KeptInMemory kept = new KeptInMemory();
  private final Map<InfoHash, Integer> pinned = new ConcurrentHashMap<>();
  @TempDir private Path folder;
  private WatchedFolders watched;

  @BeforeEach
  void begin() {
    var registrar =
        new Registrar(
            kept.catalogue,
            PublicUrls.parse(List.of()),
            new Retention(Map.of(), _ -> {}),
            pinned::put);
    watched =
        WatchedFolders.open(registrar, List.of(Watched.parse(folder + " label=web,eu")))
            .orElseThrow();
  }

  @AfterEach
  void end() {
    watched.close();
  }

  private boolean is(String name) {
    return Files.exists(folder.resolve(name));
  }

  @Test
  void aFileIsRegisteredAsItWasWritten() throws Exception {
    byte[] file = KeptInMemory.file(1);
    Path path = Files.write(folder.resolve("site.torrent"), file);
    Instant written = Instant.parse("2026-11-01T10:00:00Z");
    Files.setLastModifiedTime(path, FileTime.from(written));
    await().until(() -> is("site.torrent.added"));
    InfoHash hash = Metainfo.parse(file).infoHash();
    RegisteredTorrent torrent = kept.catalogue.find(hash).orElseThrow();
    assertThat(torrent.labels()).containsExactly("eu", "web");
    assertThat(torrent.publication().published()).isEqualTo(written);
    assertThat(torrent.pieces()).isEqualTo(1);
    assertThat(pinned).containsEntry(hash, 0);
  }

  @Test
  void whatIsStillWrittenWaitsAndWhatIsNoneIsNamedSo() throws Exception {
    byte[] file = KeptInMemory.file(2);
    Path half = folder.resolve("half.torrent");
    Files.write(folder.resolve("page.torrent"), "<html>".getBytes(UTF_8));
    for (int i = 0; i < file.length; i++) { // never alike at two looks
      Files.write(half, new byte[] {file[i]}, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      Thread.sleep(20);
    }
    await().until(() -> is("half.torrent.added") && is("page.torrent.bad"));
    assertThat(kept.catalogue.size()).isOne();
  }

  @Test
  void whatCannotBeSavedNowIsTriedAgain() throws Exception {
    kept.fail(true);
    Files.write(folder.resolve("later.torrent"), KeptInMemory.file(3));
    await().during(Duration.ofSeconds(3)).until(() -> is("later.torrent"));
    kept.fail(false);
    await().until(() -> is("later.torrent.added"));
  }

  @Test
  void aFolderIsAnAbsolutePathWithLabelsThatAreSome() {
    assertThat(Watched.parse("/srv/my torrents label=web"))
        .isEqualTo(new Watched(Path.of("/srv/my torrents"), List.of("web")));
    assertThat(Watched.parse("/srv/torrents").labels()).isEmpty();
    for (String none : List.of("torrents", "/srv label=", "/srv label=a b", "label=web")) {
      assertThatThrownBy(() -> Watched.parse(none))
          .as(none)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
