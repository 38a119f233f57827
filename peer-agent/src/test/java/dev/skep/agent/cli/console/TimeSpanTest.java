package dev.skep.agent.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeSpanTest {
  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "30s, PT30S",
    "5m, PT5M",
    "1h30m, PT1H30M",
    "2d, PT48H",
    "0.5h, PT30M",
    "1S, PT1S",
    "36500d, PT876000H",
  })
  void readsWhatPeopleWrite(String text, Duration span) {
    assertThat(TimeSpan.parse(text)).isEqualTo(span);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "m", "-5s", "5 s", "1h30", "5min", "1.s", "s5"})
  void refusesWhatIsNoDuration(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TimeSpan.parse(text))
        .withMessage("'" + text + "' is not a duration; write 30s, 5m or 2h");
  }

  @ParameterizedTest
  @ValueSource(strings = {"36501d", "999999999d"})
  void refusesWhatNobodyLivesToSee(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TimeSpan.parse(text))
        .withMessageContaining("too long");
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0 s",
    "PT0.84S, 0.8 s",
    "PT42S, 42 s",
    "PT3M5S, 3 min 05 s",
    "PT59.9S, 1 min 00 s",
    "PT2H5M, 2 h 05 min",
    "PT50H, 2 d 02 h",
  })
  void isWrittenWithTwoUnitsAtMost(Duration span, String text) {
    assertThat(TimeSpan.format(span)).isEqualTo(text);
  }
}
