package dev.skep.agent.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * How many files and sockets the system lets this process have open at once (POSIX {@code
 * RLIMIT_NOFILE}; {@code ulimit -n} in a shell). A bound that would not fit is made to.
 */
public final class Descriptors {
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Path ALWAYS_THERE = Path.of("/dev/null");
  private static final String NAME = "Max open files";

  /** The JVM's own: streams, jars, event queues; and ours: logs, state, the listener, trackers. */
  private static final int RESERVED = 32;

  private static final int LEAST = 4;

  private Descriptors() {}

  /** A file cannot be opened since the process has no descriptor left; nothing is wrong with it. */
  public static final class UsedUp extends IOException {
    private static final long serialVersionUID = 1L;

    UsedUp(Path file) {
      super(
          file
              + " cannot be opened: all "
              + limit()
              + " files and connections that this process may have open are in use; allow more"
              + " (ulimit -n) or let it have fewer connections");
    }
  }

  /** How many there may be; {@link Integer#MAX_VALUE} where the system does not tell. */
  public static int limit() {
    try (Stream<String> lines = Files.lines(LIMITS)) {
      return lines
          .filter(line -> line.startsWith(NAME))
          .map(line -> line.substring(NAME.length()).trim().split(" ", 2)[0])
          .mapToInt(soft -> soft.equals("unlimited") ? Integer.MAX_VALUE : Integer.parseInt(soft))
          .findFirst()
          .orElse(Integer.MAX_VALUE);
    } catch (IOException | NumberFormatException e) {
      return Integer.MAX_VALUE;
    }
  }

  /** At most {@code wanted} files, and a quarter of what the limit leaves us. */
  public static int forFiles(int wanted) {
    return share(wanted, limit(), 4);
  }

  /** At most {@code wanted} connections, and half of what the limit leaves us. */
  public static int forConnections(int wanted) {
    return share(wanted, limit(), 2);
  }

  static int share(int wanted, int limit, int parts) {
    return Math.clamp((limit - RESERVED) / parts, Math.min(wanted, LEAST), wanted);
  }

  /**
   * Whether nothing can be opened just now. The error itself does not tell: its text is in the
   * user's language.
   */
  static boolean areUsedUp() {
    try (FileChannel _ = FileChannel.open(ALWAYS_THERE)) {
      return false;
    } catch (IOException e) {
      return Files.exists(ALWAYS_THERE);
    }
  }
}
