package dev.skep.agent.storage;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/**
 * What a file looked like at one moment; {@link #ABSENT} if there was none, {@link #NO_FILE} if
 * something else was there, such as a folder.
 *
 * @param modifiedNanos its time stamp in nanoseconds since 1970
 * @param inode its number on its disk, 0 where there is none
 * @param bornNanos when it was made; the same as {@code modifiedNanos} where the file system does
 *     not tell
 */
public record Stamp(long sizeBytes, long modifiedNanos, long inode, long bornNanos) {
  /** There is nothing. */
  public static final Stamp ABSENT = new Stamp(-1, 0, 0, 0);

  /** There is something, which is no file. */
  public static final Stamp NO_FILE = new Stamp(-2, 0, 0, 0);

  /**
   * What is at a path.
   *
   * @param link whether that is a symbolic link
   * @param stamp of what it leads to
   */
  record At(boolean link, Stamp stamp) {
    static At of(Path file) {
      Stamp itself = read(file, NOFOLLOW_LINKS);
      boolean link = itself.equals(NO_FILE) && Files.isSymbolicLink(file);
      return new At(link, link ? Stamp.of(file) : itself);
    }
  }

  /** As its bytes, not as symbolic links that lead to it. */
  static Stamp of(Path file) {
    return read(file);
  }

  private static Stamp read(Path file, LinkOption... how) {
    try {
      // Files has this only with an exception for what is not there, which takes far longer.
      BasicFileAttributes a =
          file.getFileSystem()
              .provider()
              .readAttributesIfExists(file, BasicFileAttributes.class, how);
      if (a == null) {
        return ABSENT;
      }
      return a.isRegularFile() ? of(a) : NO_FILE;
    } catch (IOException e) {
      return ABSENT;
    }
  }

  private static Stamp of(BasicFileAttributes a) {
    return new Stamp(
        a.size(),
        a.lastModifiedTime().to(TimeUnit.NANOSECONDS),
        inode(String.valueOf(a.fileKey())),
        a.creationTime().to(TimeUnit.NANOSECONDS));
  }

  /** Of a key such as {@code (dev=fe00,ino=2189220)}; devices are numbered anew at each boot. */
  private static long inode(String key) {
    int at = key.indexOf("ino=");
    return at < 0 ? 0 : Long.parseLong(key, at + 4, key.length() - 1, 10);
  }

  boolean isFile() {
    return sizeBytes >= 0;
  }

  /**
   * Whether both are of one and the same file, whatever was written to it in between: a file system
   * gives the inode of a deleted file to the next one, which is then born later.
   */
  boolean isSameFileAs(Stamp other) {
    boolean born = bornNanos == other.bornNanos || !(tellsBirth() || other.tellsBirth());
    return isFile() && other.isFile() && inode == other.inode && born;
  }

  private boolean tellsBirth() {
    return bornNanos != modifiedNanos;
  }

  /** Of the same file, and never equal to what it looks like. */
  Stamp doubtful() {
    long never = Long.MIN_VALUE;
    return isFile() ? new Stamp(sizeBytes, never, inode, tellsBirth() ? bornNanos : never) : this;
  }
}
