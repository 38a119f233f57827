package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Swarms of our agent and aria2, which find one another through our tracker; each has its own. */
@Execution(ExecutionMode.CONCURRENT)
class AriaIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int FILE_BYTES = 12_345_678;

  @TempDir private Path folder;
  private final List<Running> running = new ArrayList<>();
  private String announceUrl = "";

  @BeforeEach
  void aTrackerRuns() throws Exception {
    Program.installed("aria2c");
    int port = freePort();
    announceUrl = "http://127.0.0.1:" + port + "/announce";
    skep(
            "tracker",
            "tracker",
            "run",
            "--bind",
            "127.0.0.1",
            "--port",
            port,
            "--udp-port",
            port,
            "--data",
            folder.resolve("tracker-data"))
        .awaitSaid("tracker ready", SOON);
  }

  @AfterEach
  void everythingEnds() {
    running.reversed().forEach(Running::close);
  }

  @Test
  void ariaDownloadsAFileFromOurSeeder() throws Exception {
    Path data = TestFolder.file(folder.resolve("data.bin"), FILE_BYTES, 1);
    Path torrent = create(data);
    skep("seed", "seed", torrent, data, "--bind", "127.0.0.1").awaitSaid("seeding", SOON);

    Path copies = Files.createDirectory(folder.resolve("copies"));
    aria("aria2-leech", copies, "--seed-time=0", torrent).awaitDone(SOON);

    assertThat(TestFolder.sha256(copies.resolve("data.bin"))).isEqualTo(TestFolder.sha256(data));
  }

  @Test
  void ariaDownloadsAFolderFromOurSeeder() throws Exception {
    Path data = TestFolder.awkward(Files.createDirectory(folder.resolve("Bienen körbe")), 2);
    Path torrent = create(data);
    skep("seed", "seed", torrent, data, "--bind", "127.0.0.1").awaitSaid("seeding", SOON);

    Path copies = Files.createDirectory(folder.resolve("copies"));
    aria("aria2-leech", copies, "--seed-time=0", torrent).awaitDone(SOON);

    assertThat(TestFolder.digests(copies.resolve("Bienen körbe")))
        .isEqualTo(TestFolder.digests(data));
  }

  @Test
  void weDownloadAFileFromAriaAsSeeder() throws Exception {
    Path data = TestFolder.file(folder.resolve("data.bin"), FILE_BYTES, 3);
    Path torrent = create(data);
    aria("aria2-seed", folder, "--seed-ratio=0.0", "--check-integrity=true", torrent);

    Path copies = folder.resolve("copies");
    skep("get", "get", torrent, "-d", copies, "--bind", "127.0.0.1", "--give-up", "60s")
        .awaitDone(SOON);

    assertThat(TestFolder.sha256(copies.resolve("data.bin"))).isEqualTo(TestFolder.sha256(data));
  }

  @Test
  void ourAgentsMoveAFolderByteForByte() throws Exception {
    Path data = TestFolder.awkward(Files.createDirectory(folder.resolve("Bienen körbe")), 4);
    Path torrent = create(data);
    Running seeder = skep("seed", "seed", torrent, data, "--bind", "127.0.0.1");
    seeder.awaitSaid("seeding", SOON);

    Path copies = folder.resolve("copies");
    skep("get", "get", torrent, "-d", copies, "--bind", "127.0.0.1").awaitDone(SOON);

    assertThat(TestFolder.digests(copies.resolve("Bienen körbe")))
        .isEqualTo(TestFolder.digests(data));
    seeder.terminate(Duration.ofSeconds(6));
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

  private Running aria(String name, Path into, Object... words) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "aria2c",
                "--no-conf",
                "--dir=" + into,
                "--listen-port=" + freePort(),
                "--enable-dht=false",
                "--enable-dht6=false",
                "--enable-peer-exchange=false",
                "--bt-enable-lpd=false",
                "--follow-torrent=false",
                "--summary-interval=0"));
    for (Object word : words) {
      command.add(word.toString());
    }
    Running program = Running.start(folder, name, command);
    running.add(program);
    return program;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
