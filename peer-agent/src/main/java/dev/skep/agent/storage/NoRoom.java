package dev.skep.agent.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** A disk has less room than is needed. */
public final class NoRoom extends IOException {
  private static final long serialVersionUID = 1L;
  private static final int MIB_BITS = 20;

  /**
   * @param neededBytes what is still to be written
   * @param freeBytes fewer
   */
  NoRoom(Path place, long neededBytes, long freeBytes) {
    super(
        String.format(
            Locale.ROOT,
            "the disk is full: %s needs %,d MiB more and has room for %,d MiB; free %,d MiB",
            place,
            mebibytes(neededBytes),
            freeBytes >> MIB_BITS,
            mebibytes(neededBytes - freeBytes)));
  }

  private static long mebibytes(long bytes) {
    return (bytes >> MIB_BITS) + 1;
  }
}
