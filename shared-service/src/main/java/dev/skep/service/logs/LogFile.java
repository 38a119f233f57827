package dev.skep.service.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/**
 * Lines in a file that never grows beyond a bound: a full one becomes {@code FILE.1}, that {@code
 * FILE.2}, and so on; the oldest goes. A file that somebody takes away is begun anew. Safe for many
 * threads.
 *
 * <p>Not the JDK's {@code FileHandler}: that one calls the file {@code FILE.0}, lays a lock beside
 * it, and writes on into a file that was taken away.
 */
public final class LogFile implements Consumer<String>, AutoCloseable {
  private static final int LOOK_EVERY = 100;

  private final Path file;
  private final long mostBytes;
  private final int mostFiles;
  private final Consumer<String> told;
  private OutputStream out;
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
    bytes = Files.size(file);
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

  /** A stream, since an interrupt closes a channel, and whoever is interrupted logs too. */
  private OutputStream opened() throws IOException {
    return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Writes a line, which ends with a line break. Whatever happens, the program goes on. */
  @Override
  public synchronized void accept(String line) {
    byte[] encoded = line.getBytes(UTF_8);
    try {
      if (broken || (++lines % LOOK_EVERY == 0 && !Files.exists(file))) {
        begin();
      }
      if (bytes > 0 && bytes + encoded.length > mostBytes) {
        rotate();
      }
      out.write(encoded);
      bytes += encoded.length;
      broken = false;
    } catch (IOException e) {
      if (!broken) {
        told.accept("log lines are lost: " + file + ": " + e.getMessage());
      }
      broken = true;
    }
  }

  private void rotate() throws IOException {
    if (mostFiles == 0) {
      Files.deleteIfExists(file);
    } else if (Files.exists(file)) {
      makeRoom();
      Files.move(file, numbered(1), REPLACE_EXISTING);
    }
    begin();
  }

  /** Only as far as there is none: what fails behind it and is done again costs no other file. */
  private void makeRoom() throws IOException {
    int free = 1;
    while (free < mostFiles && Files.exists(numbered(free))) {
      free++;
    }
    for (int i = free - 1; i > 0; i--) {
      Files.move(numbered(i), numbered(i + 1), REPLACE_EXISTING);
    }
  }

  private Path numbered(int i) {
    return file.resolveSibling(file.getFileName() + "." + i);
  }

  private void begin() throws IOException {
    out.close();
    out = opened();
    bytes = Files.size(file);
  }

  @Override
  public synchronized void close() throws IOException {
    out.close();
  }
}
