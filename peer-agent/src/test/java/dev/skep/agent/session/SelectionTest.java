package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.session.TransferStatus.State;
import dev.skep.agent.session.content.FilePriority;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.tracker.AnnounceEvent;
import dev.skep.protocol.tracker.AnnounceRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Some of a torrent's files are downloaded, and of the others only what shares their pieces. */
@Timeout(60)
class SelectionTest {
  private static final int PIECE = 64 * 1024;
  private static final FilePriority SKIP = FilePriority.SKIP;
  private static final FilePriority NORMAL = FilePriority.NORMAL;

  /** Files that begin and end in the midst of pieces; the third is wanted: pieces 7 to 11. */
  private static final TestData DATA =
      TestData.folder("chosen", PIECE)
          .with(List.of("a.bin"), 5 * PIECE + 100)
          .with(List.of("folder", "b.bin"), 2 * PIECE + 200)
          .with(List.of("folder", "c.bin"), 4 * PIECE)
          .with(List.of("other", "empty"), 0)
          .with(List.of("other", "d.bin"), 6 * PIECE + 300);

  private static final List<FilePriority> THIRD = List.of(SKIP, SKIP, NORMAL, SKIP, SKIP);
  private static final long THIRD_BYTES = 5 * PIECE;

  @TempDir private Path temp;
  @AutoClose private Hosts hosts;
  private Endpoint seeder;

  @BeforeEach
  void openSeeder() throws Exception {
    hosts = new Hosts(temp);
    seeder = hosts.seed(DATA);
  }

  private Transfer get(Session session, List<FilePriority> priorities) throws IOException {
    return get(session, 2, seeder, o -> o.priorities = priorities);
  }

  private Transfer get(
      Session session, int host, Endpoint from, Consumer<TransferOptions.Draft> changes)
      throws IOException {
    return session.add(
        DATA.metainfo(),
        hosts.folder(host),
        TransferOptions.defaults().withPeers(List.of(from)).with(changes));
  }

  private static void complete(Transfer transfer) throws Exception {
    transfer.completed().get(20, TimeUnit.SECONDS);
  }

