package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.tracker.AnnounceEvent;
import dev.skep.protocol.tracker.AnnounceRequest;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real sessions in one JVM move real files over the loopback. */
@Timeout(60)
class SwarmTest {
  @TempDir private Path temp;
  @AutoClose private Hosts hosts;

  @BeforeEach
  void openHosts() {
    hosts = new Hosts(temp);
  }

  @Test
  void aFileArrivesAsItWas() throws Exception {
    TestData data = TestData.file("one.bin", 5_000_000, 256 * 1024);
    Endpoint seeder = hosts.seed(data);

    Transfer transfer = hosts.get(hosts.open(2), 2, data, seeder);
    transfer.completed().get(20, TimeUnit.SECONDS);

    hosts.assertThatHas(2, data);
    TransferStatus status = transfer.status();
    assertThat(status.state()).isEqualTo(TransferStatus.State.SEEDING);
    assertThat(status.downloadedBytes()).isEqualTo(5_000_000);
    assertThat(status.wastedBytes()).isZero();
  }

  @Test
  void aFolderArrivesAtThreeHostsWithEmptyFilesAndForeignNames() throws Exception {
    TestData data =
        TestData.folder("größe 大きさ", 64 * 1024)
            .with(List.of("empty"), 0)
            .with(List.of("a", "ünïcödé.txt"), 100_001)
            .with(List.of("a", "b", "tiny"), 1)
            .with(List.of("a", "b", "空"), 0)
            .with(List.of("z.bin"), 1_000_000);
    List<Endpoint> known = new ArrayList<>(List.of(hosts.seed(data)));
    List<Transfer> transfers = new ArrayList<>();

    for (int host = 2; host <= 4; host++) {
      Session session = hosts.open(host);
      transfers.add(hosts.get(session, host, data, known.toArray(Endpoint[]::new)));
      known.add(session.listening());
    }
    for (Transfer transfer : transfers) {
      transfer.completed().get(20, TimeUnit.SECONDS);
    }

    for (int host = 2; host <= 4; host++) {
      hosts.assertThatHas(host, data);
    }
  }

  @Test
  void pieceLengthsThatAreNoMultipleOfABlockArriveToo() throws Exception {
    for (int pieceLength : new int[] {1000, 16 * 1024, 20_000, 100_000}) {
      TestData data = TestData.file("odd" + pieceLength, 333_333, pieceLength);
      try (Hosts two = new Hosts(temp.resolve("odd" + pieceLength))) {
        Endpoint seeder = two.seed(data);

        two.get(two.open(2), 2, data, seeder).completed().get(20, TimeUnit.SECONDS);

        two.assertThatHas(2, data);
      }
    }
  }

  @Test
  void piecesLargerThanTheBlockMemoryArriveThroughIt() throws Exception {
    TestData data = TestData.file("large", 20_000_000, 16 << 20);
    Endpoint seeder = hosts.seed(data);

    Session small = hosts.open(2, s -> s.pieceMemoryBytes = 1 << 20);
    hosts.get(small, 2, data, seeder).completed().get(30, TimeUnit.SECONDS);

    hosts.assertThatHas(2, data);
  }

  @Test
  void peersFindOneAnotherThroughATracker() throws Exception {
    TestData data = TestData.file("tracked.bin", 1_000_000, 64 * 1024);
    try (TestTracker tracker = new TestTracker()) {
      TransferOptions options =
          TransferOptions.defaults().withTrackers(List.of(List.of(tracker.url())));
      Session seeder = hosts.open(1);
      seeder.add(data.metainfo(), temp, options.seeding(data.writeTo(hosts.folder(1))));
      Session leecher = hosts.open(2);
      Transfer transfer = leecher.add(data.metainfo(), hosts.folder(2), options);
      transfer.completed().get(20, TimeUnit.SECONDS);
      hosts.close();

      hosts.assertThatHas(2, data);
      List<AnnounceRequest> leechers =
          tracker.announces.stream()
              .filter(a -> a.peerId().equals(leecher.settings().self()))
              .toList();
      assertThat(leechers.stream().map(AnnounceRequest::event))
          .containsExactly(AnnounceEvent.STARTED, AnnounceEvent.COMPLETED, AnnounceEvent.STOPPED);
      assertThat(leechers.getFirst().leftBytes()).isEqualTo(1_000_000);
      assertThat(leechers.getLast().downloadedBytes()).isEqualTo(1_000_000);
      assertThat(leechers.getLast().leftBytes()).isZero();
    }
  }

