package dev.skep.agent.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "512, 512",
    "512B, 512",
    "256KiB, 262144",
    "256kib, 262144",
    "1 MiB, 1048576",
    "1.5GiB, 1610612736",
    "1TiB, 1099511627776",
    "64K, 65536",
    "2G, 2147483648",
    "100kB, 100000",
    "100MB, 100000000",
    "0.5KiB, 512",
    "0.1KiB, 102",
    "9223372036854775807, 9223372036854775807",
  })
  void readsWhatPeopleWrite(String text, long bytes) {
    assertThat(ByteSize.parse(text).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "MiB",
        "-1",
        "1..5MiB",
        "1,5MiB",
        "1 XiB",
        "1iB",
        "0x10",
        "1MiB/s",
        "12 34",
        "9223372036854775808",
        "8EiB",
        "99999999999999999999999999",
        "1\u0661KiB"
      })
  void refusesWhatIsNoSize(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ByteSize.parse(text))
        .withMessageContaining("'" + text + "'");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1 KiB",
    "1536, 1.5 KiB",
    "10240, 10 KiB",
    "1048575, 1 MiB",
    "268435456, 256 MiB",
    "9223372036854775807, 8 EiB",
  })
  void isWrittenShort(long bytes, String text) {
    assertThat(ByteSize.format(bytes)).isEqualTo(text);
  }

  @Test
  void whatIsWrittenIsReadAgainWithinItsPrecision() {
    long seed = 20260101;
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 20_000; i++) {
      long bytes = random.nextLong() >>> random.nextInt(1, 63);
      if (bytes > 7L << 60) {
        continue; // Rounds up to 8 EiB, which no long holds.
      }
      double read = ByteSize.parse(ByteSize.format(bytes)).bytes();
      assertThat(Math.abs(read - bytes))
          .as("seed %d, round %d, %d bytes", seed, i, bytes)
          .isLessThanOrEqualTo(bytes * 0.051);
    }
  }
}
