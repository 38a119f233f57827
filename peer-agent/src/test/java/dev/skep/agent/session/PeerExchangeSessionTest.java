package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.session.peers.PeerSource;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.peerwire.ExtensionHandshake;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.PexMessage;
import dev.skep.protocol.peerwire.Reserved;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Peers tell one another of peers (BEP 11). */
@Timeout(60)
class PeerExchangeSessionTest {
  private static final TestData DATA = TestData.file("told.bin", 2_000_000, 64 * 1024);
  private static final Reserved EXTENDED = Reserved.NONE.withFast().withExtended();

  @TempDir private Path temp;
  @AutoClose private Hosts hosts;

  @BeforeEach
  void openHosts() {
    hosts = new Hosts(temp);
  }

  /** Slow enough that both stay. */
  private Endpoint slowSeeder() throws Exception {
    return hosts.seed(DATA, s -> s.maxUpBytesPerSecond = 100_000);
  }

  @Test
  void twoWhoKnowTheSameSeederMeet() throws Exception {
    Endpoint seeder = slowSeeder();
    Session two = hosts.open(2);
    Session three = hosts.open(3);
    Transfer first = hosts.get(two, 2, DATA, seeder);
    await().until(() -> !first.status().peers().isEmpty());

    Transfer second = hosts.get(three, 3, DATA, seeder);

    // One look: who is done leaves.
    var peers = await().until(() -> second.status().peers(), all -> all.size() == 2);
    assertThat(peers)
        .extracting(peer -> peer.at().address())
        .containsExactlyInAnyOrder(seeder.address(), two.listening().address());
    // Whoever hears of the other first dials.
    assertThat(peers)
        .allSatisfy(
            peer -> {
              boolean named = peer.at().address().equals(seeder.address());
              PeerSource.Kind dialled = named ? PeerSource.Kind.NAMED : PeerSource.Kind.PEER;
              assertThat(peer.sources())
                  .contains(peer.incoming() ? PeerSource.Kind.INCOMING : dialled);
            });
  }

  @Test
  void whoDoesNotWantThatNeitherSaysNorHearsIt() throws Exception {
    Endpoint seeder = hosts.seed(DATA, s -> s.peerExchange = false);

    assertThat(extensionsOf(seeder, DATA.metainfo())).doesNotContainKey(ExtensionHandshake.UT_PEX);
  }

  @Test
  void ofAPrivateTorrentNothingIsSaidAndNothingHeard() throws Exception {
    Metainfo secret = DATA.privateMetainfo();
    Session session = hosts.open(1);
    Path at = DATA.writeTo(hosts.folder(1));
    Transfer transfer =
        session.add(secret, hosts.folder(1), TransferOptions.defaults().seeding(at));
    await().until(() -> transfer.status().state() == TransferStatus.State.SEEDING);

    assertThat(extensionsOf(session.listening(), secret))
        .containsKey(ExtensionHandshake.UT_METADATA)
        .doesNotContainKey(ExtensionHandshake.UT_PEX);
    try (RawPeer liar =
        RawPeer.greet("127.0.0.9", session.listening(), secret.infoHash(), EXTENDED)) {
      liar.send(PeerMessage.HAVE_NONE);
      PexMessage bait =
          new PexMessage(
              List.of(new PexMessage.Added(Endpoint.of("127.0.0.66", 6666), 0)), List.of());
      for (int id = 1; id < 6; id++) {
        liar.send(new PeerMessage.Extended(id, bait.encode()));
      }
      liar.staysOpen(Duration.ofMillis(300));
    }
    assertThat(transfer.status().knownPeers().known()).isZero();
  }

  @Test
  void whatAPeerSaysIsDialledAfterWhatOthersSay() throws Exception {
    Session session = hosts.open(2);
    Transfer transfer = hosts.get(session, 2, DATA);
    await().until(() -> transfer.live().isPresent());
    try (RawPeer peer =
        RawPeer.greet("127.0.0.9", session.listening(), DATA.metainfo().infoHash(), EXTENDED)) {
      peer.send(PeerMessage.HAVE_NONE);
      int id = extensions(peer).getOrDefault(ExtensionHandshake.UT_PEX, 0);
      PexMessage message =
          new PexMessage(
              List.of(new PexMessage.Added(Endpoint.of("127.0.0.77", 7777), 0)), List.of());
      peer.send(new PeerMessage.Extended(id, message.encode()));

      await().until(() -> transfer.status().knownPeers().known() == 1);
    }
  }

  private static Map<String, Integer> extensionsOf(Endpoint at, Metainfo torrent) throws Exception {
    try (RawPeer peer = RawPeer.greet("127.0.0.9", at, torrent.infoHash(), EXTENDED)) {
      peer.send(PeerMessage.HAVE_NONE);
      return extensions(peer);
    }
  }

  private static Map<String, Integer> extensions(RawPeer peer) throws Exception {
    peer.send(
        new PeerMessage.Extended(
            0,
            new ExtensionHandshake(
                    Map.of(ExtensionHandshake.UT_PEX, 1),
                    Optional.empty(),
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    OptionalLong.empty(),
                    Optional.empty(),
                    Optional.empty())
                .encode()));
    while (true) {
      if (peer.receive(Integer.MAX_VALUE) instanceof PeerMessage.Extended(int id, byte[] payload)
          && id == 0) {
        return ExtensionHandshake.decode(payload).messageIds();
      }
    }
  }
}
