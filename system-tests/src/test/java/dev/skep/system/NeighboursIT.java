package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts on one network, and no tracker. */
@Execution(ExecutionMode.CONCURRENT)
class NeighboursIT {
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final Pattern UPLOADED = Pattern.compile("\"uploadedBytes\":\\s*(\\d+)");

  @TempDir private Path folder;
  private final List<Running> running = new ArrayList<>();
  private Optional<Lan> made = Optional.empty();

  @AfterEach
  void everythingEnds() throws Exception {
    running.reversed().forEach(Running::close);
    if (made.isPresent()) {
      made.get().remove();
    }
  }

  private void lan(boolean ipv4) throws Exception {
    made = Optional.of(Lan.make(ipv4));
  }

  private Running on(int host, String name, List<String> command) throws IOException {
    Running program = Running.start(folder, name, made.orElseThrow().on(host, command));
    running.add(program);
    return program;
  }

  private Path torrentOf(Path data, String... options) throws Exception {
    Path torrent = folder.resolve("it.torrent");
    List<String> create = Running.skepCommand("create", data, "-o", torrent, "--force");
    create.addAll(List.of(options));
    new Program(create).output(folder);
    return torrent;
  }

  @ParameterizedTest(name = "with IPv4: {0}")
  @ValueSource(booleans = {true, false})
  void aLinkWithNothingButAHashIsEnough(boolean ipv4) throws Exception {
    lan(ipv4);
    Path data = TestFolder.file(folder.resolve("data.bin"), 3_000_000, 1);
    Path torrent = torrentOf(data);
    String bare = linkOf(torrent);
    on(1, "seed", skep("seed", torrent, data)).awaitSaid("ready on", SOON);

    Path copies = folder.resolve("copies");
    on(2, "get", skep("get", bare, "-d", copies, "--give-up", "100s")).awaitDone(SOON);

    assertThat(copies.resolve("data.bin")).hasSameBinaryContentAs(data);
  }

  @Test
  @Tag("ci")
  void whoIsPluggedInLaterAndUnpluggedInBetweenFindsTheOthers() throws Exception {
    lan(true);
    Path data = TestFolder.file(folder.resolve("data.bin"), 3_000_000, 1);
    Path torrent = torrentOf(data);
    made.orElseThrow().unplug(2);
    Path copies = folder.resolve("copies");
    Running get =
        on(2, "get", skep("get", linkOf(torrent), "-d", copies, "--give-up", "100s"))
            .awaitSaid("ready on", SOON);
    made.orElseThrow().plug(2);
    Running seed = on(1, "seed", skep("seed", torrent, data, "--max-up", "300KB/s"));
    await("it has the torrent, and begins")
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(copies.resolve("data.bin"))
                    .as("%s%n%s", get.said(), seed.said())
                    .exists());

    made.orElseThrow().unplug(2);
    made.orElseThrow().plug(2);

