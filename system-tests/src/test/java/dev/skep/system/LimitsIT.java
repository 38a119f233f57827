package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.system.tracker.ForeignClient;
import dev.skep.system.tracker.Network;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the system allows one process is no reason for wrong results, nor for the JVM's own words.
 */
class LimitsIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Pattern PORT = Pattern.compile("ready on \\S+:(\\d+),");
  private static final int FILES = 200;

  @TempDir private Path folder;
  private final List<Running> running = new ArrayList<>();
  private Path data;
  private Path torrent;

  @BeforeEach
  void aTorrentOfMoreFilesThanMayBeOpen() throws Exception {
    data = Files.createDirectory(folder.resolve("data"));
    for (int i = 0; i < FILES; i++) {
      TestFolder.file(data.resolve("f" + i), 20_000, i);
    }
    torrent = folder.resolve("data.torrent");
    limited(64, "create", data, "-o", torrent).awaitDone(SOON);
  }

  @AfterEach
  void everythingEnds() {
    running.forEach(Running::close);
  }

  private Running start(String name, List<String> command) throws IOException {
    Running program = Running.start(folder, name, command);
    running.add(program);
    return program;
  }

  /** Skep in a process that may have so many files and sockets open. */
  private Running limited(int descriptors, Object... words) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("sh", "-c", "ulimit -n " + descriptors + "; exec \"$@\"", "sh"));
    command.addAll(Running.skepCommand(words));
    return start(words[0].toString(), command);
  }

  private static String portOf(Running seeder) {
    Matcher ready = PORT.matcher(seeder.awaitSaid("ready on", SOON).said());
    assertThat(ready.find()).isTrue();
    return ready.group(1);
  }

  @Test
  void fewDescriptorsAreEnoughForManyFiles() throws Exception {
    String seeder = OwnAddress.of(0);
    String leecher = OwnAddress.of(1);
    limited(64, "verify", torrent, data).awaitDone(SOON);
    Running seed = limited(64, "seed", torrent, data, "--bind", seeder, "--port", "0");
    String peer = seeder + ":" + portOf(seed);
    Path into = folder.resolve("got");

    limited(64, "get", torrent, "-d", into, "--bind", leecher, "--port", "0", "--peer", peer)
        .awaitDone(SOON);

    assertThat(TestFolder.digests(into.resolve("data"))).isEqualTo(TestFolder.digests(data));
  }

  @Test
  void tooLittleMemoryIsOneLine() throws Exception {
    int pieces = 1_000_000;
    Path large = folder.resolve("large.torrent");
    String head =
        "d4:infod6:lengthi%de4:name1:x12:piece lengthi16384e6:pieces%d:"
            .formatted(16_384L * pieces, 20 * pieces);
    Files.writeString(large, head + "x".repeat(20 * pieces) + "ee");
    List<String> command = new ArrayList<>(List.of("env", "SKEP_JAVA_OPTS=-Xmn4m -Xmx24m"));
    command.addAll(Running.skepCommand("verify", large, data));

    Running verify = start("verify", command);

    verify.awaitSaid("skep: out of memory", SOON);
    assertThat(verify.said()).contains("SKEP_JAVA_OPTS").containsOnlyOnce("\n");
  }

  @Test
  @Tag("full")
  void aHundredAndSeventyThousandSmallFilesFitTheNormalHeap() throws Exception {
    Path many = folder.resolve("many");
    for (int i = 0; i < 170_000; i++) {
      Path below = many.resolve("d" + i / 1_000);
      Files.createDirectories(below);
      Files.write(below.resolve("f" + i), new byte[] {(byte) i});
    }
    Path made = folder.resolve("many.torrent");
    Path into = folder.resolve("got");

    start("create", Running.skepCommand("create", many, "-o", made)).awaitDone(LONG);
    String seeder = OwnAddress.of(0);
    Running seed =
        start("seed", Running.skepCommand("seed", made, many, "--bind", seeder, "--port", "0"));
    String peer = seeder + ":" + portOf(seed);
    Object[] get = {"get", made, "-d", into, "--bind", OwnAddress.of(1), "--port", "0"};
    List<String> command = Running.skepCommand(get);
    command.addAll(List.of("--peer", peer));
    start("get", command).awaitDone(LONG);

    assertThat(TestFolder.digests(into.resolve("many"))).isEqualTo(TestFolder.digests(many));
  }

  /** As many as fit a .torrent file of the greatest length that is read. */
  @Test
  @Tag("full")
  void threeMillionPiecesFitTheNormalHeap() throws Exception {
    int pieces = 3_300_000;
    Path large = folder.resolve("large.torrent");
    String head =
        "d4:infod6:lengthi%de4:name1:x12:piece lengthi16384e6:pieces%d:"
            .formatted(16_384L * pieces, 20 * pieces);
    Files.writeString(large, head + "x".repeat(20 * pieces) + "ee");

    start("info", Running.skepCommand("info", large)).awaitDone(SOON);
    Running verify = start("verify", Running.skepCommand("verify", large, data));
    assertThat(verify.awaitEnd(SOON)).isEqualTo(1);
    Path into = folder.resolve("got");
    List<String> get = Running.skepCommand("get", large, "-d", into, "--give-up", "2s");
    get.addAll(List.of("--bind", OwnAddress.of(1), "--port", "0", "--peer", "127.0.0.1:1"));
    Running getting = start("get", get);

    assertThat(getting.endsWithin(SOON)).isTrue();
    assertThat(verify.said() + getting.said()).doesNotContain("memory", "unexpected");
  }

  @Test
  void aJvmThatDiesLeavesNothingInTheFolder() throws Exception {
    Running seed = limited(256, "seed", torrent, data, "--bind", OwnAddress.of(0), "--port", "0");
    portOf(seed);
    List<Path> before = files();

    new Program(List.of("kill", "-SEGV", String.valueOf(seed.pid()))).output(folder);

    assertThat(seed.endsWithin(SOON)).isTrue();
    assertThat(files()).isEqualTo(before);
    Files.deleteIfExists(
        Path.of(
            System.getenv().getOrDefault("TMPDIR", "/tmp"), "skep-died-" + seed.pid() + ".log"));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.sorted().toList();
    }
  }

  @Test
  @Tag("full")
  void aLargeFileIsServedToAllKindsOfClientsAndAtRandom() throws Exception {
    Network network = Network.make();
    try {
      serveLargeFile(network);
    } finally {
      running.reversed().forEach(Running::close);
      network.remove();
    }
  }

  private void serveLargeFile(Network network) throws Exception {
    Path large = folder.resolve("large");
    try (RandomAccessFile sparse = new RandomAccessFile(large.toFile(), "rw")) {
      sparse.setLength(8L << 30);
    }
    Path made = folder.resolve("large.torrent");
    String tracker = Network.ipv4(1);
    List<String> run =
        Running.skepCommand("tracker", "run", "--bind", tracker, "--data", folder.resolve("t"));
    start("tracker", network.inside(run)).awaitSaid("tracker ready", SOON);
    String announce = "http://" + tracker + ":6969/announce";
    Running.skep(folder, "create", "create", large, "-o", made, "-t", announce).awaitDone(SOON);
    List<String> seedCommand =
        Running.skepCommand("seed", made, large, "--bind", Network.ipv4(2), "--port", "6881");
    Running seed = start("seed", network.inside(seedCommand));
    seed.awaitSaid("ready on", SOON);
    int host = 3;
    for (ForeignClient client : ForeignClient.values()) {
      if (client.isInstalled()) {
        Path into = Files.createDirectory(folder.resolve(client.toString()));
        start(client.toString(), network.inside(client.command(made, into, Network.ipv4(host++))));
      }
    }
    assumeTrue(host > 3, "no other client is installed");
    Running asker = askAtRandom(network, Network.ipv4(2), made, Network.ipv4(host));
    long most = 0;
    for (int i = 0; i < 30; i++) {
      TimeUnit.SECONDS.sleep(1);
      most = Math.max(most, mappings(seed));
    }
    assertThat(seed.said()).doesNotContain("insufficient memory");
    assertThat(seed.endsWithin(Duration.ofMillis(100))).as("the seeder ended").isFalse();
    assertThat(most).isBetween(1L, 40L); // windows of 256 MiB
    asker.awaitSaid("blocks 10000", SOON);
  }

  private Running askAtRandom(Network network, String seeder, Path torrent, String from)
      throws IOException {
    Path script = folder.resolve("random_peer.py");
    try (InputStream in = LimitsIT.class.getResourceAsStream("random_peer.py")) {
      Files.copy(Objects.requireNonNull(in), script);
    }
    List<String> ask = List.of("python3", script.toString(), seeder, "6881");
    return start(
        "random",
        network.inside(Stream.concat(ask.stream(), Stream.of(torrent.toString(), from)).toList()));
  }

  private long mappings(Running seed) throws IOException, InterruptedException {
    String pids = new Program(List.of("pgrep", "-f", "seed " + folder)).output(folder);
    long most = 0;
    for (String pid : pids.split("\n", -1)) {
      Path maps = Path.of("/proc", pid.trim(), "maps");
      if (!pid.isBlank() && Files.isReadable(maps)) {
        try (Stream<String> lines = Files.lines(maps)) {
          most = Math.max(most, lines.filter(line -> line.endsWith("/large")).count());
        }
      }
    }
    assertThat(seed.said()).isNotEmpty();
    return most;
  }
}
