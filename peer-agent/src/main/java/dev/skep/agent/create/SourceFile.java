package dev.skep.agent.create;

import static java.nio.file.attribute.PosixFilePermission.GROUP_READ;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;

import dev.skep.protocol.metainfo.MetainfoBuilder;
import dev.skep.protocol.metainfo.NameRules;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * A file that goes into a torrent.
 *
 * @param file where it is
 * @param path its names below the torrent's own; empty when the torrent is this one file
 * @param lengthBytes how long it was when it was found
 * @param changed when it was last written, as found; later means that its hashes are worthless
 * @param executable whether it is a program, as {@code attr} tells (BEP 47)
 */
public record SourceFile(
    Path file, List<String> path, long lengthBytes, FileTime changed, boolean executable) {
  /** What is wrong with a name that is not {@link #isUsable}, and what to do. */
  public static final String UNUSABLE =
      "its name has a line break, a control character, bytes that are no UTF-8, or is too long;"
          + " rename it";

  private static final NameRules RULES = NameRules.ofHost();

  /** The same order on every machine, and the one that v2 torrents need. */
  static final Comparator<SourceFile> BY_PATH =
      (a, b) -> MetainfoBuilder.FILE_ORDER.compare(a.path(), b.path());

  /** What one look at a file tells: more where there are permissions. */
  static final Class<? extends BasicFileAttributes> ATTRIBUTES =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
          ? PosixFileAttributes.class
          : BasicFileAttributes.class;

  private static final Set<PosixFilePermission> READABLE_BY_ALL =
      Set.of(OWNER_READ, GROUP_READ, OTHERS_READ);

  public SourceFile {
    path = List.copyOf(path);
  }

  /**
   * As it was found.
   *
   * @throws FileSystemException if it may not be read, or its name is not {@link #isUsable}
   */
  static SourceFile of(Path file, List<String> path, BasicFileAttributes attributes)
      throws FileSystemException {
    Set<PosixFilePermission> permissions =
        attributes instanceof PosixFileAttributes posix ? posix.permissions() : Set.of();
    // What all may read needs no second question.
    if (!permissions.containsAll(READABLE_BY_ALL) && !Files.isReadable(file)) {
      throw new FileSystemException(file.toString(), null, "permission denied; make it readable");
    }
    for (String name : path) {
      if (!isUsable(name)) {
        throw new FileSystemException(file.toString(), null, UNUSABLE);
      }
    }
    return new SourceFile(
        file,
        path,
        attributes.size(),
        attributes.lastModifiedTime(),
        permissions.contains(OWNER_EXECUTE));
  }

  /** Whether it was written since it was found, or is gone. */
  boolean isChanged() {
    try {
      var now = Files.readAttributes(file, BasicFileAttributes.class);
      return now.size() != lengthBytes || !now.lastModifiedTime().equals(changed);
    } catch (IOException e) {
      return true;
    }
  }

  /** Whether who gets the torrent makes a file of that very name, where it is one like ours. */
  public static boolean isUsable(String name) {
    return RULES.safe(name).equals(name);
  }
}
