package dev.skep.agent.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.session.TransferStatus.State;
import dev.skep.agent.storage.HeldFile;
import dev.skep.protocol.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Files that somebody changes under a download or a seed: what is done is right on the disk. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class DisturbedTest {
  private static final int PIECE = 64 * 1024;
  private static final int PIECES = 40;
  private static final TestData DATA =
      TestData.folder("disturbed", PIECE)
          .with(List.of("sub", "large.bin"), (PIECES - 2) * PIECE)
          .with(List.of("sub", "small.bin"), 2 * PIECE)
          .with(List.of("sub", "empty"), 0)
          .withLink(List.of("sub", "link"), List.of("sub", "large.bin"));

  @TempDir private Path temp;
  @AutoClose private Hosts hosts;
  private Path large;

  @BeforeEach
  void openHosts() {
    hosts = new Hosts(temp);
    large = DATA.at(hosts.folder(2), DATA.files().getFirst());
  }

  /** A download that is half done and goes on. */
  private Transfer halfDone() throws Exception {
    Endpoint seeder = hosts.seed(DATA, s -> s.maxUpBytesPerSecond = 20L * PIECE);
    Transfer transfer = hosts.get(hosts.open(2), 2, DATA, seeder);
    await().until(() -> transfer.status().verifiedBytes() > PIECES / 3 * PIECE);
    return transfer;
  }

  private void assertThatItIsDone(Transfer transfer) throws Exception {
    transfer.completed().get(30, TimeUnit.SECONDS);
    hosts.assertThatHas(2, DATA);
  }

  private static void overwrite(Path file, long at, int bytes) throws IOException {
    try (FileChannel open = FileChannel.open(file, StandardOpenOption.WRITE)) {
      open.write(ByteBuffer.allocate(bytes), at);
    }
  }

  @Test
  void overwrittenInPlace() throws Exception {
    Transfer transfer = halfDone();
    overwrite(large, 0, 30 * PIECE);

    assertThatItIsDone(transfer);
    assertThat(transfer.notes()).anySatisfy(note -> assertThat(note).contains(large.toString()));
  }

  @Test
  void overwrittenWithItsTimeStampPutBack() throws Exception {
    Transfer transfer = halfDone();
    transfer.pause();
    FileTime before = Files.getLastModifiedTime(large);
    overwrite(large, 0, 30 * PIECE);
    Files.setLastModifiedTime(large, FileTime.from(before.toInstant().plusNanos(1)));
    transfer.resume();

    assertThatItIsDone(transfer);
  }

  @Test
  void cut() throws Exception {
    Transfer transfer = halfDone();
    try (FileChannel open = FileChannel.open(large, StandardOpenOption.WRITE)) {
      open.truncate(3 * PIECE);
    }

    assertThatItIsDone(transfer);
  }

  @Test
  void anotherFileMovedOverItIsKeptUnderAnotherName() throws Exception {
    Transfer transfer = halfDone();
    byte[] mine = "mine".repeat(10_000).getBytes(UTF_8);
    Path other = Files.write(temp.resolve("other"), mine);
    Files.move(other, large, REPLACE_EXISTING);

    assertThatItIsDone(transfer);
    assertThat(large.resolveSibling("large.bin.replaced")).hasBinaryContent(mine);
    assertThat(transfer.notes())
        .anySatisfy(note -> assertThat(note).contains("kept as large.bin.replaced"));
  }

  @Test
  void theSameDataInAnotherFileIsAsGood() throws Exception {
    Transfer transfer = halfDone();
    Path copy = Files.copy(large, temp.resolve("copy"));
    Files.move(copy, large, REPLACE_EXISTING);

    assertThatItIsDone(transfer);
  }

  @Test
  void theWholeFolderDeleted() throws Exception {
    Transfer transfer = halfDone();
    try (Stream<Path> all = Files.walk(hosts.folder(2).resolve("disturbed"))) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }

    assertThatItIsDone(transfer);
    assertThat(large.resolveSibling("link")).isSymbolicLink();
  }

  @Test
  void anEmptyFileDeleted() throws Exception {
    Transfer transfer = halfDone();
    Files.delete(large.resolveSibling("empty"));

    assertThatItIsDone(transfer);
  }

  @Test
  void anEmptyFileReplacedByALinkToAnother() throws Exception {
    Transfer transfer = halfDone();
    Path other = Files.writeString(temp.resolve("other"), "mine");
    Path empty = large.resolveSibling("empty");
    Files.delete(empty);
    Files.createSymbolicLink(empty, other);

    assertThatItIsDone(transfer);
    assertThat(empty).isRegularFile().isEmptyFile();
    assertThat(other).hasContent("mine");
    assertThat(empty.resolveSibling("empty.replaced")).isSymbolicLink();
  }

  @Test
  void aLongerFileIsNotCutUnasked() throws Exception {
    Transfer transfer = halfDone();
    Files.write(large, new byte[1000], StandardOpenOption.APPEND);

    TransferStatus paused =
        await().until(transfer::status, status -> status.state() == State.PAUSED);
    assertThat(paused.problem().orElseThrow())
        .contains(large.toString())
        .contains("1,000 bytes longer");
    assertThat(large).hasSize((PIECES - 2) * PIECE + 1000L);
    assertThat(transfer.completed()).isNotDone();
    try (FileChannel open = FileChannel.open(large, StandardOpenOption.WRITE)) {
      open.truncate((PIECES - 2) * PIECE);
    }
    assertThatItIsDone(transfer);
  }

  @Test
  void anotherKindOfThingInItsPlaceWaitsForItsOwner() throws Exception {
    Transfer transfer = halfDone();
    Files.delete(large);
    Files.createDirectory(large);

    TransferStatus paused =
        await().until(transfer::status, status -> status.state() == State.PAUSED);
    assertThat(paused.problem().orElseThrow()).contains(large + " is a folder");
    Files.delete(large);

    assertThatItIsDone(transfer);
  }

  // ---- While a look lasts, as it does at many files or at a slow disk ----

  private static final TestData LOOKED_AT =
      TestData.folder("looked at", PIECE)
          .with(List.of("before"), 2 * PIECE)
          .with(List.of("middle"), PIECE)
          .with(List.of("last"), 5 * PIECE);

  private Path before() {
    return LOOKED_AT.at(hosts.folder(2), LOOKED_AT.files().getFirst());
  }

  /** The last of its files is missing, and there is nobody to give it. */
  private Transfer waiting(Session session) throws Exception {
    LOOKED_AT.writeTo(hosts.folder(2));
    Files.delete(LOOKED_AT.at(hosts.folder(2), LOOKED_AT.files().getLast()));
    Transfer waiting =
        session.add(
            LOOKED_AT.metainfo(),
            hosts.folder(2),
            TransferOptions.defaults().with(o -> o.overwrite = true));
    await().until(() -> waiting.status().state() == State.DOWNLOADING);
    return waiting;
  }

  @Test
  void changedAfterALookThatBeganBeforeTheLastPiece() throws Exception {
    Endpoint seeder = hosts.seed(LOOKED_AT);
    // One worker that looks, one that writes.
    Transfer transfer = waiting(hosts.open(2, s -> s.workers = 2));
    CompletableFuture<byte[]> whenDone = transfer.completed().thenApply(_ -> bytes(before()));

    try (HeldFile middle = new HeldFile(transfer.content().data().files(), 1)) {
      transfer.content().changed().look();
      middle.awaitVisitor();
      transfer.addPeer(seeder);
      await().until(() -> transfer.verified().isFull());
      overwrite(before(), 0, PIECE);
    }

    assertThat(whenDone.get(30, TimeUnit.SECONDS)).isEqualTo(LOOKED_AT.files().getFirst().bytes());
    hosts.assertThatHas(2, LOOKED_AT);
  }

  @Test
  void whatIsSavedDuringALookDoesNotTrustWhatItFinds() throws Exception {
    Session session = hosts.open(2);
    Transfer transfer = waiting(session);
    Path state =
        hosts.folder(2).resolve(".skep").resolve(LOOKED_AT.metainfo().infoHash().hex() + ".resume");
    overwrite(before(), 0, PIECE);
    Thread saving = Thread.ofPlatform().unstarted(transfer.content().data()::save);
    try (HeldFile middle = new HeldFile(transfer.content().data().files(), 1)) {
      transfer.content().changed().look();
      middle.awaitVisitor();
      saving.start();
      await().until(() -> isHeldUp(saving));
    }
    saving.join();
    byte[] saved = Files.readAllBytes(state);
    session.close();
    Files.write(state, saved); // as after a kill at that moment

    Transfer again = hosts.get(hosts.open(2), 2, LOOKED_AT, hosts.seed(LOOKED_AT));

    again.completed().get(30, TimeUnit.SECONDS);
    hosts.assertThatHas(2, LOOKED_AT);
  }

  private static boolean isHeldUp(Thread thread) {
    return thread.getState() == Thread.State.BLOCKED || thread.getState() == Thread.State.WAITING;
  }

  @Test
  void changedWhileAnotherChangeIsLookedInto() throws Exception {
    Endpoint seeder = hosts.seed(DATA);
    Session session = hosts.open(2);
    Transfer transfer = hosts.get(session, 2, DATA, seeder);
    assertThatItIsDone(transfer);
    transfer.pause();
    hosts.sessionOfSeeder().close();
    overwrite(large, 0, PIECE);
    Semaphore checks = session.disk().checks();
    checks.acquire();
    transfer.resume();
    await().until(checks::hasQueuedThreads);
    overwrite(large.resolveSibling("small.bin"), 0, PIECE);
    checks.release();

    await().until(() -> transfer.verified().cardinality() == PIECES - 2);
    await().until(() -> transfer.status().state() == State.DOWNLOADING);
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatASeederLostWhileNobodyWasConnectedIsNotServed() throws Exception {
    Endpoint seeder = hosts.seed(DATA);
    Path seeded = DATA.at(hosts.folder(1), DATA.files().getFirst());
    overwrite(seeded, 0, 10 * PIECE);
    FileTime changed = FileTime.from(Files.getLastModifiedTime(seeded).toInstant().plusSeconds(1));
    Files.setLastModifiedTime(seeded, changed);
    Transfer transfer = hosts.get(hosts.open(2), 2, DATA, seeder);

    await().until(() -> transfer.status().verifiedBytes() == (PIECES - 10L) * PIECE);
    assertThat(transfer.status().wastedBytes()).isZero();
    assertThat(hosts.transferOfSeeder().notes())
        .anySatisfy(note -> assertThat(note).contains(seeded.toString(), "10 pieces"));
  }

  @Test
  void aLeecherSaysThatAPeerSentBadData() throws Exception {
    Endpoint seeder = hosts.seed(DATA);
    Path seeded = DATA.at(hosts.folder(1), DATA.files().getFirst());
    FileTime before = Files.getLastModifiedTime(seeded);
    overwrite(seeded, 0, 30 * PIECE);
    Files.setLastModifiedTime(seeded, before);

    Transfer transfer = hosts.get(hosts.open(2), 2, DATA, seeder);

    await()
        .untilAsserted(
            () ->
                assertThat(transfer.notes())
                    .containsExactly("a peer sent data that is not the torrent's and was dropped"));
  }
}
