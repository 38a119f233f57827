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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two who know only the same peer meet (BEP 11): others tell our agents, and we tell them. */
@Execution(ExecutionMode.CONCURRENT)
class PeerExchangeIT {
  /** Others say nothing in the first minute, or 90 s, to who was there before. */
  private static final Duration SOON = Duration.ofSeconds(150);

  private static final String SEEDER = Network.ipv4(1);

  @TempDir private Path folder;
  private final List<Running> running = new ArrayList<>();
  private Optional<Network> made = Optional.empty();
  private Path data;
  private Path torrent;

  @BeforeEach
  void aTorrentWithoutATracker() throws Exception {
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

  @ParameterizedTest
  @EnumSource(names = {"LIBTORRENT", "ARIA2", "TRANSMISSION"})
  @Tag("ci")
  void ourAgentsHearOfOneAnotherFrom(ForeignClient client) throws Exception {
    Assumptions.assumeTrue(client.isInstalled(), client + " is not installed");
    start("seeder", command(client, torrent.toString(), seeded(), SEEDER));
    get(2);

    get(3).awaitSaid("  2 peers  ", SOON);
  }

  private List<String> command(ForeignClient client, String source, Path into, String address)
      throws IOException {
    return switch (client) {
      case LIBTORRENT -> libtorrent(into, address);
      case ARIA2 -> aria(source, into, address);
      case TRANSMISSION -> transmission(source, into, address);
      case RTORRENT, QBITTORRENT -> throw new IllegalArgumentException(client + " is not tried");
    };
  }

  private Running get(int host) throws IOException {
    return start("get" + host, getOf(host, "--max-down", "200KiB/s", "--peer", SEEDER + ":6881"));
  }

  @Test
  @Tag("ci")
  void libtorrentHearsOfAnotherOneFromUs() throws Exception {
    Assumptions.assumeTrue(ForeignClient.LIBTORRENT.isInstalled(), "libtorrent is not installed");
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

  /**
   * We dial the other one and an agent of ours, which says nothing itself. Transmission 3.00 may
   * stay paused once it has a link's torrent (transmission/transmission issue 2266).
   */
  @ParameterizedTest
  @EnumSource(names = "ARIA2")
  @Tag("ci")
  void whoHasALinkHearsOfAnotherOneFromUs(ForeignClient client) throws Exception {
    Assumptions.assumeTrue(client.isInstalled(), client + " is not installed");
    String link =
        new Program(Running.skepCommand("magnet", torrent))
            .output(folder)
            .strip()
            .replaceAll("&.*", "");
    Path theirs = Files.createDirectory(folder.resolve("theirs"));
    Running other = start("other", command(client, link, theirs, Network.ipv4(2)));
    String nobody = Network.ipv4(60) + ":9";
    start("silent", getOf(3, "--port", "6881", "--no-pex", "--peer", nobody))
        .awaitSaid("ready on", SOON);

    start(
        "seeder",
        Running.skepCommand(
            "get",
            torrent,
            "-d",
            seeded(),
            "--bind",
            SEEDER,
            "--seed",
            "--max-up",
            "100KB/s",
            "--peer",
            Network.ipv4(2) + ":6881",
            "--peer",
            Network.ipv4(3) + ":6881"));

    other.awaitSaid("CN:2 ", SOON);
  }

  private List<String> getOf(int host, Object... more) {
    List<String> command =
        Running.skepCommand(
            "get", torrent, "-d", folder.resolve("copy" + host), "--bind", Network.ipv4(host));
    command.addAll(Stream.of(more).map(Object::toString).toList());
    return command;
  }

  private static List<String> aria(String source, Path into, String address) {
    return List.of(
        "aria2c",
        "--no-conf",
        "--enable-dht=false",
        "--enable-dht6=false",
        "--bt-enable-lpd=false",
        "--check-integrity=true",
        "--allow-overwrite=true",
        "--seed-ratio=0.0",
        "--summary-interval=1",
        "--interface=" + address,
        "--listen-port=6881",
        "--dir=" + into,
        source);
  }

  private List<String> transmission(String source, Path into, String address) throws IOException {
    Path home = Files.createDirectory(folder.resolve("home"));
    Files.writeString(
        home.resolve("settings.json"),
        """
        {"bind-address-ipv4": "%s", "peer-port": 6881, "rpc-enabled": false, "dht-enabled": false,
         "lpd-enabled": false, "port-forwarding-enabled": false, "utp-enabled": false}
        """
            .formatted(address));
    return List.of("transmission-cli", "-g", home.toString(), "-w", into.toString(), source);
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
