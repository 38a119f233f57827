package dev.skep.tracker.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.catalogue.CatalogueChange.Removed;
import dev.skep.tracker.catalogue.CatalogueCursor;
import dev.skep.tracker.catalogue.Publication;
import dev.skep.tracker.catalogue.Publication.Signature;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What followers of the catalogue know is still right after a restart, however that came. */
class CatalogueHistoryTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path folder;

  /** Something that is done while a tracker runs. */
  @FunctionalInterface
  private interface Run<T> {
    T with(Catalogue catalogue) throws Exception;
  }

  private <T> T run(Run<T> doing) throws Exception {
    try (Persistence persistence = Persistence.open(folder, LIMIT)) {
      var catalogue =
          new Catalogue(
              persistence,
              new Catalogue.Limits(1000, 1 << 20, Long.MAX_VALUE),
              () -> SavedState.NOW);
      Restored restored = persistence.restore(SavedState.emptySwarms(), SavedState.NOW);
      catalogue.restore(restored.torrents(), restored.history());
      return doing.with(catalogue);
    }
  }

  private static InfoHash publish(Catalogue catalogue, int number) throws Exception {
    byte[] file =
        "d4:infod6:lengthi%de4:name1:n12:piece lengthi16384e6:pieces20:%020dee"
            .formatted(1000 + number, number)
            .getBytes(StandardCharsets.ISO_8859_1);
    var publication =
        new Publication(
            List.of("web", "stable"),
            Instant.ofEpochSecond(1_700_000_000),
            Optional.of(new Signature("c2lnbmF0dXJl", "c2lnbmVy")));
    return catalogue.register(Metainfo.parse(file), file, "n " + number, publication).infoHash();
  }

  @Test
  void whatIsSaidOfATorrentComesBack() throws Exception {
    RegisteredTorrent before =
        run(catalogue -> catalogue.find(publish(catalogue, 1)).orElseThrow());
    RegisteredTorrent after = run(catalogue -> catalogue.find(before.infoHash()).orElseThrow());
    assertThat(after).isEqualTo(before);
    assertThat(after.labels()).containsExactly("stable", "web");
    assertThat(after.publication().signature()).isPresent();
  }

  @Test
  void aCursorGoesOnAfterARestart() throws Exception {
    InfoHash first = run(catalogue -> publish(catalogue, 1));
    CatalogueCursor before = run(Catalogue::cursor);
    InfoHash removed =
        run(
            catalogue -> {
              assertThat(catalogue.cursor().version()).isOne();
              publish(catalogue, 2);
              catalogue.remove(first);
              return first;
            });
    run(
        catalogue -> {
          assertThat(catalogue.knowsWhatFollows(before)).isTrue();
          assertThat(catalogue.cursor().version()).isEqualTo(3);
          assertThat(catalogue.changesAfter(before.version(), 10))
              .hasSize(2)
              .contains(new Removed(3, removed));
          return publish(catalogue, 3);
        });
  }

  @Test
  void aRemovalThatWasInterruptedIsEnded() throws Exception {
    Path kept = Files.createTempFile("torrent", "");
    InfoHash hash = run(catalogue -> publish(catalogue, 1));
    Path file = folder.resolve("torrents").resolve(hash.hex());
    Files.copy(file, kept, StandardCopyOption.REPLACE_EXISTING);
    run(catalogue -> catalogue.remove(hash));
    Files.move(kept, file);
    assertThat(holds(hash)).isFalse();
    assertThat(file).doesNotExist();
    run(catalogue -> publish(catalogue, 1));
    assertThat(holds(hash)).as("published anew").isTrue();
  }

  @Test
  void whereATorrentOrTheHistoryIsLostFollowersReadAnew() throws Exception {
    CatalogueCursor before =
        run(
            catalogue -> {
              publish(catalogue, 1);
              publish(catalogue, 2);
              return catalogue.cursor();
            });
    damage(folder.resolve("removed"));
    CatalogueCursor another =
        run(
            catalogue -> {
              assertThat(catalogue.knowsWhatFollows(before)).isFalse();
              return catalogue.cursor();
            });
    assertThat(run(Catalogue::cursor)).as("once").isEqualTo(another);
    try (var files = Files.list(folder.resolve("torrents"))) {
      damage(files.findFirst().orElseThrow());
    }
    boolean known = run(catalogue -> catalogue.knowsWhatFollows(another));
    assertThat(known).isFalse();
  }

  private boolean holds(InfoHash hash) throws Exception {
    return run(catalogue -> catalogue.contains(hash));
  }

  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[20] ^= 1;
    Files.write(file, bytes);
  }

  /** As trackers wrote it that knew no labels. */
  @Test
  void anEntryOfAnOlderTrackerIsRead() throws Exception {
    byte[] name = "old é".getBytes(StandardCharsets.UTF_8);
    long registered = 1_700_000_000_123L;
    byte[] entry =
        ByteBuffer.allocate(8 + 4 + 8 + 1 + 20 + name.length)
            .putLong(99)
            .putInt(3)
            .putLong(registered)
            .put((byte) 1)
            .put(SavedState.hash(7).toBytes())
            .put(name)
            .array();
    assertThat(CatalogueEntry.decode(SavedState.hash(1), entry, 55))
        .isEqualTo(
            new RegisteredTorrent(
                SavedState.hash(1),
                Optional.of(SavedState.hash(7)),
                "old é",
                99,
                3,
                0,
                55,
                Instant.ofEpochMilli(registered),
                Publication.at(Instant.ofEpochSecond(1_700_000_000)),
                0));
  }
}
