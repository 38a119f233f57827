package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.create.NewTorrent;
import dev.skep.agent.create.Source;
import dev.skep.agent.create.TorrentVersion;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.peerwire.ExtensionHandshake;
import dev.skep.protocol.peerwire.HashRange;
import dev.skep.protocol.peerwire.MetadataMessage;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.Reserved;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Torrents whose pieces are known by Merkle trees (BEP 52), alone or beside SHA-1. */
@Timeout(60)
class VersionTwoTest {
  private static final int PIECE = 32 * 1024;

  @TempDir private Path temp;
  @AutoClose private Hosts hosts;

  @BeforeEach
  void openHosts() {
    hosts = new Hosts(temp);
  }

  private static TestData folder() {
    return TestData.folder("trees", PIECE)
        .with(List.of("a"), 3 * PIECE + 5)
        .with(List.of("empty"), 0)
        .with(List.of("less than a block"), 100)
        .with(List.of("sub", "one piece"), PIECE)
        .with(List.of("sub", "z"), 5 * PIECE + 20_000);
  }

  private static Metainfo describe(Path data, TorrentVersion version) throws Exception {
    return describe(data, version, PIECE);
  }

  private static Metainfo describe(Path data, TorrentVersion version, int pieceLength)
      throws Exception {
    NewTorrent torrent =
        new NewTorrent(
            data.getFileName().toString(),
            version,
            pieceLength,
            List.of(),
            List.of(),
            false,
            Optional.empty(),
            Optional.empty(),
            "",
            Optional.empty());
    return torrent.make(Source.scan(data, Source.Without.NOTHING), _ -> {});
  }

  private Endpoint seed(Metainfo metainfo, Path data) throws Exception {
    Session session = hosts.open(1);
    session
        .add(metainfo, data, TransferOptions.defaults().seeding(data))
        .completed()
        .get(20, TimeUnit.SECONDS);
    return session.listening();
  }

  private Transfer get(Session session, Metainfo metainfo, Endpoint... peers) throws Exception {
    return session.add(
        metainfo, hosts.folder(2), TransferOptions.defaults().withPeers(List.of(peers)));
  }

  @ParameterizedTest
  @EnumSource
  void aFolderArrivesAsItWas(TorrentVersion version) throws Exception {
    TestData data = folder();
    Path at = data.writeTo(hosts.folder(1));
    Metainfo metainfo = describe(at, version);

    get(hosts.open(2), metainfo, seed(metainfo, at)).completed().get(20, TimeUnit.SECONDS);

    hosts.assertThatHas(2, data);
  }

  private Transfer ask(Session session, Metainfo metainfo, Endpoint... peers) throws Exception {
    return session.add(
        new TorrentIdentity(Optional.empty(), metainfo.infoHashV2(), "a link"),
        hosts.folder(2),
        TransferOptions.defaults().withPeers(List.of(peers)));
  }

  /** Of more pieces than one message has hashes of. */
  private static TestData manyPieces() {
    return TestData.folder("many", PIECE / 2)
        .with(List.of("long"), 700 * PIECE / 2 + 3)
        .with(List.of("short"), 3 * PIECE)
        .with(List.of("one piece"), 5);
  }

  private static Metainfo describeMany(Path data) throws Exception {
    return describe(data, TorrentVersion.V2, PIECE / 2);
  }

  @Test
  void aLinkIsEnoughToGetATorrentWhosePiecesOnlyPeersKnow() throws Exception {
    TestData data = manyPieces();
    Path at = data.writeTo(hosts.folder(1));
    Metainfo metainfo = describeMany(at);

    Transfer transfer = ask(hosts.open(2), metainfo, seed(metainfo, at));
    transfer.completed().get(30, TimeUnit.SECONDS);

    hosts.assertThatHas(2, data);
    assertThat(transfer.metainfo().orElseThrow().hasAllHashes()).isTrue();
  }

