package dev.skep.agent.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.agent.library.Goals;
import dev.skep.agent.library.TorrentRecord;
import dev.skep.agent.library.TorrentRecord.Place;
import dev.skep.agent.session.TransferStatus;
import dev.skep.agent.session.TransferStatus.State;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TorrentSnapshotTest {
  private static final Seeded DATA = Seeded.file("disk.img", 100_000);

  /** As it is for a moment after every start: who takes it for complete would take half files. */
  @Test
  void whatNothingMovesYetIsNotComplete() {
    TorrentSnapshot view =
        new TorrentSnapshot(
            1,
            TorrentRecord.of(DATA.metainfo().infoHash(), Place.in(Path.of("/srv")), Instant.EPOCH),
            Optional.of(DATA.metainfo()),
            Optional.empty(),
            TransferStatus.atRest(State.QUEUED),
            Optional.empty(),
            Instant.EPOCH,
            Optional.empty(),
            Goals.NONE,
            Optional.empty());

    assertThat(view.isComplete()).isFalse();
  }
}
