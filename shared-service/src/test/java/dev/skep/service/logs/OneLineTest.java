package dev.skep.service.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class OneLineTest {
  @Test
  void whateverIsLoggedIsOneLineOfBoundedLength() {
    var line = new LogRecord(Level.WARNING, "a stack\n\tat x\n\u001b[2J" + "y".repeat(100_000));
    line.setLoggerName("any");
    line.setThrown(new IllegalStateException("z\n".repeat(100_000), new IOException("disk")));
    String written = new OneLine().format(line);
    assertThat(written.lines()).hasSize(1);
    assertThat(written.length()).isLessThan(OneLine.MOST_CHARACTERS + 10);
    assertThat(written).doesNotContain("\u001b").contains("WARNING any: a stack");
  }

  @Test
  void aFailureIsToldWithItsCauseAndPlace() {
    var line = new LogRecord(Level.SEVERE, "not saved");
    line.setLoggerName("dev.skep.tracker.X");
    line.setThrown(new IllegalStateException("outer", new IOException("no space left")));
    assertThat(new OneLine().format(line))
        .contains("not saved; java.lang.IllegalStateException: outer at OneLineTest.java:")
        .contains("; java.io.IOException: no space left at OneLineTest.java:");
  }
}
