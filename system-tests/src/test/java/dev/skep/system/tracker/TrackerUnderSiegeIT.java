package dev.skep.system.tracker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.system.tracker.HttpAttacks.Attack;
import dev.skep.system.tracker.HttpAttacks.Delays;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A tracker with its default flags, and all that strangers can do to it at once: new torrents and
 * new ports over UDP, answers that nobody reads, silent connections, some that hang up, hammers and
 * wrong values. Meanwhile 1,000 honest peers of 100 swarms announce. It lives, they notice little,
 * what it holds stays within bounds, and after a kill everything that was acknowledged is there.
 *
 * <p>Five minutes; {@code -Dskep.siege.seconds} says otherwise.
 */
class TrackerUnderSiegeIT {
  private static final int SECONDS = Integer.getInteger("skep.siege.seconds", 300);

  private static final int SWARMS = 100;
  private static final int PEERS_EACH = 10;
  private static final int STRANGERS = 10;
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final Duration HONEST_P99 = Duration.ofSeconds(1);
  private static final Duration NEW_ANNOUNCE = Duration.ofSeconds(5);

  /** The heap of 512 MiB, and what a JVM needs beside it. */
  private static final long MOST_RESIDENT_BYTES = 820L << 20;

  private static final int MOST_FILES = 5_000;
  private static final int MOST_THREADS = 150;
  private static final long MOST_LOG_BYTES = 200_000;
  private static final long MOST_DATA_BYTES = 512L << 20;

