package dev.skep.tracker.persistence;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tracker's data folder, locked for one process: {@code store} is the store, {@code
 * store.new-TIME} one that is being made from what could be read of a damaged one, {@code
 * store.damaged-TIME} what was set aside.
 */
final class DataFolder implements AutoCloseable {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

  private final Path folder;
  private final FileChannel lockFile;

  private DataFolder(Path folder, FileChannel lockFile) {
    this.folder = folder;
    this.lockFile = lockFile;
  }

  /**
   * Makes the folder when it is missing, and takes it.
   *
   * @throws IOException if it cannot be used, or another process has it; the message is one line
   *     for the operator
   */
  static DataFolder open(Path folder) throws IOException {
    FileChannel lockFile;
    try {
      Files.createDirectories(folder);
      lockFile =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new IOException(
          "cannot use the data folder " + folder + " (" + e + "); choose another with --data", e);
    }
    if (!locked(lockFile)) {
      lockFile.close();
      throw new IOException(
          "the data folder "
              + folder
              + " is in use by another tracker; stop that or choose another with --data");
    }
    return new DataFolder(folder, lockFile);
  }

  private static boolean locked(FileChannel file) throws IOException {
    try {
      FileLock lock = file.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException _) {
      return false;
    }
  }

  Path store() {
    return folder.resolve("store");
  }

  /** Ends or drops a rescue that was interrupted, so that {@link #store} is the best there is. */
  void tidy() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path entry : entries.filter(DataFolder::isBeingMade).sorted().toList()) {
        if (Files.exists(store())) {
          delete(entry);
        } else {
          Files.move(entry, store(), StandardCopyOption.ATOMIC_MOVE);
        }
      }
    }
  }

  private static boolean isBeingMade(Path entry) {
    return entry.getFileName().toString().startsWith("store.new-");
  }

  /** A place for a new store; {@link #replaceStore} makes it the store. */
  Path emptyStore() {
    return folder.resolve("store.new-" + STAMP.format(Instant.now()));
  }

  /**
   * Sets the damaged store aside and puts what was rescued in its place.
   *
   * @return where the damaged one is now
   */
  Path replaceStore(Path fresh) throws IOException {
    Path aside = folder.resolve("store.damaged-" + STAMP.format(Instant.now()));
    Files.move(store(), aside, StandardCopyOption.ATOMIC_MOVE);
    if (Files.exists(fresh)) {
      Files.move(fresh, store(), StandardCopyOption.ATOMIC_MOVE);
    }
    return aside;
  }

  private static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
              throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Lets another process have the folder. */
  @Override
  public void close() throws IOException {
    lockFile.close();
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
