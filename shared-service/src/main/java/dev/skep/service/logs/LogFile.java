package dev.skep.service.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/**
 * Lines in a file that never grows beyond a bound: a full one becomes {@code FILE.1}, that {@code
 * FILE.2}, and so on; the oldest goes. A file that somebody takes away is begun anew. Safe for many
 * threads.
 */
public final class LogFile implements Consumer<String>, AutoCloseable {
  private static final int LOOK_EVERY = 100;

  private final Path file;
  private final long mostBytes;
  private final int mostFiles;
  private final Consumer<String> told;
  private FileChannel out;
  private long bytes;
  private int lines;
  private boolean broken;

  private LogFile(Path file, long mostBytes, int mostFiles, Consumer<String> told)
      throws IOException {
    this.file = file;
    this.mostBytes = mostBytes;
    this.mostFiles = mostFiles;
    this.told = told;
    out = opened();
    bytes = out.size();
  }

  /**
   * Goes on at the end of a file, or makes it.
   *
   * @param mostBytes of each file; a longer line is a file of its own
   * @param mostFiles besides the one that is written; 0 for none
   * @param told hears once if lines cannot be written any more
   * @throws IOException if it cannot be written, in one line
   */
  public static LogFile open(Path file, long mostBytes, int mostFiles, Consumer<String> told)
      throws IOException {
    try {
      return new LogFile(file.toAbsolutePath(), mostBytes, mostFiles, told);
    } catch (IOException e) {
      throw new IOException("log lines cannot be written to " + file + ": " + e.getMessage(), e);
    }
  }

  private FileChannel opened() throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Writes a line, which ends with a line break. Whatever happens, the program goes on. */
  @Override
  public synchronized void accept(String line) {
    byte[] encoded = line.getBytes(UTF_8);
    try {
      if (bytes > 0 && bytes + encoded.length > mostBytes) {
        rotate();
      } else if (broken || (++lines % LOOK_EVERY == 0 && !Files.exists(file))) {
        begin();
      }
      ByteBuffer rest = ByteBuffer.wrap(encoded);
      while (rest.hasRemaining()) {
        bytes += out.write(rest);
      }
      broken = false;
    } catch (IOException e) {
      if (!broken) {
        told.accept("log lines are lost: " + file + ": " + e.getMessage());
      }
      broken = true;
    }
  }

  private void rotate() throws IOException {
    for (int i = mostFiles - 1; i > 0; i--) {
      if (Files.exists(numbered(i))) {
        Files.move(numbered(i), numbered(i + 1), REPLACE_EXISTING);
      }
    }
    if (mostFiles > 0) {
      Files.move(file, numbered(1), REPLACE_EXISTING);
    } else {
      Files.deleteIfExists(file);
    }
    begin();
  }

  private Path numbered(int i) {
    return file.resolveSibling(file.getFileName() + "." + i);
  }

  private void begin() throws IOException {
    out.close();
    out = opened();
    bytes = out.size();
  }

  @Override
  public synchronized void close() throws IOException {
    out.close();
  }
}
