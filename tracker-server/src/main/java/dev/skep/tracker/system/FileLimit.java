package dev.skep.tracker.system;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * How many connections there is room for among the files that this process may open. The server
 * would stop listening for good at the first connection for which there is none.
 */
public final class FileLimit {
  /** Jars (some 200 files are open when nobody is connected), the store, and some more. */
  private static final int OWN = 300;

  private FileLimit() {}

  /** Files left for connections, those that are turned away too; at least 5. */
  public static int room() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? (int) Math.clamp(system.getMaxFileDescriptorCount() - OWN, 5L, 10_000_000L)
        : Integer.MAX_VALUE;
  }

  /** Connections that may be served at a time: a fifth of the room stays free. */
  public static int connections() {
    return (int) (room() * 4L / 5);
  }

  /** How many files this process would have to be allowed for so many connections. */
  public static long neededFor(int connections) {
    return OWN + (connections * 5L + 3) / 4;
  }
}
