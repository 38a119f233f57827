package dev.skep.agent.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.config.TimesOfWeek;
import dev.skep.agent.library.FileWish;
import dev.skep.agent.library.Goal;
import dev.skep.agent.library.Goals;
import dev.skep.agent.library.TorrentRecord;
import dev.skep.agent.library.TorrentRecord.Place;
import dev.skep.agent.service.QueueOrder.Move;
import dev.skep.agent.session.TransferStatus.State;
import dev.skep.protocol.metainfo.Magnet;
import dev.skep.service.settings.Key;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service as its callers see it, with a real session on the loopback interface. */
@Timeout(60)
class AgentTest {
  private static final Seeded DATA = Seeded.file("disk.img", 200_000);
  private static final Seeded FOLDER = Seeded.folder("photos", 100_000);

  @TempDir private Path temp;
  @AutoClose private TestAgent test;
  private Path downloads;

  @BeforeEach
  void open() throws Exception {
    downloads = temp.resolve("downloads");
    test = TestAgent.open(temp.resolve("data"));
  }

  private AgentTorrent add(Seeded data) throws IOException {
    return add(data, Place.in(downloads));
  }

  private AgentTorrent add(Seeded data, Place place) throws IOException {
    TorrentRecord record = TorrentRecord.of(data.metainfo().infoHash(), place, test.agent().now());
    return test.agent().add(record, Optional.of(data.metainfo())).torrent();
  }

  private static void awaitState(AgentTorrent torrent, State state) {
    await().until(() -> torrent.view().status().state() == state);
  }

  private AgentTorrent restarted(Seeded data) throws Exception {
    test.restart();
    return test.agent().torrent(data.metainfo().infoHash()).orElseThrow();
  }

  @Test
  void aTorrentWhoseDataIsThereIsSeededAndSoAgainAfterARestart() throws Exception {
    DATA.writeTo(downloads);
    awaitState(add(DATA), State.SEEDING);
    AgentTorrent again = restarted(DATA);
    awaitState(again, State.SEEDING);
    await().until(() -> again.record().times().done().isPresent());
  }

  @Test
  void whatIsPausedStaysPausedAcrossARestart() throws Exception {
    DATA.writeTo(downloads);
    AgentTorrent torrent = add(DATA);
    awaitState(torrent, State.SEEDING);
    torrent.stop();
    awaitState(torrent, State.PAUSED);
    AgentTorrent again = restarted(DATA);
    awaitState(again, State.PAUSED);
    assertThat(again.view().isComplete()).isTrue();
    again.start();
    awaitState(again, State.SEEDING);
  }

  @Test
  void oneTorrentIsAddedOnce() throws Exception {
    AgentTorrent torrent = add(DATA);
    Agent.Added second = test.agent().add(torrent.record(), Optional.of(DATA.metainfo()));
    assertThat(second.isNew()).isFalse();
    assertThat(second.torrent()).isSameAs(torrent);
  }

  @Test
  void whatOneFetchesFromAnotherIsCountedAcrossRestarts() throws Exception {
    DATA.writeTo(downloads);
    awaitState(add(DATA), State.SEEDING);
    try (TestAgent other = TestAgent.open(temp.resolve("other"))) {
      fetchedBy(other);
      assertThat(temp.resolve("copy/disk.img")).hasBinaryContent(DATA.bytes());
    }
    AgentTorrent again = restarted(DATA);
    assertThat(again.view().record().totals().uploadedBytes()).isEqualTo(200_000);
  }

  @Test
  void dataIsMovedAndServedFromItsNewPlace() throws Exception {
    FOLDER.writeTo(downloads);
    Path own = Files.writeString(downloads.resolve("photos/mine.txt"), "mine");
    AgentTorrent torrent = add(FOLDER);
    awaitState(torrent, State.SEEDING);
    Path target = temp.resolve("elsewhere");

    torrent.relocate(torrent.record().place().withFolder(target), true);

    await().until(() -> Files.exists(target.resolve("photos/sub/b")));
    awaitState(torrent, State.SEEDING);
    assertThat(torrent.record().place().folder()).isEqualTo(target);
    assertThat(downloads.resolve("photos/sub")).doesNotExist();
    assertThat(own).as("what is not the torrent's stays").hasContent("mine");
    awaitState(restarted(FOLDER), State.SEEDING);
  }

