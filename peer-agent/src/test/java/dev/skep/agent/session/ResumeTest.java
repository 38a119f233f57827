package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.session.TransferStatus.State;
import dev.skep.agent.storage.SeenFiles;
import dev.skep.protocol.Endpoint;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was verified stays verified, and what changed behind our back is noticed. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class ResumeTest {
  private static final int PIECE = 64 * 1024;
  private static final TestData DATA =
      TestData.folder("resumed", PIECE)
          .with(List.of("first.bin"), 10 * PIECE)
          .with(List.of("second.bin"), 10 * PIECE);

  @TempDir private Path temp;
  @AutoClose private Hosts hosts;
  private Path first;

  @BeforeEach
  void openHosts() {
    hosts = new Hosts(temp);
    first = DATA.at(hosts.folder(2), DATA.files().getFirst());
  }

  private Transfer download(Endpoint seeder) throws Exception {
    Transfer transfer = hosts.get(hosts.open(2), 2, DATA, seeder);
    transfer.completed().get(20, TimeUnit.SECONDS);
    return transfer;
  }

  private Path stateFile() throws IOException {
    try (Stream<Path> files = Files.list(hosts.folder(2).resolve(".skep"))) {
      return files.filter(f -> f.toString().endsWith(".resume")).findFirst().orElseThrow();
    }
  }

  /** Changes a byte, and the time stamp: systems whose clock is coarse may not do so by then. */
  private static void overwrite(Path file, long at) throws IOException {
    FileTime before = Files.getLastModifiedTime(file);
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(at);
      open.write(open.read() ^ 0xff);
      open.seek(at);
      open.write(77);
    }
    Files.setLastModifiedTime(file, FileTime.from(before.toInstant().plusSeconds(1)));
  }

  @Test
  void aFinishedTorrentSeedsAgainWithoutBeingRead() throws Exception {
    download(hosts.seed(DATA));
    hosts.close();
    FileTime before = Files.getLastModifiedTime(first);
    overwrite(first, 5);
    Files.setLastModifiedTime(first, before);

    Transfer again = hosts.get(hosts.open(2), 2, DATA);

    // It would notice the wrong byte if it looked.
    again.completed().get(10, TimeUnit.SECONDS);
    assertThat(again.status().state()).isEqualTo(State.SEEDING);
  }

  @Test
  void seedingLeavesNothingBesideTheData() throws Exception {
    hosts.seed(DATA);
    hosts.close();

    try (Stream<Path> files = Files.list(hosts.folder(1))) {
      assertThat(files.map(f -> f.getFileName().toString())).containsExactly("resumed");
    }
  }

  @Test
  void onlyThePieceThatChangedIsFetchedAgain() throws Exception {
    download(hosts.seed(DATA));
    hosts.close();
    overwrite(first, PIECE + 5);

    Transfer again = download(hosts.seed(DATA));

    hosts.assertThatHas(2, DATA);
    assertThat(again.status().downloadedBytes()).isEqualTo(PIECE);
  }

  @Test
  void whatWasCutOffIsFetchedAgain() throws Exception {
    download(hosts.seed(DATA));
    hosts.close();
    try (RandomAccessFile open = new RandomAccessFile(first.toFile(), "rw")) {
      open.setLength(7 * PIECE + 1);
    }

    Transfer again = download(hosts.seed(DATA));

    hosts.assertThatHas(2, DATA);
    assertThat(again.status().downloadedBytes()).isEqualTo(3 * PIECE);
  }

  @Test
  void aFileThatIsGoneIsFetchedAgain() throws Exception {
    download(hosts.seed(DATA));
    hosts.close();
    Files.delete(first);

    Transfer again = download(hosts.seed(DATA));

    hosts.assertThatHas(2, DATA);
    assertThat(again.status().downloadedBytes()).isEqualTo(10 * PIECE);
  }

  @Test
  void withoutItsStateTheDataOnDiskIsCheckedAndKept() throws Exception {
    download(hosts.seed(DATA));
    hosts.close();
    Files.delete(stateFile());

    Transfer again = hosts.get(hosts.open(2), 2, DATA);

    again.completed().get(10, TimeUnit.SECONDS);
    assertThat(again.status().downloadedBytes()).isZero();
  }

  @Test
  void aDamagedStateIsSetAsideAndTheDataChecked() throws Exception {
    download(hosts.seed(DATA));
    hosts.close();
    Path state = stateFile();
    overwrite(state, Files.size(state) / 2);

    Transfer again = hosts.get(hosts.open(2), 2, DATA);

    again.completed().get(10, TimeUnit.SECONDS);
    assertThat(state.resolveSibling(state.getFileName() + ".damaged")).exists();
    assertThat(again.notes()).singleElement().asString().contains("is damaged", "set aside as");
  }

  @ParameterizedTest(name = "looks as when it was hashed: {0}")
  @ValueSource(booleans = {true, false})
  void whatWasHashedJustNowIsReadOnlyIfItLooksDifferent(boolean alike) throws Exception {
    Path data = DATA.writeTo(hosts.folder(2));
    FileTime time = Files.getLastModifiedTime(first);
    SeenFiles seen = SeenFiles.of(List.of(first, first.resolveSibling("second.bin")));
    overwrite(first, 0);
    Files.setLastModifiedTime(first, alike ? time : FileTime.fromMillis(1));

    Transfer transfer =
        hosts
            .open(2)
            .add(
                DATA.metainfo(),
                hosts.folder(2),
                TransferOptions.defaults().seeding(data).with(o -> o.seen = Optional.of(seen)));

    await()
        .until(
            () -> transfer.status().state(), alike ? State.SEEDING::equals : State.FAILED::equals);
  }

  @Test
  void afterAKillOnlyWhatWasNotCompleteIsFetchedAgain() throws Exception {
    Endpoint seeder = hosts.seed(DATA, s -> s.maxUpBytesPerSecond = 1_000_000);
    Session session = hosts.open(2);
    Transfer transfer = hosts.get(session, 2, DATA, seeder);
    await().until(() -> transfer.status().verifiedBytes() >= 5 * PIECE);
    // A killed process leaves the files as they are now, and the state that was saved before.
    Path killed = hosts.folder(3);
    long verified = transfer.status().verifiedBytes();
    copy(hosts.folder(2), killed);
    session.close();

    Transfer again = hosts.get(hosts.open(3), 3, DATA, seeder);
    again.completed().get(20, TimeUnit.SECONDS);

    hosts.assertThatHas(3, DATA);
    assertThat(again.status().downloadedBytes()).isLessThanOrEqualTo(20 * PIECE - verified);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.toList()) {
        Path there = to.resolve(from.relativize(each));
        if (each.toString().endsWith(".bin")) {
          Files.createLink(there, each); // the same file, as after a kill
        } else {
          Files.copy(each, there);
        }
      }
    }
  }

  @Test
  void aDiskThatFailsPausesTheTransferAndIsTriedAgain() throws Exception {
    TestData data =
        TestData.folder("blocked", PIECE).with(List.of("folder", "file.bin"), 20 * PIECE);
    Path inTheWay = hosts.folder(2).resolve("blocked").resolve("folder");
    Files.createDirectories(inTheWay.getParent());
    Files.createFile(inTheWay);

    Transfer transfer = hosts.get(hosts.open(2), 2, data, hosts.seed(data));
    TransferStatus paused =
        await().until(transfer::status, status -> status.state() == State.PAUSED);
    assertThat(paused.problem().orElseThrow()).contains(inTheWay.toString());
    Files.delete(inTheWay);

    transfer.completed().get(20, TimeUnit.SECONDS);
    hosts.assertThatHas(2, data);
  }

  @Test
  void whoMendedTheDiskNeedNotWaitForTheNextTry() throws Exception {
    Path inTheWay = hosts.folder(2).resolve("resumed");
    Files.createDirectories(inTheWay.getParent());
    Files.createFile(inTheWay);
    Transfer transfer = hosts.get(hosts.open(2), 2, DATA, hosts.seed(DATA));
    await().until(() -> transfer.status().state() == State.PAUSED);

    Files.delete(inTheWay);
    transfer.resume();

    assertThat(transfer.status().state()).isNotEqualTo(State.PAUSED);
    transfer.completed().get(20, TimeUnit.SECONDS);
    hosts.assertThatHas(2, DATA);
  }

  @Test
  void aLinkOutOfTheFolderIsNotFollowed() throws Exception {
    TestData data = TestData.folder("linked", PIECE).with(List.of("folder", "file.bin"), 5 * PIECE);
    Path outside = Files.createDirectories(temp.resolve("outside"));
    Path link = hosts.folder(2).resolve("linked").resolve("folder");
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, outside);

    Transfer transfer = hosts.get(hosts.open(2), 2, data, hosts.seed(data));

    TransferStatus paused =
        await().until(transfer::status, status -> status.state() == State.PAUSED);
    assertThat(paused.problem().orElseThrow()).contains("symbolic link");
    assertThat(outside).isEmptyDirectory();
  }
}
