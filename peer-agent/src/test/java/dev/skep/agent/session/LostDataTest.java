package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.agent.session.TransferStatus.State;
import dev.skep.agent.storage.BlockMemory;
import dev.skep.protocol.BlockRef;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.peerwire.DontHave;
import dev.skep.protocol.peerwire.ExtensionHandshake;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.PeerMessageCodec;
import dev.skep.protocol.peerwire.Reserved;
import dev.skep.protocol.tracker.AnnounceEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that change, vanish, or find no room while the torrent is at work. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class LostDataTest {
  private static final int PIECE = 64 * 1024;
  private static final int PIECES = 10;
  private static final int KEPT = 3; // when the file is cut
  private static final TestData DATA = TestData.file("lost.bin", PIECES * PIECE, PIECE);
  private static final Reserved ALL = Reserved.NONE.withFast().withExtended();
  private static final int THEIR_ID = 9;

  @TempDir private Path temp;
  @AutoClose private Hosts hosts;

  @BeforeEach
  void openHosts() {
    hosts = new Hosts(temp);
  }

  private static RawPeer greet(String from, Endpoint to) throws IOException {
    RawPeer peer = RawPeer.greet(from, to, DATA.metainfo().infoHash(), ALL);
    peer.send(PeerMessage.HAVE_NONE);
    peer.send(PeerMessage.INTERESTED);
    ExtensionHandshake mine =
        ExtensionHandshake.of(Map.of(ExtensionHandshake.LT_DONTHAVE, THEIR_ID));
    peer.send(new PeerMessage.Extended(0, mine.encode()));
    return peer;
  }

  private static void cut(Path file) throws IOException {
    try (FileChannel open = FileChannel.open(file, StandardOpenOption.WRITE)) {
      open.truncate(KEPT * PIECE);
    }
  }

  @Test
  void peersHearOfPiecesWhoseDataIsGone() throws Exception {
    Endpoint seeder = hosts.seed(DATA);
    try (RawPeer told = greet("127.0.0.8", seeder);
        RawPeer asking = greet("127.0.0.9", seeder)) {
      while (!told.receive(PIECES).equals(PeerMessage.UNCHOKE)) {
        // what comes before
      }
      cut(DATA.at(hosts.folder(1), DATA.files().getFirst()));
      asking.send(new PeerMessage.Request(new BlockRef(7, 0, 16 * 1024)));

      TreeSet<Integer> lost = new TreeSet<>();
      while (lost.size() < PIECES - KEPT) {
        if (told.receive(PIECES) instanceof PeerMessage.Extended(int id, byte[] payload)
            && id == THEIR_ID) {
          lost.add(DontHave.decode(payload).piece());
        }
      }
      assertThat(lost.first()).isEqualTo(KEPT);

      told.send(new PeerMessage.Request(new BlockRef(7, 0, 16 * 1024)));
      PeerMessage answer = told.receive(PIECES);
      while (!(answer instanceof PeerMessage.Reject)) {
        answer = told.receive(PIECES);
      }
    }
  }

  @Test
  void aDownloadFetchesAgainWhatIsGone() throws Exception {
    Session session = hosts.open(2);
    try (TestTracker tracker = new TestTracker()) {
      Transfer transfer =
          session.add(
              DATA.metainfo(),
              hosts.folder(2),
              TransferOptions.defaults()
                  .withPeers(List.of(hosts.seed(DATA)))
                  .withTrackers(List.of(List.of(tracker.url()))));
      transfer.completed().get(20, TimeUnit.SECONDS);
      await().until(() -> tracker.events().contains(AnnounceEvent.COMPLETED));

      cut(DATA.at(hosts.folder(2), DATA.files().getFirst()));
      try (RawPeer asking = greet("127.0.0.9", session.listening())) {
        asking.send(new PeerMessage.Request(new BlockRef(7, 0, 16 * 1024)));
        await().until(() -> transfer.status().downloadedBytes() > (long) PIECES * PIECE);
      }

      await()
          .untilAsserted(
              () -> {
                assertThat(transfer.status().state()).isEqualTo(State.SEEDING);
                hosts.assertThatHas(2, DATA);
              });
      session.close();
      assertThat(tracker.events()).containsOnlyOnce(AnnounceEvent.COMPLETED);
    }
  }

  @Test
  void aPieceThatAPeerLostIsNoLongerCounted() throws Exception {
    Session session = hosts.open(2);
    Transfer transfer = hosts.get(session, 2, DATA);
    await().until(() -> transfer.status().state() == State.DOWNLOADING);
    try (RawPeer peer =
        RawPeer.greet("127.0.0.9", session.listening(), DATA.metainfo().infoHash(), ALL)) {
      peer.send(PeerMessage.HAVE_ALL);
      int id = numberOfLost(peer, PIECES);
      await().until(() -> transfer.status().peers().getFirst().progress() == 1);
      peer.send(new PeerMessage.Extended(id, new DontHave(4).encode()));

      await().until(() -> transfer.status().peers().getFirst().progress() == 0.9);
    }
  }

  @Test
  void whatAPeerTellsInOneBreathIsTakenInItsOrder() throws Exception {
    Session session = hosts.open(2);
    Transfer transfer = hosts.get(session, 2, DATA);
    await().until(() -> transfer.status().state() == State.DOWNLOADING);
    try (RawPeer peer =
        RawPeer.greet("127.0.0.9", session.listening(), DATA.metainfo().infoHash(), ALL)) {
      peer.send(PeerMessage.HAVE_NONE);
      int id = numberOfLost(peer, PIECES);

      ByteBuffer breath = ByteBuffer.allocate(100);
      PeerMessageCodec.encode(new PeerMessage.Have(4), breath);
      PeerMessageCodec.encode(new PeerMessage.Have(5), breath);
      PeerMessageCodec.encode(new PeerMessage.Extended(id, new DontHave(4).encode()), breath);
      peer.send(Arrays.copyOf(breath.array(), breath.position()));

      await().until(() -> transfer.status().peers().getFirst().progress() == 0.1);
    }
  }

  @Test
  void theMemoryOfABlockComesBackWhateverFollowsIt() throws Exception {
    Session session = hosts.open(2);
    Transfer transfer = hosts.get(session, 2, DATA);
    await().until(() -> transfer.status().state() == State.DOWNLOADING);
    BlockMemory memory = session.connectionOwner().memory();
    byte[] noHandshake = {0, 0, 0, 3, 20, 0, 'x'};
    byte[] noLength = {-1, -1, -1, -1, -1, -1, -1};
    for (byte[] wrong : List.of(noHandshake, noLength)) {
      ByteBuffer breath = ByteBuffer.allocate(17_000);
      PeerMessageCodec.encodePieceHeader(4, 0, 16 * 1024, breath);
      breath.position(breath.position() + 16 * 1024).put(wrong);
      try (RawPeer peer =
          RawPeer.greet("127.0.0.9", session.listening(), DATA.metainfo().infoHash(), ALL)) {
        peer.send(PeerMessage.HAVE_NONE);
        peer.send(Arrays.copyOf(breath.array(), breath.position()));
        peer.awaitEnd();
      }
    }

    await().untilAsserted(() -> assertThat(memory.availableSlots()).isEqualTo(memory.maxSlots()));
  }

  private static int numberOfLost(RawPeer peer, int pieces) throws Exception {
    while (true) {
      if (peer.receive(pieces) instanceof PeerMessage.Extended(int id, byte[] payload) && id == 0) {
        ExtensionHandshake theirs = ExtensionHandshake.decode(payload);
        return theirs.idOf(ExtensionHandshake.LT_DONTHAVE).orElseThrow();
      }
    }
  }

  @Test
  void aPeerMayLoseAllAtOnceButNotWithoutEnd() throws Exception {
    TestData many = TestData.file("many.bin", 1_500_000, 1_000);
    Session session = hosts.open(2);
    Transfer transfer = hosts.get(session, 2, many);
    await().until(() -> transfer.status().state() == State.DOWNLOADING);
    try (RawPeer peer =
        RawPeer.greet("127.0.0.9", session.listening(), many.metainfo().infoHash(), ALL)) {
      peer.send(PeerMessage.HAVE_ALL);
      int id = numberOfLost(peer, 1_500);
      await().until(() -> transfer.status().peers().getFirst().progress() == 1);
      for (int piece = 0; piece < 1_500; piece++) {
        peer.send(new PeerMessage.Extended(id, new DontHave(piece).encode()));
      }
      await().until(() -> transfer.status().peers().getFirst().progress() == 0);
      assertThat(session.drops()).isEmpty();

      loseAgainAndAgain(peer, id);

      await().untilAsserted(() -> assertThat(session.drops()).containsKey("misconduct_flood"));
    }
  }

  private static void loseAgainAndAgain(RawPeer peer, int id) throws IOException {
    try {
      for (int i = 0; i < 10_000; i++) {
        peer.send(new PeerMessage.Have(7));
        peer.send(new PeerMessage.Extended(id, new DontHave(7).encode()));
      }
    } catch (IOException e) {
      // dropped, as it should be
    }
  }

  @Test
  void aFullDiskPausesAndRoomLetsItGoOn() throws Exception {
    Path disk = Files.createDirectories(hosts.folder(2));
    assumeTrue(mount(disk), "only root may mount a small disk");
    try {
      Endpoint slow = hosts.seed(DATA, s -> s.maxUpBytesPerSecond = 2 * PIECE);
      Transfer transfer = hosts.get(hosts.open(2), 2, DATA, slow);
      await().until(() -> transfer.status().verifiedBytes() > 0);
      fill(disk.resolve("in the way"));
      TransferStatus paused =
          await().until(transfer::status, status -> status.state() == State.PAUSED);
      assertThat(paused.problem().orElseThrow()).startsWith("the disk is full: " + disk);
      long kept = paused.verifiedBytes();

      Files.delete(disk.resolve("in the way"));

      transfer.completed().get(20, TimeUnit.SECONDS);
      hosts.assertThatHas(2, DATA);
      // What was verified before was not fetched again; each pause costs what was under way.
      assertThat(kept).isPositive();
      hosts.close();
      assertThat(transfer.status().verifiedBytes()).isEqualTo((long) PIECES * PIECE);
    } finally {
      hosts.close();
      run("umount", disk.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDiskWithTooLittleRoomIsToldOfBeforeAnythingIsFetched(boolean preallocate) throws Exception {
    Path disk = Files.createDirectories(hosts.folder(2));
    assumeTrue(mount(disk), "only root may mount a small disk");
    try {
      Files.write(disk.resolve("in the way"), new byte[6 * PIECE]);
      Transfer transfer = get(preallocate, hosts.seed(DATA));
      TransferStatus paused =
          await().until(transfer::status, status -> status.state() == State.PAUSED);
      assertThat(paused.problem().orElseThrow())
          .contains("needs 1 MiB more and has room for 0 MiB");
      assertThat(paused.downloadedBytes()).isZero();

      Files.delete(disk.resolve("in the way"));
      transfer.completed().get(20, TimeUnit.SECONDS);
      hosts.assertThatHas(2, DATA);
    } finally {
      hosts.close();
      run("umount", disk.toString());
    }
  }

  private Transfer get(boolean preallocate, Endpoint peer) throws IOException {
    return hosts
        .open(2)
        .add(
            DATA.metainfo(),
            hosts.folder(2),
            TransferOptions.defaults()
                .withPeers(List.of(peer))
                .with(o -> o.preallocate = preallocate));
  }

  @Test
  void whoTookAllTheRoomAtTheStartGoesOnWhereThereIsNoMore() throws Exception {
    Path disk = Files.createDirectories(hosts.folder(2));
    assumeTrue(mount(disk), "only root may mount a small disk");
    try {
      Transfer transfer = get(true, hosts.seed(DATA, s -> s.maxUpBytesPerSecond = 2 * PIECE));
      await().until(() -> transfer.status().verifiedBytes() > 0);
      Path other = disk.resolve("in the way");
      fill(other);
      try (FileChannel open = FileChannel.open(other, StandardOpenOption.WRITE)) {
        open.truncate(open.size() - 16 * 1024); // for its state
      }

      transfer.pause();
      transfer.resume();

      transfer.completed().get(20, TimeUnit.SECONDS);
      hosts.assertThatHas(2, DATA);
    } finally {
      hosts.close();
      run("umount", disk.toString());
    }
  }

  private static void fill(Path file) throws IOException {
    try (FileChannel open =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      while (true) {
        open.write(ByteBuffer.allocate(4096));
      }
    } catch (IOException e) {
      // as full as it gets
    }
  }

  /** A disk with room for 12 pieces. */
  private static boolean mount(Path at) throws Exception {
    return run("mount", "-t", "tmpfs", "-o", "size=" + 12 * PIECE, "tmpfs", at.toString());
  }

  private static boolean run(String... command) throws Exception {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
