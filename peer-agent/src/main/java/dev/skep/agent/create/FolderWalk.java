package dev.skep.agent.create;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files below a folder, one level after the other, and asks the system once for each.
 *
 * <p>On all processors: of many small files the system's answers take most of the time. The JDK's
 * own walk asks for one after the other, and once more for what it does not hand on.
 */
final class FolderWalk {
  private final Source.Without without;
  private final Optional<Path> unwanted;
  private final List<SourceFile> files = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();

  /** What stands under a name. */
  private sealed interface Found {}

  private record AFile(SourceFile file) implements Found {}

  private record LeftOut(String why) implements Found {}

  /**
   * A folder on the way.
   *
   * @param path its names below the root
   * @param key the same for the same folder, by whatever way it was come to
   * @param above absent for the root
   */
  private record Folder(Path at, List<String> path, @Nullable Object key, @Nullable Folder above)
      implements Found {
    boolean isBelowItself() throws IOException {
      for (Folder each = above; each != null; each = each.above) {
        if (key != null ? key.equals(each.key) : Files.isSameFile(at, each.at)) {
          return true;
        }
      }
      return false;
    }
  }

  private record Entry(Folder folder, Path at) {}

  FolderWalk(Source.Without without) {
    this.without = without;
    this.unwanted = without.file().map(FolderWalk::plain);
  }

  /**
   * What is below a folder.
   *
   * @throws FileSystemException naming what is unreadable, a dangling link or a loop
   */
  Source walk(Path root, BasicFileAttributes attributes) throws IOException {
    try {
      List<Folder> level = List.of(new Folder(root, List.of(), attributes.fileKey(), null));
      while (!level.isEmpty()) {
        List<Entry> entries = level.parallelStream().flatMap(this::entries).toList();
        level = take(entries.parallelStream().map(this::look).toList());
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    files.sort(SourceFile.BY_PATH);
    skipped.sort(null);
    return new Source(root, true, files, skipped);
  }

  /** Keeps what is found for good; the folders are still to be looked into. */
  private List<Folder> take(List<Found> found) {
    var folders = new ArrayList<Folder>();
    for (Found each : found) {
      switch (each) {
        case AFile(SourceFile file) -> files.add(file);
        case LeftOut(String why) -> skipped.add(why);
        case Folder folder -> folders.add(folder);
      }
    }
    return folders;
  }

  private Stream<Entry> entries(Folder folder) {
    var entries = new ArrayList<Entry>();
    try (DirectoryStream<Path> names = Files.newDirectoryStream(folder.at())) {
      for (Path at : names) {
        if (!isLeftOut(at)) {
          entries.add(new Entry(folder, at));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw new UncheckedIOException(e.getCause());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return entries.stream();
  }

  private boolean isLeftOut(Path file) {
    Path name = file.getFileName();
    return (without.hidden() && name.toString().startsWith("."))
        || (unwanted.isPresent()
            && name.equals(unwanted.get().getFileName())
            && plain(file).equals(unwanted.get()));
  }

  private static Path plain(Path path) {
    return path.toAbsolutePath().normalize();
  }

  private Found look(Entry entry) {
    Path at = entry.at();
    if (at.getFileName().toString().equalsIgnoreCase(Source.STATE_FOLDER)) {
      return new LeftOut(at + ": where skep keeps its own state");
    }
    try {
      var attributes = attributes(at);
      if (attributes.isSymbolicLink()) {
        if (!without.links()) {
          throw new FileSystemException(
              at.toString(), null, "a link to nothing; repair it or use --skip-links");
        }
        return new LeftOut(at + ": a symbolic link");
      }
      if (attributes.isDirectory()) {
        return folder(entry, attributes);
      }
      return attributes.isRegularFile()
          ? new AFile(SourceFile.of(at, path(entry), attributes))
          : new LeftOut(at + ": neither a file nor a folder");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of what a link points to, unless links are left out; of the link if it points to nothing. */
  private BasicFileAttributes attributes(Path at) throws IOException {
    if (!without.links()) {
      try {
        return Files.readAttributes(at, SourceFile.ATTRIBUTES);
      } catch (FileSystemException e) {
        // A link to nothing or to itself, or a name that is gone: the next look tells.
      }
    }
    return Files.readAttributes(at, SourceFile.ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
  }

  private static Folder folder(Entry entry, BasicFileAttributes attributes) throws IOException {
    var folder = new Folder(entry.at(), path(entry), attributes.fileKey(), entry.folder());
    if (folder.isBelowItself()) {
      throw new FileSystemException(
          entry.at().toString(), null, "a link into its own folder; remove it or use --skip-links");
    }
    return folder;
  }

  private static List<String> path(Entry entry) {
    List<String> folder = entry.folder().path();
    String[] names = folder.toArray(new String[folder.size() + 1]);
    names[folder.size()] = entry.at().getFileName().toString();
    return List.of(names);
  }
}
