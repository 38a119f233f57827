package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.session.TransferStatus.State;
import dev.skep.agent.session.content.FilePriority;
import dev.skep.agent.storage.DataCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Symbolic links in torrents (BEP 47) are made, and lead nobody out of the torrent's folder. */
@Timeout(60)
class LinksTest {
  private static final int PIECE = 64 * 1024;

  @TempDir private Path temp;
  @AutoClose private Hosts hosts;
  private Path folder;
  private Session leecher;

  @BeforeEach
  void openHosts() throws IOException {
    hosts = new Hosts(temp);
    folder = hosts.folder(2).resolve("linked");
    leecher = hosts.open(2);
  }

  private static TestData data() {
    return TestData.folder("linked", PIECE).with(List.of("sub", "file.bin"), 2 * PIECE);
  }

  private Transfer download(TestData data) throws Exception {
    Transfer transfer = hosts.get(leecher, 2, data, hosts.seed(data));
    transfer.completed().get(20, TimeUnit.SECONDS);
    return transfer;
  }

  @Test
  void aLinkIsMadeRelativeAndLeadsToItsFile() throws Exception {
    TestData data =
        data()
            .withLink(List.of("latest"), List.of("sub", "file.bin"))
            .withLink(List.of("a", "b", "deep"), List.of("sub"));
    download(data);

    assertThat(Files.readSymbolicLink(folder.resolve("latest"))).isEqualTo(Path.of("sub/file.bin"));
    assertThat(folder.resolve("a/b/deep/file.bin"))
        .hasBinaryContent(data.files().getFirst().bytes());
    assertThat(DataCheck.run(data.metainfo(), folder, 1, _ -> {}).ok()).isTrue();
    Files.delete(folder.resolve("latest"));
    assertThat(DataCheck.run(data.metainfo(), folder, 1, _ -> {}).ok()).isFalse();
  }

  @Test
  void whatIsThereAlreadyStays() throws Exception {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("latest"), "mine");

    download(data().withLink(List.of("latest"), List.of("sub", "file.bin")));

