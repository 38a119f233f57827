package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.connection.TorrentKey;
import dev.skep.agent.create.NewTorrent;
import dev.skep.agent.create.Source;
import dev.skep.agent.create.TorrentVersion;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.InfoHashV2;
import dev.skep.protocol.metainfo.Magnet;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.Reserved;
import dev.skep.protocol.tracker.AnnounceEvent;
import dev.skep.protocol.tracker.AnnounceRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Transfers of which no more is known than which torrent is meant. */
@Timeout(60)
class IdentityTest {
  private static final TestData DATA = TestData.file("asked.bin", 300_000, 16 * 1024);
  private static final TorrentIdentity IDENTITY =
      TorrentIdentity.of(Magnet.of(DATA.metainfo().infoHash()));

  @TempDir private Path temp;
  @AutoClose private Hosts hosts;

  @BeforeEach
  void openHosts() {
    hosts = new Hosts(temp);
  }

  @Test
  void aTransferAsksForPeersFirstAndMovesWhatItLearns() throws Exception {
    Endpoint seeder = hosts.seed(DATA);
    try (TestTracker tracker = new TestTracker()) {
      TransferOptions options =
          TransferOptions.defaults().withTrackers(List.of(List.of(tracker.url())));
      Session session = hosts.open(2);
      Transfer transfer = session.add(IDENTITY, hosts.folder(2), options);

      await().until(() -> !tracker.announces.isEmpty());
      assertThat(transfer.status().state()).isEqualTo(TransferStatus.State.ASKING);
      assertThat(transfer.metainfo()).isEmpty();
      assertThat(tracker.announces.getFirst().leftBytes()).isPositive();

      session.learn(transfer, DATA.metainfo());
      transfer.addPeer(seeder);
      transfer.completed().get(20, TimeUnit.SECONDS);

      hosts.assertThatHas(2, DATA);
      assertThat(transfer.identity().name()).isEqualTo("asked.bin");
      await().until(() -> tracker.announces.size() == 2);
      assertThat(tracker.announces.stream().map(AnnounceRequest::event))
          .containsExactly(AnnounceEvent.STARTED, AnnounceEvent.COMPLETED);
    }
  }

  @Test
  void anotherTorrentIsNotTakenForIt() throws Exception {
    Session session = hosts.open(2);
    Transfer transfer = session.add(IDENTITY, hosts.folder(2), TransferOptions.defaults());
    TestData other = TestData.file("other.bin", 100_000, 16 * 1024);

    assertThatThrownBy(() -> session.learn(transfer, other.metainfo()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("other.bin is not the torrent");

    assertThat(transfer.status().state()).isEqualTo(TransferStatus.State.ASKING);
    assertThatThrownBy(() -> hosts.get(session, 2, DATA)).hasMessageContaining("is here already");
  }

  @Test
  void whatIsPausedWhileItAsksStaysPausedWhenItLearns() throws Exception {
    Endpoint seeder = hosts.seed(DATA);
    Session session = hosts.open(2);
    Transfer transfer = session.add(IDENTITY, hosts.folder(2), TransferOptions.defaults());

    transfer.pause();
    assertThat(transfer.status().state()).isEqualTo(TransferStatus.State.PAUSED);
    transfer.resume();
    assertThat(transfer.status().state()).isEqualTo(TransferStatus.State.ASKING);
    transfer.pause();
    session.learn(transfer, DATA.metainfo());

    await().until(() -> transfer.status().state() == TransferStatus.State.PAUSED);
    transfer.resume();
    transfer.addPeer(seeder);
    transfer.completed().get(20, TimeUnit.SECONDS);
    hosts.assertThatHas(2, DATA);
  }

  @Test
  void aHybridIsAskedForByEitherOfItsHashes() throws Exception {
    Path at = DATA.writeTo(hosts.folder(1));
    NewTorrent made =
        new NewTorrent(
            "asked.bin",
            TorrentVersion.HYBRID,
            16 * 1024,
            List.of(),
            List.of(),
            false,
            Optional.empty(),
            Optional.empty(),
            "",
            Optional.empty());
    Metainfo hybrid = made.make(Source.scan(at, Source.Without.NOTHING), _ -> {});
    InfoHashV2 second = hybrid.infoHashV2().orElseThrow();
    Session session = hosts.open(1);
    session
        .add(hybrid, hosts.folder(1), TransferOptions.defaults().seeding(at))
        .completed()
        .get(20, TimeUnit.SECONDS);

    Reserved fast = Reserved.NONE.withFast();
    try (RawPeer peer = RawPeer.greet("127.0.0.9", session.listening(), second.truncated(), fast)) {
      assertThat(peer.receive(19)).isEqualTo(PeerMessage.HAVE_ALL);
    }
    for (InfoHash hash : List.of(hybrid.infoHash(), second.truncated())) { // encrypted, too
      assertThat(session.connectionOwner().infoHash(TorrentKey.Obfuscated.of(hash))).contains(hash);
    }
    TorrentIdentity same =
        new TorrentIdentity(Optional.empty(), Optional.of(second), "by its second hash");
    assertThatThrownBy(() -> session.add(same, temp, TransferOptions.defaults()))
        .hasMessageContaining("is here already");
    assertThat(session.transfers()).hasSize(1);
  }
}
