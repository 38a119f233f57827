package dev.skep.agent.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.library.TorrentRecord;
import dev.skep.agent.library.TorrentRecord.Place;
import dev.skep.agent.service.AgentTorrent;
import dev.skep.agent.service.Seeded;
import dev.skep.agent.service.TestAgent;
import dev.skep.agent.session.TransferStatus.State;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RateHistoryTest {
  private static final Seeded DATA = Seeded.file("disk.img", 100_000);

  @TempDir private Path temp;

  private AgentTorrent add(TestAgent to, String folder) throws Exception {
    TorrentRecord record =
        TorrentRecord.of(
            DATA.metainfo().infoHash(), Place.in(temp.resolve(folder)), to.agent().now());
    return to.agent().add(record, Optional.of(DATA.metainfo())).torrent();
  }

  @Test
  void whatWasMovedInAStepIsItsRate() throws Exception {
    DATA.writeTo(temp.resolve("data"));
    try (TestAgent source = TestAgent.open(temp.resolve("source"));
        TestAgent test = TestAgent.open(temp.resolve("agent"));
        RateHistory history = RateHistory.of(test.agent())) {
      AgentTorrent seeding = add(source, "data");
      await().until(() -> seeding.view().status().state() == State.SEEDING);
      AgentTorrent copy = add(test, "copy");
      history.step();
      assertThat(history.of(copy.infoHash()).down()).as("it has not moved anything").isEmpty();
      await().until(() -> copy.view().transfer().isPresent());
      copy.view().transfer().orElseThrow().addPeer(source.agent().session().listening());
      await().until(() -> copy.view().record().totals().downloadedBytes() >= 100_000);
      history.step();
      history.step();
      RateHistory.Series series = history.of(copy.infoHash());
      assertThat(series.down()).hasSize(360).endsWith(0L, 10_000L, 0L);
      assertThat(series.up()).containsOnly(0L);
      test.agent().remove(copy, false);
      history.step();
      assertThat(history.of(copy.infoHash()).down()).isEmpty();
    }
  }
}
