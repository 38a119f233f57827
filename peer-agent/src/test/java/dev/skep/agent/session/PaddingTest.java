package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.Reserved;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Padding (BEP 47) is here from the begin: it is neither fetched nor counted, and it is served. */
@Timeout(60)
class PaddingTest {
  private static final int PIECE = 256 * 1024;
  private static final int BLOCK = 16 * 1024;
  private static final int FILES = 8;
  private static final TestData DATA = data();
  private static final long DATA_BYTES = DATA.metainfo().totalBytes();

  @TempDir private Path temp;
  @AutoClose private Hosts hosts;

  private static TestData data() {
    TestData data = TestData.folder("padded", PIECE);
    for (int i = 0; i < FILES; i++) {
      data.with(List.of("file" + i), 1_000 + i * 10_000).withPadding();
    }
    return data;
  }

  @BeforeEach
  void openHosts() {
    hosts = new Hosts(temp);
  }

  @Test
  void onlyBlocksThatHoldDataAreFetched() throws Exception {
    Transfer transfer = hosts.get(hosts.open(2), 2, DATA);
    await().until(() -> transfer.status().state() == TransferStatus.State.DOWNLOADING);
    assertThat(transfer.status().totalBytes()).isEqualTo(DATA_BYTES);
    assertThat(transfer.status().verifiedBytes()).isZero();

    transfer.addPeer(hosts.seed(DATA));
    transfer.completed().get(30, TimeUnit.SECONDS);

    hosts.assertThatHas(2, DATA);
    assertThat(transfer.status().downloadedBytes()).isLessThan(DATA_BYTES + FILES * BLOCK);
    assertThat(transfer.status().verifiedBytes()).isEqualTo(DATA_BYTES);
  }

  @Test
  void trackersAreToldOfMissingDataAlone() throws Exception {
    try (TestTracker tracker = new TestTracker()) {
      hosts
          .open(2)
          .add(
              DATA.metainfo(),
              hosts.folder(2),
              TransferOptions.defaults().with(o -> o.trackers = List.of(List.of(tracker.url()))));

      await().until(() -> !tracker.announces.isEmpty());

      assertThat(tracker.announces.getFirst().leftBytes()).isEqualTo(DATA_BYTES);
    }
  }

  @Test
  void paddingIsServedToWhoAsks() throws Exception {
    int pieces = DATA.metainfo().layout().pieceCount();
    try (RawPeer peer =
        RawPeer.greet("127.0.0.9", hosts.seed(DATA), DATA.metainfo().infoHash(), Reserved.NONE)) {
      peer.send(PeerMessage.INTERESTED);
      while (!(peer.receive(pieces) instanceof PeerMessage.Unchoke)) {}
      peer.send(new PeerMessage.Request(new BlockRef(0, PIECE - BLOCK, BLOCK)));

      PeerMessage answer = peer.receive(pieces);

      assertThat(answer).isEqualTo(new PeerMessage.Piece(0, PIECE - BLOCK, BLOCK));
    }
  }
}
