package dev.skep.tracker.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.skep.tracker.persistence.SavedState.Contents;
import dev.skep.tracker.swarm.SwarmStore;
import dev.skep.tracker.system.InWords;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to a data folder from outside is taken for what it is, and told in words. */
class DataFolderTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path temp;

  @Test
  void nobodyElseMayReadIt() throws IOException {
    assumeThat(temp.getFileSystem().supportedFileAttributeViews()).contains("posix");
    Path data = temp.resolve("data");
    save(data, 2);
    try (Stream<Path> all = Files.walk(data)) {
      for (Path path : all.toList()) {
        boolean folder = Files.isDirectory(path);
        Files.setPosixFilePermissions(
            path, PosixFilePermissions.fromString(folder ? "rwxr-xr-x" : "rw-r--r--"));
      }
    }
    try (Persistence persistence = Persistence.open(data, LIMIT)) {
      assertThat(persistence.notices())
          .singleElement()
          .asString()
          .contains("others could read the data folder", "now only the tracker's user can");
      persistence.put(SavedState.torrent(7), SavedState.metainfo(7));
      persistence.putAccess(new SavedAccess(SavedState.ACCESS, true));
      assertThat(open(data, "rwx------")).isEmpty();
      assertThat(open(data.resolve("torrents"), "rwx------")).isEmpty();
      assertThat(open(data.resolve("torrents").resolve(SavedState.hash(7).hex()), "rw-------"))
          .isEmpty();
      assertThat(open(data.resolve("access"), "rw-------")).isEmpty();
    }
    try (Persistence persistence = Persistence.open(data, LIMIT)) {
      assertThat(persistence.notices()).hasSizeLessThanOrEqualTo(1);
    }
  }

  private static Optional<String> open(Path path, String most) throws IOException {
    String now = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    return now.equals(most) ? Optional.empty() : Optional.of(path + " is " + now);
  }

  @Test
  void aFolderThatIsTakenAwayWhileItIsUsedIsNoticedAndUsedAgainWhenItIsBack() throws IOException {
    Path data = temp.resolve("data");
    SwarmStore swarms = SavedState.emptySwarms();
    try (Persistence persistence = Persistence.open(data, LIMIT)) {
      SavedState.save(persistence, swarms, 2, 10);
      try (Saver saver =
          Saver.start(persistence, swarms, Duration.ofMillis(100), () -> SavedState.NOW)) {
        Files.move(data, temp.resolve("away"));
        await().until(() -> saver.status().problem().isPresent());
        assertThat(saver.status().problem().orElseThrow())
            .contains("cannot be used any more", "put it back", "there is no ");
        assertThatThrownBy(() -> persistence.put(SavedState.torrent(3), SavedState.metainfo(3)))
            .hasMessageContaining("put it back");
        Files.createDirectories(data);
        Files.createFile(data.resolve("lock"));
        assertThatThrownBy(() -> persistence.putAccess(new SavedAccess(new byte[0], true)))
            .hasMessageContaining("was replaced by another");
        Files.delete(data.resolve("lock"));
        Files.delete(data);
        Files.move(temp.resolve("away"), data);
        await().atMost(LIMIT).until(() -> saver.status().problem().isEmpty());
        persistence.put(SavedState.torrent(4), SavedState.metainfo(4));
      }
    }
    try (Persistence persistence = Persistence.open(data, LIMIT)) {
      Contents back = SavedState.read(persistence);
      assertThat(back.damage()).isEmpty();
      assertThat(back.torrents())
          .containsOnlyKeys(SavedState.hash(0), SavedState.hash(1), SavedState.hash(4));
      assertThat(back.peers().get(SavedState.hash(1))).hasSize(10);
    }
  }

  @Test
  void whatIsNoFolderIsSaidToBeNone() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));
    assertThatThrownBy(() -> Persistence.open(file, LIMIT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot use the data folder " + file)
        .hasMessageContaining("is there, and is no folder");
    Path link = Files.createSymbolicLink(temp.resolve("link"), temp.resolve("nowhere"));
    assertThatThrownBy(() -> Persistence.open(link, LIMIT))
        .hasMessageContaining("cannot use the data folder " + link);
    Path real = Files.createDirectory(temp.resolve("real"));
    Path good = Files.createSymbolicLink(temp.resolve("good"), real);
    save(good, 1);
    assertThat(real.resolve("torrents").toFile().list()).hasSize(1);
  }

  @Test
  void listsThatAreDamagedOrMissingAreNotTakenForNone() throws IOException {
    save(temp, 1);
    try (var file = FileChannel.open(temp.resolve("access"), StandardOpenOption.WRITE)) {
      file.truncate(file.size() - 1);
    }
    for (String why : new String[] {"set aside as", "there is no "}) {
      try (Persistence persistence = Persistence.open(temp, LIMIT)) {
        Restored restored = persistence.restore(SavedState.emptySwarms(), SavedState.NOW);
        assertThat(restored.access().confirmed()).isFalse();
        assertThat(persistence.damage().orElseThrow()).contains("the access lists are", why);
        assertThat(restored.torrents()).hasSize(1);
      }
    }
    try (Persistence persistence = Persistence.open(temp, LIMIT)) {
      persistence.putAccess(new SavedAccess(SavedState.ACCESS, false));
    }
    try (Persistence persistence = Persistence.open(temp, LIMIT)) {
      Restored restored = persistence.restore(SavedState.emptySwarms(), SavedState.NOW);
      assertThat(restored.access().confirmed()).as("until somebody confirms them").isFalse();
      assertThat(restored.access().lists()).isEqualTo(SavedState.ACCESS);
    }
  }

  @Test
  void aCrashWhileANewStoreIsMadeLeavesTheOldOne() throws IOException {
    save(temp, 2);
    Path unfinished = temp.resolve("store-2");
    TrackerStore.begin(unfinished).close();
    assertThat(SavedState.read(reopened()).peers().get(SavedState.hash(1))).hasSize(10);
    assertThat(temp.toFile().list()).contains("store-1").doesNotContain("store-2");
  }

  @Test
  void anOldStoreThatWasNotRemovedYetDoesNotCount() throws IOException {
    save(temp, 2);
    Path older = temp.resolve("store-1");
    Path newer = temp.resolve("store-2");
    Files.move(older, newer);
    TrackerStore old = TrackerStore.begin(older);
    old.complete();
    old.close();
    assertThat(SavedState.read(reopened()).peers().get(SavedState.hash(1))).hasSize(10);
    assertThat(temp.toFile().list()).contains("store-2").doesNotContain("store-1");
  }

  private Persistence reopened() throws IOException {
    Persistence persistence = Persistence.open(temp, LIMIT);
    persistence.close();
    return Persistence.open(temp, LIMIT);
  }

  /** What the system could not do says nothing of what the files hold, however it was wrapped. */
  @Test
  void whatTheSystemCannotDoIsNoDamage() {
    assertThat(InWords.isOfTheSystem(new IllegalStateException(new IOException("No space left"))))
        .isTrue();
    assertThat(InWords.isOfTheSystem(new AccessDeniedException("/store"))).isTrue();
    assertThat(InWords.isOfTheSystem(new NoSuchFileException("/store"))).isFalse();
    assertThat(InWords.isOfTheSystem(new EOFException())).isFalse();
    assertThat(InWords.isOfTheSystem(new IllegalStateException("a wrong length"))).isFalse();
  }

  @Test
  void failuresAreToldInWords() {
    assertThat(InWords.of(new RuntimeException(new IOException("No space left on device"))))
        .isEqualTo("No space left on device");
    assertThat(InWords.of(new NoSuchFileException("/x"))).isEqualTo("there is no /x");
    assertThat(InWords.of(new AccessDeniedException("/x"))).isEqualTo("no permission for /x");
    assertThat(InWords.of(new FileSystemException("/x", null, "Read-only file system")))
        .isEqualTo("/x: Read-only file system");
    assertThat(InWords.of(new IllegalStateException(new IllegalStateException())))
        .isEqualTo("something in it does not fit together");
    assertThat(InWords.of(new IOException((String) null))).isEqualTo("the system gives no reason");
    assertThat(InWords.of(new OutOfMemoryError())).isEqualTo("memory ran out");
  }

  private static void save(Path data, int torrents) throws IOException {
    try (Persistence persistence = Persistence.open(data, LIMIT)) {
      SavedState.save(persistence, SavedState.emptySwarms(), torrents, 10);
    }
  }
}
