package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.connection.LiveTorrent;
import dev.skep.agent.session.LifeCycle.Resumed;
import dev.skep.agent.session.TransferStatus.State;
import dev.skep.agent.session.content.Wanted;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a transfer may do next, when things come together that seldom do. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class LifeCycleTest {
  private static final TestData DATA = TestData.file("life.bin", 100_000, 16 * 1024);
  private static final long SECOND = 1_000_000_000L;

  @TempDir private Path temp;
  @AutoClose private Hosts hosts;

  private final LifeCycle life =
      new LifeCycle(Wanted.of(DATA.metainfo(), List.of()), _ -> false, new Ledger(), 0);

  @BeforeEach
  void openHosts() {
    hosts = new Hosts(temp);
  }

  private void takeTurn() {
    assertThat(life.checked()).isTrue();
    assertThat(life.takeTurn(0)).isTrue();
  }

  /** With a live torrent that is nobody's concern here. */
  private void download() throws IOException {
    Transfer other = hosts.get(hosts.open(2), 2, DATA);
    LiveTorrent any =
        await()
            .atMost(Duration.ofSeconds(30))
            .until(other::live, Optional::isPresent)
            .orElseThrow();
    takeTurn();
    assertThat(life.goLive(_ -> any)).contains(State.DOWNLOADING);
  }

  private State state() {
    return life.standing().state();
  }

  @Test
  void whatIsPausedWhenItsTurnComesDoesNotTakeIt() {
    life.checked();

    life.pause();

    assertThat(life.takeTurn(0)).isFalse();
    assertThat(life.resume()).isEqualTo(Resumed.NEEDS_TURN);
  }

  @Test
  void whatIsPausedJustWhenItsTurnEndsStaysPaused() throws Exception {
    download();

    life.pause();
    life.loseTurn();

    assertThat(state()).isEqualTo(State.PAUSED);
  }

  @Test
  void whatIsPausedJustWhenItCompletesStaysPaused() throws Exception {
    download();

    life.pause();
    assertThat(life.complete()).isTrue();
    assertThat(life.takeLive()).isPresent();

    assertThat(state()).isEqualTo(State.PAUSED);
    assertThat(life.resume()).isEqualTo(Resumed.NEEDS_TURN);
  }

  @Test
  void whatCompletesJustWhenItsTurnEndsWaitsForTheNext() throws Exception {
    download();

    life.loseTurn();
    assertThat(life.complete()).isTrue();
    assertThat(life.takeLive()).isPresent();

    assertThat(life.takeTurn(0)).isTrue();
  }

  @Test
  void aDiskThatFailsJustWhenTheTurnEndsChangesNothing() throws Exception {
    download();

    life.loseTurn();

    assertThat(life.breakOff("full")).isEmpty();
    assertThat(state()).isEqualTo(State.QUEUED);
  }

  @Test
  void whatIsPausedJustAfterTheCheckWantsNoTurn() {
    life.checked();
    assertThat(life.wantsTurn()).isTrue();

    life.pause();

    assertThat(life.wantsTurn()).isFalse();
  }

  @Test
  void aDiskThatFailsAgainAndAgainIsTriedAfterTwiceAsLong() {
    takeTurn();

    for (long seconds : new long[] {1, 2, 4, 8, 16, 32, 60, 60}) {
      assertThat(life.breakOff("full")).contains(new LifeCycle.Break(Optional.empty(), seconds));
      assertThat(life.standing().problem()).contains("full");
      assertThat(life.retry()).isTrue();
    }
    life.progressed(0);
    assertThat(life.breakOff("full").orElseThrow().retrySeconds()).isEqualTo(1);
  }

  @Test
  void whoResumesAfterAFailureOfTheDiskKeepsTheTurnAndIsNotTriedTwice() {
    takeTurn();
    life.breakOff("full");

    assertThat(life.resume()).isEqualTo(Resumed.HAS_TURN);

    assertThat(life.retry()).isFalse();
  }

  @Test
  void whoHasFewPeersAsksForMoreOnceInHalfAMinute() throws Exception {
    download();

    assertThat(life.isHungry(4, 30 * SECOND)).isFalse();
    assertThat(life.isHungry(5, 31 * SECOND)).isFalse();
    assertThat(life.isHungry(4, 31 * SECOND)).isTrue();
    assertThat(life.isHungry(4, 61 * SECOND)).isFalse();
    assertThat(life.isHungry(4, 62 * SECOND)).isTrue();
  }

  @Test
  void aDownloadThatGotNothingForAMinuteIsStalled() throws Exception {
    download();
    assertThat(life.isStalled(60 * SECOND)).isFalse();
    assertThat(life.isStalled(61 * SECOND)).isTrue();

    life.progressed(61 * SECOND);

    assertThat(life.isStalled(121 * SECOND)).isFalse();
  }
}
