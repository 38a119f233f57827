package dev.skep.tracker.persistence;

import dev.skep.service.files.OwnerOnly;
import dev.skep.service.files.WholeFile;
import dev.skep.tracker.system.InWords;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tracker's data folder, locked for one process: {@code torrents} holds the catalogue, {@code
 * access} the access lists, {@code rollouts} and {@code hosts} what their names say, {@code
 * store-N} swarms and counts.
 *
 * <p>Of several stores the one with the highest number that has a {@link Mark} counts: a new one is
 * made beside it, counts from the moment when it is marked, and then the old one goes. Older
 * trackers had one store that held everything, {@code store}; it counts as number 0.
 */
final class DataFolder implements AutoCloseable {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

  private static final String LOCK = "lock";
  private static final String STORE = "store";
  private static final String TORRENTS = "torrents";

  private final Path folder;
  private final FileChannel lockFile;
  private final @Nullable Object lockKey;
  private final int tightened;

  private DataFolder(Path folder, FileChannel lockFile, int tightened) throws IOException {
    this.folder = folder;
    this.lockFile = lockFile;
    this.lockKey = key(folder.resolve(LOCK));
    this.tightened = tightened;
  }

  /**
   * Makes the folder when it is missing, takes it, and lets nobody else read it.
   *
   * @throws IOException if it cannot be used, or another process has it; the message is one line
   *     for the operator
   */
  static DataFolder open(Path path) throws IOException {
    Path folder;
    FileChannel lockFile;
    try {
      if (!Files.isDirectory(path)) {
        Files.createDirectories(path, OwnerOnly.folder(path.toAbsolutePath()));
      }
      folder = path.toRealPath();
      lockFile =
          FileChannel.open(
              folder.resolve(LOCK),
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              OwnerOnly.file(folder));
    } catch (IOException e) {
      throw unusable(path, e);
    }
    try {
      if (!locked(lockFile)) {
        throw new IOException(
            "the data folder "
                + path
                + " is in use by another tracker; stop that or choose another with --data");
      }
      return new DataFolder(folder, lockFile, tighten(path, folder));
    } catch (IOException e) {
      lockFile.close();
      throw e;
    }
  }

  private static int tighten(Path path, Path folder) throws IOException {
    try {
      return OwnerOnly.tighten(folder);
    } catch (IOException e) {
      throw unusable(path, e);
    }
  }

  /** What is said of a folder that cannot be used. */
  static IOException unusable(Object folder, Throwable cause) {
    return new IOException(
        "cannot use the data folder "
            + folder
            + " ("
            + InWords.of(cause)
            + "); put that right, or choose another with --data",
        cause);
  }

  private static boolean locked(FileChannel file) throws IOException {
    try {
      FileLock lock = file.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException _) {
      return false;
    } catch (IOException e) {
      throw new IOException("the data folder cannot be locked: " + InWords.of(e), e);
    }
  }

  private static @Nullable Object key(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  /**
   * Checks that this is still the folder that was taken: files that are open can be written even
   * when they are removed, and nobody would find them again.
   *
   * @throws IOException if it was removed or replaced; the message is for the operator
   */
  void check() throws IOException {
    Object key;
    try {
      key = key(folder.resolve(LOCK));
    } catch (IOException e) {
      throw new IOException(
          "the data folder "
              + folder
              + " cannot be used any more ("
              + InWords.of(e)
              + "); put it back, or stop the tracker",
          e);
    }
    if (lockKey != null && !lockKey.equals(key)) {
      throw new IOException(
          "the data folder "
              + folder
              + " was replaced by another while the tracker runs; put it back, or stop the"
              + " tracker");
    }
  }

  /** How many files and folders others could read or write when it was taken. */
  int tightened() {
    return tightened;
  }

  Path torrents() {
    return folder.resolve(TORRENTS);
  }

  Path access() {
    return folder.resolve("access");
  }

  /** What was removed from the catalogue. */
  Path history() {
    return folder.resolve("removed");
  }

  /** Rollouts, which is made when it is missing. */
  Path rollouts() throws IOException {
    Path rollouts = folder.resolve("rollouts");
    if (!Files.isDirectory(rollouts)) {
      Files.createDirectory(rollouts, OwnerOnly.folder(folder));
    }
    return rollouts;
  }

  /** Machines that were heard of. */
  Path hosts() {
    return folder.resolve("hosts");
  }

  /** A folder that takes the place of {@link #torrents} once it holds all of them. */
  Path freshTorrents() throws IOException {
    Path fresh = folder.resolve(TORRENTS + ".new");
    delete(fresh);
    return Files.createDirectory(fresh, OwnerOnly.folder(folder));
  }

  void replaceTorrents(Path fresh) throws IOException {
    WholeFile.force(fresh);
    Files.move(fresh, torrents(), StandardCopyOption.ATOMIC_MOVE);
    WholeFile.force(folder);
  }

  /** Stores that may be read, the best first. */
  List<Path> stores() throws IOException {
    List<Path> all = allStores();
    List<Path> marked = all.stream().filter(Mark::isIn).toList();
    return marked.isEmpty() ? all.reversed() : marked;
  }

  /** Highest number first. */
  private List<Path> allStores() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(entry -> number(entry).isPresent())
          .sorted(Comparator.comparingLong(entry -> -number(entry).orElseThrow()))
          .toList();
    }
  }

  /** Whether it is the one store of an older tracker, which held everything. */
  static boolean isOlder(Path store) {
    return store.getFileName().toString().equals(STORE);
  }

  private static Optional<Long> number(Path entry) {
    String name = entry.getFileName().toString();
    if (isOlder(entry)) {
      return Optional.of(0L);
    }
    return name.matches(STORE + "-[1-9]\\d{0,17}")
        ? Optional.of(Long.parseLong(name.substring(STORE.length() + 1)))
        : Optional.empty();
  }

  /** Where a new store is to be made. */
  Path nextStore() throws IOException {
    long last = allStores().stream().findFirst().flatMap(DataFolder::number).orElse(0L);
    return folder.resolve(STORE + "-" + (last + 1));
  }

  /**
   * Removes all stores but one, and sets those aside that are damaged.
   *
   * @return where these are now
   */
  List<Path> keepOnly(Path store, Collection<Path> damaged) throws IOException {
    String stamp = STAMP.format(Instant.now());
    var aside = new ArrayList<Path>();
    for (Path other : allStores()) {
      if (damaged.contains(other)) {
        String more = aside.isEmpty() ? "" : "-" + aside.size();
        aside.add(
            Files.move(
                other,
                folder.resolve(STORE + ".damaged-" + stamp + more),
                StandardCopyOption.ATOMIC_MOVE));
      } else if (!other.equals(store)) {
        delete(other);
      }
    }
    return List.copyOf(aside);
  }

  /** Removes a folder with everything in it, if it is there. */
  static void delete(Path tree) throws IOException {
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