  @Test
  void whoLacksPeersAsksItsTrackerAgainAsSoonAsThatAllows() throws Exception {
    TestData data = TestData.file("lonely.bin", 100_000, 16 * 1024);
    try (TestTracker tracker = new TestTracker()) {
      TransferOptions options =
          TransferOptions.defaults().withTrackers(List.of(List.of(tracker.url())));
      Transfer transfer = hosts.open(2).add(data.metainfo(), hosts.folder(2), options);
      await().until(() -> nextAnnounce(transfer).toMinutes() > 20);
      transfer.eachSecond(System.nanoTime() + Duration.ofSeconds(20).toNanos());
      assertThat(nextAnnounce(transfer)).as("alone for a moment").hasMinutes(29);

      transfer.eachSecond(System.nanoTime() + Duration.ofSeconds(40).toNanos());

      assertThat(nextAnnounce(transfer)).isLessThan(Duration.ofSeconds(11));
    }
  }

  @Test
  void whoOnlyHasALinkSeesWhenItsTrackerIsAskedAgain() throws Exception {
    TestData data = TestData.file("lonely.bin", 100_000, 16 * 1024);
    try (TestTracker tracker = new TestTracker()) {
      TransferOptions options =
          TransferOptions.defaults().withTrackers(List.of(List.of(tracker.url())));
      TorrentIdentity identity = TorrentIdentity.of(data.metainfo());
      Transfer transfer = hosts.open(2).add(identity, hosts.folder(2), options);
      await().until(() -> nextAnnounce(transfer).toMinutes() > 20);

      transfer.eachSecond(System.nanoTime() + Duration.ofSeconds(40).toNanos());

      assertThat(nextAnnounce(transfer)).isLessThan(Duration.ofSeconds(11));
    }
  }

  private static Duration nextAnnounce(Transfer transfer) {
    return transfer.status().trackers().stream()
        .map(TrackerStatus::nextAnnounce)
        .findFirst()
        .orElse(Duration.ZERO);
  }

  @Test
  void aPortThatIsTakenIsNamed() throws Exception {
    int taken = hosts.open(1).listening().port();

    assertThatThrownBy(() -> hosts.open(1, s -> s.port = taken))
        .isInstanceOf(BindException.class)
        .hasMessageContaining("127.0.0.2 port " + taken);
  }

  @Test
  void aSessionDoesNotTalkToItself() throws Exception {
    TestData data = TestData.file("self", 100_000, 16 * 1024);
    // Bound to all addresses, so it cannot know that this one is its own.
    Session session = hosts.open(1, s -> s.bind = SessionSettings.ANY);
    Transfer transfer = hosts.get(session, 1, data);

    transfer.addPeer(Endpoint.of("127.0.0.77", session.listening().port()));

    await().untilAsserted(() -> assertThat(session.drops()).containsKey("refused_self"));
    assertThat(transfer.status().peers()).isEmpty();
  }

  @Test
  void twoPeersThatDialEachOtherKeepOneConnection() throws Exception {
    TestData data = TestData.file("both", 1_000_000, 16 * 1024);
    Session one = hosts.open(1);
    Session two = hosts.open(2);
    Transfer first = hosts.get(one, 1, data, two.listening());
    Transfer second = hosts.get(two, 2, data, one.listening());

    await()
        .during(Duration.ofMillis(500))
        .until(() -> first.status().peers().size() == 1 && second.status().peers().size() == 1);
  }

  @Test
  void dataThatIsNotTheTorrentsIsNotSeeded() throws Exception {
    TestData data = TestData.file("wrong", 100_000, 16 * 1024);
    Path at = data.writeTo(hosts.folder(1));
    Files.write(at, new byte[] {1, 2, 3});

    Transfer transfer =
        hosts.open(1).add(data.metainfo(), temp, TransferOptions.defaults().seeding(at));

    assertThatThrownBy(() -> transfer.completed().get(10, TimeUnit.SECONDS))
        .hasMessageContaining("7 of 7 pieces are missing or wrong");
    assertThat(transfer.status().state()).isEqualTo(TransferStatus.State.FAILED);
  }
}
