package dev.skep.system;

import dev.skep.system.tracker.ForeignClient;
import dev.skep.system.tracker.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Two who know only the same seeder meet (BEP 11): libtorrent tells our agents, and we tell it. */
@Execution(ExecutionMode.CONCURRENT)
class PeerExchangeIT {
  /** libtorrent says nothing in the first minute or so to who was there before. */
  private static final Duration SOON = Duration.ofSeconds(100);

  private static final String SEEDER = Network.ipv4(1);

  @TempDir private Path folder;
  private final List<Running> running = new ArrayList<>();
  private Optional<Network> made = Optional.empty();
  private Path data;
  private Path torrent;

  @BeforeEach
  void aTorrentWithoutATracker() throws Exception {
    Assumptions.assumeTrue(ForeignClient.LIBTORRENT.isInstalled(), "libtorrent is not installed");
    made = Optional.of(Network.make());
    data = TestFolder.file(Files.createDirectory(seeded()).resolve("it"), 40 << 20, 1);
    torrent = folder.resolve("it.torrent");
    new Program(Running.skepCommand("create", data, "-o", torrent)).output(folder);
  }

  private Path seeded() {
    return folder.resolve("seeded");
  }

  @AfterEach
  void everythingEnds() throws Exception {
    running.reversed().forEach(Running::close);
    if (made.isPresent()) {
      made.get().remove();
    }
  }

  private Running start(String name, List<String> command) throws IOException {
    Running program = Running.start(folder, name, made.orElseThrow().inside(command));
    running.add(program);
    return program;
  }

  @Test
  @Tag("ci")
  void ourAgentsHearOfOneAnotherFromLibtorrent() throws Exception {
    start("seeder", libtorrent(seeded(), SEEDER)).awaitSaid("connected to", SOON);
    get(2);

    get(3).awaitSaid("  2 peers  ", SOON);
  }

  private Running get(int host) throws IOException {
    return start(
        "get" + host,
        Running.skepCommand(
            "get",
            torrent,
            "-d",
            folder.resolve("copy" + host),
            "--bind",
            Network.ipv4(host),
            "--max-down",
            "200KiB/s",
            "--peer",
            SEEDER + ":6881"));
  }

  @Test
  @Tag("ci")
  void libtorrentHearsOfAnotherOneFromUs() throws Exception {
    start(
            "seeder",
            Running.skepCommand(
                "seed", torrent, data, "--bind", SEEDER, "--port", "6881", "--max-up", "100KB/s"))
        .awaitSaid("ready on", SOON);
    start("first", libtorrent(Files.createDirectory(folder.resolve("1")), Network.ipv4(2), SEEDER))
        .awaitSaid("connected to " + SEEDER, SOON);

    start("second", libtorrent(Files.createDirectory(folder.resolve("2")), Network.ipv4(3), SEEDER))
        .awaitSaid("connected to " + SEEDER + " " + Network.ipv4(2), SOON);
  }

  private List<String> libtorrent(Path into, String address, String... peers) throws IOException {
    Path script = folder.resolve("pex_peer.py");
    if (Files.notExists(script)) {
      try (var in =
          Objects.requireNonNull(
              PeerExchangeIT.class.getResourceAsStream("/dev/skep/system/pex_peer.py"))) {
        Files.write(script, in.readAllBytes());
      }
    }
    List<String> command = new ArrayList<>(List.of("/usr/bin/python3", script.toString()));
    command.addAll(List.of(torrent.toString(), into.toString(), address));
    command.addAll(List.of(peers));
    return command;
  }
}
