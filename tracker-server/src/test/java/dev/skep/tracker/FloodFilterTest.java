package dev.skep.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

/** What repeats itself is logged once. */
class FloodFilterTest {
  private final FloodFilter filter = new FloodFilter();

  @Test
  void aLineIsLetThroughOnceAndOthersToo() {
    assertThat(filter.isLoggable(new LogRecord(Level.WARNING, "broken request"))).isTrue();
    for (int i = 0; i < 100; i++) {
      assertThat(filter.isLoggable(new LogRecord(Level.WARNING, "broken request"))).isFalse();
    }
    assertThat(filter.isLoggable(new LogRecord(Level.WARNING, "disk full"))).isTrue();
  }
}
