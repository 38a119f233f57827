package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.session.TransferStatus.State;
import dev.skep.agent.session.content.FilePriority;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.peerwire.ExtensionHandshake;
import dev.skep.protocol.peerwire.MetadataMessage;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.ProtocolException;
import dev.skep.protocol.peerwire.Reserved;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A torrent of which only the hash is known comes from its peers (BEP 9). */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class MetadataTest {
  /** Its info dictionary has 63 KB: four pieces. */
  private static final TestData DATA = TestData.file("magnet.bin", 3_000_000, 1024);

  private static final Metainfo TORRENT = DATA.metainfo();
  private static final TorrentIdentity IDENTITY =
      new TorrentIdentity(TORRENT.infoHashV1(), Optional.empty(), "a link");
  private static final Reserved EXTENDED = Reserved.NONE.withFast().withExtended();
  private static final int OUR_ID = 9;

  @TempDir private Path temp;
  @AutoClose private Hosts hosts;

  @BeforeEach
  void openHosts() {
    hosts = new Hosts(temp);
  }

  private Transfer ask(Session session, Endpoint... peers) throws IOException {
    return session.add(
        IDENTITY, hosts.folder(2), TransferOptions.defaults().withPeers(List.of(peers)));
  }

  @Test
  void whoHasItGivesTheTorrentAndThenTheData() throws Exception {
    Transfer transfer = ask(hosts.open(2), hosts.seed(DATA));

    transfer.completed().get(30, TimeUnit.SECONDS);

    hosts.assertThatHas(2, DATA);
    assertThat(transfer.identity().name()).isEqualTo("magnet.bin");
    assertThat(transfer.metainfo().orElseThrow().infoBytes()).isEqualTo(TORRENT.infoBytes());
  }

  /** BEP 27: whom the link names may give the torrent itself, and nothing more. */
  @Test
  void thePeersOfALinkAreLeftWhenTheTorrentTurnsOutToBePrivate() throws Exception {
    Metainfo hidden = DATA.privateMetainfo();
    Session seeder = hosts.open(1);
    TransferOptions seeding = TransferOptions.defaults().seeding(DATA.writeTo(hosts.folder(1)));
    seeder.add(hidden, hosts.folder(1), seeding).completed().get(20, TimeUnit.SECONDS);

    Transfer transfer =
        hosts
            .open(2)
            .add(
                new TorrentIdentity(hidden.infoHashV1(), Optional.empty(), "a link"),
                hosts.folder(2),
                TransferOptions.defaults().with(o -> o.linkPeers = List.of(seeder.listening())));

    await().until(() -> transfer.status().state() == State.DOWNLOADING);
    await()
        .during(Duration.ofSeconds(2)) // others are dialled each second
        .until(() -> transfer.status().peers().isEmpty());
    assertThat(transfer.status().knownPeers().known()).isZero();
    assertThat(transfer.notes()).anyMatch(note -> note.contains("private"));
    transfer.addPeer(seeder.listening()); // its owner's word
    transfer.completed().get(20, TimeUnit.SECONDS);
  }

  @Test
  void whatPeersGaveIsNotAskedForAgain() throws Exception {
    Transfer first = ask(hosts.open(2), hosts.seed(DATA));
    first.completed().get(30, TimeUnit.SECONDS);
    hosts.close();
    hosts = new Hosts(temp);

    Transfer again = ask(hosts.open(2)); // nobody is there to be asked

    again.completed().get(30, TimeUnit.SECONDS);
    assertThat(again.identity().name()).isEqualTo("magnet.bin");
  }

  @Test
  void whatWasKeptAndIsAnotherTorrentIsNotTakenForIt() throws Exception {
    Path kept = hosts.folder(2).resolve(".skep").resolve(IDENTITY.infoHash().hex() + ".torrent");
    Files.createDirectories(kept.getParent());
    Files.write(kept, TestData.file("other.bin", 50_000, 1024).metainfo().raw().rawBytes());

    Transfer transfer = ask(hosts.open(2), hosts.seed(DATA));

    transfer.completed().get(30, TimeUnit.SECONDS);
    hosts.assertThatHas(2, DATA);
  }

  @Test
  void filesAreChosenBeforeItIsKnownWhichThereAre() throws Exception {
    TestData folder =
        TestData.folder("some", 16 * 1024).with(List.of("a"), 50_000).with(List.of("b"), 50_000);
    Endpoint seeder = hosts.seed(folder);
    TorrentIdentity identity =
        new TorrentIdentity(folder.metainfo().infoHashV1(), Optional.empty(), "some");
    Transfer transfer =
        hosts
            .open(2)
            .add(
                identity,
                hosts.folder(2),
                TransferOptions.defaults()
                    .withPeers(List.of(seeder))
                    .with(o -> o.choice = _ -> List.of(FilePriority.SKIP, FilePriority.NORMAL)));

    transfer.completed().get(30, TimeUnit.SECONDS);

    assertThat(hosts.folder(2).resolve("some/b")).hasBinaryContent(folder.files().get(1).bytes());
    assertThat(hosts.folder(2).resolve("some/a")).doesNotExist();
  }

  @Test
  void aChoiceThatDoesNotFitIsToldAndNothingIsMade() throws Exception {
    Transfer transfer =
        hosts
            .open(2)
            .add(
                IDENTITY,
                hosts.folder(2),
                TransferOptions.defaults()
                    .withPeers(List.of(hosts.seed(DATA)))
                    .with(
                        o ->
                            o.choice =
                                _ -> {
                                  throw new IOException("no such file");
                                }));

    assertThatThrownBy(() -> transfer.completed().get(30, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("no such file");
    assertThat(transfer.status().state()).isEqualTo(State.FAILED);
    assertThat(hosts.folder(2).resolve("magnet.bin")).doesNotExist();
  }

  @Test
  void whoIsPausedAsksNobody() throws Exception {
    Session session = hosts.open(2);
    Transfer transfer = ask(session);
    transfer.pause();
    transfer.addPeer(hosts.seed(DATA));
    try (RawPeer peer =
        RawPeer.greet("127.0.0.9", session.listening(), IDENTITY.infoHash(), EXTENDED)) {
      peer.awaitEnd();
    }
    assertThat(transfer.status().state()).isEqualTo(State.PAUSED);

    transfer.resume();

    transfer.completed().get(30, TimeUnit.SECONDS);
    hosts.assertThatHas(2, DATA);
  }

  // ---- Peers that lie, stall or flood ----

  /** A peer that dials who asks, and says that it has an info dictionary of this length. */
  private static RawPeer giver(Session session, long sizeBytes) throws IOException {
    RawPeer peer = RawPeer.greet("127.0.0.9", session.listening(), IDENTITY.infoHash(), EXTENDED);
    peer.send(PeerMessage.HAVE_ALL);
    peer.send(new PeerMessage.Extended(0, handshake(OptionalLong.of(sizeBytes)).encode()));
    return peer;
  }

  private static ExtensionHandshake handshake(OptionalLong sizeBytes) {
    return new ExtensionHandshake(
        Map.of(ExtensionHandshake.UT_METADATA, OUR_ID),
        Optional.of("Raw"),
        OptionalInt.empty(),
        OptionalInt.empty(),
        sizeBytes,
        Optional.empty(),
        Optional.empty());
  }

  /** The number that the other side wants to be sent {@code ut_metadata} under. */
  private static int idOf(RawPeer peer) throws IOException, ProtocolException {
    while (true) {
      if (peer.receive(Integer.MAX_VALUE) instanceof PeerMessage.Extended(int id, byte[] payload)
          && id == 0) {
        return ExtensionHandshake.decode(payload)
            .idOf(ExtensionHandshake.UT_METADATA)
            .orElseThrow();
      }
    }
  }

  private static MetadataMessage next(RawPeer peer) throws IOException, ProtocolException {
    while (true) {
      if (peer.receive(Integer.MAX_VALUE) instanceof PeerMessage.Extended(int id, byte[] payload)
          && id == OUR_ID) {
        return MetadataMessage.decode(payload);
      }
    }
  }

  @Test
  void whoGivesWrongBytesIsDroppedAndTheTorrentComesFromAnother() throws Exception {
    Session session = hosts.open(2);
    Transfer transfer = ask(session);
    try (RawPeer liar = giver(session, TORRENT.infoLengthBytes())) {
      int id = idOf(liar);
      int pieces = MetadataMessage.pieces(TORRENT.infoLengthBytes());
      for (int i = 0; i < pieces; i++) {
        int piece = next(liar).piece();
        int length =
            Math.min(16 * 1024, TORRENT.infoLengthBytes() - piece * MetadataMessage.PIECE_BYTES);
        MetadataMessage wrong =
            new MetadataMessage.Data(piece, TORRENT.infoLengthBytes(), new byte[length]);
        liar.send(new PeerMessage.Extended(id, wrong.encode()));
      }
      liar.awaitEnd();
    }
    await()
        .untilAsserted(
            () -> assertThat(session.drops()).containsEntry("misconduct_metadata_wrong", 1L));
    assertThat(transfer.status().state()).isEqualTo(State.ASKING);

    transfer.addPeer(hosts.seed(DATA));

    transfer.completed().get(30, TimeUnit.SECONDS);
    hosts.assertThatHas(2, DATA);
  }

  @Test
  void whoNamesAnAbsurdLengthIsAskedForNothingAndItIsTold() throws Exception {
    Session session = hosts.open(2);
    Transfer transfer = ask(session);
    try (RawPeer boaster = giver(session, 1L << 40)) {
      idOf(boaster);
      await().until(() -> !transfer.notes().isEmpty());
      assertThat(transfer.notes().getFirst()).contains("more than skep takes");
      transfer.addPeer(hosts.seed(DATA));
      transfer.completed().get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void whoStallsIsGivenUpAndHoldsUpNobody() throws Exception {
    Session session = hosts.open(2);
    Transfer transfer = ask(session);
    try (RawPeer silent = giver(session, TORRENT.infoLengthBytes())) {
      idOf(silent);
      assertThat(next(silent)).isInstanceOf(MetadataMessage.Request.class);
      silent.awaitEnd();
    }
    await().untilAsserted(() -> assertThat(session.drops()).containsEntry("stalled", 1L));
    assertThat(transfer.status().state()).isEqualTo(State.ASKING);
  }

  @Test
  void whoAsksUsWhileWeAskOthersIsRefused() throws Exception {
    Session session = hosts.open(2);
    ask(session);
    try (RawPeer curious = giver(session, TORRENT.infoLengthBytes())) {
      int id = idOf(curious);
      curious.send(new PeerMessage.Extended(id, new MetadataMessage.Request(3).encode()));
      MetadataMessage answer = next(curious);
      while (answer instanceof MetadataMessage.Request) {
        answer = next(curious);
      }
      assertThat(answer).isEqualTo(new MetadataMessage.Reject(3));
    }
  }

  @Test
  void aPeerThatFloodsWhoAsksHasToGo() throws Exception {
    Session session = hosts.open(2);
    ask(session);
    try (RawPeer noisy = giver(session, TORRENT.infoLengthBytes())) {
      noisy.send(new byte[4 * 101_000]); // keep-alives
      noisy.awaitEnd();
    } catch (IOException e) {
      // reset is an end too
    }
    await().until(() -> session.drops().containsKey("misconduct_flood"));
  }

  // ---- The side that gives ----

  private static byte[] fetched(RawPeer peer, int id, int pieces) throws Exception {
    List<byte[]> all = new ArrayList<>();
    for (int piece = 0; piece < pieces; piece++) {
      peer.send(new PeerMessage.Extended(id, new MetadataMessage.Request(piece).encode()));
      MetadataMessage.Data data = (MetadataMessage.Data) next(peer);
      assertThat(data.piece()).isEqualTo(piece);
      all.add(data.bytes());
    }
    int length = all.stream().mapToInt(each -> each.length).sum();
    byte[] joined = new byte[length];
    int at = 0;
    for (byte[] each : all) {
      System.arraycopy(each, 0, joined, at, each.length);
      at += each.length;
    }
    return joined;
  }

  @Test
  void aSeederSaysHowLongItIsAndGivesItSomeTimes() throws Exception {
    Endpoint seeder = hosts.seed(DATA);
    int pieces = MetadataMessage.pieces(TORRENT.infoLengthBytes());
    try (RawPeer peer = RawPeer.greet("127.0.0.9", seeder, IDENTITY.infoHash(), EXTENDED)) {
      peer.send(PeerMessage.HAVE_NONE);
      peer.send(new PeerMessage.Extended(0, handshake(OptionalLong.empty()).encode()));
      ExtensionHandshake theirs = null;
      while (theirs == null) {
        if (peer.receive(Integer.MAX_VALUE) instanceof PeerMessage.Extended(int id, byte[] payload)
            && id == 0) {
          theirs = ExtensionHandshake.decode(payload);
        }
      }
      assertThat(theirs.metadataBytes()).hasValue(TORRENT.infoLengthBytes());
      int id = theirs.idOf(ExtensionHandshake.UT_METADATA).orElseThrow();

      assertThat(fetched(peer, id, pieces)).isEqualTo(TORRENT.infoBytes());
      peer.send(new PeerMessage.Extended(id, new MetadataMessage.Request(pieces).encode()));
      assertThat(next(peer)).isEqualTo(new MetadataMessage.Reject(pieces));
      fetched(peer, id, pieces);
      fetched(peer, id, pieces);
      peer.send(new PeerMessage.Extended(id, new MetadataMessage.Request(0).encode()));
      assertThat(next(peer)).isEqualTo(new MetadataMessage.Reject(0));
    }
  }

  @Test
  void whoAsksWithoutReadingHasToGo() throws Exception {
    Endpoint seeder = hosts.seed(DATA);
    try (RawPeer peer = RawPeer.greet("127.0.0.9", seeder, IDENTITY.infoHash(), EXTENDED)) {
      peer.send(PeerMessage.HAVE_NONE);
      peer.send(new PeerMessage.Extended(0, handshake(OptionalLong.empty()).encode()));
      int id = idOf(peer);
      for (int i = 0; i < 100_000; i++) {
        peer.send(new PeerMessage.Extended(id, new MetadataMessage.Request(i % 4).encode()));
      }
    } catch (IOException e) {
      // reset is an end too
    }
    await().until(() -> hosts.sessionOfSeeder().drops().containsKey("misconduct_flood"));
  }
}
