package dev.skep.agent.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.skep.agent.session.TransferStatus.State;
import dev.skep.agent.session.content.FilePriority;
import dev.skep.agent.storage.OtherNumbers;
import dev.skep.protocol.Endpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not this torrent's own is never written, cut or deleted, unless that was allowed. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class ForeignFilesTest {
  private static final int PIECE = 64 * 1024;
  private static final int SMALL = 6 * PIECE;

  /** The two files share the fourth piece. */
  private static final TestData DATA =
      TestData.folder("mine", PIECE)
          .with(List.of("one.bin"), 3 * PIECE + 1000)
          .with(List.of("sub", "two.bin"), SMALL)
          .with(List.of("empty"), 0);

  @TempDir private Path temp;
  @AutoClose private Hosts hosts;
  private Endpoint seeder;
  private Path one;
  private Path two;

  @BeforeEach
  void openSeeder() throws Exception {
    hosts = new Hosts(temp);
    seeder = hosts.seed(DATA);
    one = DATA.at(hosts.folder(2), DATA.files().get(0));
    two = DATA.at(hosts.folder(2), DATA.files().get(1));
    Files.createDirectories(two.getParent());
  }

  private static byte[] data(int file) {
    return DATA.files().get(file).bytes();
  }

  private Transfer get(Session session, Consumer<TransferOptions.Draft> changes)
      throws IOException {
    return session.add(
        DATA.metainfo(),
        hosts.folder(2),
        TransferOptions.defaults().withPeers(List.of(seeder)).with(changes));
  }

  private Transfer get() throws IOException {
    return get(hosts.open(2), o -> {});
  }

  private static void complete(Transfer transfer) throws Exception {
    transfer.completed().get(20, TimeUnit.SECONDS);
  }

  private static String problem(Transfer transfer) {
    return await()
        .until(
            () -> transfer.status(),
            now -> now.state() == State.FAILED || now.state() == State.PAUSED)
        .problem()
        .orElseThrow();
  }

  private void assertThatItIsLeftAlone(Path file, byte[] content) throws Exception {
    Files.write(file, content);
    FileTime before = Files.getLastModifiedTime(file);

    Transfer transfer = get();

    assertThat(problem(transfer)).contains(file.toString()).contains("--overwrite");
    assertThat(transfer.status().state()).isEqualTo(State.FAILED);
    assertThat(file).hasBinaryContent(content);
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(before);
    try (Stream<Path> all = Files.walk(hosts.folder(2))) {
      assertThat(all.filter(Files::isRegularFile)).containsExactly(file);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, SMALL - 1, SMALL, SMALL + 1, 3 * SMALL})
  void aFileOfAnotherIsLeftAloneWhateverItsLength(int length) throws Exception {
    byte[] content = new byte[length];
    Arrays.fill(content, (byte) 7);

    assertThatItIsLeftAlone(two, content);
  }

  @Test
  void theRightDataAndMoreIsLeftAlone() throws Exception {
    assertThatItIsLeftAlone(two, Arrays.copyOf(data(1), SMALL + 1000));
  }

  @Test
  void aByteWhereTheTorrentHasAnEmptyFileIsLeftAlone() throws Exception {
    assertThatItIsLeftAlone(two.resolveSibling("../empty").normalize(), new byte[1]);
  }

  @Test
  void withLeaveItIsUsedWherePiecesMatchAndCut() throws Exception {
    byte[] content = Arrays.copyOf(data(1), SMALL + 1000);
    content[SMALL - 1] ^= 1;
    Files.write(two, content);
    Files.write(one, "notes".getBytes(UTF_8));

    Transfer transfer = get(hosts.open(2), o -> o.overwrite = true);
    complete(transfer);

    hosts.assertThatHas(2, DATA);
    assertThat(transfer.status().downloadedBytes()).isEqualTo(4 * PIECE + 1000);
  }

  @Test
  void withLeaveTheRightDataAndMoreIsCutThoughNothingIsFetched() throws Exception {
    DATA.writeTo(hosts.folder(2));
    Files.write(two, new byte[1000], StandardOpenOption.APPEND);

    Transfer transfer = get(hosts.open(2), o -> o.overwrite = true);
    complete(transfer);

    hosts.assertThatHas(2, DATA);
    assertThat(transfer.status().downloadedBytes()).isZero();
  }

  @Test
  void theTorrentsDataIsUsedWithoutBeingWrittenThoughAnotherFileIsMissing() throws Exception {
    Files.write(two, data(1));
    FileTime old = FileTime.fromMillis(1_000_000_000_000L);
    Files.setLastModifiedTime(two, old);

    Transfer transfer = get();
    complete(transfer);

    hosts.assertThatHas(2, DATA);
    assertThat(Files.getLastModifiedTime(two)).isEqualTo(old);
    assertThat(transfer.status().downloadedBytes()).isEqualTo(4 * PIECE);
  }

  /** Whether the edge of a file is right is known only when its neighbour is there. */
  @Test
  void aFileThatDiffersWhereItCannotBeCheckedIsLeftAloneToo() throws Exception {
    byte[] content = data(1).clone();
    content[0] ^= 1;
    Files.write(two, content);

    Transfer transfer = get();

    assertThat(problem(transfer)).contains(two.toString()).contains("--overwrite");
    assertThat(two).hasBinaryContent(content);
    assertThat(transfer.completed()).isNotDone();
  }

  @Test
  void anotherFileInThePlaceOfAFinishedDownloadIsLeftAlone() throws Exception {
    complete(get());
    hosts.close();
    byte[] other = new byte[SMALL];
    Files.delete(two);
    Files.write(two, other);
    seeder = hosts.seed(DATA);

    Transfer again = get();

    assertThat(problem(again)).contains(two.toString());
    assertThat(two).hasBinaryContent(other);
  }

  /** As to a larger disk. Nothing is written through a link, so what is missing cannot come. */
  @Test
  void anUnfinishedDownloadThatWasMovedAndLinkedToIsToldBeforeAnythingIsFetched() throws Exception {
    Session session = hosts.open(2, s -> s.maxDownBytesPerSecond = 4 * PIECE);
    Transfer begun = get(session, o -> {});
    await()
        .pollInterval(Duration.ofMillis(10))
        .until(() -> begun.status().verifiedBytes() > 0 && Files.size(two) == SMALL);
    session.close();
    Path moved = Files.move(two, temp.resolve("moved"));
    Files.createSymbolicLink(two, moved);
    byte[] unfinished = Files.readAllBytes(moved);
    long before = begun.status().downloadedBytes();

    Transfer again = get();

    assertThat(problem(again)).contains(two + " is a symbolic link");
    assertThat(again.status().state()).isEqualTo(State.FAILED);
    assertThat(again.status().downloadedBytes()).isLessThanOrEqualTo(before);
    assertThat(moved).hasBinaryContent(unfinished);
  }

  @Test
  void aFinishedDownloadThatWasMovedAndLinkedToIsUsed() throws Exception {
    complete(get());
    hosts.close();
    Path moved = Files.move(two, temp.resolve("moved"));
    Files.createSymbolicLink(two, moved);
    seeder = hosts.seed(DATA);

    complete(get());

    hosts.assertThatHas(2, DATA);
    assertThat(two).isSymbolicLink();
  }

  @Test
  void leaveToOverwriteDoesNotReachThroughALink() throws Exception {
    byte[] other = new byte[SMALL];
    Path elsewhere = Files.write(temp.resolve("elsewhere"), other);
    Files.createSymbolicLink(two, elsewhere);

    Transfer transfer = get(hosts.open(2), o -> o.overwrite = true);

    assertThat(problem(transfer)).contains(two + " is a symbolic link");
    assertThat(transfer.status().state()).isEqualTo(State.FAILED);
    assertThat(transfer.status().downloadedBytes()).isZero();
    assertThat(two).isSymbolicLink();
    assertThat(elsewhere).hasBinaryContent(other);
  }

  @Test
  void aCopyOfADownloadGoesOnElsewhere() throws Exception {
    complete(get());
    hosts.close();
    Files.move(two, temp.resolve("moved"));
    Files.write(two, data(1)); // as cp does: the same data, another file
    Files.delete(one);
    seeder = hosts.seed(DATA);

    complete(get());

    hosts.assertThatHas(2, DATA);
  }

  // ---- A file in the place of an unfinished download of ours ----

  /** Its first piece is here; there is nobody to give the others. */
  private static TestData image(byte firstByte) {
    byte[] content = data(1).clone();
    Arrays.fill(content, 0, PIECE, firstByte);
    return TestData.folder("disks", PIECE).with(List.of("image"), content);
  }

  private Path begun(TestData image) throws Exception {
    byte[] first = Arrays.copyOf(image.files().getFirst().bytes(), PIECE);
    Path file = image.at(hosts.folder(2), image.files().getFirst());
    Files.createDirectories(file.getParent());
    Files.write(file, Arrays.copyOf(first, SMALL));
    Session session = hosts.open(2);
    Transfer begun =
        session.add(
            image.metainfo(),
            hosts.folder(2),
            TransferOptions.defaults().with(o -> o.overwrite = true));
    await().until(() -> begun.status().state() == State.DOWNLOADING);
    assertThat(begun.verified().cardinality()).isEqualTo(1);
    session.close();
    return file;
  }

  /** As another program does that writes a file anew. */
  private static void replace(Path file, byte[] content) throws IOException {
    Path other = Files.write(file.resolveSibling("other"), content);
    Files.setLastModifiedTime(other, FileTime.fromMillis(1_000_000_000_000L));
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
  }

  @ParameterizedTest(name = "what is verified is all {0}")
  @ValueSource(bytes = {0, 7})
  void anotherFileThatSharesWhatWasVerifiedIsLeftAlone(byte first) throws Exception {
    TestData image = image(first);
    Path file = begun(image);
    byte[] older = Arrays.copyOf(image.files().getFirst().bytes(), SMALL);
    Arrays.fill(older, PIECE, SMALL, (byte) 9);
    replace(file, older);

    Transfer again = hosts.get(hosts.open(2), 2, image);

    assertThat(problem(again)).contains(file.toString()).contains("--overwrite");
    assertThat(file).hasBinaryContent(older);
  }

  @Test
  void aFileOfZerosIsLeftAloneThoughOursHadZeros() throws Exception {
    TestData image = image((byte) 0);
    Path file = begun(image);
    replace(file, new byte[SMALL]);

    Transfer again = hosts.get(hosts.open(2), 2, image);

    assertThat(problem(again)).contains(file.toString()).contains("--overwrite");
    assertThat(file).hasBinaryContent(new byte[SMALL]);
  }

  @ParameterizedTest(name = "with its time stamp: {0}")
  @ValueSource(booleans = {true, false})
  void aCopyOfAnUnfinishedDownloadGoesOnElsewhere(boolean withTime) throws Exception {
    TestData image = image((byte) 7);
    Path file = begun(image);
    byte[] content = Files.readAllBytes(file);
    FileTime time = Files.getLastModifiedTime(file);
    if (withTime) { // part of a piece may have been written too
      content[SMALL - 1] = 1;
    }
    replace(file, content);
    if (withTime) {
      Files.setLastModifiedTime(file, time);
    }
    hosts.close();
    seeder = hosts.seed(image);

    complete(hosts.get(hosts.open(2), 2, image, seeder));

    hosts.assertThatHas(2, image);
  }

  /** And were written after their state, as when we were killed. */
  @Test
  void filesThatGotAnotherNumberAreKnownByTheirBirth() throws Exception {
    TestData image = image((byte) 7);
    Path file = begun(image);
    try (FileChannel open = FileChannel.open(file, StandardOpenOption.WRITE)) {
      open.write(ByteBuffer.allocate(1).put(0, (byte) 1), SMALL - 1); // of a piece that was begun
    }
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
    BasicFileAttributes looks = Files.readAttributes(file, BasicFileAttributes.class);
    assumeFalse(looks.creationTime().equals(looks.lastModifiedTime()), "no times of birth here");
    OtherNumbers.in(
        hosts.folder(2).resolve(".skep").resolve(image.metainfo().infoHash().hex() + ".resume"),
        image.metainfo());
    hosts.close();
    seeder = hosts.seed(image);

    complete(hosts.get(hosts.open(2), 2, image, seeder));

    hosts.assertThatHas(2, image);
  }

  /** Some file systems give the number of a deleted file to the next one at once. */
  @Test
  void aFileInThePlaceOfOneThatHadNoDataYetIsLeftAlone() throws Exception {
    Session session = hosts.open(2);
    TestData small = TestData.folder("small", PIECE).with(List.of("notes"), 5);
    Path notes = small.at(hosts.folder(2), small.files().getFirst());
    Transfer waiting = hosts.get(session, 2, small);
    await().until(() -> waiting.status().state() == State.DOWNLOADING);
    session.close();
    Object number = Files.getAttribute(notes, "unix:ino");
    for (int tries = 0; tries < 50; tries++) {
      Files.delete(notes);
      Files.writeString(notes, "mine!");
      if (Files.getAttribute(notes, "unix:ino").equals(number)) {
        break;
      }
    }

    Transfer again = hosts.get(hosts.open(2), 2, small);

    assertThat(problem(again)).contains(notes.toString()).contains("--overwrite");
    assertThat(notes).hasContent("mine!");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 30, -1})
  void withADamagedStateAnUnfinishedDownloadIsLeftAlone(int kept) throws Exception {
    complete(get());
    hosts.close();
    Path state;
    try (Stream<Path> all = Files.list(hosts.folder(2).resolve(".skep"))) {
      state = all.filter(f -> f.toString().endsWith(".resume")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(state);
    Files.write(state, Arrays.copyOf(bytes, kept < 0 ? bytes.length + kept : kept));
    byte[] unfinished = data(1).clone();
    Arrays.fill(unfinished, PIECE, SMALL, (byte) 0);
    Files.write(two, unfinished);
    seeder = hosts.seed(DATA);

    assertThat(problem(get())).contains(two.toString());
    assertThat(two).hasBinaryContent(unfinished);
  }

  @Test
  void theFileOfAnotherTorrentOfThisAgentIsLeftAlone() throws Exception {
    Session session = hosts.open(2);
    complete(get(session, o -> {}));
    TestData other = TestData.folder("mine", PIECE).with(List.of("sub", "two.bin"), SMALL - 5);

    Transfer second = hosts.get(session, 2, other);

    assertThat(problem(second)).contains(two.toString());
    hosts.assertThatHas(2, DATA);
  }

  @Test
  void aFileThatAppearsWhileADownloadWaitsForItsTurnIsLeftAlone() throws Exception {
    Session session = hosts.open(2, s -> s.maxActiveDownloads = 1);
    TestData first = TestData.file("first", PIECE, PIECE);
    Transfer atWork = hosts.get(session, 2, first);
    await().until(() -> atWork.status().state() == State.DOWNLOADING);
    Transfer waiting = get(session, o -> {});
    await().until(() -> waiting.status().state() == State.QUEUED);
    Files.writeString(two, "mine");

    session.remove(atWork);

    assertThat(problem(waiting)).contains(two.toString());
    assertThat(two).hasContent("mine");
    Files.delete(two);
    complete(waiting);
    hosts.assertThatHas(2, DATA);
  }

  /** A link does here what some file systems do: one file has both names. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void twoNamesThatAreOneFileHereAreTold() throws Exception {
    TestData data =
        TestData.folder("twins", PIECE)
            .with(List.of("Docs", "x"), 3 * PIECE)
            .with(List.of("docs", "x"), 3 * PIECE);
    Path root = hosts.folder(2).resolve("twins");
    Files.createDirectories(root.resolve("Docs"));
    Files.createSymbolicLink(root.resolve("docs"), Path.of("Docs"));
    Endpoint both = hosts.seed(data);
    String names = root.resolve("Docs/x") + " and " + root.resolve("docs/x") + " are one file";

    Session session = hosts.open(2);
    assertThat(problem(hosts.get(session, 2, data, both))).contains(names);
    session.close();
    assertThat(problem(hosts.get(hosts.open(3), 2, data, both))).contains(names);
    Transfer overwriting =
        hosts
            .open(4)
            .add(
                data.metainfo(),
                hosts.folder(2),
                TransferOptions.defaults().withPeers(List.of(both)).with(o -> o.overwrite = true));
    assertThat(problem(overwriting)).contains(names);
  }

  @Test
  void partsOfAnotherAreLeftAlone() throws Exception {
    Path part = two.resolveSibling("two.bin.part");
    Files.writeString(part, "mine");

    Transfer transfer = get(hosts.open(2), o -> o.partNames = true);
    assertThat(problem(transfer)).contains(part.toString());
    hosts.close();
    seeder = hosts.seed(DATA);
    complete(get());

    assertThat(part).hasContent("mine");
    hosts.assertThatHas(2, DATA);
  }

  @Test
  void aPartsFileOfAnotherIsLeftAlone() throws Exception {
    Path parts =
        hosts.folder(2).resolve(".skep").resolve(DATA.metainfo().infoHash().hex() + ".parts");
    Files.createDirectories(parts.getParent());
    Files.writeString(parts, "mine");

    Transfer transfer =
        get(
            hosts.open(2),
            o -> o.priorities = List.of(FilePriority.SKIP, FilePriority.NORMAL, FilePriority.SKIP));

    assertThat(problem(transfer)).contains(parts.toString());
    assertThat(parts).hasContent("mine");
  }

  @Test
  void aFileThatIsNotSelectedIsLeftAloneThoughItSharesAPiece() throws Exception {
    Files.writeString(one, "mine");

    Transfer transfer =
        get(
            hosts.open(2),
            o -> o.priorities = List.of(FilePriority.SKIP, FilePriority.NORMAL, FilePriority.SKIP));
    complete(transfer);

    assertThat(one).hasContent("mine");
    assertThat(two).hasBinaryContent(data(1));
  }

  @Test
  void leaveToOverwriteHoldsForWhatIsSelectedAlone() throws Exception {
    Files.writeString(one, "mine");
    byte[] other = new byte[SMALL];
    Files.write(two, other);

    Transfer transfer =
        get(
            hosts.open(2),
            o -> {
              o.priorities = List.of(FilePriority.SKIP, FilePriority.NORMAL, FilePriority.SKIP);
              o.overwrite = true;
            });
    complete(transfer);

    assertThat(one).hasContent("mine");
    assertThat(two).hasBinaryContent(data(1));
  }

  @Test
  void aFinalNameThatIsTakenMeanwhileIsNotTakenOver() throws Exception {
    Session session = hosts.open(2);
    Transfer transfer =
        session.add(
            DATA.metainfo(),
            hosts.folder(2),
            TransferOptions.defaults().with(o -> o.partNames = true));
    await().until(() -> Files.exists(two.resolveSibling("two.bin.part")));
    await().until(() -> transfer.status().state() == State.DOWNLOADING);
    Files.writeString(two, "mine");
    transfer.addPeer(seeder);

    assertThat(problem(transfer)).contains(two.toString());
    assertThat(two).hasContent("mine");
    assertThat(transfer.completed()).isNotDone();
    Files.delete(two);
    complete(transfer);
    hosts.assertThatHas(2, DATA);
  }

  @Test
  void whoWasKilledWhileAFileGotItsNameLeavesNoOther() throws Exception {
    complete(get(hosts.open(2), o -> o.partNames = true));
    hosts.close();
    Path part = two.resolveSibling("two.bin.part");
    Files.createLink(part, two);
    seeder = hosts.seed(DATA);

    complete(get(hosts.open(2), o -> o.partNames = true));

    assertThat(part).doesNotExist();
    hosts.assertThatHas(2, DATA);
  }

  @Test
  void aDownloadBegunWithPartNamesGoesOnWithoutThem() throws Exception {
    Session session = hosts.open(2, s -> s.maxDownBytesPerSecond = 4 * PIECE);
    Transfer begun = get(session, o -> o.partNames = true);
    await().pollInterval(Duration.ofMillis(10)).until(() -> begun.status().verifiedBytes() > PIECE);
    session.close();
    Path part = two.resolveSibling("two.bin.part");
    assertThat(part).exists();
    long kept = begun.status().verifiedBytes();
    Endpoint later = seeder;
    seeder = Endpoint.of("127.0.0.9", 1);

    Transfer goesOn = get();
    await().until(() -> goesOn.status().state() == State.DOWNLOADING);

    assertThat(goesOn.status().verifiedBytes()).isEqualTo(kept);
    assertThat(two).exists();
    assertThat(part).doesNotExist();
    goesOn.addPeer(later);
    complete(goesOn);
    hosts.assertThatHas(2, DATA);
    try (Stream<Path> all = Files.walk(hosts.folder(2))) {
      assertThat(all).noneMatch(path -> path.toString().endsWith(".part"));
    }
  }
}