  private static final Pattern READY =
      Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)/.*udp://[^ ]*:(\\d+)");
  private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");
  private static final String PASSKEY = "0123456789abcdef0123456789abcdef";
  private static final String DENIED = "d".repeat(40);

  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Process> started = new ArrayList<>();

  /** A tracker that runs, where it writes to, and the ports it has. */
  private record Tracker(Process process, Path log, Path collectorLog, int httpPort, int udpPort) {
    InetSocketAddress udp() {
      return new InetSocketAddress(HERE, udpPort);
    }

    long residentBytes() throws IOException {
      String status = Files.readString(Path.of("/proc/" + process.pid() + "/status"));
      Matcher resident = Pattern.compile("VmRSS:\\s+(\\d+) kB").matcher(status);
      return resident.find() ? Long.parseLong(resident.group(1)) << 10 : 0;
    }

    long entries(String kind) throws IOException {
      try (Stream<Path> all = Files.list(Path.of("/proc/" + process.pid() + "/" + kind))) {
        return all.count();
      }
    }
  }

  @AfterEach
  void everythingEnds() {
    started.forEach(Process::destroyForcibly);
    http.close();
  }

  private Tracker start() throws IOException {
    int number = started.size();
    Path log = folder.resolve("tracker-" + number + ".log");
    Path collectorLog = folder.resolve("gc-" + number + ".log");
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("skep.home"), "bin", "skep").toString(),
            "tracker",
            "run",
            "--bind",
            "127.0.0.1",
            "--port",
            "0",
            "--data",
            data().toString());
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("SKEP_JAVA_OPTS", "-Xlog:gc:file=" + collectorLog);
    Process process = builder.start();
    started.add(process);
    await()
        .atMost(SOON)
        .failFast(() -> !process.isAlive())
        .until(() -> READY.matcher(Files.readString(log)).find());
    Matcher ready = READY.matcher(Files.readString(log));
    assertThat(ready.find()).isTrue();
    int httpPort = Integer.parseInt(ready.group(1));
    return new Tracker(process, log, collectorLog, httpPort, Integer.parseInt(ready.group(2)));
  }

  private Path data() {
    return folder.resolve("data");
  }

  @Test
  @Tag("full") // takes all processors, and each stage its time
  void strangersNeitherKillNorFillItAndNobodyElseFeelsThemMuch() throws Exception {
    Tracker tracker = start();
    byte[] torrent = torrent(1 << 20);
    String infoHash = acknowledge(tracker, torrent);
    try (var honest = new HonestSwarms(tracker.udp(), SWARMS, PEERS_EACH)) {
      honest.join();
      besiege(tracker, honest, infoHash);
      awaitSave(tracker);
    }
    tracker.process().destroyForcibly().waitFor();

    Tracker again = start();
    assertKnowsWhatWasAcknowledged(again, infoHash, torrent);
    try (var honest = new HonestSwarms(again.udp(), SWARMS, PEERS_EACH)) {
      honest.announceAndSeeOneAnother();
    }
  }

  private void besiege(Tracker tracker, HonestSwarms honest, String infoHash) throws Exception {
    var attacks = new HttpAttacks(tracker.httpPort());
    List<InetAddress> crowd = HttpAttacks.addresses(20);
    var counted = new AtomicLong();
    List<Duration> newAnnounces = new ArrayList<>();
    int asked = 0;
    int refused = 0;
    try (var strangers = new Strangers(tracker.udp(), STRANGERS, honest.torrents());
        Attack _ = attacks.unread("/torrents/" + infoHash + ".torrent", crowd, 100, 50);
        Attack _ = attacks.unread("/api/v1/peers?limit=1000", crowd, 50, 50);
        Attack _ = attacks.silent(crowd, 100);
        Attack _ = attacks.hangUp(counted);
        Attack _ = attacks.hammer("/health", 4, counted);
        Attack _ = attacks.hammer("/api/v1/torrents?offset=abc", 2, counted);
        Attack _ = attacks.hammer("/api/v1/torrents?name=a", 2, counted)) {
      long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
      while (System.nanoTime() < end) {
        honest.announceAndSeeOneAnother();
        Delays delays = attacks.delays(announce(), 20);
        newAnnounces.add(delays.percentile(0.5));
        asked += 20;
        refused += delays.refused();
        assertStaysWithinBounds(tracker);
      }
      System.out.println(strangers + "; " + counted + " answers and connections over HTTP");
    }
    newAnnounces.sort(null);
    System.out.printf(
        "honest announces over UDP: p50 %d ms, p99 %d ms%n",
        honest.percentile(0.5).toMillis(), honest.percentile(0.99).toMillis());
    System.out.printf(
        "new ones over HTTP: worst median of 20 %d ms, %d resets while %d came%n",
        newAnnounces.getLast().toMillis(), refused, asked);
    assertThat(newAnnounces.getLast()).as("with coming again").isLessThan(NEW_ANNOUNCE);
    assertThat(honest.percentile(0.99)).isLessThan(HONEST_P99);
    assertMemoryIsFlat(CollectorLog.read(tracker.collectorLog()));
  }

  private static String announce() {
    return "/announce?info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-XX0000-abcdefghijkl&port=6881"
        + "&uploaded=0&downloaded=0&left=1&compact=1";
  }

  private void assertStaysWithinBounds(Tracker tracker) throws IOException {
    assertThat(tracker.process().isAlive()).as(Files.readString(tracker.log())).isTrue();
    assertThat(tracker.residentBytes()).as("resident").isLessThan(MOST_RESIDENT_BYTES);
    assertThat(tracker.entries("fd")).as("open files").isLessThan(MOST_FILES);
    assertThat(tracker.entries("task")).as("threads").isLessThan(MOST_THREADS);
    assertThat(Files.size(tracker.log())).as("log").isLessThan(MOST_LOG_BYTES);
    assertThat(bytesIn(data())).as("data folder").isLessThan(MOST_DATA_BYTES);
  }

  private static long bytesIn(Path folder) throws IOException {
    long bytes = 0;
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) all::iterator) {
        bytes += Files.isRegularFile(file) ? file.toFile().length() : 0;
      }
    }
    return bytes;
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
    assertThat(log.most(3, 4)).as("MiB left at the end").isLessThan(heap * 95 / 100);
  }

  /** A torrent, a passkey and an entry of a list; the torrent's info-hash. */
  private String acknowledge(Tracker tracker, byte[] torrent) throws Exception {
    assertThat(ask(tracker, "POST", "/api/v1/torrents", BodyPublishers.ofByteArray(torrent)))
        .isEqualTo(201);
    var nothing = BodyPublishers.noBody();
    assertThat(ask(tracker, "PUT", "/api/v1/access/passkeys/" + PASSKEY, nothing)).isEqualTo(204);
    assertThat(ask(tracker, "PUT", "/api/v1/access/denied-torrents/" + DENIED, nothing))
        .isEqualTo(204);
    byte[] info = Arrays.copyOfRange(torrent, "d4:info".length(), torrent.length - 1);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(info));
  }

  private void assertKnowsWhatWasAcknowledged(Tracker tracker, String infoHash, byte[] torrent)
      throws Exception {
    assertThat(send(tracker, "GET", "/torrents/" + infoHash + ".torrent").body())
        .isEqualTo(torrent);
    String lists = new String(send(tracker, "GET", "/api/v1/access").body(), ISO_8859_1);
    assertThat(lists).contains(PASSKEY).contains(DENIED);
  }

  private void awaitSave(Tracker tracker) {
    Pattern age = Pattern.compile("(?m)^skep_tracker_save_age_seconds\\S* (\\S+)$");
    await("a save since the siege")
        .pollDelay(Duration.ofSeconds(5))
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(
            () -> {
              String text = new String(send(tracker, "GET", "/metrics").body(), ISO_8859_1);
              Matcher found = age.matcher(text);
              return found.find() && Double.parseDouble(found.group(1)) < 5;
            });
  }

  private int ask(Tracker tracker, String method, String path, BodyPublisher body)
      throws Exception {
    return http.send(request(tracker, path).method(method, body).build(), BodyHandlers.discarding())
        .statusCode();
  }

  private HttpResponse<byte[]> send(Tracker tracker, String method, String path) throws Exception {
    return http.send(
        request(tracker, path).method(method, BodyPublishers.noBody()).build(),
        BodyHandlers.ofByteArray());
  }

  private HttpRequest.Builder request(Tracker tracker, String path) throws IOException {
    String token = Files.readString(data().resolve("admin.token")).strip();
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + tracker.httpPort() + path))
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", "application/x-bittorrent")
        .timeout(SOON);
  }

  /** One whose piece hashes take that many bytes. */
  private static byte[] torrent(int bytes) {
    int pieces = bytes / 20;
    String head =
        "d4:infod6:lengthi%de4:name5:siege12:piece lengthi16384e6:pieces%d:"
            .formatted(16_384L * pieces, 20 * pieces);
    return (head + "x".repeat(20 * pieces) + "ee").getBytes(ISO_8859_1);
  }
}
