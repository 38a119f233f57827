package dev.skep.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a body of 100 bytes is asked for. */
class ByteRangeTest {
  @ParameterizedTest
  @CsvSource({
    "bytes=0-, 0, 100",
    "bytes=10-19, 10, 20",
    "bytes=99-99, 99, 100",
    "bytes=10-1000, 10, 100",
    "bytes=-30, 70, 100",
    "bytes=-1000, 0, 100",
  })
  void ranges(String header, long first, long end) {
    assertThat(ByteRange.isOne(header)).isTrue();
    assertThat(ByteRange.of(header, 100)).contains(new ByteRange(first, end));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=100-", "bytes=999999999999999999-", "bytes=-0"})
  void nothingOfItIsThere(String header) {
    assertThat(ByteRange.isOne(header)).isTrue();
    assertThat(ByteRange.of(header, 100)).isEqualTo(Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=5-4",
        "bytes=0-1,3-4",
        "lines=0-1",
        "bytes=a-b",
        "bytes=99999999999999999999-"
      })
  void whatIsNoRangeIsNotHeeded(String header) {
    assertThat(ByteRange.isOne(header)).isFalse();
  }
}
