package dev.skep.agent.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRateTest {
  @ParameterizedTest
  @CsvSource({"10MiB/s, 10485760", "500kB/s, 500000", "1MB, 1000000", "0, 0"})
  void readsWhatPeopleWrite(String text, long bytesPerSecond) {
    assertThat(ByteRate.parse(text).bytesPerSecond()).isEqualTo(bytesPerSecond);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/s", "fast", "10MiB/h", "-1MB/s", "10MiB/s/s"})
  void refusesWhatIsNoRate(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ByteRate.parse(text))
        .withMessage("'" + text + "' is not a rate; write 10MiB/s");
  }

  @ParameterizedTest
  @CsvSource({"0, 0 B/s", "999, 999 B/s", "1536, 1.5 KiB/s", "123731968, 118 MiB/s"})
  void isWrittenInTheUnitsOfLimits(long bytesPerSecond, String text) {
    assertThat(ByteRate.format(bytesPerSecond)).isEqualTo(text);
  }
}
