package dev.skep.service.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
  @TempDir private Path folder;
  private final List<String> told = new ArrayList<>();

  private Path file() {
    return folder.resolve("agent.log");
  }

  private LogFile open(int mostFiles) throws IOException {
    return LogFile.open(file(), 30, mostFiles, told::add);
  }

  private Path numbered(int i) {
    return folder.resolve("agent.log." + i);
  }

  @Test
  void aFullFileIsNumberedAndTheOldestGoes() throws Exception {
    try (LogFile log = open(2)) {
      for (int i = 0; i < 20; i++) {
        log.accept("line %03d, ten\n".formatted(i)); // two to a file
      }
    }
    assertThat(file()).hasContent("line 018, ten\nline 019, ten\n");
    assertThat(numbered(1)).hasContent("line 016, ten\nline 017, ten\n");
    assertThat(numbered(2)).hasContent("line 014, ten\nline 015, ten\n");
    assertThat(numbered(3)).doesNotExist();
  }

  @Test
  void withNoOtherFilesTheOneIsBegunAnew() throws Exception {
    try (LogFile log = open(0)) {
      for (int i = 0; i < 5; i++) {
        log.accept("line %03d, ten\n".formatted(i));
      }
    }
    assertThat(file()).hasContent("line 004, ten\n");
    assertThat(numbered(1)).doesNotExist();
  }

  @Test
  void aRestartGoesOnAtTheEnd() throws Exception {
    try (LogFile log = open(1)) {
      log.accept("first\n");
    }
    try (LogFile log = open(1)) {
      log.accept("second\n");
    }
    assertThat(file()).hasContent("first\nsecond\n");
  }

  @Test
  void aFileThatSomebodyTookAwayIsBegunAnew() throws Exception {
    try (LogFile log = LogFile.open(file(), 1 << 20, 1, told::add)) {
      log.accept("one\n");
      Files.move(file(), folder.resolve("taken"));
      for (int i = 0; i < 200; i++) {
        log.accept("more\n");
      }
    }
    assertThat(file()).content().contains("more");
  }

  @Test
  void whatCannotBeWrittenIsToldOnceAndEndsNothing() throws Exception {
    try (LogFile log = open(1)) {
      log.accept("a line of twenty here\n");
      Files.createDirectories(numbered(1).resolve("in the way"));
      for (int i = 0; i < 5; i++) {
        log.accept("a line of twenty here\n");
      }
      assertThat(told).singleElement().asString().contains("log lines are lost", "agent.log");
      Files.delete(numbered(1).resolve("in the way"));
      Files.delete(numbered(1));
      log.accept("again\n");
    }
    assertThat(file()).content().contains("again");
  }

  @Test
  void aFullFileThatIsAwayIsBegunAnewAndCostsNoOther() throws Exception {
    try (LogFile log = open(3)) {
      for (int i = 0; i < 4; i++) {
        log.accept("line %03d, ten\n".formatted(i)); // two to a file
      }
      Files.delete(file());
      for (int i = 4; i < 8; i++) {
        log.accept("line %03d, ten\n".formatted(i));
      }
    }
    assertThat(told).isEmpty();
    assertThat(file()).hasContent("line 006, ten\nline 007, ten\n");
    assertThat(numbered(1)).hasContent("line 004, ten\nline 005, ten\n");
    assertThat(numbered(2)).hasContent("line 000, ten\nline 001, ten\n");
  }

  @Test
  void whoIsInterruptedWritesAllTheSame() throws Exception {
    try (LogFile log = open(1)) {
      Thread.currentThread().interrupt();
      log.accept("a line\n");
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(told).isEmpty();
    assertThat(file()).hasContent("a line\n");
  }

  @Test
  void aPlaceThatCannotBeWrittenIsToldAtTheStart() {
    assertThatThrownBy(() -> LogFile.open(folder.resolve("none/agent.log"), 1 << 20, 1, told::add))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("log lines cannot be written to");
  }
}
