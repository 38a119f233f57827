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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two hosts on one network, and no tracker. */
@Execution(ExecutionMode.CONCURRENT)
class NeighboursIT {
  private static final Duration SOON = Duration.ofSeconds(60);

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

  private Lan lan(boolean ipv4) throws Exception {
    Lan lan = Lan.make(ipv4);
    made = Optional.of(lan);
    return lan;
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
    String link = new Program(Running.skepCommand("magnet", torrent)).output(folder).strip();
    String bare = link.replaceAll("&.*", "");
    Path copies = folder.resolve("copies");
    on(1, "seed", skep("seed", torrent, data)).awaitSaid("ready on", SOON);

    Running get = on(2, "get", skep("get", bare, "-d", copies, "--give-up", "50s"));

    get.awaitDone(SOON);
    assertThat(copies.resolve("data.bin")).hasSameBinaryContentAs(data);
  }

  @Test
  @Tag("ci")
  void newcomersFinishThoughTheTrackerIsDead() throws Exception {
    lan(true);
    Path data = TestFolder.file(folder.resolve("data.bin"), 3_000_000, 1);
    Path torrent = torrentOf(data, "-t", "http://" + Lan.ipv4(1) + ":9/announce");
    on(1, "seed", skep("seed", torrent, data)).awaitSaid("ready on", SOON);
    List<Running> newcomers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      newcomers.add(on(2, "get" + i, skep("get", torrent, "-d", folder.resolve("copy" + i))));
    }

    for (int i = 0; i < newcomers.size(); i++) {
      newcomers.get(i).awaitDone(SOON);
      assertThat(folder.resolve("copy" + i).resolve("data.bin")).hasSameBinaryContentAs(data);
    }
  }

  @Test
  @Tag("ci")
  void ariaFindsUsOnTheNetworkAndWeIt() throws Exception {
    Program.installed("aria2c");
    lan(true);
    Path data = TestFolder.file(folder.resolve("data.bin"), 3_000_000, 1);
    Path torrent = torrentOf(data);
    String link = new Program(Running.skepCommand("magnet", torrent)).output(folder).strip();
    Path theirs = Files.createDirectory(folder.resolve("theirs"));
    Running seeder = on(1, "seed", skep("seed", torrent, data)).awaitSaid("ready on", SOON);

    on(2, "aria2", aria(link, theirs));
    await()
        .atMost(SOON)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(theirs.resolve("data.bin")).hasSameBinaryContentAs(data));
    seeder.terminate(SOON);

    Path ours = folder.resolve("ours");
    on(1, "get", skep("get", link, "-d", ours, "--give-up", "50s")).awaitDone(SOON);
    assertThat(ours.resolve("data.bin")).hasSameBinaryContentAs(data);
  }

  private static List<String> aria(String link, Path into) {
    return List.of(
        "aria2c",
        "--no-conf",
        "--enable-dht=false",
        "--enable-dht6=false",
        "--bt-enable-lpd=true",
        "--bt-lpd-interface=eth0",
        "--interface=eth0",
        "--listen-port=6881",
        "--seed-ratio=0.0",
        "--dir=" + into,
        link);
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

  private Running ear() throws IOException {
    Running ear = on(2, "ear", List.of("python3", script().toString(), "120"));
    return ear.awaitSaid("hears", SOON);
  }

  /** Other tests find nobody on the network of the machine. */
  private static List<String> skep(Object... words) {
    List<String> command =
        new ArrayList<>(List.of("env", "SKEP_AGENT_LSD=true", "SKEP_AGENT_DHT=true"));
    command.addAll(Running.skepCommand(words));
    return command;
  }

  private Path script() throws IOException {
    Path script = folder.resolve("hear.py");
    try (var in =
        Objects.requireNonNull(
            NeighboursIT.class.getResourceAsStream("/dev/skep/system/hear.py"))) {
      Files.write(script, in.readAllBytes());
    }
    return script;
  }
}
