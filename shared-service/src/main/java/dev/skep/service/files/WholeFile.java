package dev.skep.service.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * Writes files that are there whole or not at all, whatever happens: a new file is written beside
 * the old one, forced to the disk, and then takes its name.
 */
public final class WholeFile {
  /** What the name of a file that is being written ends with. */
  public static final String UNFINISHED = ".new";

  /** A larger piece would take as much memory outside of the heap, and keep it. */
  private static final int PIECE_BYTES = 64 << 10;

  private WholeFile() {}

  /** Makes or replaces a file. It is on the disk when this returns; else the old one is there. */
  public static void write(Path file, byte[]... parts) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + UNFINISHED);
    try {
      Files.deleteIfExists(fresh); // it may be a link, which is not to be followed
      try (FileChannel out =
          FileChannel.open(
              fresh,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              OwnerOnly.file(file))) {
        for (byte[] part : parts) {
          write(out, part);
        }
        out.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      force(file.resolveSibling("."));
    } catch (IOException e) {
      try {
        Files.deleteIfExists(fresh);
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  private static void write(FileChannel out, byte[] part) throws IOException {
    var rest = ByteBuffer.wrap(part);
    while (rest.hasRemaining()) {
      var piece = rest.slice(rest.position(), Math.min(PIECE_BYTES, rest.remaining()));
      rest.position(rest.position() + out.write(piece));
    }
  }

  /** Removes a file, if it is there. It is gone from the disk when this returns. */
  public static void delete(Path file) throws IOException {
    if (Files.deleteIfExists(file)) {
      force(file.resolveSibling("."));
    }
  }

  /** Whether it is what a write that was interrupted left behind. */
  public static boolean isUnfinished(Path file) {
    return file.toString().endsWith(UNFINISHED);
  }

  /** Forces a file, or the names in a folder, to the disk. */
  public static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path)) {
      channel.force(true);
    }
  }
}
