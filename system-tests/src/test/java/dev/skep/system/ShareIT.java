package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code skep share}: the line that it prints is all that another machine needs. */
@Execution(ExecutionMode.CONCURRENT)
class ShareIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final Pattern LINE = Pattern.compile("skep get (http://\\S+)");

  @TempDir private Path folder;

  @Test
  void whatItPrintsFetchesTheDataAndNothingIsLeftBehind() throws Exception {
    Path data = Files.createDirectory(folder.resolve("Grüße an alle"));
    TestFolder.file(data.resolve("x y.bin"), 3_000_000, 1);
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    List<ProcessHandle> children;

    try (Running share = share(data, temporary, 0)) {
      share.awaitSaid("skep get http", SOON);
      Matcher line = LINE.matcher(share.said());
      assertThat(line.find()).isTrue();
      Path copies = folder.resolve("copies");
      Running.skep(folder, "get", "get", line.group(1), "-d", copies, "--bind", "127.0.0.2")
          .awaitDone(SOON);
      assertThat(TestFolder.digests(copies.resolve(data.getFileName())))
          .isEqualTo(TestFolder.digests(data));

      children = share.children();
      assertThat(children).hasSize(1);
      share.terminate(SOON);
    }

    await().atMost(SOON).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  @Tag("ci")
  void whatAKilledOneLeftGoesWithTheNext() throws Exception {
    Path data = TestFolder.file(folder.resolve("x.bin"), 1_000_000, 1);
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    try (Running killed = share(data, temporary, 0)) {
      killed.awaitSaid("skep get http", SOON);
      List<ProcessHandle> children = killed.children();
      killed.kill();
      await().atMost(SOON).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    }
    assertThat(temporary).isNotEmptyDirectory();

    try (Running next = share(data, temporary, 1)) {
      next.awaitSaid("skep get http", SOON);
      next.terminate(SOON);
    }

    assertThat(temporary).isEmptyDirectory();
  }

  private Running share(Path data, Path temporary, int number) throws IOException {
    return Running.start(
        folder,
        "share",
        List.of(
            "env",
            "SKEP_JAVA_OPTS=-Djava.io.tmpdir=" + temporary,
            Running.skepCommand().getFirst(),
            "share",
            data.toString(),
            "--bind",
            OwnAddress.of(number)));
  }
}
