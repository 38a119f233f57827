package dev.skep.protocol.metainfo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaddingBytesTest {
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void knowsOfEachByteWhetherItIsPadding(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<TorrentFile> files = new ArrayList<>();
    boolean[] isPadding = new boolean[1_000];
    int end = 0;
    while (end < 500) {
      int length = random.nextInt(30);
      boolean padding = random.nextBoolean();
      files.add(file(end, length, padding));
      for (int i = 0; i < length; i++) {
        isPadding[end + i] = padding;
      }
      end += length;
    }
    Padding padding = Padding.of(files);
    for (int from = 0; from < end; from += 1 + random.nextInt(7)) {
      int length = random.nextInt(60);
      int expected = 0;
      for (int i = from; i < from + length; i++) {
        expected += isPadding[i] ? 1 : 0;
      }
      assertThat(padding.bytesIn(from, length))
          .as("seed %d: of %d from %d", seed, length, from)
          .isEqualTo(expected);
      assertThat(padding.covers(from, length)).isEqualTo(expected == length);
    }
  }

  private static TorrentFile file(int offset, int length, boolean padding) {
    return new TorrentFile(
        List.of("f"), length, offset, padding, false, false, Optional.empty(), Optional.empty());
  }
}