    get.awaitDone(SOON);
    assertThat(copies.resolve("data.bin")).hasSameBinaryContentAs(data);
  }

  private static double said(Pattern figure, Running get) {
    Matcher found = figure.matcher(get.said());
    assertThat(found.find()).as(get.said()).isTrue();
    return Double.parseDouble(found.group(1));
  }

  @Test
  void threeHostsWithALinkAloneAreASwarm() throws Exception {
    hostsWithALinkAloneAreASwarm(3);
  }

  @Test
  @Tag("full")
  void eightMoreHostsWithALinkAloneAreASwarm() throws Exception {
    hostsWithALinkAloneAreASwarm(9);
  }

  /** The seeder comes last, and gives so slowly that they have time to give one another. */
  private void hostsWithALinkAloneAreASwarm(int hosts) throws Exception {
    made = Optional.of(Lan.make(hosts, true));
    Path data = TestFolder.file(folder.resolve("data.bin"), 6_000_000, 1);
    Path torrent = torrentOf(data);
    String bare = linkOf(torrent);
    List<Running> others = new ArrayList<>();
    for (int host = 2; host <= hosts; host++) {
      Path into = folder.resolve("host" + host);
      others.add(
          on(host, "get" + host, skep("get", bare, "-d", into, "--no-dht", "--no-pex", "--json")));
    }
    others.forEach(other -> other.awaitSaid("ready on", SOON));

    on(1, "seed", skep("seed", torrent, data, "--no-dht", "--no-pex", "--max-up", "2MB/s"));

    double given = 0;
    for (int host = 2; host <= hosts; host++) {
      Running other = others.get(host - 2);
      other.awaitDone(SOON);
      assertThat(folder.resolve("host" + host).resolve("data.bin")).hasSameBinaryContentAs(data);
      given += said(UPLOADED, other);
    }
    assertThat(given).as("bytes that they gave one another").isGreaterThan(300_000);
  }

  /** Nothing but the hash. */
  private String linkOf(Path torrent) throws Exception {
    List<String> magnet = Running.skepCommand("magnet", torrent);
    return new Program(magnet).output(folder).strip().replaceAll("&.*", "");
  }

  @Test
  @Tag("full")
  void fiveNewcomersFinishThoughTheTrackerWasKilledBefore() throws Exception {
    made = Optional.of(Lan.make(8, true));
    Path data = TestFolder.file(folder.resolve("data.bin"), 6_000_000, 1);
    Running tracker = on(1, "tracker", tracker());
    Path torrent = torrentOf(data, "-t", tracker.announceUrl(SOON));
    on(2, "seed", skep("seed", torrent, data, "--max-up", "2MB/s")).awaitSaid("ready on", SOON);
    Path early = folder.resolve("copy3");
    List<Running> leechers = new ArrayList<>();
    leechers.add(on(3, "get3", skep("get", torrent, "-d", early, "--max-down", "500KB/s")));
    leechers.getFirst().awaitSaid("  1 peer  ", SOON);

    tracker.kill();

    for (int host = 4; host <= 8; host++) {
      leechers.add(
          on(host, "get" + host, skep("get", torrent, "-d", folder.resolve("copy" + host))));
    }
    for (int host = 3; host <= 8; host++) {
      leechers.get(host - 3).awaitDone(SOON);
      assertThat(folder.resolve("copy" + host).resolve("data.bin")).hasSameBinaryContentAs(data);
    }
  }

  private List<String> tracker() {
    return Running.skepCommand(
        "tracker", "run", "--bind", Lan.ipv4(1), "--data", folder.resolve("tracker"));
  }

  /** BEP 27: also who listens to everything that the host says hears nothing of it. */
  @Test
  @Tag("ci")
  void ofAPrivateTorrentTheNetworkHearsNothing() throws Exception {
    Program.installed("python3");
    lan(true);
    Path data = TestFolder.file(folder.resolve("data.bin"), 300_000, 1);
    try (Running ear = ear()) {
      Path torrent = torrentOf(data);
      Running seeder = on(1, "public", skep("seed", torrent, data)).awaitSaid("ready on", SOON);
      ear.awaitSaid("ipv4 17 6771", SOON).awaitSaid("ipv6 17 6771", SOON);
      seeder.terminate(SOON);
    }

    try (Running ear = ear()) {
      Path torrent = torrentOf(data, "--private", "-t", "http://127.0.0.1:9/announce");
      on(1, "private", skep("seed", torrent, data)).awaitSaid("ready on", SOON);
      // Others are said within a second.
      await()
          .during(Duration.ofSeconds(5))
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(ear.said()).doesNotContain(" 17 ").doesNotContain(" 6 "));
    }
  }

  @Test
  @Tag("ci")
  void aFloodOnTheNetworkTakesLittleOfAProcessorAndHidesNobody() throws Exception {
    Program.installed("python3");
    lan(true);
    Path data = TestFolder.file(folder.resolve("data.bin"), 3_000_000, 1);
    Path torrent = torrentOf(data);
    String bare = linkOf(torrent);
    Running seeder = on(1, "seed", skep("seed", torrent, data)).awaitSaid("ready on", SOON);
    on(2, "flood", List.of("python3", script("flood.py").toString(), Lan.ipv4(2)))
        .awaitSaid("floods", SOON);
    Duration before = cpu(seeder);
    long began = System.nanoTime();

    Running get = on(2, "get", skep("get", bare, "-d", folder.resolve("copies")));

    get.awaitDone(SOON);
    Duration spent = cpu(seeder).minus(before);
    Duration passed = Duration.ofNanos(System.nanoTime() - began);
    assertThat(spent).as("of %s", passed).isLessThan(passed.dividedBy(2));
  }

  private static Duration cpu(Running program) {
    return ProcessHandle.of(program.pid())
        .flatMap(process -> process.info().totalCpuDuration())
        .orElseThrow();
  }

  private Running ear() throws IOException {
    Running ear = on(2, "ear", List.of("python3", script("hear.py").toString(), "120"));
    return ear.awaitSaid("hears", SOON);
  }

  /** Other tests find nobody on the network of the machine. */
  private static List<String> skep(Object... words) {
    List<String> command =
        new ArrayList<>(List.of("env", "SKEP_AGENT_LSD=true", "SKEP_AGENT_DHT=true"));
    command.addAll(Running.skepCommand(words));
    return command;
  }

  private Path script(String name) throws IOException {
    Path script = folder.resolve(name);
    try (var in =
        Objects.requireNonNull(
            NeighboursIT.class.getResourceAsStream("/dev/skep/system/" + name))) {
      Files.write(script, in.readAllBytes());
    }
    return script;
  }
}
