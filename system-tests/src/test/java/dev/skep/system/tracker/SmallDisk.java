package dev.skep.system.tracker;

import dev.skep.system.Program;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A disk of its own in memory, so small that it can be made full. */
final class SmallDisk implements AutoCloseable {
  private static final int AT_A_TIME = 64 << 10;

  private final Path folder;
  private final Path filler;

  private SmallDisk(Path folder) {
    this.folder = folder;
    this.filler = folder.resolve("filler");
  }

  /** Mounts one on an empty folder, if this user may: that takes root on Linux. */
  static Optional<SmallDisk> mount(Path folder, int mebibytes) throws Exception {
    boolean mounted =
        Program.succeeds(
            "mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", folder.toString());
    return mounted ? Optional.of(new SmallDisk(folder)) : Optional.empty();
  }

  Path folder() {
    return folder;
  }

  /** Takes all bytes that are free now. */
  void fill() throws IOException {
    try (OutputStream out =
        Files.newOutputStream(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      byte[] some = new byte[AT_A_TIME];
      while (true) {
        out.write(some);
      }
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("No space left")) {
        throw e;
      }
    }
  }

  /** Gives all of them back. */
  void free() throws IOException {
    Files.deleteIfExists(filler);
  }

  @Override
  public void close() throws IOException {
    try {
      Program.succeeds("umount", folder.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(folder + " may be mounted still", e);
    }
  }
}
