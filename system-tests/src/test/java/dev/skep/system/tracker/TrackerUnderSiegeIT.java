package dev.skep.system.tracker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.system.tracker.HttpAttacks.Attack;
import dev.skep.system.tracker.HttpAttacks.Delays;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A tracker with its default flags, and all that strangers can do to it at once: new torrents and
 * new ports over UDP, answers and event streams that nobody reads, silent connections, some that
 * hang up, hammers, costly lists, wrong values and hosts that there are not. Meanwhile 1,000 honest
 * peers of 100 swarms announce. It lives, they notice little, what it holds stays within bounds,
 * and after a kill everything that was acknowledged is there.
 *
 * <p>15 seconds, 300 with {@code -Pfull}; {@code -Dskep.siege.seconds} says otherwise.
 */
class TrackerUnderSiegeIT {
  private static final boolean FULL = Boolean.getBoolean("skep.full");
  private static final int SECONDS = Integer.getInteger("skep.siege.seconds", FULL ? 300 : 15);

  private static final int SWARMS = 100;
  private static final int PEERS_EACH = 10;
  private static final int STRANGERS = 10;

  /** Between two looks at the clock: on a busy machine each may take long. */
  private static final int AT_A_TIME = 50;

  private static final int ANNOUNCES = 5;

  /** The short form runs beside other tests. */
  private static final Duration HONEST_P99 = Duration.ofSeconds(FULL ? 1 : 5);

  private static final Duration NEW_ANNOUNCE = Duration.ofSeconds(FULL ? 5 : 20);

  /** The heap of 512 MiB, and what a JVM needs beside it. */
  private static final long MOST_RESIDENT_BYTES = 820L << 20;

  private static final long MOST_HOSTS_BYTES = 32L << 20;

  /** Half of the heap for swarms, 32 MiB for answers, and what a tracker takes without these. */
  private static final long MOST_LIVE_BYTES = ((256 + 32 + 48L) << 20) + MOST_HOSTS_BYTES;

  private static final int MOST_FILES = 5_000;
  private static final int MOST_THREADS = 150;
  private static final long MOST_LOG_BYTES = 200_000;
  private static final long MOST_DATA_BYTES = 512L << 20;

  private static final String PASSKEY = "0123456789abcdef0123456789abcdef";
  private static final String DENIED = "d".repeat(40);

  @TempDir private Path folder;

  private Path data() {
    return folder.resolve("data");
  }

  @Test
  void strangersNeitherKillNorFillItAndNobodyElseFeelsThemMuch() throws Exception {
    byte[] torrent = torrent(1 << 20);
    String infoHash = infoHash(torrent);
    try (WholeTracker tracker = WholeTracker.start(data(), folder);
        var honest = new HonestSwarms(tracker.udp(), SWARMS, PEERS_EACH)) {
      acknowledge(tracker, torrent);
      honest.join();
      besiege(tracker, honest, infoHash);
      awaitSave(tracker);
      tracker.kill();
    }
    try (WholeTracker again = WholeTracker.start(data(), folder);
        var honest = new HonestSwarms(again.udp(), SWARMS, PEERS_EACH)) {
      assertKnowsWhatWasAcknowledged(again, infoHash, torrent);
      honest.announceAndSeeOneAnother();
      assertThat(again.liveBytes()).as("live after the restart").isLessThan(MOST_LIVE_BYTES);
    }
  }

