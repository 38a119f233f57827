package dev.skep.benchmarks.flood;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code TrackerFlood PORT UDP-PORT PID GC-LOG SECONDS ADDRESSES PER-SECOND}: floods a tracker of
 * this machine with new torrents, for a fifth of the time from one address and then from all, while
 * honest peers announce. Prints a line every 10 seconds. What small collections leave grows until
 * the old generation is full; what a full one leaves is what lives. So there is a full one after
 * two thirds of the time, and one at the end. Fails if that leaves more than the first one, by more
 * than a twentieth of the heap, or if an honest peer got no answer or was not told of its swarm.
 */
public final class TrackerFlood {
  private static final int LINE_SECONDS = 10;

  private final long pid;
  private final int port;
  private final int udpPort;
  private final Heap heap;
  private final PrintStream out;
  private final List<Integer> livingMiB = new ArrayList<>();
  private int heapMiB;
  private boolean allHonestAreWell = true;

  private TrackerFlood(int port, int udpPort, long pid, Path log, PrintStream out) {
    this.port = port;
    this.udpPort = udpPort;
    this.pid = pid;
    this.heap = new Heap(log);
    this.out = out;
  }

  public static void main(String[] args) throws IOException {
    var run =
        new TrackerFlood(
            Integer.parseInt(args[0]),
            Integer.parseInt(args[1]),
            Long.parseLong(args[2]),
            Path.of(args[3]),
            System.out);
    boolean good =
        run.run(Integer.parseInt(args[4]), Integer.parseInt(args[5]), Integer.parseInt(args[6]));
    System.exit(good ? 0 : 1);
  }

  private boolean run(int seconds, int addresses, int perSecond) throws IOException {
    var tracker = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), udpPort);
    out.println(
        "    s  addresses  announced  torrents  swarms, MiB  collections: left, MiB  full "
            + " resident, MiB  honest: answered  p50, p99 ms");
    try (var honest = new Honest(tracker)) {
      honest.join();
      var _ = honest.account();
      try (var flood = new Flood(tracker, addresses, perSecond)) {
        for (int second = LINE_SECONDS; second <= seconds; second += LINE_SECONDS) {
          if (second > seconds / 5) {
            flood.fromAll();
          }
          long end = System.nanoTime() + LINE_SECONDS * 1_000_000_000L;
          while (System.nanoTime() < end) {
            honest.next();
          }
          if (second == seconds || second * 3 / 2 / LINE_SECONDS == seconds / LINE_SECONDS) {
            collect();
          }
          tell(second, flood, honest.account());
        }
      }
    }
    boolean flat = isFlat();
    return flat && allHonestAreWell;
  }

  private void tell(int second, Flood flood, Honest.Account honest) throws IOException {
    Heap.Left left = heap.sinceLast();
    String metrics = metrics();
    if (left.fullMiB() > 0) {
      livingMiB.add(left.fullMiB());
    }
    heapMiB = Math.max(heapMiB, left.sizeMiB());
    allHonestAreWell &= honest.isPerfect();
    out.printf(
        "%5d %10d %10d %9.0f %12.0f %13d: %3d to %3d %5s %14d %17d %6.1f %6.1f%s%n",
        second,
        flood.addresses(),
        flood.torrents(),
        value(metrics, "skep_tracker_torrents"),
        value(metrics, "skep_tracker_swarm_bytes") / (1 << 20),
        left.collections(),
        left.leastMiB(),
        left.mostMiB(),
        left.fullMiB() == 0 ? "" : left.fullMiB(),
        residentMiB(),
        honest.answered(),
        honest.p50Millis(),
        honest.p99Millis(),
        honest.isPerfect()
            ? ""
            : "  %d not answered, %d not told of".formatted(honest.unanswered(), honest.notTold()));
  }

  private boolean isFlat() {
    int most = heapMiB / 20 + livingMiB.getFirst();
    boolean flat = livingMiB.getLast() <= most;
    out.printf(
        "full collections left %s MiB of %d: %s%n", livingMiB, heapMiB, flat ? "flat" : "RISES");
    return flat;
  }

  /** A full collection. */
  private void collect() throws IOException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process process =
        new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.run")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    process.onExit().join();
  }

  private String metrics() throws IOException {
    try (var in = URI.create("http://127.0.0.1:" + port + "/metrics").toURL().openStream()) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static double value(String metrics, String name) {
    Matcher found = Pattern.compile("(?m)^" + name + "(?:\\{.*})? (\\S+)$").matcher(metrics);
    return found.find() ? Double.parseDouble(found.group(1)) : Double.NaN;
  }

  private long residentMiB() throws IOException {
    String status = Files.readString(Path.of("/proc/" + pid + "/status"));
    Matcher resident = Pattern.compile("VmRSS:\\s+(\\d+) kB").matcher(status);
    return resident.find() ? Long.parseLong(resident.group(1)) >> 10 : 0;
  }
}
