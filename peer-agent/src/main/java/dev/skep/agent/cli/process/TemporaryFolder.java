package dev.skep.agent.cli.process;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A folder that goes with the command that made it. What a killed one left goes when the next of
 * its kind begins: who runs has a lock of the system in its folder, and who was killed has none.
 */
public final class TemporaryFolder implements AutoCloseable {
  private static final String LOCK = "held";
  private static final String NOT_YET_LOCKED = "held.new";
  private static final String TRACKER = "tracker";

  /** A tracker's own: it may outlive for a moment the command that started it. */
  private static final Path LOCK_OF_TRACKER = Path.of(TRACKER, "lock");

  private final Path path;
  private final Held held;
  private boolean kept;

  private TemporaryFolder(Path path, Held held) {
    this.path = path;
    this.held = held;
  }

  /** A file that is open, and our lock on it unless another has one or there are none. */
  private record Held(FileChannel channel, @Nullable FileLock lock) implements AutoCloseable {
    static Held of(Path file, OpenOption how) throws IOException {
      FileChannel channel = FileChannel.open(file, Set.of(WRITE, how));
      try {
        return new Held(channel, channel.tryLock());
      } catch (IOException | OverlappingFileLockException e) {
        return new Held(channel, null);
      }
    }

    boolean isLocked() {
      return lock != null;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /**
   * Makes one, and removes those of the same kind whose command was killed.
   *
   * @param parent the folder that it will lie in
   * @param prefix what the names of all of its kind begin with
   */
  public static TemporaryFolder make(Path parent, String prefix) throws IOException {
    Path path = Files.createTempDirectory(parent, prefix);
    Path fresh = path.resolve(NOT_YET_LOCKED);
    Held held = Held.of(fresh, CREATE_NEW);
    if (held.isLocked()) {
      Files.move(fresh, path.resolve(LOCK)); // so nobody finds it without its lock
    }
    removeDead(parent, prefix, path);
    return new TemporaryFolder(path, held);
  }

  /** In the system's folder for such things; see {@link #make(Path, String)}. */
  public static TemporaryFolder make(String prefix) throws IOException {
    return make(Path.of(System.getProperty("java.io.tmpdir")), prefix);
  }

  private static void removeDead(Path parent, String prefix, Path ours) {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(parent, prefix + "*")) {
      UserPrincipal we = Files.getOwner(ours);
      for (Path each : all) {
        // Another user could put anything in the way while we remove his.
        if (!each.equals(ours)
            && Files.isDirectory(each, NOFOLLOW_LINKS)
            && Files.getOwner(each, NOFOLLOW_LINKS).equals(we)) {
          removeIfDead(each);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // They stay: that is not worth a failure.
    }
  }

  private static void removeIfDead(Path folder) {
    try (Held dead = Held.of(folder.resolve(LOCK), NOFOLLOW_LINKS)) {
      if (dead.isLocked() && !isHeld(folder.resolve(LOCK_OF_TRACKER))) {
        remove(folder);
      }
    } catch (IOException e) {
      // It never had a lock, or a process of the dead one still writes there.
    }
  }

  private static boolean isHeld(Path lock) throws IOException {
    if (!Files.exists(lock, NOFOLLOW_LINKS)) {
      return false;
    }
    try (Held other = Held.of(lock, NOFOLLOW_LINKS)) {
      return !other.isLocked();
    }
  }

  /** The lock last: what stays when that fails is removed another time. */
  private static void remove(Path folder) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      for (Path each : all) {
        if (!each.endsWith(LOCK)) {
          FolderTree.delete(each);
        }
      }
    }
    Files.deleteIfExists(folder.resolve(LOCK));
    Files.delete(folder);
  }

  public Path path() {
    return path;
  }

  /** Where a tracker has its data, if the command runs one. */
  public Path tracker() {
    return path.resolve(TRACKER);
  }

  /** It stays, for whoever ran the command. */
  public void keep() throws IOException {
    kept = true;
    Files.deleteIfExists(path.resolve(LOCK));
  }

  @Override
  public void close() throws IOException {
    try (held) {
      if (!kept) {
        remove(path);
      }
    }
  }
}
