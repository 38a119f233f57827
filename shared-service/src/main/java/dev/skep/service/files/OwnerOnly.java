package dev.skep.service.files;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Files and folders that only who runs the program may read: they hold secrets. Where a file system
 * knows no such permissions, everything is left as it is.
 */
public final class OwnerOnly {
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> FOLDER =
      PosixFilePermissions.fromString("rwx------");

  private OwnerOnly() {}

  /** What a new file near {@code place} is made with. */
  public static FileAttribute<?>[] file(Path place) {
    return attributes(place, FILE);
  }

  /** What a new folder near {@code place} is made with. */
  public static FileAttribute<?>[] folder(Path place) {
    return attributes(place, FOLDER);
  }

  private static FileAttribute<?>[] attributes(Path place, Set<PosixFilePermission> permissions) {
    return isPosix(place)
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
        : new FileAttribute<?>[0];
  }

  private static boolean isPosix(Path place) {
    return place.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /**
   * Takes away what others may do with a folder and everything in it. Links are not followed.
   *
   * @return how many files and folders others could have read or written
   */
  public static int tighten(Path tree) throws IOException {
    if (!isPosix(tree)) {
      return 0;
    }
    var tightened = new Tightening();
    Files.walkFileTree(tree, tightened);
    return tightened.changed;
  }

  private static final class Tightening extends SimpleFileVisitor<Path> {
    private int changed;

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      set(folder, FOLDER);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (attributes.isRegularFile()) {
        set(file, FILE);
      }
      return FileVisitResult.CONTINUE;
    }

    private void set(Path path, Set<PosixFilePermission> permissions) throws IOException {
      var now = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
      if (!permissions.containsAll(now)) {
        Files.setPosixFilePermissions(path, permissions);
        changed++;
      }
    }
  }
}