    assertThat(folder.resolve("latest")).isRegularFile().hasContent("mine");
  }

  @Test
  void linksInCirclesAndToNothingHarmNobody() throws Exception {
    TestData data =
        data()
            .withLink(List.of("one"), List.of("two"))
            .withLink(List.of("two"), List.of("one"))
            .withLink(List.of("three"), List.of("one", "two"))
            .withLink(List.of("self"), List.of("self"))
            .withLink(List.of("nothing"), List.of("not", "there"));
    List<String> notes = download(data).notes();

    hosts.assertThatHas(2, data);
    // What leads to itself or to nothing is left out when the torrent is read.
    for (String circle : List.of("one", "two", "three")) {
      assertThat(notes).as("told").anyMatch(note -> note.contains(circle + " is left out: "));
    }
    for (String circle : List.of("one", "two", "three", "self", "nothing")) {
      assertThat(folder.resolve(circle)).satisfies(LinksTest::isAbsent);
    }
    assertThat(DataCheck.run(data.metainfo(), folder, 1, _ -> {}).ok()).isTrue();
  }

  @Test
  void aLinkThatOneOnDiskWouldLeadBackToItselfIsLeftOut() throws Exception {
    Files.createDirectories(folder);
    Files.createSymbolicLink(folder.resolve("back"), Path.of("new"));
    download(data().withLink(List.of("new"), List.of("back", "file")));

    assertThat(folder.resolve("new")).satisfies(LinksTest::isAbsent);
  }

  @Test
  void aLinkThroughAnotherThatLeadsOutIsLeftOut() throws Exception {
    Path secret = Files.createDirectories(temp.resolve("outside"));
    Files.createDirectories(folder);
    Files.createSymbolicLink(folder.resolve("out"), secret);
    Files.createSymbolicLink(folder.resolve("up"), Path.of("../../outside"));
    TestData data =
        data()
            .withLink(List.of("stolen"), List.of("out", "key"))
            .withLink(List.of("stolen too"), List.of("up", "key"))
            .withLink(List.of("up", "planted"), List.of("sub"));
    download(data);

    assertThat(folder.resolve("stolen")).satisfies(LinksTest::isAbsent);
    assertThat(folder.resolve("stolen too")).satisfies(LinksTest::isAbsent);
    assertThat(secret).isEmptyDirectory();
    hosts.assertThatHas(2, data);
  }

  private static void isAbsent(Path path) {
    assertThat(Files.isSymbolicLink(path)).isFalse();
  }

  /** A torrent of the same name writes into the same folder. */
  @Test
  void noFileIsWrittenThroughALinkOfAnotherTorrent() throws Exception {
    TestData first = data().withLink(List.of("trap"), List.of("sub", "file.bin"));
    download(first);
    TestData second = TestData.folder("linked", PIECE).with(List.of("trap"), 3 * PIECE);
    Path elsewhere = second.writeTo(temp.resolve("elsewhere"));
    Session seeder = hosts.open(3);
    seeder
        .add(second.metainfo(), temp, TransferOptions.defaults().seeding(elsewhere))
        .completed()
        .get(20, TimeUnit.SECONDS);

    Transfer transfer = hosts.get(leecher, 2, second, seeder.listening());

    await().until(() -> transfer.status().state() == State.FAILED);
    assertThat(transfer.status().problem().orElseThrow()).contains("trap");
    hosts.assertThatHas(2, first);
  }

  /** Seen from where the other link leads, the way back up would be too long. */
  @Test
  void aLinkInAFolderThatIsALinkItselfStaysInside() throws Exception {
    download(data().withLink(List.of("a", "b", "c"), List.of("sub")));
    TestData second =
        TestData.folder("linked", PIECE)
            .with(List.of("other.bin"), PIECE)
            .withLink(List.of("a", "b", "c", "d"), List.of("other.bin"));
    Path elsewhere = second.writeTo(temp.resolve("elsewhere"));
    Session seeder = hosts.open(3);
    seeder
        .add(second.metainfo(), temp, TransferOptions.defaults().seeding(elsewhere))
        .completed()
        .get(20, TimeUnit.SECONDS);
    hosts.get(leecher, 2, second, seeder.listening()).completed().get(20, TimeUnit.SECONDS);

    assertThat(Files.readSymbolicLink(folder.resolve("sub/d"))).isEqualTo(Path.of("../other.bin"));
  }

  @Test
  void aTorrentCalledAsOurOwnFolderIsRefused() throws Exception {
    TestData data = TestData.folder(".skep", PIECE).with(List.of("x.resume"), PIECE);

    assertThatThrownBy(() -> hosts.get(leecher, 2, data))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(".skep");
    assertThat(hosts.folder(2)).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {".skep/x.resume", "sub/.SKEP/x.resume", "sub/.skep"})
  void nothingIsWrittenAmongTheStatesOfOtherTorrents(String path) throws Exception {
    TestData data = data().with(List.of(path.split("/")), PIECE);
    Transfer transfer = hosts.get(leecher, 2, data, hosts.seed(data));

    await().until(() -> transfer.status().state() == State.FAILED);

    assertThat(transfer.status().problem().orElseThrow())
        .contains(path + " is where skep keeps its own state");
    assertThat(folder).doesNotExist();
  }

  @Test
  void noLinkIsMadeInThePlaceOfOurOwnFolder() throws Exception {
    TestData data = data().withLink(List.of(".skep"), List.of("sub"));
    Transfer transfer = hosts.get(leecher, 2, data, hosts.seed(data));

    await().until(() -> transfer.status().state() == State.FAILED);

    assertThat(folder).doesNotExist();
  }

  @Test
  void whatDoesNotLieAmongStatesMayBeHad() throws Exception {
    TestData data = data().with(List.of(".skep", "x.resume"), PIECE);
    Transfer transfer =
        leecher.add(
            data.metainfo(),
            hosts.folder(2),
            TransferOptions.defaults()
                .withPeers(List.of(hosts.seed(data)))
                .with(o -> o.priorities = List.of(FilePriority.NORMAL, FilePriority.SKIP)));

    transfer.completed().get(20, TimeUnit.SECONDS);

    assertThat(folder.resolve("sub/file.bin")).hasBinaryContent(data.files().getFirst().bytes());
    assertThat(folder.resolve(".skep")).doesNotExist();
  }
}
