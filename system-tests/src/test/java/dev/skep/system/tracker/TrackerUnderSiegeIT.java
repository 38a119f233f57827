package dev.skep.system.tracker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.system.tracker.HttpAttacks.Attack;
import dev.skep.system.tracker.HttpAttacks.Delays;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A tracker with its default flags, and all that strangers can do to it at once: new torrents and
 * new ports over UDP, answers and event streams that nobody reads, silent connections, some that
 * hang up or babble, handshakes of TLS that end in the middle, hammers, costly lists, wrong values
 * and hosts that there are not. For a third of the time its disk is full. Meanwhile 1,000 honest
 * peers of 100 swarms announce. It lives, they notice little, what it holds stays within bounds,
 * and after a kill everything that was acknowledged is there.
 *
 * <p>15 seconds over plain HTTP in a build, which has to be short. Where {@code CI} is set, as
 * {@code .ci/run} does, 60 seconds; with {@code -Pfull} 300 seconds, and as long again with a
 * tracker that speaks TLS. {@code -Dskep.siege.seconds} says otherwise. The disk is a small one
 * where one may be mounted (as root on Linux); elsewhere it does not become full.
 */
class TrackerUnderSiegeIT {
  private static final boolean FULL = Boolean.getBoolean("skep.full");
  private static final int SECONDS = Integer.getInteger("skep.siege.seconds", seconds());

  private static final int SWARMS = 100;
  private static final int PEERS_EACH = 10;
  private static final int STRANGERS = 10;

  private static final long MOST_HOSTS_BYTES = 32L << 20;

  /** Half of the heap for swarms, 32 MiB for answers, and what a tracker takes without these. */
  private static final long MOST_LIVE_BYTES = ((256 + 32 + 48L) << 20) + MOST_HOSTS_BYTES;

  /** The short forms run beside other tests, and all of them beside their own attackers. */
  private static final Duration HONEST_P99 = Duration.ofSeconds(FULL ? 1 : 5);

  private static final Duration NEWCOMERS_MOST = Duration.ofSeconds(20);

  private static final int MOST_DATA_MEBIBYTES = 512;
  private static final String PASSKEY = "0123456789abcdef0123456789abcdef";

  @TempDir private Path folder;
  @TempDir private Path disk;

  private static int seconds() {
    if (FULL) {
      return 300;
    }
    return System.getenv("CI") == null ? 15 : 60;
  }

  @Test
  void strangersNeitherKillNorFillItAndNobodyElseFeelsThemMuch() throws Exception {
    onASmallDisk(Optional.empty());
  }

  @Test
  @Tag("full")
  void norDoTheyWhereItSpeaksTls() throws Exception {
    onASmallDisk(Optional.of(TrackerKeys.make(folder)));
  }

  private void onASmallDisk(Optional<TrackerKeys> keys) throws Exception {
    Optional<SmallDisk> mounted = SmallDisk.mount(disk, MOST_DATA_MEBIBYTES);
    if (mounted.isEmpty()) {
      isBesiegedAndKilled(keys, mounted);
      return;
    }
    try (SmallDisk _ = mounted.get()) {
      isBesiegedAndKilled(keys, mounted);
    }
  }

  private void isBesiegedAndKilled(Optional<TrackerKeys> keys, Optional<SmallDisk> small)
      throws Exception {
    byte[] torrent = torrent(1 << 20);
    String infoHash = infoHash(torrent);
    List<String> denied;
    try (WholeTracker tracker = start(keys);
        var honest = new HonestSwarms(tracker.udp(), SWARMS, PEERS_EACH)) {
      acknowledge(tracker, torrent);
      honest.join();
      var attacks = new HttpAttacks(tracker.httpPort(), keys.map(TrackerKeys::trusting));
      var siege = new Siege(tracker, honest, attacks, data(), (long) MOST_DATA_MEBIBYTES << 20);
      besiege(tracker, honest, attacks, siege, infoHash, small);
      // A handshake takes both ends' time on the same processors: too few come for a 99th.
      double share = keys.isPresent() ? 0.9 : 0.99;
      assertThat(siege.newcomers().percentile(share)).as("new ones").isLessThan(NEWCOMERS_MOST);
      denied = siege.acknowledged();
      awaitSave(tracker);
      tracker.kill();
    }
    try (WholeTracker again = start(keys);
        var honest = new HonestSwarms(again.udp(), SWARMS, PEERS_EACH)) {
      assertKnowsWhatWasAcknowledged(again, infoHash, torrent, denied);
      honest.announceAndSeeOneAnother();
      assertThat(again.liveBytes()).as("live after the restart").isLessThan(MOST_LIVE_BYTES);
    }
  }

