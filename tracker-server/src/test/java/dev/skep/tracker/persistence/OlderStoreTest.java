package dev.skep.tracker.persistence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.catalogue.CatalogueHistory;
import dev.skep.tracker.persistence.SavedState.Contents;
import dev.skep.tracker.persistence.StoredState.Shard;
import dev.skep.tracker.persistence.StoredState.Torrent;
import dev.skep.tracker.swarm.SwarmStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.eclipse.store.storage.embedded.types.EmbeddedStorage;
import org.eclipse.store.storage.embedded.types.EmbeddedStorageManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data folder of a tracker that kept catalogue and lists in its store: nothing is lost. */
class OlderStoreTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path temp;

  @Test
  void itsCatalogueAndListsBecomeFiles() throws IOException {
    makeOlderStore();
    try (Persistence persistence = Persistence.open(temp, LIMIT)) {
      assertIsAllThere(persistence);
      SwarmStore swarms = SavedState.emptySwarms();
      persistence.restore(swarms, SavedState.NOW);
      try (var _ = Saver.start(persistence, swarms, Duration.ofMillis(100), () -> SavedState.NOW)) {
        await("a new store takes over").until(() -> !Files.exists(temp.resolve("store")));
      }
    }
    assertThat(temp.toFile().list())
        .containsExactlyInAnyOrder("lock", "access", "torrents", "removed", "rollouts", "store-1");
    try (Persistence persistence = Persistence.open(temp, LIMIT)) {
      assertIsAllThere(persistence);
    }
  }

  @Test
  void aMoveThatWasInterruptedIsDoneAgain() throws IOException {
    makeOlderStore();
    try (Persistence persistence = Persistence.open(temp, LIMIT)) {
      persistence.remove(SavedState.hash(1), CatalogueHistory.of(1));
    }
    Files.move(temp.resolve("torrents"), temp.resolve("torrents.new"));
    Files.delete(temp.resolve("access"));
    try (Persistence persistence = Persistence.open(temp, LIMIT)) {
      assertIsAllThere(persistence);
    }
  }

  private static void assertIsAllThere(Persistence persistence) throws IOException {
    Contents back = SavedState.read(persistence);
    assertThat(back.damage()).isEmpty();
    assertThat(back.torrents()).hasSize(3);
    assertThat(back.torrents().get(SavedState.hash(1))).isEqualTo(SavedState.torrent(1));
    assertThat(SavedState.metainfo(persistence, SavedState.hash(1)))
        .contains(SavedState.metainfo(1));
    assertThat(back.access()).contains(new String(SavedState.ACCESS, UTF_8));
    assertThat(back.completed()).containsEntry(SavedState.hash(1), 5);
  }

  private void makeOlderStore() throws IOException {
    Path folder = temp.resolve("store");
    EmbeddedStorageManager manager = EmbeddedStorage.start(folder);
    var state = new StoredState();
    for (int n = 0; n < 3; n++) {
      InfoHash hash = SavedState.hash(n);
      Shard shard = state.shardOf(hash);
      shard.torrents = Arrays.copyOf(shard.torrents, shard.torrents.length + 1);
      shard.torrents[shard.torrents.length - 1] =
          new Torrent(
              hash,
              Seal.close(
                  Seal.Kind.TORRENT, hash.toBytes(), CatalogueEntry.encode(SavedState.torrent(n))),
              Seal.close(Seal.Kind.METAINFO, hash.toBytes(), SavedState.metainfo(n)));
      shard.completed =
          Seal.close(Seal.Kind.COMPLETED, Seal.NO_SUBJECT, CompletedCounts.pack(Map.of(hash, 5)));
    }
    state.access = Seal.close(Seal.Kind.ACCESS, Seal.NO_SUBJECT, SavedState.ACCESS);
    manager.setRoot(state);
    manager.storeRoot();
    manager.shutdown();
    Mark.begin(folder, 0);
  }
}
