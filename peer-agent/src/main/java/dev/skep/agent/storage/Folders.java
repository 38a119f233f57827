package dev.skep.agent.storage;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The folders in which one torrent's files are made; none of them may lie elsewhere. */
final class Folders {
  /** Files of one folder mostly follow each other, and to look again takes longer than to write. */
  private static final long KNOWN_NANOS = TimeUnit.SECONDS.toNanos(1);

  private record Inside(Path folder, long since) {}

  private final Path root;
  private volatile @Nullable Inside last;

  /**
   * @param root the folder that nothing may leave; made when it is needed
   */
  Folders(Path root) {
    this.root = root;
  }

  /** Whether there is anything where all of the files lie. */
  boolean exist() throws IOException {
    Stamp.At at = Stamp.At.of(root);
    return at.link() || !at.stamp().equals(Stamp.ABSENT);
  }

  /** Whether they were there a moment ago. */
  boolean areMadeFor(Path file) {
    return isKnown(parent(file));
  }

  /** Makes the folders that lead to a file; none of them may lie elsewhere. */
  void makeFor(Path file) throws IOException {
    Path parent = parent(file);
    if (isKnown(parent) && Files.isDirectory(parent)) {
      return;
    }
    make(root);
    Path folder = root;
    for (Path name : root.relativize(parent)) {
      folder = folder.resolve(name);
      if (!name.toString().isEmpty()) {
        make(folder);
      }
      requireInside(file, folder);
    }
  }

  /** Makes the folder in which states are kept. */
  static void makeForStates(Path folder) throws IOException {
    try {
      Files.createDirectories(folder);
    } catch (FileAlreadyExistsException e) {
      throw InTheWay.kind(Path.of(e.getFile()), "the folder for what skep remembers");
    }
  }

  /**
   * What stands where a folder is needed that leads to a file, or leads elsewhere; empty if there
   * is no such thing.
   */
  Optional<String> obstacle(Path file) {
    Path folder = parent(file);
    while (!Files.exists(folder, NOFOLLOW_LINKS) && !folder.equals(root)) {
      folder = parent(folder);
    }
    if (!Files.exists(folder, NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      if (!Files.isDirectory(folder)) {
        throw InTheWay.kind(folder, "a folder");
      }
      requireInside(file, folder);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static Path parent(Path file) {
    Path absolute = file.isAbsolute() ? file : file.toAbsolutePath();
    return Objects.requireNonNull(absolute.getParent(), "a file lies in a folder");
  }

  private static void make(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    try {
      Files.createDirectories(folder);
    } catch (FileAlreadyExistsException e) {
      throw InTheWay.kind(Path.of(e.getFile()), "a folder");
    }
  }

  /**
   * Refuses a file whose folder lies elsewhere.
   *
   * @throws IOException also when the folder does not exist
   */
  void requireInside(Path file) throws IOException {
    Path parent = parent(file);
    if (!isKnown(parent)) {
      requireInside(file, parent);
    }
  }

  private void requireInside(Path file, Path folder) throws IOException {
    if (!folder.toRealPath().startsWith(root.toRealPath())) {
      throw new IOException(
          file
              + " leads out of "
              + root
              + " through a symbolic link; put a folder in its place, or take another");
    }
    last = new Inside(folder, System.nanoTime());
  }

  private boolean isKnown(Path folder) {
    Inside known = last;
    return known != null
        && known.folder.equals(folder)
        && System.nanoTime() - known.since < KNOWN_NANOS;
  }
}