  private void besiege(WholeTracker tracker, HonestSwarms honest, String infoHash)
      throws Exception {
    var attacks = new HttpAttacks(tracker.httpPort());
    List<InetAddress> crowd = HttpAttacks.addresses(20);
    var counted = new AtomicLong();
    List<Duration> newAnnounces = new ArrayList<>();
    int asked = 0;
    int refused = 0;
    long mostLive = 0;
    try (var strangers = new Strangers(tracker.udp(), STRANGERS, honest.torrents());
        Attack _ = attacks.unread("/torrents/" + infoHash + ".torrent", crowd, 100, 50);
        Attack _ = attacks.unread("/api/v1/peers?limit=1000", crowd, 50, 50);
        Attack _ = attacks.unread("/api/v1/catalogue/events", crowd, 50, 1);
        Attack _ = attacks.invent(infoHash, crowd, counted);
        Attack _ = attacks.silent(crowd, 100);
        Attack _ = attacks.hangUp(counted);
        Attack _ = attacks.hammer("/health", 4, counted);
        Attack _ = attacks.hammer("/api/v1/torrents?offset=abc", 2, counted);
        Attack _ = attacks.hammer("/api/v1/torrents?sort=peers&limit=1000", 2, counted);
        Attack _ = attacks.hammer("/api/v1/torrents?name=a", 2, counted)) {
      long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
      while (System.nanoTime() < end) {
        honest.announceAndSeeOneAnother(AT_A_TIME);
        Delays delays = attacks.delays(announce(), ANNOUNCES);
        newAnnounces.add(delays.percentile(0.5));
        asked += ANNOUNCES;
        refused += delays.refused();
        assertStaysWithinBounds(tracker);
      }
      mostLive = tracker.liveBytes();
      assertThat(tracker.metric("skep_tracker_known_hosts_bytes"))
          .as("known hosts")
          .isPositive()
          .isLessThanOrEqualTo(MOST_HOSTS_BYTES);
      System.out.println(strangers + "; " + counted + " answers and connections over HTTP");
    }
    newAnnounces.sort(null);
    System.out.printf(
        "honest announces over UDP: p50 %d ms, p99 %d ms; live %d MiB%n",
        honest.percentile(0.5).toMillis(), honest.percentile(0.99).toMillis(), mostLive >> 20);
    System.out.printf(
        "new ones over HTTP: worst median of 5 %d ms, %d resets while %d came%n",
        newAnnounces.getLast().toMillis(), refused, asked);
    assertThat(newAnnounces.getLast()).as("with coming again").isLessThan(NEW_ANNOUNCE);
    assertThat(honest.percentile(0.99)).isLessThan(HONEST_P99);
    assertThat(mostLive).as("live under siege").isLessThan(MOST_LIVE_BYTES);
  }

  private static String announce() {
    return "/announce?info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-XX0000-abcdefghijkl&port=6881"
        + "&uploaded=0&downloaded=0&left=1&compact=1";
  }

  private void assertStaysWithinBounds(WholeTracker tracker) throws IOException {
    assertThat(tracker.isAlive()).as(tracker.said()).isTrue();
    assertThat(tracker.residentBytes()).as("resident").isLessThan(MOST_RESIDENT_BYTES);
    assertThat(tracker.openFiles()).as("open files").isLessThan(MOST_FILES);
    assertThat(tracker.threads()).as("threads").isLessThan(MOST_THREADS);
    assertThat((long) tracker.said().length()).as("log").isLessThan(MOST_LOG_BYTES);
    assertThat(bytesIn(data())).as("data folder").isLessThan(MOST_DATA_BYTES);
  }

  private static long bytesIn(Path folder) throws IOException {
    long bytes = 0;
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) all::iterator) {
        bytes += Files.isRegularFile(file) ? file.toFile().length() : 0;
      }
    } catch (UncheckedIOException e) {
      return bytesIn(folder); // an old store went meanwhile
    }
    return bytes;
  }

  /** A torrent, a passkey and an entry of a list. */
  private static void acknowledge(WholeTracker tracker, byte[] torrent) throws Exception {
    assertThat(tracker.change("POST", "/api/v1/torrents", torrent)).isEqualTo(201);
    assertThat(tracker.change("PUT", "/api/v1/access/passkeys/" + PASSKEY)).isEqualTo(204);
    assertThat(tracker.change("PUT", "/api/v1/access/denied-torrents/" + DENIED)).isEqualTo(204);
  }

  private static void assertKnowsWhatWasAcknowledged(
      WholeTracker tracker, String infoHash, byte[] torrent) throws Exception {
    assertThat(tracker.ask("GET", "/torrents/" + infoHash + ".torrent", new byte[0]).body())
        .isEqualTo(torrent);
    assertThat(tracker.read("/api/v1/access")).contains("\"passkey\"", DENIED);
  }

  private static void awaitSave(WholeTracker tracker) {
    await("a save since the siege")
        .pollDelay(Duration.ofSeconds(5))
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(() -> tracker.metric("skep_tracker_save_age_seconds") < 5);
  }

  private static String infoHash(byte[] torrent) throws NoSuchAlgorithmException {
    byte[] info = Arrays.copyOfRange(torrent, "d4:info".length(), torrent.length - 1);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(info));
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
