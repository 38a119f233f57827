package dev.skep.protocol.metainfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.BlockRef;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PieceLayoutTest {
  private final PieceLayout layout = new PieceLayout(100_000, 40_000);

  @Test
  void everyByteIsInExactlyOneBlock() {
    long next = 0;
    for (int piece = 0; piece < layout.pieceCount(); piece++) {
      for (int i = 0; i < layout.blockCount(piece); i++) {
        BlockRef block = layout.block(piece, i);
        assertThat(layout.offsetBytes(piece) + block.offset()).isEqualTo(next);
        assertThat(layout.isBlock(block)).isTrue();
        assertThat(layout.indexOf(block)).isEqualTo(i);
        assertThat(layout.pieceAt(next)).isEqualTo(piece);
        next += block.lengthBytes();
      }
    }
    assertThat(next).isEqualTo(100_000);
  }

  @Test
  void theLastPieceAndBlockAreShort() {
    assertThat(layout.pieceCount()).isEqualTo(3);
    assertThat(layout.lengthBytes(2)).isEqualTo(20_000);
    assertThat(layout.block(2, 1)).isEqualTo(new BlockRef(2, 16_384, 3_616));
    assertThat(new PieceLayout(80_000, 40_000).lengthBytes(1)).isEqualTo(40_000);
  }

  @Test
  void aBlockBeyondItsPieceIsNotValid() {
    assertThat(layout.isValid(new BlockRef(2, 10_000, 10_000))).isTrue();
    assertThat(layout.isValid(new BlockRef(2, 10_000, 10_001))).isFalse();
    assertThat(layout.isValid(new BlockRef(2, Integer.MAX_VALUE, Integer.MAX_VALUE))).isFalse();
    assertThat(layout.isValid(new BlockRef(3, 0, 1))).isFalse();
    assertThat(layout.isValid(new BlockRef(0, 0, 0))).isFalse();
    assertThat(layout.isBlock(new BlockRef(2, 10_000, 10_000))).isFalse();
    assertThat(layout.isBlock(new BlockRef(2, 16_384, 3_615))).isFalse();
  }

  @Test
  void piecesThatDoNotExistAreRefused() {
    assertThatThrownBy(() -> layout.lengthBytes(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> layout.block(0, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> new PieceLayout(0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PieceLayout(1L << 32, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anyPieceOfAV2TorrentCanBeShort() {
    PieceLayout v2 = new PieceLayout(100_000, 32_768, Map.of(0, 5));

    assertThat(v2.lengthBytes(0)).isEqualTo(5);
    assertThat(v2.blockCount(0)).isEqualTo(1);
    assertThat(v2.lengthBytes(1)).isEqualTo(32_768);
    assertThat(v2.isValid(new BlockRef(0, 0, 6))).isFalse();
  }

  @Test
  void aPeerMayAskForTheZerosBehindAShortPieceToo() {
    PieceLayout v2 = new PieceLayout(100_000, 32_768, Map.of(0, 5));

    assertThat(v2.isAskable(new BlockRef(0, 0, 16_384))).isTrue();
    assertThat(v2.isAskable(new BlockRef(0, 4, 32_764))).isTrue();
    assertThat(v2.isAskable(new BlockRef(0, 4, 32_765))).isFalse();
    assertThat(v2.isAskable(new BlockRef(0, 5, 1))).isFalse();
    assertThat(v2.isAskable(new BlockRef(0, 0, 0))).isFalse();
    assertThat(v2.isAskable(new BlockRef(3, 0, 16_384))).isFalse();
    assertThat(v2.isAskable(new BlockRef(4, 0, 1))).isFalse();
  }
}
