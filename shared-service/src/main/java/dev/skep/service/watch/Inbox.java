package dev.skep.service.watch;

import dev.skep.service.files.FileFailures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Folders into which people put files. Each file is taken once, when nobody writes to it any more,
 * and its name then says what became of it. Names that begin with a dot are left alone.
 */
public final class Inbox implements AutoCloseable {
  private static final int MOST_OF_ONE_NAME = 1000;

  private final List<Path> folders;
  private final List<String> endings;
  private final Taker taker;
  private final Steady<Stamp> steady = new Steady<>();
  private final Troubles troubles = new Troubles();
  private final Looks looks;

  /** Whether a look did something about what it saw. */
  private boolean isBusy;

  /**
   * What a file is like.
   *
   * @param written when it was written to last
   */
  public record Stamp(long bytes, Instant written) {}

  /** Takes files. */
  @FunctionalInterface
  public interface Taker {
    /**
     * Takes one.
     *
     * @param folder that it was put into
     * @return what its name ends with then, such as {@code .added}
     * @throws IOException if it cannot be taken now; that is told once, and it is tried again
     */
    String take(Path folder, Path file, Stamp stamp) throws IOException;
  }

  private Inbox(
      String name, Duration interval, List<Path> folders, List<String> endings, Taker taker) {
    this.folders = List.copyOf(folders);
    this.endings = List.copyOf(endings);
    this.taker = taker;
    this.looks = Looks.begin(name, interval, this::look);
  }

  /**
   * Begins to look.
   *
   * @param name of the thread
   * @param endings what names of files that are meant end with, in lower case
   */
  public static Inbox open(
      String name, Duration interval, List<Path> folders, List<String> endings, Taker taker) {
    return new Inbox(name, interval, folders, endings, taker);
  }

  private boolean look() {
    isBusy = false;
    Set<Path> seen = new HashSet<>();
    for (Path folder : folders) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : (Iterable<Path>) files::iterator) {
          if (isMeant(file)) {
            seen.add(file);
            look(folder, file);
          }
        }
        troubles.over(folder);
      } catch (IOException | UncheckedIOException e) {
        troubles.tell(folder, "cannot be looked into: " + FileFailures.inWords(e));
      }
    }
    steady.keepOnly(seen);
    troubles.keepOnly(path -> seen.contains(path) || folders.contains(path));
    return isBusy;
  }

  private boolean isMeant(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return !name.startsWith(".") && endings.stream().anyMatch(name::endsWith);
  }

  private void look(Path folder, Path file) {
    try {
      var now = Files.readAttributes(file, BasicFileAttributes.class);
      Stamp stamp = new Stamp(now.size(), now.lastModifiedTime().toInstant());
      if (now.isRegularFile() && stamp.bytes > 0 && steady.isDue(file, stamp)) {
        isBusy = true;
        String ending = taker.take(folder, file, stamp);
        steady.done(file, stamp); // also where it cannot be renamed
        rename(file, ending);
        troubles.over(file);
      }
    } catch (IOException e) { // also one that is gone meanwhile
      troubles.tell(file, "cannot be added now: " + FileFailures.inWords(e));
    }
  }

  /** Never over another file. */
  private static void rename(Path file, String ending) throws IOException {
    for (int i = 0; i < MOST_OF_ONE_NAME; i++) {
      String number = i == 0 ? "" : "." + i;
      Path next = file.resolveSibling(file.getFileName() + number + ending);
      if (!Files.exists(next)) {
        Files.move(file, next);
        return;
      }
    }
    throw new IOException("there are too many files of its name");
  }

  /** A look that goes on ends by itself. */
  @Override
  public void close() {
    looks.close();
  }
}
