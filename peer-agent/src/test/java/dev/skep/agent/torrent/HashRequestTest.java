package dev.skep.agent.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.Sha256;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.Bitfield;
import dev.skep.protocol.peerwire.HashRange;
import dev.skep.protocol.peerwire.PeerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hashes cost memory and line as blocks do (BEP 52), and go by the same budget. */
class HashRequestTest {
  private static final int REQUESTS = 100;
  private static final int ANSWER_BYTES = HashRange.MAX_LENGTH * Sha256.BYTES;

  private final Torrent torrent =
      new Torrent(
          new PieceLayout(PieceLayout.BLOCK_BYTES, PieceLayout.BLOCK_BYTES),
          Bitfield.full(1),
          Bitfield.full(1),
          new PeerId(0, 0, 1),
          TorrentSettings.defaults(),
          new SplittableRandom(1),
          0);
  private final List<HashRange> asked = new ArrayList<>();
  private Peer peer;

  @BeforeEach
  void aPeerAsksForMuch() throws Exception {
    Capabilities can = new Capabilities(true, true, true, true, true);
    peer = torrent.join(Endpoint.of("10.0.0.1", 6881), new PeerId(0, 1, 1), can, 0);
    for (int i = 0; i < REQUESTS; i++) {
      asked.add(
          new HashRange(
              Sha256.of(new byte[Sha256.BYTES]),
              0,
              i * HashRange.MAX_LENGTH,
              HashRange.MAX_LENGTH,
              0));
      torrent.received(peer, new PeerMessage.HashRequest(asked.get(i)), 0);
    }
  }

  private List<HashRange> answered(int budgetBytes) {
    List<HashRange> answered = new ArrayList<>();
    torrent.next(
        peer,
        new Outbox() {
          @Override
          public void message(PeerMessage message) {}

          @Override
          public void hashes(HashRange range) {
            answered.add(range);
          }

          @Override
          public void block(BlockRef block) {}
        },
        budgetBytes,
        0);
    return answered;
  }

  @Test
  void noMoreIsAnsweredAtOnceThanMayBeSent() {
    assertThat(answered(10 * ANSWER_BYTES)).isEqualTo(asked.subList(0, 10));
    assertThat(answered(1)).isEqualTo(asked.subList(10, 11));
    assertThat(answered(1000 * ANSWER_BYTES)).isEqualTo(asked.subList(11, REQUESTS));
  }

  @Test
  void nothingIsAnsweredWhileTheLineIsFull() {
    assertThat(answered(0)).isEmpty();
    assertThat(answered(1)).hasSize(1);
  }
}
