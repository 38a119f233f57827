package dev.skep.tracker.swarm.rows;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CoarseSizeTest {
  private static final long LARGEST_ROUGH = 15L << 40;

  @Test
  void coarseSizesGrowWithTheSizeAndAreNearlyRight() {
    assertThat(CoarseSize.fromShort(CoarseSize.toShort(0))).isZero();
    int before = 0;
    for (long bytes = 1; bytes < 1L << 50; bytes += 1 + bytes / 97) {
      int code = CoarseSize.toShort(bytes);
      assertThat(code).isGreaterThanOrEqualTo(Math.max(1, before));
      before = code;
      double ratio = (double) CoarseSize.fromShort(code) / (double) (bytes + 1023);
      assertThat(ratio).as("of " + bytes).isBetween(bytes < 1 << 20 ? 0.0 : 0.99, 1.0);
      double rough =
          (double) CoarseSize.fromByte(CoarseSize.toByte(bytes)) / (double) (bytes + 1023);
      assertThat(rough)
          .as("roughly, of " + bytes)
          .isBetween(bytes < 1 << 20 || bytes > LARGEST_ROUGH ? 0.0 : 0.87, 1.0);
    }
    assertThat(CoarseSize.toShort(Long.MAX_VALUE)).isEqualTo(0xffff);
    assertThat(CoarseSize.toByte(Long.MAX_VALUE)).isEqualTo(0xff);
  }
}
