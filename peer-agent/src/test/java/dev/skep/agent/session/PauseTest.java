package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.session.TransferStatus.State;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.tracker.AnnounceEvent;
import dev.skep.protocol.tracker.AnnounceRequest;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.AbortPolicy;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Transfers that are paused, removed or full at an unusual moment. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class PauseTest {
  private static final TestData DATA = TestData.file("paused.bin", 640_000, 64 * 1024);

  @TempDir private Path temp;
  @AutoClose private Hosts hosts;

  @BeforeEach
  void openHosts() {
    hosts = new Hosts(temp);
  }

  @Test
  void whatIsPausedWhileItIsCheckedStaysPausedUntilItIsResumed() throws Exception {
    Session session = hosts.open(2);
    DATA.writeTo(hosts.folder(2));
    session.disk().checks().acquire();
    Transfer transfer = hosts.get(session, 2, DATA);

    transfer.pause();
    session.disk().checks().release();

    await().until(() -> transfer.status().state() == State.PAUSED);
    transfer.resume();
    transfer.completed().get(20, TimeUnit.SECONDS);
  }

  @Test
  void whatIsRemovedWhileItIsCheckedKeepsNoTurn() throws Exception {
    Session session = hosts.open(2, s -> s.maxActiveDownloads = 1);
    TestData other = TestData.file("other.bin", 100_000, 16 * 1024);
    DATA.writeTo(hosts.folder(2));
    session.disk().checks().acquire();
    Transfer removed = hosts.get(session, 2, DATA);

    session.remove(removed);
    session.disk().checks().release();

    Transfer next = hosts.get(session, 2, other, hosts.seed(other));
    next.completed().get(20, TimeUnit.SECONDS);
    assertThat(removed.completed()).isCompletedExceptionally();
  }

  @Test
  void whoeverPausesAndResumesAtOnceLeavesItAtWorkInTheEnd() throws Exception {
    Session session =
        hosts.open(
            2,
            s -> {
              s.maxActiveDownloads = 1;
              s.maxDownBytesPerSecond = 20_000;
            });
    Transfer transfer = hosts.get(session, 2, DATA, hosts.seed(DATA));
    for (int round = 0; round < 300; round++) {
      Thread pausing = Thread.ofVirtual().start(transfer::pause);
      Thread resuming = Thread.ofVirtual().start(transfer::resume);
      pausing.join();
      resuming.join();
      transfer.resume();
      await()
          .pollInterval(Duration.ofMillis(1))
          .until(() -> transfer.status().state() == State.DOWNLOADING);
    }
  }

  @Test
  void trackersHearOfWhatWasMovedSinceTheyWereToldOfTheStart() throws Exception {
    try (TestTracker tracker = new TestTracker()) {
      Transfer transfer =
          hosts
              .open(2)
              .add(
                  DATA.metainfo(),
                  hosts.folder(2),
                  TransferOptions.defaults()
                      .withPeers(List.of(hosts.seed(DATA)))
                      .withTrackers(List.of(List.of(tracker.url()))));
      transfer.completed().get(20, TimeUnit.SECONDS);
      await().until(() -> tracker.events().contains(AnnounceEvent.COMPLETED));
      transfer.pause();
      await().until(() -> tracker.events().contains(AnnounceEvent.STOPPED));
      transfer.resume();
      await().until(() -> tracker.events().getLast() == AnnounceEvent.STARTED);

      assertThat(tracker.announces.stream().map(AnnounceRequest::downloadedBytes).toList())
          .containsSubsequence(640_000L, 0L);
      assertThat(tracker.announces.getLast().downloadedBytes()).isZero();
      assertThat(transfer.status().downloadedBytes()).isEqualTo(640_000);
    }
  }

  @Test
  void aFaultOfOursEndsATransferWithItsReason() throws Exception {
    Endpoint seeder = hosts.seed(DATA, s -> s.maxUpBytesPerSecond = 16_384);
    Session session = hosts.open(2);
    Transfer transfer = hosts.get(session, 2, DATA, seeder);
    await().until(() -> !transfer.status().peers().isEmpty());

    // As if its logic had gone wrong: its next tick cannot ask for another.
    ((ThreadPoolExecutor) session.clock()).setRejectedExecutionHandler(new AbortPolicy());
    session.clock().shutdown();

    await().until(() -> transfer.status().state() == State.FAILED);
    assertThat(transfer.status().problem().orElseThrow()).startsWith("a fault in skep: ");
    assertThat(transfer.completed()).isCompletedExceptionally();
    await().until(() -> transfer.live().isEmpty());
  }

  @Test
  void whoHasAsManyConnectionsAsMayBeDialsNobody() throws Exception {
    Session session =
        hosts.open(
            2,
            s -> {
              s.maxConnectionsPerTorrent = 1;
              s.maxDownBytesPerSecond = 50_000;
            });
    Transfer transfer = hosts.get(session, 2, DATA, hosts.seed(DATA));
    await().until(() -> transfer.status().peers().size() == 1);
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.9"))) {
      other.setSoTimeout(1_500);

      transfer.addPeer(new Endpoint(other.getInetAddress(), other.getLocalPort()));

      assertThatThrownBy(other::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }
}