  @Test
  void aMoveThatWasInterruptedGoesOnAtTheNextStart() throws Exception {
    FOLDER.writeTo(downloads);
    AgentTorrent torrent = add(FOLDER);
    awaitState(torrent, State.SEEDING);
    Path target = temp.resolve("elsewhere");
    test.close();
    // As a kill after the first file leaves it.
    test.changeRecord(FOLDER, r -> r.movingTo = Optional.of(Place.in(target)));
    Files.createDirectories(target.resolve("photos"));
    Files.move(downloads.resolve("photos/a"), target.resolve("photos/a"));

    AgentTorrent again = restarted(FOLDER);

    awaitState(again, State.SEEDING);
    assertThat(again.record().place().folder()).isEqualTo(target);
    assertThat(target.resolve("photos/sub/b")).exists();
    assertThat(downloads.resolve("photos")).doesNotExist();
  }

  @Test
  void aMoveOntoSomebodysFileIsRefusedAndNothingMoves() throws Exception {
    DATA.writeTo(downloads);
    AgentTorrent torrent = add(DATA);
    awaitState(torrent, State.SEEDING);
    Path target = Files.createDirectories(temp.resolve("elsewhere"));
    Files.writeString(target.resolve("disk.img"), "mine");

    assertThatThrownBy(() -> torrent.relocate(torrent.record().place().withFolder(target), true))
        .hasMessageContaining("is there already");

    assertThat(target.resolve("disk.img")).hasContent("mine");
    assertThat(torrent.view().status().state()).isEqualTo(State.SEEDING);
  }

  @Test
  void itsFileIsRenamedOnDisk() throws Exception {
    DATA.writeTo(downloads);
    AgentTorrent torrent = add(DATA);
    awaitState(torrent, State.SEEDING);
    torrent.relocate(torrent.record().place().withName("other.img"), true);
    await().until(() -> Files.exists(downloads.resolve("other.img")));
    awaitState(torrent, State.SEEDING);
    assertThat(torrent.view().name()).isEqualTo("other.img");
    assertThat(downloads.resolve("disk.img")).doesNotExist();
  }

