package dev.skep.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;

class TimesOfWeekTest {
  private static boolean holds(String times, String at) {
    return TimesOfWeek.read(times).orElseThrow().includes(LocalDateTime.parse(at));
  }

  @Test
  void aTimeBeginsAndEndsToTheMinute() {
    assertThat(holds("mon 08:00-17:30", "2026-11-30T07:59:59")).isFalse();
    assertThat(holds("mon 08:00-17:30", "2026-11-30T08:00:00")).isTrue();
    assertThat(holds("mon 08:00-17:30", "2026-11-30T17:29:59")).isTrue();
    assertThat(holds("mon 08:00-17:30", "2026-11-30T17:30:00")).isFalse();
    assertThat(holds("tue 08:00-17:30", "2026-11-30T12:00:00")).isFalse();
  }

  @Test
  void oneThatEndsBeforeItBeginsEndsOnTheNextDay() {
    assertThat(holds("sun 22:00-06:00", "2026-11-30T05:59:00")).isTrue();
    assertThat(holds("sun 22:00-06:00", "2026-11-30T06:00:00")).isFalse();
    assertThat(holds("sun 22:00-06:00", "2026-11-29T22:00:00")).isTrue();
    assertThat(holds("sun 22:00-06:00", "2026-11-29T05:00:00")).isFalse();
  }

  @Test
  void itIsWrittenAsItIsRead() {
    assertThat(TimesOfWeek.read("fri,mon 00:00-23:59"))
        .hasToString("Optional[mon,fri 00:00-23:59]");
    assertThat(TimesOfWeek.read("xxx 00:00-01:00")).isEmpty();
    assertThat(TimesOfWeek.read("mon 24:00-01:00")).isEmpty();
    assertThat(TimesOfWeek.read("mon 8-9")).isEmpty();
  }
}
