package dev.skep.system.tracker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole tracker with its default flags that strangers flood with new torrents and new ports over
 * UDP, for {@code -Dskep.flood.seconds=600}: it lives, its memory stays as it is, honest swarms
 * know nothing of it, and it comes back with all of them after it was killed.
 */
class TrackerFloodIT {
  private static final int SECONDS = Integer.getInteger("skep.flood.seconds", 600);
  private static final int STRANGERS = 200;
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final Pattern READY =
      Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)/.*udp://[^ ]*:(\\d+)");

  private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");

  @TempDir private Path folder;
  private int starts;

  /** A tracker that runs and the ports it has. */
  private record Tracker(Process process, Path log, int httpPort, int udpPort) {
    InetSocketAddress udp() {
      return new InetSocketAddress(HERE, udpPort);
    }

    double metric(String name) throws IOException {
      try (Socket socket = new Socket(HERE, httpPort)) {
        String request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1)
            .lines()
            .filter(line -> line.startsWith("skep_tracker_" + name))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
            .findFirst()
            .orElseThrow();
      }
    }
  }

  private Tracker start() throws IOException {
    Path log = folder.resolve("tracker-" + ++starts + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("skep.home"), "bin", "skep").toString(),
                    "tracker",
                    "run",
                    "--bind",
                    "127.0.0.1",
                    "--port",
                    "0",
                    "--data",
                    folder.resolve("data").toString()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(Map.of("SKEP_JAVA_OPTS", "-Xlog:gc:file=" + collectorLog(starts)));
    Process process = builder.start();
    await()
        .atMost(SOON)
        .failFast(() -> !process.isAlive())
        .until(() -> READY.matcher(Files.readString(log)).find());
    Matcher ready = READY.matcher(Files.readString(log));
    assertThat(ready.find()).isTrue();
    return new Tracker(
        process, log, Integer.parseInt(ready.group(1)), Integer.parseInt(ready.group(2)));
  }

  private Path collectorLog(int start) {
    return folder.resolve("gc-" + start + ".log");
  }

  @Test
  @Tag("full")
  void strangersNeitherKillNorFillItAndNobodyElseFeelsThem() throws Exception {
    Tracker tracker = start();
    try (var honest = new HonestSwarms(tracker.udp(), 100, 10)) {
      honest.join();
      try (var strangers = new Strangers(tracker.udp(), STRANGERS, honest.torrents())) {
        long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
        while (System.nanoTime() < end) {
          honest.announceAndSeeOneAnother();
          assertThat(tracker.process().isAlive()).as(Files.readString(tracker.log())).isTrue();
        }
        System.out.println(strangers + "; slowest honest announce " + honest.slowest());
      }
      System.out.printf(
          "torrents %.0f, counted %.0f MiB, evicted %.0f, refused %.0f + %.0f, crowded out %.0f%n",
          tracker.metric("torrents"),
          tracker.metric("swarm_bytes") / (1 << 20),
          tracker.metric("evicted_torrents_total"),
          tracker.metric("hasty_torrents_total"),
          tracker.metric("refused_torrents_total"),
          tracker.metric("crowded_out_peers_total"));
      assertMemoryIsFlat(CollectorLog.read(collectorLog(1)));
      honest.announceAndSeeOneAnother();
      await()
          .pollDelay(Duration.ofSeconds(5))
          .atMost(Duration.ofSeconds(40))
          .until(() -> tracker.metric("save_age_seconds") < 10);
    } finally {
      tracker.process().destroyForcibly().waitFor();
    }
    itComesBack();
  }

  private static void assertMemoryIsFlat(CollectorLog log) {
    int heap = log.heapMiB().stream().mapToInt(mib -> mib).max().orElseThrow();
    System.out.printf(
        "%d collections; left after them at most %d, %d, %d, %d MiB in the quarters, heap %d MiB%n",
        log.afterMiB().size(),
        log.most(0, 4),
        log.most(1, 4),
        log.most(2, 4),
        log.most(3, 4),
        heap);
    assertThat(log.most(3, 4)).as("MiB at the end").isLessThan(heap * 95 / 100);
  }

  private void itComesBack() throws Exception {
    Tracker again = start();
    try (var honest = new HonestSwarms(again.udp(), 100, 10)) {
      honest.announceAndSeeOneAnother();
    } finally {
      again.process().destroy();
      assertThat(again.process().waitFor()).isZero();
    }
    CollectorLog log = CollectorLog.read(collectorLog(2));
    System.out.printf(
        "restart: %d collections, at most %d MiB left after them%n",
        log.afterMiB().size(), log.most(0, 1));
  }
}
