package dev.skep.tracker.persistence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.tracker.persistence.SavedState.Contents;
import dev.skep.tracker.swarm.SwarmStore;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk without room (a small tmpfs: only where the test may mount one). */
class FullDiskTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int DISK_MIB = 48;

  @TempDir private Path disk;
  @TempDir private Path elsewhere;
  private boolean mounted;

  @BeforeEach
  void mount() throws Exception {
    mounted = run("mount", "-t", "tmpfs", "-o", "size=" + DISK_MIB + "m", "tmpfs");
    assumeTrue(mounted, "mounting a small disk needs root on Linux");
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      run("umount");
    }
  }

  @Test
  void announcesGoOnAndEverythingIsSavedWhenThereIsRoomAgain() throws IOException {
    SwarmStore swarms = SavedState.emptySwarms();
    var torrents = new AtomicInteger(3);
    try (Persistence persistence = Persistence.open(disk.resolve("data"), LIMIT)) {
      SavedState.save(persistence, swarms, 3, 10);
      try (Saver saver =
          Saver.start(persistence, swarms, Duration.ofMillis(100), () -> SavedState.NOW)) {
        Path filler = fill();
        await("a save fails")
            .atMost(LIMIT)
            .until(
                () -> {
                  SavedState.announce(swarms, torrents.getAndIncrement(), 200);
                  return saver.status().problem().isPresent();
                });
        SavedState.announce(swarms, 1000, 10);
        assertThat(swarms.counts(SavedState.hash(1000)).seeders()).isEqualTo(5);
        assertThatThrownBy(
                () -> persistence.put(SavedState.torrent(1001), SavedState.metainfo(1001)))
            .as("what cannot be kept is not acknowledged")
            .isInstanceOf(IOException.class)
            .hasMessage("cannot save the torrent: No space left on device");
        assertThat(saver.status().problem().orElseThrow())
            .contains("No space left on device")
            .doesNotContain("xception", "null");
        assertThatAKillNowLosesNothingAcknowledged(saver);

        Files.delete(filler);
        await("saving works again").atMost(LIMIT).until(() -> saver.status().problem().isEmpty());
        persistence.put(SavedState.torrent(1002), SavedState.metainfo(1002));
      }
    }
    try (Persistence persistence = Persistence.open(disk.resolve("data"), LIMIT)) {
      Contents back = SavedState.read(persistence);
      assertThat(back.damage()).isEmpty();
      assertThat(back.torrents())
          .containsKeys(
              SavedState.hash(0), SavedState.hash(1), SavedState.hash(2), SavedState.hash(1002));
      for (int torrent = 3; torrent < torrents.get(); torrent++) {
        assertThat(back.peers().get(SavedState.hash(torrent))).hasSize(200);
      }
      assertThat(back.peers().get(SavedState.hash(1000))).hasSize(10);
    }
  }

  /** Copied while it is written to, a folder is torn at least as badly as a kill would tear it. */
  private void assertThatAKillNowLosesNothingAcknowledged(Saver saver) throws IOException {
    long failures = saver.status().failures();
    for (int kill = 0; kill < 20 || saver.status().failures() < failures + 2; kill++) {
      Path copy = elsewhere.resolve("kill-" + kill);
      copyWhatIsThere(disk.resolve("data"), copy);
      try (Persistence persistence = Persistence.open(copy, LIMIT)) {
        Contents back = SavedState.read(persistence);
        assertThat(back.torrents())
            .containsOnlyKeys(SavedState.hash(0), SavedState.hash(1), SavedState.hash(2));
        assertThat(back.withoutMetainfo()).isEmpty();
        assertThat(back.access()).contains(new String(SavedState.ACCESS, UTF_8));
      }
      assertThat(disk.resolve("data").toFile().list())
          .filteredOn(name -> name.startsWith("store"))
          .hasSizeBetween(1, 2);
      DataFolder.delete(copy);
    }
  }

  private static void copyWhatIsThere(Path from, Path to) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(from)) {
      all = walk.toList();
    } catch (UncheckedIOException e) {
      assertThat(e).hasCauseInstanceOf(NoSuchFileException.class);
      copyWhatIsThere(from, to);
      return;
    }
    for (Path path : all) {
      Path copy = to.resolve(from.relativize(path).toString());
      try {
        if (Files.isDirectory(path)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(path, copy, StandardCopyOption.REPLACE_EXISTING);
        }
      } catch (NoSuchFileException _) {
        // It went meanwhile.
      }
    }
  }

  @Test
  void aStartOnAFullDiskServesWhatIsThere() throws IOException {
    Path data = disk.resolve("data");
    try (Persistence persistence = Persistence.open(data, LIMIT)) {
      SavedState.save(persistence, SavedState.emptySwarms(), 3, 10);
    }
    Path filler = fill();
    assertThatThrownBy(() -> Persistence.open(disk.resolve("new"), LIMIT))
        .as("a new folder")
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot use the data folder")
        .hasMessageContaining("(No space left on device)");
    try (Persistence persistence = Persistence.open(data, LIMIT)) {
      SwarmStore swarms = SavedState.emptySwarms();
      Restored restored = persistence.restore(swarms, SavedState.NOW);
      assertThat(restored.torrents()).hasSize(3);
      assertThat(restored.access().lists()).isEqualTo(SavedState.ACCESS);
      assertThat(persistence.damage()).isEmpty();
      assertThat(swarms.counts(SavedState.hash(1)).seeders()).isEqualTo(5);
      assertThat(SavedState.metainfo(persistence, SavedState.hash(1)))
          .contains(SavedState.metainfo(1));
      assertThatThrownBy(
              () -> persistence.putAccess(new SavedAccess("other".getBytes(UTF_8), true)))
          .hasMessage("cannot save the access lists: No space left on device");
      Files.delete(filler);
      persistence.putAccess(new SavedAccess(SavedState.ACCESS, true));
    }
  }

  /** Leaves no room; the file that takes it. */
  private Path fill() throws IOException {
    Path filler = disk.resolve("filler");
    byte[] block = new byte[4096];
    try (OutputStream out = Files.newOutputStream(filler)) {
      for (int i = 0; i <= DISK_MIB << 8; i++) {
        out.write(block);
      }
    } catch (IOException _) {
      return filler;
    }
    throw new AssertionError("the disk is larger than it should be");
  }

  private boolean run(String... words) throws Exception {
    var command = new java.util.ArrayList<>(java.util.List.of(words));
    command.add(disk.toString());
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException _) {
      return false;
    }
  }
}
