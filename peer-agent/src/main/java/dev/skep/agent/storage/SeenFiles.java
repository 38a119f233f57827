package dev.skep.agent.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * What some files looked like before their hashes were made: one that still looks so has the data
 * that the hashes are of, and need not be read again.
 */
public final class SeenFiles {
  private final Map<Path, Stamp> stamps = new HashMap<>();

  private SeenFiles() {}

  /** As they are now; a file that is not there is never as it was seen. */
  public static SeenFiles of(Collection<Path> files) {
    SeenFiles seen = new SeenFiles();
    for (Path file : files) {
      try {
        Stamp now = Stamp.of(file);
        if (now.isFile()) {
          seen.stamps.put(plain(file), now);
        }
      } catch (IOException e) {
        // Then it was not seen.
      }
    }
    return seen;
  }

  private static Path plain(Path file) {
    return file.toAbsolutePath().normalize();
  }

  /** Whether it looked so. */
  boolean isAsSeen(DataFile file) {
    return file.left().equals(stamps.get(plain(file.path())));
  }
}