  private WholeTracker start(Optional<TrackerKeys> keys) throws IOException {
    return keys.isPresent()
        ? WholeTracker.startWithTls(data(), folder, keys.get())
        : WholeTracker.start(data(), folder);
  }

  private Path data() {
    return disk.resolve("data");
  }

  private static void besiege(
      WholeTracker tracker,
      HonestSwarms honest,
      HttpAttacks attacks,
      Siege siege,
      String infoHash,
      Optional<SmallDisk> small)
      throws Exception {
    List<InetAddress> crowd = HttpAttacks.addresses(20);
    var counted = new AtomicLong();
    Duration alone = attacks.delays(Siege.announce(), 200).percentile(0.99);
    long live;
    try (var strangers = new Strangers(tracker.udp(), STRANGERS, honest.torrents());
        Attack _ = attacks.unread("/torrents/" + infoHash + ".torrent", crowd, 100, 50);
        Attack _ = attacks.unread("/api/v1/peers?limit=1000", crowd, 50, 50);
        Attack _ = attacks.unread("/api/v1/catalogue/events", crowd, 50, 1);
        Attack _ = attacks.invent(infoHash, crowd, counted);
        Attack _ = attacks.silent(crowd, 100);
        Attack _ = attacks.halfHandshakes(crowd, 100);
        Attack _ = attacks.hangUp(counted);
        Attack _ = attacks.babble(counted);
        Attack _ = attacks.hammer("/health", 4, counted);
        Attack _ = attacks.hammer("/api/v1/torrents?offset=abc", 2, counted);
        Attack _ = attacks.hammer("/api/v1/torrents?sort=peers&limit=1000", 2, counted);
        Attack _ = attacks.hammer("/api/v1/torrents?name=a", 2, counted)) {
      inThreeActs(siege, small);
      live = tracker.liveBytes();
      assertThat(tracker.metric("skep_tracker_known_hosts_bytes"))
          .as("known hosts")
          .isPositive()
          .isLessThanOrEqualTo(MOST_HOSTS_BYTES);
      System.out.println(strangers + "; " + counted + " answers and connections over HTTP");
    }
    Delays newcomers = siege.newcomers();
    System.out.printf(
        "honest announces over UDP: p50 %d ms, p99 %d ms; live %d MiB%n",
        honest.percentile(0.5).toMillis(), honest.percentile(0.99).toMillis(), live >> 20);
    System.out.printf(
        "new ones over HTTP: p50 %d ms, p90 %d ms, p99 %d ms (%d ms alone); of %d were sent away"
            + " %d%n",
        newcomers.percentile(0.5).toMillis(),
        newcomers.percentile(0.9).toMillis(),
        newcomers.percentile(0.99).toMillis(),
        alone.toMillis(),
        newcomers.nanos().size(),
        newcomers.refused());
    assertThat(live).as("live under siege").isLessThan(MOST_LIVE_BYTES);
    assertThat(honest.percentile(0.99)).as("over UDP").isLessThan(HONEST_P99);
  }

  private static void inThreeActs(Siege siege, Optional<SmallDisk> small) throws Exception {
    Duration third = Duration.ofSeconds(SECONDS).dividedBy(3);
    siege.goesOn(third, "a change is taken", siege::isTaken);
    if (small.isEmpty()) {
      siege.goesOn(third.multipliedBy(2), "another is taken", siege::isTaken);
      return;
    }
    siege.goesOn(
        third,
        "a change is refused for want of room, and that is told",
        () -> {
          small.get().fill(); // also what the tracker gives up meanwhile
          return siege.isRefused() && siege.isToldToHaveNoRoom();
        });
    small.get().free();
    siege.goesOn(
        third, "changes are taken again", () -> siege.isTaken() && siege.isToldToBeReady());
  }

  /** A torrent and a passkey. */
  private static void acknowledge(WholeTracker tracker, byte[] torrent) throws Exception {
    assertThat(tracker.change("POST", "/api/v1/torrents", torrent)).isEqualTo(201);
    assertThat(tracker.change("PUT", "/api/v1/access/passkeys/" + PASSKEY)).isEqualTo(204);
  }

  private static void assertKnowsWhatWasAcknowledged(
      WholeTracker tracker, String infoHash, byte[] torrent, List<String> denied) throws Exception {
    assertThat(tracker.ask("GET", "/torrents/" + infoHash + ".torrent", new byte[0]).body())
        .isEqualTo(torrent);
    assertThat(tracker.read("/api/v1/access")).contains("\"passkey\"").contains(denied);
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
