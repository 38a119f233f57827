package dev.skep.agent.session;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.dht.Dht;
import dev.skep.agent.dht.live.DhtSettings;
import dev.skep.agent.session.peers.PeerSource;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.bencode.BDictionary;
import dev.skep.protocol.bencode.BInteger;
import dev.skep.protocol.bencode.BList;
import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoException;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.Reserved;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Peers are found by the DHT (BEP 5), but never those of a private torrent (BEP 27). */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class DhtSessionTest {
  private static final TestData DATA = TestData.file("far.bin", 300_000, 16 * 1024);
  private static final Metainfo TORRENT = DATA.metainfo();
  private static final TorrentIdentity IDENTITY =
      new TorrentIdentity(TORRENT.infoHashV1(), Optional.empty(), "a link");
  private static final Reserved DHT = Reserved.NONE.withFast().withExtended().withDht();
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private Path temp;
  @AutoClose private Hosts hosts;

  @BeforeEach
  void openHosts() {
    hosts = new Hosts(temp);
  }

  private static Consumer<SessionSettings.Draft> dht(Object... nodes) {
    List<String> names = List.of(nodes).stream().map(Object::toString).toList();
    return s -> s.dht = Optional.of(new DhtSettings(names, false, Optional.empty()));
  }

  private static int nodes(Session session) {
    return session.dht().map(Dht.Status::ipv4Nodes).orElse(0);
  }

  @Test
  void twoWithNothingButTheHashFindOneAnother() throws Exception {
    Endpoint middle = hosts.open(3, dht()).listening();
    hosts.seed(DATA, dht(middle));

    Transfer transfer =
        hosts
            .open(2, dht(middle))
            .add(IDENTITY, hosts.folder(2), TransferOptions.defaults().withPeers(List.of()));

    transfer.completed().get(30, TimeUnit.SECONDS);
    hosts.assertThatHas(2, DATA);
  }

  @Test
  void whoIsFoundThereIsShownSo() throws Exception {
    Endpoint seeder = hosts.seed(DATA, dht().andThen(s -> s.maxUpBytesPerSecond = 50_000));

    Transfer transfer = hosts.get(hosts.open(2, dht(seeder)), 2, DATA);

    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(transfer.status().peers())
                    .anySatisfy(peer -> assertThat(peer.sources()).contains(PeerSource.Kind.DHT)));
  }

  @Test
  void aPeersPortMessageLeadsIntoTheDhtAndOursIsSaid() throws Exception {
    Endpoint seeder = hosts.seed(DATA, dht());
    try (Ear ear = new Ear();
        RawPeer peer = RawPeer.greet("127.0.0.1", seeder, TORRENT.infoHash(), DHT)) {
      assertThat(peer.theirs().dht()).isTrue();
      PeerMessage said = peer.receive(20);
      while (!(said instanceof PeerMessage.Port)) {
        said = peer.receive(20);
      }
      assertThat(said).isEqualTo(new PeerMessage.Port(seeder.port()));

      peer.send(new PeerMessage.Port(ear.port()));

      await().atMost(SOON).untilAsserted(() -> assertThat(ear.heard()).contains("find_node"));
    }
  }

  @Test
  void whoIsNotInTheDhtHearsNothingOfIt() throws Exception {
    Endpoint seeder = hosts.seed(DATA, dht());
    Reserved without = Reserved.NONE.withFast().withExtended();
    try (RawPeer peer = RawPeer.greet("127.0.0.1", seeder, TORRENT.infoHash(), without)) {
      PeerMessage said = peer.receive(20);
      while (!(said instanceof PeerMessage.Extended)) {
        said = peer.receive(20);
      }
      assertThat(peer.isSilent(Duration.ofMillis(300))).isTrue();
    }
  }

  /** Who listens at every node that the host may ask hears the hash of the public one only. */
  @Test
  void ofAPrivateTorrentNothingLeaves() throws Exception {
    try (Ear ear = new Ear();
        Ear behind = new Ear()) {
      Metainfo hidden = changed(TORRENT, true, ear.port());
      Session session = hosts.open(1, dht("127.0.0.1:" + ear.port()));
      Path data = DATA.writeTo(hosts.folder(1));
      TransferOptions seeding = TransferOptions.defaults().seeding(data);
      session.add(hidden, hosts.folder(1), seeding).completed().get(20, TimeUnit.SECONDS);
      try (RawPeer peer = RawPeer.greet("127.0.0.1", session.listening(), hidden.infoHash(), DHT)) {
        assertThat(peer.theirs().dht()).isFalse();
        PeerMessage said = peer.receive(20);
        while (!(said instanceof PeerMessage.Extended)) {
          said = peer.receive(20);
        }
        assertThat(peer.isSilent(Duration.ofMillis(300))).as("of our own node").isTrue();
        peer.send(new PeerMessage.Port(behind.port())); // is not believed either
      }
      session.add(TORRENT, hosts.folder(1), seeding).completed().get(20, TimeUnit.SECONDS);

      String open = new String(TORRENT.infoHash().toBytes(), ISO_8859_1);
      await().atMost(SOON).untilAsserted(() -> assertThat(ear.heard()).contains(open));
      assertThat(ear.heard()).doesNotContain(new String(hidden.infoHash().toBytes(), ISO_8859_1));
      assertThat(behind.heard()).isEmpty();
    }
  }

  /** A link does not say so: it is looked for, until the torrent itself is there. */
  @Test
  void whatTurnsOutToBePrivateIsAnnouncedToNobody() throws Exception {
    try (Ear ear = new Ear()) {
      Metainfo hidden = changed(TORRENT, true, ear.port());
      Session seeder = hosts.open(1);
      TransferOptions seeding = TransferOptions.defaults().seeding(DATA.writeTo(hosts.folder(1)));
      seeder.add(hidden, hosts.folder(1), seeding).completed().get(20, TimeUnit.SECONDS);
      TransferOptions alone = TransferOptions.defaults().withPeers(List.of());
      Session session = hosts.open(2, dht("127.0.0.1:" + ear.port()));
      ear.hold();
      Transfer transfer =
          session.add(
              new TorrentIdentity(hidden.infoHashV1(), Optional.empty(), "a link"),
              hosts.folder(2),
              alone);
      await().atMost(SOON).until(() -> ear.hears("get_peers", hidden));

      transfer.addPeer(seeder.listening());
      transfer.completed().get(20, TimeUnit.SECONDS);
      ear.answerWhatIsHeld();

      session.add(IDENTITY, hosts.folder(3), alone);
      await().atMost(SOON).until(() -> ear.hears("announce_peer", TORRENT));
      assertThat(ear.hears("announce_peer", hidden)).isFalse();
    }
  }

  /** It may be that of a private torrent. */
  @Test
  void aLinkWithTrackersIsLookedForAndItsTorrentAnnouncedOnceThatIsKnown() throws Exception {
    Metainfo other = TestData.file("other.bin", 50_000, 16 * 1024).metainfo();
    Endpoint seeder = hosts.seed(DATA);
    try (Ear ear = new Ear()) {
      Session session = hosts.open(2, dht("127.0.0.1:" + ear.port()));
      TransferOptions trackers =
          TransferOptions.defaults().withTrackers(List.of(List.of("http://127.0.0.1:9/announce")));
      Transfer transfer = session.add(IDENTITY, hosts.folder(2), trackers);
      await().atMost(SOON).until(() -> ear.hears("get_peers", TORRENT));
      session.add(
          new TorrentIdentity(other.infoHashV1(), Optional.empty(), "without trackers"),
          hosts.folder(3),
          TransferOptions.defaults());
      await().atMost(SOON).until(() -> ear.hears("announce_peer", other));
      assertThat(ear.hears("announce_peer", TORRENT)).isFalse();

      transfer.addPeer(seeder);

      await().atMost(SOON).until(() -> ear.hears("announce_peer", TORRENT));
    }
  }

  @Test
  void aTorrentsNodesLeadIntoTheDht() throws Exception {
    try (Ear ear = new Ear()) {
      Session session = hosts.open(2, dht());

      session.add(changed(TORRENT, false, ear.port()), hosts.folder(2), TransferOptions.defaults());

      await().atMost(SOON).untilAsserted(() -> assertThat(ear.heard()).contains("find_node"));
    }
  }

  @Test
  void aNetworkThatComesLateIsFoundAllTheSame() throws Exception {
    Session first = hosts.open(3, dht());
    Endpoint later = first.listening();
    first.close();
    Session waiting = hosts.open(2, dht(later));
    await().during(Duration.ofSeconds(2)).atMost(SOON).until(() -> nodes(waiting) == 0);

    hosts.open(3, dht().andThen(s -> s.port = later.port()));

    await().atMost(SOON).until(() -> nodes(waiting) == 1);
  }

  @Test
  void whomItKnewIsAskedFirstAfterARestart() throws Exception {
    Endpoint other = hosts.open(3, dht()).listening();
    Path state = temp.resolve("kept/dht.nodes");
    Session before = hosts.open(2, keeping(state, other.toString()));
    await().atMost(SOON).until(() -> nodes(before) == 1);
    before.close();

    Session again = hosts.open(2, keeping(state));

    await().atMost(Duration.ofSeconds(5)).until(() -> nodes(again) == 1);
  }

  @Test
  void aDamagedStateIsSetAside() throws Exception {
    Path state = temp.resolve("dht.nodes");
    Files.writeString(state, "d5:nodesl3:abcee");

    assertThat(nodes(hosts.open(2, keeping(state)))).isZero();

    assertThat(temp.resolve("dht.nodes.damaged")).exists();
  }

  private static Consumer<SessionSettings.Draft> keeping(Path state, String... nodes) {
    return s -> s.dht = Optional.of(new DhtSettings(List.of(nodes), false, Optional.of(state)));
  }

  @Test
  void whoOnlyAsksSaysNothingOfTheDhtToPeers() throws Exception {
    Endpoint seeder =
        hosts.seed(
            DATA, s -> s.dht = Optional.of(new DhtSettings(List.of(), true, Optional.empty())));
    try (RawPeer peer = RawPeer.greet("127.0.0.1", seeder, TORRENT.infoHash(), DHT)) {
      PeerMessage said = peer.receive(20);
      while (!(said instanceof PeerMessage.Extended)) {
        said = peer.receive(20);
      }
      assertThat(peer.isSilent(Duration.ofMillis(300))).isTrue();
    }
  }

  /** The same data as another torrent. */
  private static Metainfo changed(Metainfo torrent, boolean hidden, int nodePort)
      throws MetainfoException {
    BDictionary info = torrent.raw().dictionary("info").orElseThrow();
    BDictionary.Builder changed = info.toBuilder().put("source", "node " + nodePort);
    if (hidden) {
      changed.put("private", 1);
    }
    BList node = BList.of(List.of(BString.of("127.0.0.1"), new BInteger(nodePort)));
    return Metainfo.parse(
        torrent.raw().toBuilder()
            .put("info", changed.build())
            .put("nodes", BList.of(List.of(node)))
            .build()
            .rawBytes());
  }

  /** A UDP port that remembers what comes, and answers nothing but as a node that knows nobody. */
  private static final class Ear implements AutoCloseable {
    private final DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final List<DatagramPacket> held = new ArrayList<>();
    private boolean holds;

    Ear() throws IOException {
      Thread.ofVirtual().start(this::hear);
    }

    private void hear() {
      byte[] in = new byte[2_000];
      while (!socket.isClosed()) {
        try {
          DatagramPacket packet = new DatagramPacket(in, in.length);
          socket.receive(packet);
          String said = new String(in, 0, packet.getLength(), ISO_8859_1);
          heard.add(said);
          int at = said.indexOf("1:t4:");
          byte[] answer =
              ("d1:rd2:id20:abcdefghij01234567895:token2:tte"
                      + said.substring(at, at + 9)
                      + "1:y1:re")
                  .getBytes(ISO_8859_1);
          answer(
              said.contains("get_peers"),
              new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        } catch (IOException e) {
          return; // closed
        }
      }
    }

    private synchronized void answer(boolean ofASearch, DatagramPacket answer) throws IOException {
      if (holds && ofASearch) {
        held.add(answer);
      } else {
        socket.send(answer);
      }
    }

    /** Searches are answered later. */
    synchronized void hold() {
      holds = true;
    }

    synchronized void answerWhatIsHeld() throws IOException {
      holds = false;
      for (DatagramPacket answer : held) {
        socket.send(answer);
      }
    }

    int port() {
      return socket.getLocalPort();
    }

    /** Whether something of this kind, about this torrent. */
    boolean hears(String kind, Metainfo torrent) {
      String about = new String(torrent.infoHash().toBytes(), ISO_8859_1);
      return heard.stream().anyMatch(said -> said.contains(kind) && said.contains(about));
    }

    String heard() {
      return String.join("\n", heard);
    }

    @Override
    public void close() {
      socket.close();
    }
  }
}
