package dev.skep.tracker.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.catalogue.CatalogueHistory;
import dev.skep.tracker.persistence.SavedState.Contents;
import dev.skep.tracker.swarm.Announce;
import dev.skep.tracker.swarm.SwarmStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PersistenceTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path folder;

  @Test
  void whatWasSavedComesBack() throws IOException {
    try (Persistence persistence = Persistence.open(folder, LIMIT)) {
      SavedState.save(persistence, SavedState.emptySwarms(), 20, 30);
    }
    try (Persistence persistence = Persistence.open(folder, LIMIT)) {
      Contents back = SavedState.read(persistence);
      assertThat(back.damage()).isEmpty();
      assertThat(back.torrents()).hasSize(20);
      assertThat(back.torrents().get(SavedState.hash(3))).isEqualTo(SavedState.torrent(3));
      assertThat(SavedState.metainfo(persistence, SavedState.hash(3)))
          .contains(SavedState.metainfo(3));
      assertThat(back.peers().values()).hasSize(20).allSatisfy(p -> assertThat(p).hasSize(30));
      assertThat(back.completed().values()).hasSize(20).allMatch(count -> count == 3);
      assertThat(back.access())
          .contains(new String(SavedState.ACCESS, java.nio.charset.StandardCharsets.UTF_8));
    }
  }

  /** As many may read one as there are connections, however slowly. */
  @Test
  void aTorrentFileThatIsReadHoldsNoFileOpen() throws IOException {
    InfoHash hash = SavedState.hash(1);
    byte[] file = new byte[100_000];
    new Random(1).nextBytes(file);
    try (Persistence persistence = Persistence.open(folder, LIMIT)) {
      persistence.put(SavedState.torrent(1), file);
      InputStream content = persistence.open(hash).orElseThrow().content();
      assertThat(content.readNBytes(10_000)).isEqualTo(Arrays.copyOf(file, 10_000));
      assertThat(openFiles()).noneMatch(path -> path.endsWith(hash.hex()));
      assertThat(content.readAllBytes()).isEqualTo(Arrays.copyOfRange(file, 10_000, 100_000));

      InputStream other = persistence.open(hash).orElseThrow().content();
      assertThat(other.read()).isEqualTo(file[0] & 0xff);
      persistence.put(SavedState.torrent(1), SavedState.metainfo(2));
      assertThatThrownBy(other::readAllBytes).hasMessageContaining("registered anew");
      persistence.remove(hash, CatalogueHistory.of(1));
      assertThatThrownBy(other::read).isInstanceOf(NoSuchFileException.class);
    }
  }

  /** Where the system tells. */
  private static List<Path> openFiles() throws IOException {
    List<Path> open = new ArrayList<>();
    Path descriptors = Path.of("/proc/self/fd");
    if (Files.exists(descriptors)) {
      try (Stream<Path> all = Files.list(descriptors)) {
        for (Path one : all.toList()) {
          if (Files.isSymbolicLink(one)) { // that of this list is gone by now
            open.add(Files.readSymbolicLink(one));
          }
        }
      }
    }
    return open;
  }

  @Test
  void whatWasRemovedStaysAway() throws IOException {
    SwarmStore swarms = SavedState.emptySwarms();
    try (Persistence persistence = Persistence.open(folder, LIMIT)) {
      SavedState.save(persistence, swarms, 3, 5);
      persistence.remove(SavedState.hash(1), CatalogueHistory.of(1));
      swarms.drop(SavedState.hash(1));
      persistence.store().keepOnly(SavedState.hash(0)::equals);
    }
    try (Persistence persistence = Persistence.open(folder, LIMIT)) {
      Contents back = SavedState.read(persistence);
      assertThat(back.torrents()).containsOnlyKeys(SavedState.hash(0), SavedState.hash(2));
      assertThat(back.peers().get(SavedState.hash(0))).hasSize(5);
      assertThat(back.peers().get(SavedState.hash(2))).isEmpty();
      assertThat(back.completed().get(SavedState.hash(0))).isEqualTo(1);
      assertThat(back.completed().get(SavedState.hash(2))).isZero();
      assertThat(SavedState.metainfo(persistence, SavedState.hash(1))).isEmpty();
    }
  }

  @Test
  void peersAgeWhileNoTrackerRuns() throws IOException {
    try (Persistence persistence = Persistence.open(folder, LIMIT)) {
      SavedState.save(persistence, SavedState.emptySwarms(), 1, 10);
    }
    try (Persistence persistence = Persistence.open(folder, LIMIT)) {
      SwarmStore swarms = SavedState.emptySwarms();
      Instant later = SavedState.NOW.plus(Duration.ofHours(2));
      persistence.restore(swarms, later);
      assertThat(swarms.counts(SavedState.hash(0)).seeders()).isZero();
      assertThat(swarms.counts(SavedState.hash(0)).completed()).isEqualTo(1);
    }
  }

  /** Who was heard when the clock was set is known by the new time, however far that is off. */
  @ParameterizedTest
  @ValueSource(longs = {-86_400, 86_400})
  void peersOfARunningTrackerStayWhenTheClockIsSet(long bySeconds) throws IOException {
    Instant after = SavedState.NOW.plusSeconds(bySeconds);
    var wall = new AtomicReference<>(SavedState.NOW);
    SwarmStore swarms = SavedState.emptySwarms();
    try (Persistence persistence = Persistence.open(folder, LIMIT)) {
      try (Saver saver = Saver.start(persistence, swarms, Duration.ofMillis(50), wall::get)) {
        SavedState.announce(swarms, 0, 10);
        await().until(() -> saver.status().savedSwarms() == 1);
        wall.set(after);
        await("they are saved with the new time").until(() -> saver.status().savedSwarms() == 2);
      }
    }
    try (Persistence persistence = Persistence.open(folder, LIMIT)) {
      SwarmStore back = SavedState.emptySwarms();
      persistence.restore(back, after.plus(Duration.ofMinutes(50)));
      assertThat(back.counts(SavedState.hash(0)).seeders()).isEqualTo(5);
    }
    try (Persistence persistence = Persistence.open(folder, LIMIT)) {
      SwarmStore back = SavedState.emptySwarms();
      persistence.restore(back, after.plus(Duration.ofMinutes(70)));
      assertThat(back.counts(SavedState.hash(0)).seeders()).as("they expire").isZero();
    }
  }

  @Test
  void peersOfATrackerThatWasDownWhileTheClockWasSetBackExpireInTheirTime() throws IOException {
    try (Persistence persistence = Persistence.open(folder, LIMIT)) {
      SavedState.save(persistence, SavedState.emptySwarms(), 1, 10);
    }
    try (Persistence persistence = Persistence.open(folder, LIMIT)) {
      SwarmStore swarms = SavedState.emptySwarms();
      persistence.restore(swarms, SavedState.NOW.minus(Duration.ofDays(1)));
      assertThat(swarms.counts(SavedState.hash(0)).seeders()).isEqualTo(5);
      swarms.advance(Duration.ofMinutes(31).toNanos());
      swarms.advance(Duration.ofMinutes(62).toNanos());
      while (!swarms.sweep().toTheEnd()) {
        // A little at a time.
      }
      assertThat(swarms.counts(SavedState.hash(0)).seeders()).isZero();
    }
  }

  @Test
  void aFolderServesOneTrackerAtATime() throws IOException {
    try (Persistence first = Persistence.open(folder, LIMIT)) {
      assertThat(first.damage()).isEmpty();
      assertThatThrownBy(() -> Persistence.open(folder, LIMIT))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is in use by another tracker");
    }
    Persistence.open(folder, LIMIT).close();
  }

  @Test
  void savingRecoversWithEverythingWhenTheStoreFailed() throws IOException {
    SwarmStore swarms = SavedState.emptySwarms();
    try (Persistence persistence = Persistence.open(folder, LIMIT)) {
      SavedState.save(persistence, swarms, 3, 10);
      try (Saver saver =
          Saver.start(persistence, swarms, Duration.ofMillis(200), () -> SavedState.NOW)) {
        persistence.store().close();
        SavedState.announce(swarms, 5, 10);
        await().until(() -> saver.status().failures() > 0);
        await().until(() -> saver.status().problem().isEmpty());
      }
    }
    try (Persistence persistence = Persistence.open(folder, LIMIT)) {
      Contents back = SavedState.read(persistence);
      assertThat(back.damage()).isEmpty();
      assertThat(back.torrents()).hasSize(3);
      assertThat(back.peers().get(SavedState.hash(1))).hasSize(10);
      assertThat(back.peers().get(SavedState.hash(5))).hasSize(10);
    }
  }

  @Test
  void theStoreDoesNotGrowWithEachSave() throws IOException {
    try (Persistence persistence = Persistence.open(folder, LIMIT)) {
      SwarmStore swarms = SavedState.emptySwarms();
      SavedState.announce(swarms, 0, 90_000);
      long most = 0;
      long left = 0;
      try (Saver saver =
          Saver.start(persistence, swarms, Duration.ofMillis(5), () -> SavedState.NOW)) {
        while (saver.status().savedBytes() < 200 << 20) {
          long before = saver.status().savedSwarms();
          left = 1 - left;
          announceTorrent(swarms, left);
          await().pollInterval(Duration.ofMillis(2)).until(() -> savedSince(saver, before));
          most = Math.max(most, bytes(folder));
        }
      }
      assertThat(most).as("200 MiB of images of 1.3 MB each").isLessThan(90 << 20);
    }
    try (Persistence persistence = Persistence.open(folder, LIMIT)) {
      assertThat(persistence.damage()).isEmpty();
      assertThat(SavedState.read(persistence).peers().get(SavedState.hash(0))).hasSize(1000);
    }
  }

  /** A peer comes again as a seeder, or as a leecher. */
  private static void announceTorrent(SwarmStore swarms, long leftBytes) {
    var announce = new Announce();
    announce.torrent(SavedState.hash(0));
    announce.from(IpAddress.ofIpv4(0x0a000000), 1);
    announce.leftBytes = leftBytes;
    swarms.announce(announce);
  }

  private static boolean savedSince(Saver saver, long before) {
    assertThat(saver.status().problem()).isEmpty();
    return saver.status().savedSwarms() > before;
  }

  private static long bytes(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
