package dev.skep.agent.cli.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What commands leave in the system's folder for temporary files: nothing, for long. */
@Timeout(60)
class TemporaryFolderTest {
  private static final String PREFIX = "skep-test-";

  @TempDir private Path parent;

  /** A command of its own process, which ends when it is killed. */
  static final class Command {
    private Command() {}

    public static void main(String[] parent) throws Exception {
      TemporaryFolder folder = TemporaryFolder.make(Path.of(parent[0]), PREFIX);
      Files.createDirectory(folder.path().resolve("data"));
      Files.writeString(folder.path().resolve("data").resolve("large"), "x");
      System.out.println(folder.path());
      new CountDownLatch(1).await();
    }
  }

  private record Running(Process process, Path folder) implements AutoCloseable {
    void kill() {
      process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
      kill();
    }
  }

  private Running command() throws IOException {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Command.class.getName(),
                parent.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var said = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    return new Running(process, Path.of(said.readLine()));
  }

  @Test
  void whatIsInItGoesWithIt() throws Exception {
    try (TemporaryFolder folder = TemporaryFolder.make(parent, PREFIX)) {
      Files.createDirectory(folder.tracker());
      Files.writeString(folder.tracker().resolve("store"), "x");
    }

    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void whatAKilledCommandLeftGoesWhenTheNextBeginsAndThatOfARunningOneStays() throws Exception {
    try (Running killed = command();
        Running running = command()) {
      killed.kill();
      assertThat(killed.folder()).isNotEmptyDirectory();

      TemporaryFolder.make(parent, PREFIX).close();

      assertThat(killed.folder()).doesNotExist();
      assertThat(running.folder().resolve("data").resolve("large")).hasContent("x");
    }
  }

  @Test
  void whatHasNoLockOrIsNoFolderOfOursStays() throws Exception {
    Path data = Files.createDirectory(parent.resolve("data"));
    Files.createFile(data.resolve("held"));
    Files.createDirectory(parent.resolve(PREFIX + "without"));
    Files.createSymbolicLink(parent.resolve(PREFIX + "link"), data);

    TemporaryFolder.make(parent, PREFIX).close();

    assertThat(parent.resolve(PREFIX + "without")).exists();
    assertThat(data.resolve("held")).exists();
  }

  @Test
  void whatWasToBeKeptStays() throws Exception {
    Path kept;
    try (TemporaryFolder folder = TemporaryFolder.make(parent, PREFIX)) {
      kept = folder.path();
      folder.keep();
    }

    TemporaryFolder.make(parent, PREFIX).close();

    assertThat(kept).isEmptyDirectory();
  }
}
