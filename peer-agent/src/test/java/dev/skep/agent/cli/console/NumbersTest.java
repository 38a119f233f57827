package dev.skep.agent.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 0",
        "999 | 999",
        "1000 | 1,000",
        "123456 | 123,456",
        "1234567 | 1,234,567",
        "-999 | -999",
        "-1000 | -1,000",
        "9223372036854775807 | 9,223,372,036,854,775,807",
      })
  void thousandsAreSetApart(long number, String text) {
    assertThat(Numbers.grouped(number)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1.25, 1.3", "1.04, 1", "1.05, 1.1", "9.94, 9.9", "9.95, 10", "300.4, 300"})
  void belowTenThereIsOneDecimalUnlessItIsZero(double value, String text) {
    assertThat(Numbers.short3(value, false)).isEqualTo(text);
  }
}
