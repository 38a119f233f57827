package dev.skep.service.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a service logs. */
class LogLinesTest {
  private static final Logger ROOT = Logger.getLogger("");
  private static final Logger OURS = Logger.getLogger("dev.skep");

  private final Handler[] handlersBefore = ROOT.getHandlers();
  private final Level levelBefore = ROOT.getLevel();
  private final Level ourLevelBefore = OURS.getLevel();
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  private LogLines install(LogLines.Form form) {
    return LogLines.install(new PrintStream(written, true, UTF_8), form, LogLines.From.INFO);
  }

  @AfterEach
  void asBefore() {
    Arrays.stream(ROOT.getHandlers()).forEach(ROOT::removeHandler);
    Arrays.stream(handlersBefore).forEach(ROOT::addHandler);
    ROOT.setLevel(levelBefore);
    OURS.setLevel(ourLevelBefore);
  }

  private static void failWith(String message) {
    System.getLogger("dev.skep.test")
        .log(System.Logger.Level.ERROR, message, new IllegalStateException("inner\n\u001b[2J"));
  }

  @Test
  void aFailureIsOneLineToo() {
    install(LogLines.Form.TEXT);
    failWith("a name\nwith a line break");

    assertThat(written.toString(UTF_8).lines())
        .singleElement()
        .asString()
        .contains("SEVERE dev.skep.test: a name with a line break", "; java.lang.Illegal", "inner")
        .doesNotContain("\u001b");
  }

  @Test
  void jsonIsOneDocumentInALine() {
    install(LogLines.Form.JSON);
    failWith("said \"so\" \\\n");

    assertThat(written.toString(UTF_8).lines())
        .singleElement()
        .asString()
        .startsWith("{\"time\":\"20")
        .contains("\",\"level\":\"SEVERE\",\"logger\":\"dev.skep.test\"")
        .contains("\"message\":\"said \\\"so\\\" \\\\ \",\"error\":\"java.lang.IllegalState")
        .endsWith("\"}");
  }

  @Test
  void whatIsLessImportantIsWrittenOnlyWhereItIsAskedFor() {
    LogLines lines = install(LogLines.Form.TEXT);
    System.getLogger("dev.skep.test").log(System.Logger.Level.DEBUG, "quiet");
    System.getLogger("org.example").log(System.Logger.Level.INFO, "others");
    lines.from(LogLines.From.DEBUG);
    System.getLogger("dev.skep.test").log(System.Logger.Level.DEBUG, "loud");

    assertThat(written.toString(UTF_8)).contains("loud").doesNotContain("quiet", "others");
  }
}
