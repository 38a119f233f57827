package dev.skep.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.agent.service.Doctor.Cause;
import dev.skep.agent.service.Doctor.Diagnosis;
import dev.skep.agent.session.TransferStatus;
import dev.skep.agent.session.TransferStatus.State;
import dev.skep.agent.session.peers.KnownPeers;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StandstillTest {
  private Cause cause = Cause.NO_PEERS;
  private final Standstill standstill = new Standstill(_ -> new Diagnosis(cause, cause.toString()));

  private Optional<String> at(int second, State state, long bytes) {
    TransferStatus status =
        new TransferStatus(
            state,
            Optional.empty(),
            1000,
            0,
            bytes,
            bytes,
            0,
            0,
            0,
            0,
            List.of(),
            List.of(),
            KnownPeers.NONE,
            List.of(),
            OptionalInt.empty());
    return standstill.look(status, TimeUnit.SECONDS.toNanos(second));
  }

  @Test
  void aCauseIsToldOnceAfterTenSecondsWithoutProgress() {
    assertThat(at(0, State.DOWNLOADING, 5)).isEmpty();
    assertThat(at(9, State.DOWNLOADING, 5)).isEmpty();
    assertThat(at(10, State.DOWNLOADING, 5)).contains("NO_PEERS");
    assertThat(at(20, State.DOWNLOADING, 5)).isEmpty();
    cause = Cause.NO_SOURCE;
    assertThat(at(21, State.DOWNLOADING, 5)).contains("NO_SOURCE");
  }

  @Test
  void whatMovesOrDoesSomethingElseIsNotLookedAt() {
    for (int second = 0; second < 60; second++) {
      assertThat(at(second, State.DOWNLOADING, second / 9)).isEmpty();
    }
    for (int second = 60; second < 120; second++) {
      assertThat(at(second, State.CHECKING, 0)).isEmpty();
    }
    assertThat(at(125, State.ASKING, 0)).isEmpty();
    assertThat(at(130, State.ASKING, 0)).contains("NO_PEERS");
  }
}
