package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.agent.create.NewTorrent;
import dev.skep.agent.create.Source;
import dev.skep.agent.create.TorrentVersion;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.metainfo.Metainfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
    NewTorrent torrent =
        new NewTorrent(
            data.getFileName().toString(),
            version,
            PIECE,
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
