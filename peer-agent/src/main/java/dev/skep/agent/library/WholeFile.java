package dev.skep.agent.library;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Files that are written whole or not at all: whoever reads one sees all of the old bytes or all of
 * the new, also after a crash of the machine. One writer at a time for each.
 */
final class WholeFile {
  /** What the name of a file that is being written ends with. */
  static final String UNFINISHED = ".new";

  private WholeFile() {}

  static void write(Path file, byte[] bytes) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + UNFINISHED);
    try (FileChannel out = FileChannel.open(next, CREATE, WRITE, TRUNCATE_EXISTING)) {
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        out.write(left);
      }
      out.force(true);
    }
    Files.move(next, file, ATOMIC_MOVE, REPLACE_EXISTING);
    syncFolderOf(file);
  }

  /** Returns whether it was there. */
  static boolean delete(Path file) throws IOException {
    boolean was = Files.deleteIfExists(file);
    if (was) {
      syncFolderOf(file);
    }
    return was;
  }

  /** Has the folder remember which files it has. */
  private static void syncFolderOf(Path file) throws IOException {
    try (FileChannel folder = FileChannel.open(Objects.requireNonNull(file.getParent()), READ)) {
      folder.force(true);
    }
  }
}
