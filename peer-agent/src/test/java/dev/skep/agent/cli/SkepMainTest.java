package dev.skep.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class SkepMainTest {
  @Test
  void helpIsPrintedAndSucceeds() {
    var out = new StringWriter();

    int status = SkepMain.commandLine().setOut(new PrintWriter(out)).execute("--help");

    assertThat(status).isZero();
    assertThat(out.toString()).contains("Usage: skep");
  }

  @Test
  void aCommandThatDoesNotExistIsWrongUsage() {
    var err = new StringWriter();

    int status = SkepMain.commandLine().setErr(new PrintWriter(err)).execute("sed");

    assertThat(status).isEqualTo(2);
    assertThat(err.toString()).contains("sed");
  }
}
