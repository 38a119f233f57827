package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What may not be read is not bad data, and what cannot be seen is not gone. Root may read and see
 * everything, so it runs commands as nobody.
 */
@Execution(ExecutionMode.CONCURRENT)
class DeniedIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final List<String> AS_NOBODY =
      List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups");

  @TempDir private Path folder;
  private final List<Running> running = new ArrayList<>();
  private Path data;
  private Path torrent;

  @BeforeEach
  void somethingThatAllMayRead() throws Exception {
    Program.installed("setpriv");
    List<String> nothing = new ArrayList<>(AS_NOBODY);
    nothing.add("true");
    assumeTrue(Program.succeeds(nothing.toArray(String[]::new)), "only root may be nobody");
    allow(folder, "rwxr-xr-x");
    data = allow(Files.createDirectory(folder.resolve("data")), "rwxr-xr-x");
    TestFolder.file(data.resolve("one"), 3_000_000, 1);
    TestFolder.file(data.resolve("two"), 1_000_000, 2);
    torrent = folder.resolve("data.torrent");
    Running.skep(folder, "create", "create", data, "-o", torrent, "--piece-length", "32KiB")
        .awaitDone(SOON);
    allow(torrent, "rw-r--r--");
  }

  @AfterEach
  void everythingEnds() {
    running.reversed().forEach(Running::close);
  }

  private static Path allow(Path path, String permissions) throws IOException {
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  private Running start(String name, List<String> command) throws IOException {
    Running started = Running.start(folder, name, command);
    running.add(started);
    return started;
  }

  private Running asNobody(Object... words) throws IOException {
    List<String> command = new ArrayList<>(AS_NOBODY);
    command.addAll(Running.skepCommand(words));
    return start(words[0].toString(), command);
  }

  private static void assertThatItIsDenied(Running command, Path path) throws Exception {
    assertThat(command.awaitEnd(SOON)).as(command.said()).isEqualTo(1);
    assertThat(command.said().lines().toList().getLast())
        .startsWith("skep: ")
        .contains(path.toString(), "permission denied; check who may read and write it");
    assertThat(command.said()).doesNotContain("bad", "other data");
  }

  @Test
  void whatMayNotBeReadIsNotBad() throws Exception {
    Path one = allow(data.resolve("one"), "rw-------");

    assertThatItIsDenied(asNobody("verify", torrent, data), one);
    Running seed = asNobody("seed", torrent, data, "--bind", OwnAddress.of(0), "--port", "0");
    assertThatItIsDenied(seed, one);
  }

  @Test
  void whereNothingMayBeMadeIsNamed() throws Exception {
    Path theirs = allow(Files.createDirectory(folder.resolve("theirs")), "rwxr-xr-x");

    Running get =
        asNobody("get", torrent, "-d", theirs, "--peer", "127.0.0.1:1", "--give-up", "1s");

    assertThatItIsDenied(get, theirs);
  }

  /** As where a disk or a network is away for a moment. */
  @Test
  void whatCannotBeSeenForAWhileIsNotGone() throws Exception {
    List<String> seed =
        Running.skepCommand("seed", torrent, data, "--bind", OwnAddress.of(0), "--port", "0");
    seed.addAll(List.of("--max-up", "1MiB/s"));
    Running seeder = start("seed", seed).awaitSaid("ready on", SOON);
    String peer = seeder.said().replaceAll("(?s).*ready on (\\S+),.*", "$1");
    Path copies = allow(Files.createDirectory(folder.resolve("copies")), "rwxrwxrwx");
    Path copy = copies.resolve("data");

    Running get =
        asNobody("get", torrent, "-d", copies, "--bind", OwnAddress.of(1), "--peer", peer);
    Path one = copy.resolve("one");
    await().atMost(SOON).until(() -> Files.exists(one) && Files.size(one) > 0);
    allow(copy, "---------");
    get.awaitSaid("permission denied", SOON);
    allow(copy, "rwxr-xr-x");
    get.awaitDone(SOON);

    assertThat(TestFolder.digests(copy)).isEqualTo(TestFolder.digests(data));
    assertThat(get.said()).contains("\ndone ");
  }
}