  @Test
  void whatIsRemovedWhileItIsChangedStaysRemoved() throws Exception {
    for (int round = 0; round < 10; round++) {
      AgentTorrent torrent = add(DATA);
      var removed = new AtomicBoolean();
      Thread changing =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!removed.get()) {
                      assertThatNoException().isThrownBy(() -> torrent.change(r -> r.queueKey++));
                    }
                  });
      test.agent().remove(torrent, false);
      removed.set(true);
      changing.join();
      try (Stream<Path> kept = Files.list(temp.resolve("data/torrents"))) {
        assertThat(kept).as("round %d", round).isEmpty();
      }
    }
  }

  @Test
  void removingForgetsItAndDeletesDataOnlyWhenTold() throws Exception {
    Path file = DATA.writeTo(downloads);
    AgentTorrent torrent = add(DATA);
    awaitState(torrent, State.SEEDING);
    test.agent().remove(torrent, false);
    assertThat(test.agent().torrents()).isEmpty();
    assertThat(file).exists();

    AgentTorrent again = add(DATA);
    awaitState(again, State.SEEDING);
    test.agent().remove(again, true);
    await().until(() -> !Files.exists(file));
    assertThat(downloads).exists();
    test.restart();
    assertThat(test.agent().torrents()).isEmpty();
  }

  @Test
  void aFileThatIsNotTheTorrentsIsNotDeletedWithIt() throws Exception {
    Path file = Files.createDirectories(downloads).resolve("disk.img");
    Files.writeString(file, "somebody's own");
    AgentTorrent torrent = add(DATA);
    await().until(() -> torrent.view().problem().isPresent());
    test.agent().remove(torrent, true);
    test.restart(); // waits for what is under way
    assertThat(file).hasContent("somebody's own");
  }

  @Test
  void aTorrentThatReachedItsGoalPausesAndGoesOnWhenItIsStartedAgain() throws Exception {
    DATA.writeTo(downloads);
    TorrentRecord record =
        TorrentRecord.of(DATA.metainfo().infoHash(), Place.in(downloads), test.agent().now())
            .with(r -> r.goals = r.goals.withRatio(Goal.at(0.0)));
    AgentTorrent torrent = test.agent().add(record, Optional.of(DATA.metainfo())).torrent();
    await().until(() -> torrent.record().paused());
    awaitState(torrent, State.PAUSED);
    torrent.start();
    awaitState(torrent, State.SEEDING);
    assertThat(torrent.record().goals().ratio()).isEqualTo(Goal.never());
  }

  @Test
  void howLongNobodyTookAnythingIsNotForgottenWhenItsFiguresAreKept() throws Exception {
    DATA.writeTo(downloads);
    Goal<Duration> idle = Goal.at(Duration.ofSeconds(80));
    AgentTorrent torrent = add(DATA);
    awaitState(torrent, State.SEEDING);
    torrent.change(r -> r.goals = r.goals.withIdleTime(idle));
    test.setAhead(Duration.ofSeconds(50));
    awaitSeeding(torrent, Duration.ofSeconds(50));

    torrent.save();
    test.setAhead(Duration.ofSeconds(100));

    await().until(() -> torrent.record().paused());
    awaitState(torrent, State.PAUSED);
    assertThat(torrent.view().reached()).as("why it pauses").contains(Goals.Reached.IDLE_TIME);
  }

  private static void awaitSeeding(AgentTorrent torrent, Duration atLeast) {
    await().until(() -> torrent.view().record().times().seeding().compareTo(atLeast) >= 0);
  }

  @Test
  void aTorrentThatRestsIsNotWrittenEveryFewMinutes() throws Exception {
    DATA.writeTo(downloads);
    AgentTorrent torrent = add(DATA);
    await().until(() -> torrent.record().times().done().isPresent());
    Path record = temp.resolve("data/torrents/" + torrent.infoHash().hex() + ".record");
    byte[] before = Files.readAllBytes(record);
    test.setAhead(Duration.ofMinutes(10));
    await().until(() -> torrent.view().record().times().seeding().toSeconds() >= 2);
    assertThat(record).hasBinaryContent(before);
    test.setAhead(Duration.ofMinutes(70));
    await().until(() -> !Arrays.equals(before, Files.readAllBytes(record)));
  }

  @Test
  void aTorrentIsForgottenByItselfWhenItsGoalSaysSo() throws Exception {
    Path file = DATA.writeTo(downloads);
    TorrentRecord record =
        TorrentRecord.of(DATA.metainfo().infoHash(), Place.in(downloads), test.agent().now())
            .with(
                r ->
                    r.goals =
                        new Goals(
                            Goal.never(),
                            Goal.at(Duration.ZERO),
                            Goal.never(),
                            Goal.never(),
                            true));
    test.agent().add(record, Optional.of(DATA.metainfo()));
    await().until(() -> test.agent().torrents().isEmpty());
    assertThat(file).exists();
  }

  @Test
  void verifyingFindsWhatWasSpoiltBehindItsBackAndFetchesItAgain() throws Exception {
    DATA.writeTo(downloads);
    awaitState(add(DATA), State.SEEDING);
    try (TestAgent other = TestAgent.open(temp.resolve("other"))) {
      AgentTorrent copy = fetchedBy(other);
      Path file = temp.resolve("copy/disk.img");
      var before = Files.getLastModifiedTime(file);
      byte[] spoilt = DATA.bytes();
      spoilt[0] ^= 1;
      Files.write(file, spoilt);
      Files.setLastModifiedTime(file, before);

      copy.verify();

      await().until(() -> copy.view().missingBytes() == 16 << 10);
      connect(copy);
      awaitState(copy, State.SEEDING);
      assertThat(file).hasBinaryContent(DATA.bytes());
    }
  }

  @Test
  void aLinkLeadsToThePeersThatItNames() throws Exception {
    Path whole = Files.createDirectories(temp.resolve("whole"));
    Files.write(whole.resolve("disk.img"), DATA.bytes());
    awaitState(add(DATA, Place.in(whole)), State.SEEDING);
    String peer = "&x.pe=" + test.agent().session().listening();
    Magnet link = Magnet.parse(DATA.metainfo().magnet() + peer);

    try (TestAgent other = TestAgent.open(temp.resolve("other"))) {
      TorrentRecord record =
          TorrentRecord.of(DATA.metainfo().infoHash(), Place.in(downloads), other.agent().now())
              .with(r -> r.magnet = Optional.of(link));
      AgentTorrent copy = other.agent().add(record, Optional.empty()).torrent();

      awaitState(copy, State.SEEDING);
    }
    assertThat(downloads.resolve("disk.img")).hasBinaryContent(DATA.bytes());
  }

  private AgentTorrent fetchedBy(TestAgent other) throws IOException {
    TorrentRecord record =
        TorrentRecord.of(
            DATA.metainfo().infoHash(), Place.in(temp.resolve("copy")), other.agent().now());
    AgentTorrent copy = other.agent().add(record, Optional.of(DATA.metainfo())).torrent();
    connect(copy);
    awaitState(copy, State.SEEDING);
    return copy;
  }

  private void connect(AgentTorrent copy) {
    await().until(() -> copy.view().transfer().isPresent());
    copy.view().transfer().orElseThrow().addPeer(test.agent().session().listening());
  }

  @Test
  void filesThatAreNotWantedAreNotMissed() throws Exception {
    TorrentRecord record =
        TorrentRecord.of(FOLDER.metainfo().infoHash(), Place.in(downloads), test.agent().now())
            .with(r -> r.files = List.of(FileWish.NORMAL, FileWish.SKIP_HIGH));
    AgentTorrent torrent = test.agent().add(record, Optional.of(FOLDER.metainfo())).torrent();
    awaitState(torrent, State.DOWNLOADING);
    assertThat(torrent.view().missingBytes()).isLessThan(120_000);
    torrent.change(r -> r.files = List.of(FileWish.NORMAL, FileWish.HIGH));
    await().until(() -> torrent.view().missingBytes() == 200_000);
  }

  @Test
  void whatIsMovedUpInTheQueueHasItsTurnFirst() throws Exception {
    test.agent().change(Map.<Key<?>, String>of(AgentKeys.ACTIVE_DOWNLOADS, "1"));
    AgentTorrent first = add(DATA);
    awaitState(first, State.DOWNLOADING);
    AgentTorrent second = add(Seeded.file("second", 100_000));
    AgentTorrent third = add(Seeded.file("third", 100_000));
    awaitState(third, State.QUEUED);
    await().until(() -> second.view().transfer().isPresent());
    test.agent().move(List.of(third), new Move.Top());
    assertThat(test.agent().position(third.id())).isZero();
    first.stop();
    awaitState(third, State.DOWNLOADING);
    assertThat(second.view().status().state()).isEqualTo(State.QUEUED);
  }

  @Test
  @Tag("full")
  void aThousandAreBackAndServeWithinFiveSecondsAndNothingIsReadForThat() throws Exception {
    for (int i = 0; i < 1000; i++) {
      Seeded each = Seeded.file("torrent" + i, 1000);
      each.writeTo(downloads);
      add(each);
    }
    await().atMost(Duration.ofMinutes(1)).until(this::allSeed);
    long began = System.nanoTime();
    test.restart();
    await().pollInterval(Duration.ofMillis(20)).until(this::allSeed);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    assertThat(test.agent().torrents()).hasSize(1000);
    assertThat(test.agent().session().diskWork().checkedBytes()).isZero();
  }

  private boolean allSeed() {
    return test.agent().torrents().stream()
        .allMatch(torrent -> torrent.view().status().state() == State.SEEDING);
  }

  @Test
  void otherRatesHoldAtTheirTimes() throws Exception {
    DayOfWeek today = LocalDate.now(ZoneId.systemDefault()).getDayOfWeek();
    test.agent()
        .change(
            Map.<Key<?>, String>of(
                AgentKeys.ALTERNATIVE_TIMED,
                "true",
                AgentKeys.ALTERNATIVE_TIMES,
                allDay(today, today.plus(1))));
    await().until(() -> test.agent().settings().get(AgentKeys.ALTERNATIVE));
    test.agent()
        .change(
            Map.<Key<?>, String>of(
                AgentKeys.ALTERNATIVE_TIMES, allDay(today.plus(3), today.plus(4))));
    await().until(() -> !test.agent().settings().get(AgentKeys.ALTERNATIVE));
  }

  private static String allDay(DayOfWeek... days) {
    return new TimesOfWeek(Set.of(days), 0, 24 * 60 - 1).toString();
  }

  @Test
  void settingsThatAreChangedWhileItRunsAreThereAfterARestart() throws Exception {
    test.agent().change(Map.<Key<?>, String>of(AgentKeys.MAX_UP, "1MiB/s"));
    assertThatThrownBy(
            () -> test.agent().change(Map.<Key<?>, String>of(AgentKeys.MAX_DOWN, "fast")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("skep.agent.max.down is 'fast'");
    test.restart();
    assertThat(test.agent().settings().get(AgentKeys.MAX_UP)).isEqualTo(1 << 20);
  }

  @Test
  void dataIsNotPutAmongWhatTheAgentKeeps() {
    assertThatThrownBy(() -> test.agent().requireNotOurs(temp.resolve("data/torrents/x")))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> test.agent().requireNotOurs(temp.resolve("data/x/../resume")))
        .isInstanceOf(IOException.class);
  }
}
