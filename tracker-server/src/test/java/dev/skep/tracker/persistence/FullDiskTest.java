package dev.skep.tracker.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.tracker.persistence.SavedState.Contents;
import dev.skep.tracker.swarm.SwarmStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk without room (a small tmpfs: only where the test may mount one). */
class FullDiskTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int DISK_MIB = 48;

  @TempDir private Path disk;
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
            .isInstanceOf(IOException.class);

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
