package dev.skep.tracker.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RarelyTest {
  private long nanos;
  private int made;
  private final Rarely text = new Rarely(Duration.ofNanos(100), () -> nanos);

  private String after(long nanosLater, long takes) {
    nanos += nanosLater;
    return text.of(
        () -> {
          nanos += takes;
          return String.valueOf(++made);
        });
  }

  @Test
  void itLastsForAWhile() {
    assertThat(after(0, 1)).isEqualTo("1");
    assertThat(after(99, 1)).isEqualTo("1");
    assertThat(after(1, 1)).isEqualTo("2");
  }

  @Test
  void whatTakesLongLastsLonger() {
    assertThat(after(0, 10)).isEqualTo("1");
    assertThat(after(199, 1)).isEqualTo("1");
    assertThat(after(1, 1)).isEqualTo("2");
    assertThat(after(100, 1)).isEqualTo("3");
  }
}
