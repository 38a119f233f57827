package dev.skep.agent.create;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  /** Where states of downloads are kept: what it holds is nobody else's, who would not take it. */
  static final String STATE_FOLDER = ".skep";

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
    var attributes = Files.readAttributes(root, SourceFile.ATTRIBUTES);
    if (attributes.isRegularFile()) {
      var file = SourceFile.of(root, List.of(), attributes);
      return new Source(root, false, List.of(file), List.of());
    }
    if (!attributes.isDirectory()) {
      throw new FileSystemException(root.toString(), null, "neither a file nor a folder");
    }
    return new FolderWalk(without).walk(root, attributes);
  }

  /**
   * Checks that no file was written since it was found, so that its hashes are its own.
   *
   * @throws FileSystemException naming the first that was
   */
  void requireUnchanged() throws IOException {
    Optional<SourceFile> changed = files.parallelStream().filter(SourceFile::isChanged).findFirst();
    if (changed.isPresent()) {
      throw new FileSystemException(
          changed.get().file().toString(), null, "was changed while it was read; try again");
    }
  }
}
