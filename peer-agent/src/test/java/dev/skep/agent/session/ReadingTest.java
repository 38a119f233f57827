package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.session.TransferStatus.State;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Somebody reads a torrent's data while it comes. */
@Timeout(60)
class ReadingTest {
  private static final int PIECE = 16 * 1024;
  private static final int PIECES = 128;
  private static final int BYTES = PIECE * PIECES;
  private static final TestData DATA = TestData.file("film", BYTES, PIECE);

  @TempDir private Path temp;
  @AutoClose private Hosts hosts;

  @BeforeEach
  void openHosts() {
    hosts = new Hosts(temp);
  }

  @Test
  void whatIsWaitedForComesFirstAlsoAfterAPause() throws Exception {
    Transfer transfer = hosts.get(hosts.open(2), 2, DATA);
    await().until(() -> transfer.status().state() == State.DOWNLOADING);
    try (Reading reading = transfer.read().orElseThrow()) {
      ByteBuffer last = ByteBuffer.allocate(PIECE);
      long at = BYTES - PIECE;
      assertThat(reading.read(at, BYTES, last)).isZero();
      transfer.pause();
      transfer.resume();
      await().until(() -> transfer.status().state() == State.DOWNLOADING);

      transfer.addPeer(hosts.seed(DATA, s -> s.maxUpBytesPerSecond = BYTES / 8));
      await()
          .pollInterval(Duration.ofMillis(5))
          .until(() -> reading.read(at, BYTES, last), count -> count == PIECE);

      assertThat(transfer.verified().cardinality()).isLessThan(PIECES / 4);
      byte[] all = DATA.files().getFirst().bytes();
      assertThat(last.array()).isEqualTo(Arrays.copyOfRange(all, BYTES - PIECE, BYTES));
    }
  }
}
