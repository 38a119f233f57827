package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Two hosts on one network, and the DHT. */
@Execution(ExecutionMode.CONCURRENT)
class DhtIT {
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

  private void lan(boolean ipv4) throws Exception {
    made = Optional.of(Lan.make(ipv4));
  }

  private Running on(int host, String name, List<String> command) throws IOException {
    Running program = Running.start(folder, name, made.orElseThrow().on(host, command));
    running.add(program);
    return program;
  }

  private Path torrentOf(Path data) throws Exception {
    Path torrent = folder.resolve(data.getFileName() + ".torrent");
    new Program(Running.skepCommand("create", data, "-o", torrent)).output(folder);
    return torrent;
  }

  /** Nothing but the hash. */
  private String link(Path torrent) throws Exception {
    return new Program(Running.skepCommand("magnet", torrent))
        .output(folder)
        .strip()
        .replaceAll("&.*", "");
  }

  /**
   * What one host announced the other knows, though it has another torrent and was told nothing.
   */
  @Test
  void aNetworkWithoutAnyWayOutHasADhtOfItsOwn() throws Exception {
    lan(true);
    Path one = TestFolder.file(folder.resolve("one.bin"), 300_000, 1);
    Path two = TestFolder.file(folder.resolve("two.bin"), 300_000, 2);
    Path torrent = torrentOf(one);
    on(1, "one", skep(List.of("SKEP_AGENT_LSD=true"), "seed", torrent, one, "-p", 6881))
        .awaitSaid("ready on", SOON);
    on(2, "two", skep(List.of("SKEP_AGENT_LSD=true"), "seed", torrentOf(two), two, "-p", 6881))
        .awaitSaid("ready on", SOON);
    String hash = link(torrent).replaceAll(".*:", "");

    // Asked is the second host, which has it from the first.
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              Running lookup = on(2, "lookup", skep(List.of(), "dht", "lookup", hash));
              lookup.awaitEnd(SOON);
              assertThat(lookup.said()).contains(Lan.ipv4(1) + ":6881");
            });
  }

  @Test
  void twoWithNothingButTheHashFindOneAnotherAndTextsAreKept() throws Exception {
    lan(true);
    meetAt(Lan.ipv4(1), Lan.ipv4(1) + ":7000");
  }

  @Test
  @Tag("ci")
  void whereThereIsIpv6OnlyTheyDoToo() throws Exception {
    lan(false);
    meetAt(Lan.ipv6(1), "[" + Lan.ipv6(1) + "]:7000");
  }

  private void meetAt(String address, String node) throws Exception {
    Path data = TestFolder.file(folder.resolve("data.bin"), 3_000_000, 1);
    Path torrent = torrentOf(data);
    Path copies = folder.resolve("copies");
    on(1, "node", skep(List.of(), "dht", "run", "--bind", address, "-p", 7000))
        .awaitSaid("ready on", SOON);
    List<String> led = List.of("SKEP_AGENT_DHT_NODES=" + node);
    on(1, "seed", skep(led, "seed", torrent, data)).awaitSaid("ready on", SOON);

    on(2, "get", skep(led, "get", link(torrent), "-d", copies, "--give-up", "50s")).awaitDone(SOON);

    assertThat(copies.resolve("data.bin")).hasSameBinaryContentAs(data);
    on(2, "put", skep(led, "dht", "put", "Hello World!")).awaitDone(SOON);
    String key = "e5f96f6f38320f0f33959cb4d3d656452117aadb"; // BEP 44's own
    Running got = on(1, "got", skep(List.of(), "dht", "get", key, "--node", node));
    got.awaitDone(SOON);
    assertThat(got.said()).contains("Hello World!");
  }

  private static List<String> skep(List<String> environment, Object... words) {
    List<String> command = new ArrayList<>(List.of("env", "SKEP_AGENT_DHT=true"));
    command.addAll(environment);
    command.addAll(Running.skepCommand(words));
    return command;
  }
}
