package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code skep get} that is killed, or whose files were touched, goes on from what is good. */
class GetGoesOnIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final int PIECE_BYTES = 64 * 1024;
  private static final int PORT = 6881;

  /** What is under way when a leecher dies: pieces begun, and blocks that it had asked for. */
  private static final int UNDER_WAY_BYTES = 6 * PIECE_BYTES;

  private static final Pattern UPLOADED = Pattern.compile("\"uploadedBytes\":(\\d+)");
  private static final Pattern DOWNLOADED = Pattern.compile("\"downloadedBytes\": (\\d+)");

  @TempDir private Path folder;
  private final List<Running> running = new ArrayList<>();

  @AfterEach
  void everythingEnds() {
    running.reversed().forEach(Running::close);
  }

  @Test
  void killedThreeTimesItFetchesAgainOnlyWhatWasNotComplete() throws Exception {
    killAndGoOn(3, 8_000_000);
  }

  @Test
  @Tag("full")
  void killedFiftyTimesItFetchesAgainOnlyWhatWasNotComplete() throws Exception {
    killAndGoOn(50, 90_000_000);
  }

  private void killAndGoOn(int kills, int bytes) throws Exception {
    Path data = TestFolder.file(folder.resolve("data.bin"), bytes, 9);
    Path copy = folder.resolve("copies/data.bin");
    Path torrent = create(data);
    Running seeder = seed(torrent, data, "--max-up", "2MiB/s", "--report", "JSON");
    seeder.awaitSaid("\"state\":\"seeding\"", SOON);
    Random random = new Random(kills);
    StringBuilder log = new StringBuilder();

    long good = 0;
    for (int kill = 1; kill <= kills; kill++) {
      Duration instant = Duration.ofMillis(random.nextInt(200, 1200));
      Running leecher = get(torrent).awaitSaid("ready on", SOON);
      assertThat(leecher.killAfter(instant)).as("%s was killed in time", log).isTrue();
      long now = goodBytes(data, copy);
      log.append(
          "killed after %d ms with %d bytes in good pieces\n".formatted(instant.toMillis(), now));
      assertThat(now).as(log.toString()).isGreaterThanOrEqualTo(good);
      good = now;
    }
    System.out.print(log);
    Running last = get(torrent);
    last.awaitDone(SOON);

    assertThat(TestFolder.sha256(copy)).isEqualTo(TestFolder.sha256(data));
    assertThat(good).as(log.toString()).isBetween(1L, bytes - 1L);
    assertThat(number(DOWNLOADED, last)).as(log.toString()).isLessThanOrEqualTo(bytes - good);
    seeder.terminate(SOON);
    assertThat(number(UPLOADED, seeder))
        .as(log.toString())
        .isBetween((long) bytes, bytes + (long) kills * UNDER_WAY_BYTES);
  }

  @Test
  void whatWasChangedCutOffOrDeletedIsFetchedAgainAndNothingElse() throws Exception {
    Path data = Files.createDirectory(folder.resolve("data"));
    TestFolder.file(data.resolve("changed"), 10 * PIECE_BYTES, 1);
    TestFolder.file(data.resolve("cut off"), 10 * PIECE_BYTES, 2);
    TestFolder.file(data.resolve("deleted"), 10 * PIECE_BYTES, 3);
    Files.createFile(data.resolve("empty"));
    Path torrent = create(data);
    seed(torrent, data).awaitSaid("ready on", SOON);
    get(torrent).awaitDone(SOON);
    Path copies = folder.resolve("copies/data");

    flip(copies.resolve("changed"), 3 * PIECE_BYTES + 5);
    try (var file = new RandomAccessFile(copies.resolve("cut off").toFile(), "rw")) {
      file.setLength(8 * PIECE_BYTES - 1);
    }
    Files.delete(copies.resolve("deleted"));
    Files.delete(copies.resolve("empty"));
    Running again = get(torrent);
    again.awaitDone(SOON);

    assertThat(TestFolder.digests(copies)).isEqualTo(TestFolder.digests(data));
    assertThat(number(DOWNLOADED, again)).isEqualTo((1 + 3 + 10) * PIECE_BYTES);
  }

  @Test
  void ofTwoIntoTheSameFolderOneIsDoneAndTheOtherNamesIt() throws Exception {
    Path data = TestFolder.file(folder.resolve("data.bin"), 6_000_000, 5);
    Path torrent = create(data);
    seed(torrent, data, "--max-up", "2MiB/s").awaitSaid("ready on", SOON);

    List<Running> both = List.of(get(torrent), get(torrent));
    int failed = both.get(0).awaitEnd(SOON);
    failed += both.get(1).awaitEnd(SOON);

    String said = both.get(0).said() + both.get(1).said();
    assertThat(failed).as(said).isEqualTo(1);
    assertThat(said).containsPattern("data.bin is being downloaded by process \\d+; ");
    assertThat(said.lines().filter(line -> line.startsWith("skep: data.bin"))).hasSize(1);
    assertThat(TestFolder.sha256(folder.resolve("copies/data.bin")))
        .isEqualTo(TestFolder.sha256(data));
  }

  @Test
  void whatIsFinishedIsSeededWithoutBeingReadAgain() throws Exception {
    Path data = TestFolder.file(folder.resolve("data.bin"), 20 * PIECE_BYTES, 4);
    Path torrent = create(data);
    seed(torrent, data).awaitSaid("ready on", SOON);
    get(torrent).awaitDone(SOON);

    // Whoever read the file would notice; its size and time do not tell.
    Path copy = folder.resolve("copies/data.bin");
    FileTime before = Files.getLastModifiedTime(copy);
    flip(copy, 7 * PIECE_BYTES);
    Files.setLastModifiedTime(copy, before);

    skep("seed", "seed", torrent, copy, "--port", 0).awaitSaid("ready on", SOON);
  }

  private Path create(Path data) throws Exception {
    Path torrent = folder.resolve("it.torrent");
    skep("create", "create", data, "-o", torrent, "--piece-length", "64KiB").awaitDone(SOON);
    return torrent;
  }

  private Running seed(Path torrent, Path data, Object... more) throws IOException {
    List<Object> words = new ArrayList<>(List.of("seed", torrent, data));
    words.addAll(List.of("--bind", OwnAddress.of(0), "--port", PORT));
    words.addAll(List.of(more));
    return skep("seed", words.toArray());
  }

  private Running get(Path torrent) throws IOException {
    return skep(
        "get",
        "get",
        torrent,
        "-d",
        folder.resolve("copies"),
        "--bind",
        "127.0.0.2",
        "--peer",
        OwnAddress.of(0) + ":" + PORT,
        "--json");
  }

  private Running skep(String name, Object... words) throws IOException {
    Running program = Running.skep(folder, name, words);
    running.add(program);
    return program;
  }

  private static long number(Pattern pattern, Running program) {
    return pattern
        .matcher(program.said())
        .results()
        .mapToLong(found -> Long.parseLong(found.group(1)))
        .max()
        .orElseThrow(() -> new AssertionError(program.said()));
  }

  private static long goodBytes(Path data, Path copy) throws IOException {
    if (!Files.exists(copy)) {
      return 0;
    }
    byte[] wanted = Files.readAllBytes(data);
    byte[] have = Files.readAllBytes(copy);
    long good = 0;
    for (int from = 0; from < wanted.length; from += PIECE_BYTES) {
      int to = Math.min(wanted.length, from + PIECE_BYTES);
      if (to <= have.length && Arrays.equals(wanted, from, to, have, from, to)) {
        good += to - from;
      }
    }
    return good;
  }

  private static void flip(Path file, long at) throws IOException {
    try (var open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(at);
      int before = open.read();
      open.seek(at);
      open.write(~before);
    }
  }
}
