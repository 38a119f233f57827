package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * {@code skep swarm}: real processes, from the first to the last. One swarm after another, for each
 * takes the machine, but beside other tests.
 */
@Execution(ExecutionMode.CONCURRENT)
class SwarmCommandIT {
  private static final Pattern SHA256 =
      Pattern.compile("\"(?:sha256|originalSha256)\": \"(\\w+)\"");
  private static final Pattern SEEDER_SENT =
      Pattern.compile("\"seeder\": \\{\\s+\"uploadedBytes\": (\\d+)");

  @TempDir Path folder;
  private Path work;

  @BeforeEach
  void aFolderToWorkIn() throws IOException {
    work = Files.createDirectory(folder.resolve("work"));
  }

  private static List<String> digests(String json) {
    return SHA256.matcher(json).results().map(digest -> digest.group(1)).toList();
  }

  private static long seederSent(String json) {
    Matcher sent = SEEDER_SENT.matcher(json);
    assertThat(sent.find()).as(json).isTrue();
    return Long.parseLong(sent.group(1));
  }

  /** A swarm that would run for long, once it moves data. */
  private Skep longSwarm() throws IOException {
    Skep swarm =
        Skep.start(
            folder,
            "swarm",
            "--leechers",
            1,
            "--size",
            "16MiB",
            "--max-up",
            "128KiB/s",
            "--work-dir",
            work);
    await()
        .atMost(Duration.ofSeconds(90))
        .until(() -> !swarm.process().isAlive() || swarm.err().contains("skep: all "));
    assertThat(swarm.process().isAlive()).as(swarm.err()).isTrue();
    assertThat(swarm.children()).hasSize(3);
    return swarm;
  }

  private static void awaitEnd(List<ProcessHandle> processes) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void aFolderReachesEveryLeecherAndNothingIsLeftBehind() throws Exception {
    Path data = Files.createDirectories(folder.resolve("Grüße an alle"));
    Files.write(data.resolve("leer"), new byte[0]);
    TestFolder.file(Files.createDirectory(data.resolve("日本")).resolve("x y.bin"), 4_000_000, 1);

    Skep swarm = Skep.run(folder, "swarm", data, "-n", 2, "--json", "--work-dir", work);

    assertThat(swarm.status()).as(swarm.err()).isZero();
    assertThat(swarm.out()).startsWith("{").contains("\"ok\": true", "\"bytes\": 4000000");
    assertThat(digests(swarm.out())).hasSize(3);
    assertThat(digests(swarm.out()).stream().distinct()).hasSize(1);
    assertThat(work).isEmptyDirectory();
    assertThat(swarm.children()).isEmpty();
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  @Tag("ci")
  void severalAtOnceDoNotMeet() throws Exception {
    var swarms = new ArrayList<Skep>();
    for (int i = 0; i < 2; i++) {
      Path own = Files.createDirectory(work.resolve("swarm-" + i));
      swarms.add(Skep.start(folder, "swarm", "-n", 1, "--size", "1MiB", "--work-dir", own));
    }

    for (Skep swarm : swarms) {
      assertThat(swarm.status()).as(swarm.err()).isZero();
    }
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void sigtermEndsEveryProcessAndRemovesTheFolder() throws Exception {
    Skep swarm = longSwarm();
    List<ProcessHandle> children = swarm.children();

    swarm.process().destroy();

    assertThat(swarm.status()).isEqualTo(1);
    assertThat(swarm.err()).contains("skep: stopped; every process of the swarm is ended");
    awaitEnd(children);
    assertThat(work).isEmptyDirectory();
  }

  @Test
  @Tag("ci")
  @Execution(ExecutionMode.SAME_THREAD)
  void noProcessOutlivesAParentThatIsKilled() throws Exception {
    Skep swarm = longSwarm();
    List<ProcessHandle> children = swarm.children();

    swarm.process().destroyForcibly();

    awaitEnd(children);
  }

  @Test
  @Tag("ci")
  @Execution(ExecutionMode.SAME_THREAD)
  void aPeerThatDiesIsReportedByName() throws Exception {
    Skep swarm = longSwarm();
    ProcessHandle leecher =
        swarm.children().stream()
            .filter(child -> child.info().commandLine().orElse("").contains(" get "))
            .findFirst()
            .orElseThrow();

    leecher.destroyForcibly();

    assertThat(swarm.status()).isEqualTo(1);
    assertThat(swarm.err())
        .containsPattern("skep: the leecher \\d ended by itself with status 137");
    assertThat(work).isEmptyDirectory();
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  @Tag("full")
  void copiesAreKeptAndToldInWords() throws Exception {
    Path data = TestFolder.file(folder.resolve("x y.bin"), 500_000, 1);

    Skep swarm = Skep.run(folder, "swarm", data, "-n", 1, "--keep", "--work-dir", work);

    assertThat(swarm.status()).as(swarm.err()).isZero();
    assertThat(swarm.out()).contains("all 2 hashes are equal: ");
    assertThat(swarm.err()).contains("kept " + work);
    try (var kept = Files.walk(work)) {
      assertThat(kept.filter(path -> path.endsWith("x y.bin"))).hasSize(1);
    }
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  @Tag("full")
  void theSeederSendsAtMostTwoAndAHalfCopiesToFourLeechers() throws Exception {
    Skep swarm =
        Skep.run(
            folder, "swarm", "--leechers", 4, "--size", "256MiB", "--json", "--work-dir", work);

    assertThat(swarm.status()).as(swarm.err()).isZero();
    assertThat(digests(swarm.out())).hasSize(5);
    assertThat(digests(swarm.out()).stream().distinct()).hasSize(1);
    assertThat(seederSent(swarm.out())).isLessThanOrEqualTo(5 * (256L << 20) / 2);
  }
}
