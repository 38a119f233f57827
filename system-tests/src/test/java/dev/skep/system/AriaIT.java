package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Our agent and aria2 find one another through our tracker, and move data both ways. */
@Execution(ExecutionMode.CONCURRENT)
class AriaIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int FILE_BYTES = 12_345_678;

  private static String announceUrl = "";
  private static Optional<Running> tracker = Optional.empty();

  @TempDir private Path folder;
  private final List<Running> running = new ArrayList<>();

  @BeforeAll
  static void aTrackerRuns(@TempDir Path common) throws Exception {
    Program.installed("aria2c");
    Running started =
        Running.skep(
            common,
            "tracker",
            "tracker",
            "run",
            "--bind",
            "127.0.0.1",
            "--port",
            0,
            "--udp-port",
            0,
            "--data",
            common.resolve("tracker-data"));
    tracker = Optional.of(started);
    announceUrl = started.announceUrl(SOON);
  }

  @AfterAll
  static void theTrackerEnds() {
    tracker.ifPresent(Running::close);
  }

  @AfterEach
  void everythingEnds() {
    running.reversed().forEach(Running::close);
  }

  @Test
  @Tag("ci")
  void aFolderGoesToAriaAndComesBackFromIt() throws Exception {
    thereAndBack(
        TestFolder.awkward(Files.createDirectory(folder.resolve("Bienen körbe")), 2),
        TestFolder::digests);
  }

  @Test
  @Tag("full")
  void aFileGoesToAriaAndComesBackFromIt() throws Exception {
    thereAndBack(
        TestFolder.file(folder.resolve("data.bin"), FILE_BYTES, 1),
        file -> Map.of("it", TestFolder.sha256(file)));
  }

  /** What is compared of a file or folder. */
  @FunctionalInterface
  private interface Digests {
    Map<String, String> of(Path data) throws IOException;
  }

  /** From our seeder, which then leaves, to aria2, and from there to an agent of ours. */
  private void thereAndBack(Path data, Digests digests) throws Exception {
    Path torrent = create(data);
    Running seeder = skep("seed", "seed", torrent, data, "--bind", "127.0.0.1");
    seeder.awaitSaid("seeding", SOON);

    Path foreign = Files.createDirectory(folder.resolve("foreign"));
    aria(foreign, torrent);
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(300))
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(digests.of(foreign.resolve(data.getFileName())))
                    .isEqualTo(digests.of(data)));
    seeder.terminate(Duration.ofSeconds(6));

    Path ours = folder.resolve("ours");
    skep("get", "get", torrent, "-d", ours, "--bind", "127.0.0.1", "--give-up", "60s")
        .awaitDone(SOON);
    assertThat(digests.of(ours.resolve(data.getFileName()))).isEqualTo(digests.of(data));
  }

  private Path create(Path data) throws Exception {
    Path torrent = folder.resolve("made.torrent");
    skep("create", "create", data, "-t", announceUrl, "-o", torrent).awaitDone(SOON);
    return torrent;
  }

  private Running skep(String name, Object... words) throws IOException {
    Running program = Running.skep(folder, name, words);
    running.add(program);
    return program;
  }

  private void aria(Path into, Path torrent) throws IOException {
    List<String> command =
        List.of(
            "aria2c",
            "--no-conf",
            "--dir=" + into,
            "--listen-port=6881-6999", // the first that is free
            "--enable-dht=false",
            "--enable-dht6=false",
            "--enable-peer-exchange=false",
            "--bt-enable-lpd=false",
            "--follow-torrent=false",
            "--summary-interval=0",
            "--seed-ratio=0.0",
            torrent.toString());
    running.add(Running.start(folder, "aria2", command));
  }
}
