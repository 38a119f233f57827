package dev.skep.agent.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
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

  private static final long NEVER = Long.MIN_VALUE;

  /** No file system that we know of refuses shorter names; eCryptfs has the least. */
  private static final int SURE_NAME_BYTES = 143;

  /** To which some file systems, and programs that copy, round time stamps. */
  private static final long ROUNDED_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** There is something, which is no file. */
  public static final Stamp NO_FILE = new Stamp(-2, 0, 0, 0);

  /**
   * What is at a path.
   *
   * @param link whether that is a symbolic link
   * @param stamp of what it leads to
   */
  record At(boolean link, Stamp stamp) {
    static At of(Path file) throws IOException {
      Stamp itself = read(file, NOFOLLOW_LINKS);
      boolean link = itself.equals(NO_FILE) && Files.isSymbolicLink(file);
      return new At(link, link ? Stamp.of(file) : itself);
    }
  }

  /**
   * As its bytes, not as symbolic links that lead to it.
   *
   * @throws IOException if the system cannot tell, which is not to say that there is nothing
   */
  static Stamp of(Path file) throws IOException {
    return read(file);
  }

  private static Stamp read(Path file, LinkOption... how) throws IOException {
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
      if (cannotExist(file)) {
        return ABSENT;
      }
      throw e;
    }
  }

  /**
   * Whether it is a link to nothing, or what should be a folder that leads to it is none, or it may
   * not be called so.
   */
  private static boolean cannotExist(Path file) {
    boolean longName = file.getFileName().toString().getBytes(UTF_8).length > SURE_NAME_BYTES;
    if (longName || Files.isSymbolicLink(file)) {
      return true;
    }
    Path above = file.toAbsolutePath().getParent();
    while (above != null && !Files.exists(above, NOFOLLOW_LINKS)) {
      above = above.getParent();
    }
    return above != null && !Files.isDirectory(above);
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

  /** Whether both were written at the same time, as a copy is that keeps the time stamp. */
  boolean isAsOldAs(Stamp other) {
    boolean known = isFile() && other.isFile() && modifiedNanos != NEVER;
    return known && Math.abs(modifiedNanos - other.modifiedNanos) <= ROUNDED_NANOS;
  }

  /** Whether both were born at the same time: some file systems number their files anew. */
  boolean isBornWith(Stamp other) {
    boolean known = isFile() && other.isFile() && tellsBirth() && other.tellsBirth();
    return known && bornNanos == other.bornNanos;
  }

  /** Of the same file, and never equal to what it looks like. */
  Stamp doubtful() {
    return isFile() ? new Stamp(sizeBytes, NEVER, inode, tellsBirth() ? bornNanos : NEVER) : this;
  }
}