  private List<String> filesOnDisk() throws IOException {
    Path folder = hosts.folder(2).resolve("chosen");
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .map(f -> folder.relativize(f).toString())
          .sorted()
          .toList();
    }
  }

  private void assertThatFileIsRight(int index) {
    TestData.Content file = DATA.files().get(index);
    assertThat(DATA.at(hosts.folder(2), file)).hasBinaryContent(file.bytes());
  }

  @Test
  void onlyTheChosenFileIsMadeAndOnlyItsPiecesAreFetched() throws Exception {
    Transfer transfer = get(hosts.open(2), THIRD);
    complete(transfer);

    assertThat(filesOnDisk()).containsExactly("folder/c.bin");
    assertThatFileIsRight(2);
    TransferStatus status = transfer.status();
    assertThat(status.state()).isEqualTo(State.SEEDING);
    assertThat(status.totalBytes()).isEqualTo(THIRD_BYTES);
    assertThat(status.verifiedBytes()).isEqualTo(THIRD_BYTES);
    assertThat(status.downloadedBytes()).isEqualTo(THIRD_BYTES);
  }

  @Test
  void anotherRunWithAnotherChoiceFetchesNothingTwice() throws Exception {
    complete(get(hosts.open(2), THIRD));
    hosts.close();
    hosts = new Hosts(temp);
    seeder = hosts.seed(DATA);

    Transfer all = get(hosts.open(2), List.of());
    complete(all);

    hosts.assertThatHas(2, DATA);
    assertThat(all.status().downloadedBytes())
        .isEqualTo(DATA.metainfo().layout().totalBytes() - THIRD_BYTES);
    try (Stream<Path> kept = Files.list(hosts.folder(2).resolve(".skep"))) {
      assertThat(kept).noneMatch(f -> f.toString().endsWith(".parts"));
    }
  }

  @Test
  void theChoiceMayGrowAndShrinkWhileItRuns() throws Exception {
    Transfer transfer = get(hosts.open(2), THIRD);
    complete(transfer);

    transfer.prioritize(List.of(NORMAL, SKIP, NORMAL, NORMAL, SKIP));

    await().until(() -> transfer.status().state() == State.SEEDING);
    assertThat(filesOnDisk()).containsExactly("a.bin", "folder/c.bin", "other/empty");
    assertThatFileIsRight(0);
    assertThatFileIsRight(2);

    transfer.prioritize(List.of());
    await().until(() -> transfer.status().state() == State.SEEDING);
    hosts.assertThatHas(2, DATA);
    assertThat(transfer.status().downloadedBytes())
        .isEqualTo(DATA.metainfo().layout().totalBytes());
  }

  @Test
  void piecesThatLieInTheUnchosenFilesAreServedToo() throws Exception {
    Session partial = hosts.open(2);
    complete(get(partial, THIRD));

    Transfer other = get(hosts.open(3), 3, partial.listening(), o -> o.priorities = THIRD);
    complete(other);

    TestData.Content file = DATA.files().get(2);
    assertThat(DATA.at(hosts.folder(3), file)).hasBinaryContent(file.bytes());
  }

  @Test
  void twoPartialSeedsLeaveOneAnotherAlone() throws Exception {
    Session partial = hosts.open(2);
    Transfer one = get(partial, THIRD);
    complete(one);
    Session second = hosts.open(3);
    Transfer two = get(second, 3, partial.listening(), o -> o.priorities = THIRD);
    complete(two);

    // Whoever is first closes for that reason; the other then finds itself closed.
    await()
        .untilAsserted(
            () -> {
              assertThat(one.status().peers()).isEmpty();
              assertThat(two.status().peers()).isEmpty();
              assertThat(Stream.of(partial, second).map(Session::drops).map(Map::keySet))
                  .anySatisfy(reasons -> assertThat(reasons).contains("nothing_to_do"));
            });
  }

  @Test
  void trackersHearOfAPartialSeedAndNeverThatItCompleted() throws Exception {
    try (TestTracker tracker = new TestTracker()) {
      Transfer transfer =
          get(
              hosts.open(2),
              2,
              seeder,
              o -> {
                o.trackers = List.of(List.of(tracker.url()));
                o.priorities = THIRD;
              });
      complete(transfer);

      await().until(() -> tracker.events().contains(AnnounceEvent.PAUSED));
      hosts.close();
      assertThat(tracker.events())
          .containsExactly(AnnounceEvent.STARTED, AnnounceEvent.PAUSED, AnnounceEvent.STOPPED);
      assertThat(tracker.announces.stream().map(AnnounceRequest::leftBytes).toList().getLast())
          .isEqualTo(DATA.metainfo().layout().totalBytes() - THIRD_BYTES);
    }
  }

  @Test
  void aFileIsCalledPartThoughTheTorrentHasOneOfThatName() throws Exception {
    TestData data =
        TestData.folder("chosen", PIECE)
            .with(List.of("a"), 3 * PIECE)
            .with(List.of("a.part"), 2 * PIECE + 1)
            .with(List.of("b"), PIECE)
            .with(List.of("b.part", "c"), PIECE);
    Path seeded = data.writeTo(hosts.folder(4));
    Session second = hosts.open(4);
    second
        .add(data.metainfo(), temp, TransferOptions.defaults().seeding(seeded))
        .completed()
        .get(20, TimeUnit.SECONDS);
    Transfer transfer =
        hosts
            .open(2)
            .add(
                data.metainfo(),
                hosts.folder(2),
                TransferOptions.defaults()
                    .with(
                        o -> {
                          o.preallocate = true;
                          o.partNames = true;
                        }));
    await().until(() -> transfer.status().state() == State.DOWNLOADING);
    assertThat(filesOnDisk())
        .containsExactly("a.part.part", "a.part.part.part", "b.part.part", "b.part/c.part");

    transfer.addPeer(second.listening());
    complete(transfer);

    assertThat(filesOnDisk()).containsExactly("a", "a.part", "b", "b.part/c");
    hosts.assertThatHas(2, data);
  }

  @Test
  void filesMayBeMadeWholeAndCalledPartUntilTheyAreDone() throws Exception {
    Transfer transfer =
        get(
            hosts.open(2),
            2,
            Endpoint.of("127.0.0.9", 1), // nobody
            o -> {
              o.preallocate = true;
              o.partNames = true;
            });
    await().until(() -> transfer.status().state() == State.DOWNLOADING);
    assertThat(filesOnDisk())
        .containsExactly(
            "a.bin.part",
            "folder/b.bin.part",
            "folder/c.bin.part",
            "other/d.bin.part",
            "other/empty");
    Path first = hosts.folder(2).resolve("chosen").resolve("a.bin.part");
    assertThat(Files.size(first)).isEqualTo(5 * PIECE + 100);

    transfer.addPeer(seeder);
    complete(transfer);

    assertThat(filesOnDisk())
        .containsExactly("a.bin", "folder/b.bin", "folder/c.bin", "other/d.bin", "other/empty");
    hosts.assertThatHas(2, DATA);
  }
}
