package dev.skep.agent.create;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/**
 * What a torrent is made of: one file, or all files below a folder.
 *
 * @param root the file or folder
 * @param folder whether it is a folder
 * @param files in the order in which they go into the torrent
 * @param skipped one line for everything below the folder that cannot or shall not go along
 */
public record Source(Path root, boolean folder, List<SourceFile> files, List<String> skipped) {
  /**
   * What to leave out of a folder.
   *
   * @param hidden names that begin with a dot
   * @param links symbolic links; otherwise what they point to goes along as if it stood there
   * @param file this one file, such as the torrent that is being written
   */
  public record Without(boolean hidden, boolean links, Optional<Path> file) {
    /** Everything goes along. */
    public static final Without NOTHING = new Without(false, false, Optional.empty());
  }

  public Source {
    files = List.copyOf(files);
    skipped = List.copyOf(skipped);
  }

  /** The length of all files together. */
  public long totalBytes() {
    return files.stream().mapToLong(SourceFile::lengthBytes).sum();
  }

  /**
   * Finds the files at or below a path.
   *
   * @throws FileSystemException naming what is missing, unreadable, a dangling link or a loop
   */
  public static Source scan(Path root, Without without) throws IOException {
    var attributes = Files.readAttributes(root, BasicFileAttributes.class);
    if (attributes.isRegularFile()) {
      var file = sourceFile(root, List.of(), attributes);
      return new Source(root, false, List.of(file), List.of());
    }
    if (!attributes.isDirectory()) {
      throw new FileSystemException(root.toString(), null, "neither a file nor a folder");
    }
    var walk = new Walk(root, without);
    var options =
        without.links()
            ? EnumSet.noneOf(FileVisitOption.class)
            : EnumSet.of(FileVisitOption.FOLLOW_LINKS);
    Files.walkFileTree(root, options, Integer.MAX_VALUE, walk);
    walk.files.sort(SourceFile.BY_PATH);
    walk.skipped.sort(null);
    return new Source(root, true, walk.files, walk.skipped);
  }

  /**
   * Checks that no file was written since it was found, so that its hashes are its own.
   *
   * @throws FileSystemException naming the first that was
   */
  void requireUnchanged() throws IOException {
    for (SourceFile file : files) {
      var now = Files.readAttributes(file.file(), BasicFileAttributes.class);
      if (now.size() != file.lengthBytes() || !now.lastModifiedTime().equals(file.changed())) {
        throw new FileSystemException(
            file.file().toString(), null, "was changed while it was read; try again");
      }
    }
  }

  private static SourceFile sourceFile(Path file, List<String> path, BasicFileAttributes attributes)
      throws IOException {
    if (!Files.isReadable(file)) {
      throw new FileSystemException(file.toString(), null, "permission denied; make it readable");
    }
    if (!path.stream().allMatch(SourceFile::isUsable)) {
      throw new FileSystemException(file.toString(), null, SourceFile.UNUSABLE);
    }
    return new SourceFile(
        file, path, attributes.size(), attributes.lastModifiedTime(), Files.isExecutable(file));
  }

  private static final class Walk extends SimpleFileVisitor<Path> {
    private final Path root;
    private final Without without;
    private final Optional<Path> unwanted;
    private final List<SourceFile> files = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();

    Walk(Path root, Without without) {
      this.root = root;
      this.without = without;
      this.unwanted = without.file().map(Walk::plain);
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      return isLeftOut(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (isLeftOut(file)) {
        return FileVisitResult.CONTINUE;
      }
      if (attributes.isSymbolicLink()) {
        if (!without.links()) {
          throw new FileSystemException(
              file.toString(), null, "a link to nothing; repair it or use --skip-links");
        }
        skipped.add(file + ": a symbolic link");
      } else if (attributes.isRegularFile()) {
        files.add(sourceFile(file, names(file), attributes));
      } else {
        skipped.add(file + ": neither a file nor a folder");
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof FileSystemLoopException) {
        throw new FileSystemException(
            file.toString(), null, "a link into its own folder; remove it or use --skip-links");
      }
      throw e;
    }

    private boolean isLeftOut(Path file) {
      if (file.equals(root)) {
        return false;
      }
      Path name = file.getFileName();
      return (without.hidden() && name.toString().startsWith("."))
          || (unwanted.isPresent()
              && name.equals(unwanted.get().getFileName())
              && plain(file).equals(unwanted.get()));
    }

    private static Path plain(Path path) {
      return path.toAbsolutePath().normalize();
    }

    private List<String> names(Path file) {
      List<String> names = new ArrayList<>();
      // The empty path, which is the current folder, counts as one name.
      for (int i = root.toString().isEmpty() ? 0 : root.getNameCount();
          i < file.getNameCount();
          i++) {
        names.add(file.getName(i).toString());
      }
      return names;
    }
  }
}
