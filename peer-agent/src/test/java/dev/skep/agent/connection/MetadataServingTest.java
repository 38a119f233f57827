package dev.skep.agent.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.agent.torrent.Misconduct;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoBuilder;
import dev.skep.protocol.peerwire.MetadataMessage;
import org.junit.jupiter.api.Test;

class MetadataServingTest {
  private static final int PIECES = 100; // of the info dictionary

  private final MetadataServing serving = new MetadataServing(large());

  /** With an info dictionary of 1.6 MB. */
  private static Metainfo large() {
    try {
      int hashes = PIECES * MetadataMessage.PIECE_BYTES / 20 - 10;
      return Metainfo.parse(
          MetainfoBuilder.singleFile("f", 16_384L * hashes)
              .pieceLength(16_384)
              .pieceHashes(new byte[20 * hashes])
              .build());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void ask(int piece) throws Exception {
    serving.received(new MetadataMessage.Request(piece).encode());
  }

  private MetadataMessage said() throws Exception {
    return MetadataMessage.decode(serving.next(0).orElseThrow());
  }

  @Test
  void ofRequestsThatWaitTheFirst64AreAnsweredAndTheNextRefused() throws Exception {
    for (int i = 0; i < 65; i++) {
      ask(i);
    }

    for (int i = 0; i < 64; i++) {
      assertThat(said()).isInstanceOf(MetadataMessage.Data.class);
    }
    assertThat(said()).isEqualTo(new MetadataMessage.Reject(64));
    assertThat(serving.next(0)).isEmpty();
  }

  @Test
  void whoAsksOnWithoutTakingAnythingHasToGo() throws Exception {
    for (int i = 0; i < 128; i++) {
      ask(1);
    }

    assertThatThrownBy(() -> ask(1))
        .isInstanceOfSatisfying(
            Misconduct.class, e -> assertThat(e.kind()).isEqualTo(Misconduct.Kind.FLOOD));
  }

  @Test
  void whatNobodyAskedForIsNoAnswer() throws Exception {
    serving.received(new MetadataMessage.Reject(1).encode());
    serving.received(new MetadataMessage.Data(0, 5, new byte[5]).encode());

    assertThat(serving.next(0)).isEmpty();
  }
}
