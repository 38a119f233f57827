package dev.skep.agent.create;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PieceLengthTest {
  @ParameterizedTest
  @CsvSource({
    "1, 16384",
    "33554432, 16384",
    "33570816, 32768",
    "268435456, 131072",
    "8589934592, 4194304",
    "34359738368, 16777216",
    "1099511627776, 16777216",
  })
  void makesManyPiecesButNotTooMany(long totalBytes, int pieceLengthBytes) {
    assertThat(PieceLength.forTotal(totalBytes)).isEqualTo(pieceLengthBytes);
  }

  @Test
  void isAPowerOfTwoFrom16KibTo64Mib() {
    assertThat(PieceLength.isAllowed(16 << 10)).isTrue();
    assertThat(PieceLength.isAllowed(64 << 20)).isTrue();
    assertThat(PieceLength.isAllowed(8 << 10)).isFalse();
    assertThat(PieceLength.isAllowed(128L << 20)).isFalse();
    assertThat(PieceLength.isAllowed(3 << 20)).isFalse();
    assertThat(PieceLength.isAllowed(0)).isFalse();
  }
}
