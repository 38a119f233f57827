package dev.skep.system.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.system.tracker.UdpPeer.Said;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole tracker whose disk becomes full, and that is killed then: what it acknowledged is there,
 * and it says what is wrong. The disk is a small tmpfs, so this runs only where one may be mounted.
 */
class TrackerFullDiskIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String OFTEN = "-Dskep.save.interval=500ms";
  private static final String PASSKEY = "0123456789abcdef0123456789abcdef";
  private static final String DENIED = "d".repeat(40);
  private static final int LARGE_BYTES = 1 << 20;
  private static final int DISK_MEBIBYTES = 32;

  @TempDir private Path folder;
  @TempDir private Path logs;

  private Path data() {
    return folder.resolve("data");
  }

  @Test
  void nothingAcknowledgedIsLostOnAFullDiskByAKillNorAfterIt() throws Exception {
    Optional<SmallDisk> mounted = SmallDisk.mount(folder, DISK_MEBIBYTES);
    assumeTrue(mounted.isPresent(), "mounting a small disk needs root on Linux");
    try (SmallDisk disk = mounted.get()) {
      fillsAndIsKilledTwice(disk);
    }
  }

  private void fillsAndIsKilledTwice(SmallDisk disk) throws Exception {
    try (WholeTracker tracker = WholeTracker.start(data(), logs, OFTEN)) {
      assertThat(tracker.change("POST", "/api/v1/torrents?name=small", torrent(20))).isEqualTo(201);
      assertThat(tracker.change("PUT", "/api/v1/access/passkeys/" + PASSKEY)).isEqualTo(204);
      disk.fill();
      assertThat(tracker.change("POST", "/api/v1/torrents?name=large", torrent(LARGE_BYTES)))
          .isEqualTo(503);
      assertThat(tracker.change("PUT", "/api/v1/access/denied-torrents/" + DENIED)).isEqualTo(503);
      awaitNoRoomTold(tracker);
      tracker.kill();
    }
    assertNothingIsSetAside();

    try (WholeTracker tracker = WholeTracker.start(data(), logs, OFTEN)) {
      assertKnows(tracker, "\"registeredTorrents\":1");
      awaitNoRoomTold(tracker);
      assertNothingIsSetAside();
      disk.free();
      await("saving works again")
          .atMost(SOON)
          .until(() -> tracker.read("/health/ready").startsWith("{\"status\":\"UP\""));
      assertThat(tracker.change("POST", "/api/v1/torrents?name=large", torrent(LARGE_BYTES)))
          .isEqualTo(201);
      tracker.kill();
    }
    try (WholeTracker tracker = WholeTracker.start(data(), logs)) {
      assertKnows(tracker, "\"registeredTorrents\":2");
      assertThat(tracker.said().lines()).as("no damage is told").hasSize(1);
    }
    assertNothingIsSetAside();
  }

  private static void assertKnows(WholeTracker tracker, String registered) throws Exception {
    assertThat(tracker.read("/api/v1/stats")).contains(registered);
    assertThat(tracker.read("/api/v1/access"))
        .contains("\"passkey\"")
        .doesNotContain(PASSKEY, DENIED);
  }

  /** Peers come, who cannot be saved, and are answered. */
  private static void awaitNoRoomTold(WholeTracker tracker) throws Exception {
    try (var peer = new UdpPeer(0x7f000001, tracker.udp())) {
      await("it tells that there is no room")
          .atMost(SOON)
          .until(
              () -> {
                for (int port = 1; port <= 50; port++) {
                  peer.announce(new Said(System.nanoTime(), port, port, 1, 2, 0));
                }
                String ready = tracker.read("/health/ready");
                return ready.startsWith("{\"status\":\"DOWN\"")
                    && ready.contains("No space left on device");
              });
    }
  }

  private void assertNothingIsSetAside() {
    assertThat(data().toFile().list()).noneMatch(name -> name.contains("damaged"));
  }

  private static byte[] torrent(int pieceHashBytes) {
    int pieces = pieceHashBytes / 20;
    return "d4:infod6:lengthi%de4:name1:b12:piece lengthi16384e6:pieces%d:%see"
        .formatted(pieces * 16_384L, pieces * 20, "x".repeat(pieces * 20))
        .getBytes(StandardCharsets.US_ASCII);
  }
}