  @Test
  void whoGotItByALinkGivesItsHashesToTheNext() throws Exception {
    TestData data = manyPieces();
    Path at = data.writeTo(hosts.folder(1));
    Metainfo metainfo = describeMany(at);
    Endpoint seeder = seed(metainfo, at);
    Session second = hosts.open(2);
    ask(second, metainfo, seeder).completed().get(30, TimeUnit.SECONDS);
    hosts.sessionOfSeeder().close();

    Transfer third =
        hosts
            .open(3)
            .add(
                new TorrentIdentity(Optional.empty(), metainfo.infoHashV2(), "a link"),
                hosts.folder(3),
                TransferOptions.defaults().withPeers(List.of(second.listening())));
    third.completed().get(30, TimeUnit.SECONDS);

    hosts.assertThatHas(3, data);
  }

  @Test
  void whoGivesWrongHashesIsDroppedAndTheNextIsAsked() throws Exception {
    TestData data = manyPieces();
    Path at = data.writeTo(hosts.folder(1));
    Metainfo metainfo = describeMany(at);
    Session session = hosts.open(2);
    Transfer transfer = ask(session, metainfo);
    Reserved extended = Reserved.NONE.withFast().withExtended();
    try (RawPeer liar =
        RawPeer.greet("127.0.0.9", session.listening(), metainfo.infoHash(), extended)) {
      liar.send(
          new PeerMessage.Extended(
              0,
              new ExtensionHandshake(
                      Map.of(ExtensionHandshake.UT_METADATA, 9),
                      Optional.empty(),
                      OptionalInt.empty(),
                      OptionalInt.empty(),
                      OptionalLong.of(metainfo.infoLengthBytes()),
                      Optional.empty(),
                      Optional.empty())
                  .encode()));
      HashRange asked = giveInfo(liar, metainfo);

      byte[] wrong =
          metainfo
              .pieceTree(asked.piecesRoot())
              .orElseThrow()
              .prove(asked.baseLayer(), asked.index(), asked.length(), asked.proofLayers())
              .orElseThrow();
      wrong[7] ^= 1;
      liar.send(new PeerMessage.Hashes(asked, wrong));

      await().until(() -> session.drops().containsKey("misconduct_metadata_wrong"));
    }
    transfer.addPeer(seed(metainfo, at));
    transfer.completed().get(30, TimeUnit.SECONDS);
    hosts.assertThatHas(2, data);
  }

  /** Gives the info dictionary as far as it is asked for; returns the hashes asked for next. */
  private static HashRange giveInfo(RawPeer liar, Metainfo metainfo) throws Exception {
    int theirId = 0;
    while (true) {
      PeerMessage message = liar.receive(1 << 20);
      if (message instanceof PeerMessage.Extended(int id, byte[] payload) && id == 0) {
        theirId =
            ExtensionHandshake.decode(payload)
                .messageIds()
                .getOrDefault(ExtensionHandshake.UT_METADATA, 0);
      } else if (message instanceof PeerMessage.Extended(int _, byte[] payload)
          && MetadataMessage.decode(payload) instanceof MetadataMessage.Request(int piece)) {
        int from = piece * MetadataMessage.PIECE_BYTES;
        int total = metainfo.infoLengthBytes();
        byte[] part = metainfo.infoBytes(from, Math.min(MetadataMessage.PIECE_BYTES, total - from));
        liar.send(
            new PeerMessage.Extended(
                theirId, new MetadataMessage.Data(piece, total, part).encode()));
      } else if (message instanceof PeerMessage.HashRequest(HashRange range)) {
        return range;
      }
    }
  }

  @Test
  void whatArrivedIsKnownAgain() throws Exception {
    TestData data = folder();
    Path at = data.writeTo(hosts.folder(1));
    Metainfo metainfo = describe(at, TorrentVersion.V2);
    Transfer first = get(hosts.open(2), metainfo, seed(metainfo, at));
    first.completed().get(20, TimeUnit.SECONDS);
    hosts.close();

    Transfer again = get(hosts.open(2), metainfo);

    again.completed().get(20, TimeUnit.SECONDS);
    assertThat(again.status().downloadedBytes()).isZero();
  }

  @Test
  void aSingleFileArrivesAsItWas() throws Exception {
    TestData data = TestData.file("alone", 7 * PIECE + 1, PIECE);
    Path at = data.writeTo(hosts.folder(1));
    Metainfo metainfo = describe(at, TorrentVersion.V2);

    get(hosts.open(2), metainfo, seed(metainfo, at)).completed().get(20, TimeUnit.SECONDS);

    hosts.assertThatHas(2, data);
  }
}
