package dev.skep.benchmarks.tracker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What Linux says of connections that no process has accepted yet, on the whole machine, from
 * {@code /proc/net/netstat}.
 *
 * @param overflows connections that found a full queue
 * @param repeated first packets of a connection that were sent again, after a second or more
 */
record AcceptQueue(long overflows, long repeated) {
  static AcceptQueue now() {
    try {
      List<String> lines = Files.readAllLines(Path.of("/proc/net/netstat"));
      String[] names = lines.get(0).split(" ", -1);
      String[] values = lines.get(1).split(" ", -1);
      return new AcceptQueue(
          value("ListenOverflows", names, values), value("TCPSynRetrans", names, values));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long value(String name, String[] names, String[] values) {
    return Long.parseLong(values[List.of(names).indexOf(name)]);
  }

  String since(AcceptQueue before) {
    return "accept queue found full %d times, first packets sent again %d times"
        .formatted(overflows - before.overflows, repeated - before.repeated);
  }
}
