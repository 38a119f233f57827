package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.connection.Link;
import dev.skep.agent.connection.LiveTorrent;
import dev.skep.agent.torrent.Capabilities;
import dev.skep.agent.torrent.Reason;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What people read of a transfer, which must cost it nothing. */
@Timeout(60)
class SnapshotTest {
  @TempDir private Path temp;
  @AutoClose private Hosts hosts;

  @BeforeEach
  void openHosts() {
    hosts = new Hosts(temp);
  }

  @Test
  void whoReadsHowThingsStandWaitsForNoTorrent() throws Exception {
    TestData data = TestData.file("busy", 100_000, 16 * 1024);
    hosts.seed(data);
    Transfer transfer = hosts.transferOfSeeder();
    Busy busy = new Busy();
    Thread joining = Thread.ofVirtual().start(() -> busy.join(transfer.live().orElseThrow()));
    busy.holds.await();

    try {
      CompletableFuture<TransferStatus> status =
          CompletableFuture.supplyAsync(
              () -> {
                assertThat(transfer.moved()).isEmpty();
                return transfer.status();
              });

      assertThat(status.get(10, TimeUnit.SECONDS).state()).isEqualTo(TransferStatus.State.SEEDING);
    } finally {
      busy.goesOn.countDown();
      joining.join();
    }
    await().until(() -> transfer.status().peers().size() == 1);
    assertThat(transfer.status().peers().getFirst().client()).isEqualTo("busy");
  }

  @Test
  void nothingIsMadeOfATransferInWhichNothingMoves() throws Exception {
    TestData data = TestData.file("at rest", 100_000, 16 * 1024);
    hosts.seed(data);
    Transfer transfer = hosts.transferOfSeeder();
    await().until(() -> transfer.status().state() == TransferStatus.State.SEEDING);
    await().pollDelay(Duration.ofMillis(300)).until(() -> isTheSameAfterASecond(transfer));

    transfer.addPeer(Endpoint.of("127.0.0.98", 1));

    await().until(() -> transfer.status().knownPeers().known() == 1);
  }

  @Test
  void whenATrackerWasAskedAndWillBeIsRightThoughNothingIsMade() throws Exception {
    try (TestTracker tracker = new TestTracker()) {
      Transfer transfer = seeding(tracker);
      TrackerStatus seen = transfer.status().trackers().getFirst();
      Duration since = seen.sinceAnnounce().orElseThrow();
      Duration next = seen.nextAnnounce();

      await().until(() -> seen.sinceAnnounce().orElseThrow().compareTo(since) > 0);

      assertThat(seen.nextAnnounce()).isLessThan(next);
    }
  }

  @Test
  void whoAsksATrackerAgainWhileNothingMovesSeesWhen() throws Exception {
    try (TestTracker tracker = new TestTracker()) {
      Transfer transfer = seeding(tracker);

      transfer.reannounce();
      transfer.eachSecond(System.nanoTime());

      assertThat(transfer.status().trackers().getFirst().nextAnnounce())
          .isLessThan(Duration.ofSeconds(11));
    }
  }

  /** The tracker wants to be asked again in half an hour, and has answered. */
  private Transfer seeding(TestTracker tracker) throws Exception {
    TestData data = TestData.file("told", 100_000, 16 * 1024);
    TransferOptions options =
        TransferOptions.defaults().withTrackers(List.of(List.of(tracker.url())));
    Transfer transfer =
        hosts.open(1).add(data.metainfo(), temp, options.seeding(data.writeTo(hosts.folder(1))));
    await()
        .until(
            () ->
                transfer.status().trackers().stream()
                    .anyMatch(each -> each.nextAnnounce().toMinutes() > 20));
    return transfer;
  }

  @SuppressWarnings("ReferenceEquality") // another of the same content is what it must not make
  private static boolean isTheSameAfterASecond(Transfer transfer) {
    TransferStatus before = transfer.status();
    transfer.eachSecond(System.nanoTime());
    return transfer.status() == before;
  }

  /** Takes its time where nobody may, with the torrent's lock held. */
  private static final class Busy implements Link {
    private final CountDownLatch holds = new CountDownLatch(1);
    private final CountDownLatch goesOn = new CountDownLatch(1);

    void join(LiveTorrent torrent) {
      try {
        Endpoint at = Endpoint.of("127.0.0.99", 1);
        torrent.join(this, at, new PeerId(9, 9, 9), new Capabilities(true, false, true, true));
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void wake() {
      holds.countDown();
      try {
        goesOn.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public String name() {
      return "busy";
    }

    @Override
    public void close(Reason reason) {}

    @Override
    public void closeIfStuck(long now, long bodyNanos) {}
  }
}
