package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.system.tracker.ForeignClient;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Other people's clients find us by a link that is nothing but the hash, and we them, where there
 * is one way only: the DHT, or the local network.
 */
@Tag("full")
@Execution(ExecutionMode.CONCURRENT)
class OneWayIT {
  /** Transmission takes its time until it thinks that it is in the DHT. */
  private static final Duration SOON = Duration.ofMinutes(2);

  private static final int OURS = 1;
  private static final int THEIRS = 2;

  /** They know the address of our seeder as one, and who is complete does not dial seeders. */
  private static final int LATER = 3;

  private static final int FIRST_NODE = 7000;
  private static final String NODE = Lan.ipv4(OURS) + ":" + FIRST_NODE;

  /** Where {@code .ci/run} puts packages of npm. */
  private static final Path WEBTORRENT =
      Path.of("target/front-ends/node_modules/webtorrent").toAbsolutePath();

  /** Who else there is. */
  enum Other {
    LIBTORRENT,
    ARIA2,
    TRANSMISSION,
    /** Its nodes of the DHT cannot be chosen in version 4.5. */
    QBITTORRENT,
    /** In Node.js, over TCP. */
    WEBTORRENT,
    /** The same, which dials with encrypted handshakes. */
    SECURE_WEBTORRENT;

    boolean isInstalled() throws IOException, InterruptedException {
      return switch (this) {
        case LIBTORRENT -> ForeignClient.LIBTORRENT.isInstalled();
        case ARIA2 -> ForeignClient.ARIA2.isInstalled();
        case TRANSMISSION -> ForeignClient.TRANSMISSION.isInstalled();
        case QBITTORRENT -> ForeignClient.QBITTORRENT.isInstalled();
        case WEBTORRENT, SECURE_WEBTORRENT -> Files.exists(OneWayIT.WEBTORRENT);
      };
    }
  }

  /** How peers may find one another. */
  enum Way {
    DHT,
    LOCAL
  }

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

  private Running on(int host, String name, List<String> command) throws IOException {
    Running program = Running.start(folder, name, made.orElseThrow().on(host, command));
    running.add(program);
    return program;
  }

  @ParameterizedTest(name = "{0} by {1}")
  @CsvSource({
    "LIBTORRENT, DHT",
    "ARIA2, DHT",
    "TRANSMISSION, DHT",
    "LIBTORRENT, LOCAL",
    "ARIA2, LOCAL",
    "TRANSMISSION, LOCAL",
    "QBITTORRENT, LOCAL",
    "WEBTORRENT, DHT",
    "SECURE_WEBTORRENT, DHT"
  })
  void itFindsUsAndWeIt(Other client, Way way) throws Exception {
    assumeTrue(client.isInstalled(), client + " is not installed");
    made = Optional.of(Lan.make(LATER, true));
    made.get().routeMulticast(THEIRS);
    Path data = TestFolder.file(folder.resolve("data.bin"), 3_000_000, 1);
    Path torrent = folder.resolve("it.torrent");
    new Program(Running.skepCommand("create", data, "-o", torrent)).output(folder);
    String link =
        new Program(Running.skepCommand("magnet", torrent))
            .output(folder)
            .strip()
            .replaceAll("&.*", "");
    if (way == Way.DHT) {
      startNodes(client == Other.TRANSMISSION ? 10 : 1);
    }
    Running seeder = on(OURS, "seed", ours(way, "seed", torrent, data)).awaitSaid("ready on", SOON);
    Path theirs = Files.createDirectory(folder.resolve("theirs"));
    on(THEIRS, client.name(), command(client, way, link, theirs));
    awaitCopy(theirs.resolve("data.bin"), data);
    seeder.terminate(SOON);

    Path copies = folder.resolve("ours");
    on(LATER, "get", ours(way, "get", link, "-d", copies, "--give-up", "110s")).awaitDone(SOON);

    assertThat(copies.resolve("data.bin")).hasSameBinaryContentAs(data);
  }

  /** Transmission looks for nobody as long as it knows fewer than nine nodes. */
  private void startNodes(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      int port = FIRST_NODE + i;
      List<String> node = Running.skepCommand("dht", "run", "--bind", Lan.ipv4(OURS), "-p", port);
      if (i > 0) {
        node.addAll(List.of("--node", NODE));
      }
      on(OURS, "node" + i, node).awaitSaid("ready on", SOON);
    }
  }

  private static void awaitCopy(Path copy, Path data) {
    await()
        .atMost(SOON)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(copy).hasSameBinaryContentAs(data));
  }

  private static List<String> ours(Way way, Object... words) {
    List<String> command = new ArrayList<>(List.of("env", "SKEP_AGENT_PEX=false"));
    command.addAll(
        switch (way) {
          case DHT -> List.of("SKEP_AGENT_DHT=true", "SKEP_AGENT_DHT_NODES=" + NODE);
          case LOCAL -> List.of("SKEP_AGENT_LSD=true");
        });
    command.addAll(Running.skepCommand(words));
    return command;
  }

  private List<String> command(Other client, Way way, String link, Path into) throws IOException {
    return switch (client) {
      case LIBTORRENT -> libtorrent(way, link, into);
      case ARIA2 -> aria(way, link, into);
      case TRANSMISSION -> transmission(way, link, into);
      case QBITTORRENT ->
          ForeignClient.qbittorrent(
              folder.resolve("home"),
              "eth0",
              Lan.ipv4(THEIRS),
              way == Way.LOCAL,
              false,
              link,
              into);
      case WEBTORRENT -> webtorrent(way, link, into);
      case SECURE_WEBTORRENT -> {
        List<String> command = new ArrayList<>(webtorrent(way, link, into));
        command.add("secure");
        yield command;
      }
    };
  }

  private List<String> libtorrent(Way way, String link, Path into) throws IOException {
    String script = script("finding_peer.py");
    return List.of(
        "/usr/bin/python3", script, link, into.toString(), Lan.ipv4(THEIRS), inScript(way));
  }

  private List<String> webtorrent(Way way, String link, Path into) throws IOException {
    String script = script("finding_peer.cjs");
    return List.of("node", script, WEBTORRENT.toString(), link, into.toString(), inScript(way));
  }

  private static String inScript(Way way) {
    return way == Way.DHT ? "dht=" + NODE : "lsd";
  }

  private String script(String name) throws IOException {
    Path script = folder.resolve(name);
    String resource = "/dev/skep/system/" + name;
    try (var in = Objects.requireNonNull(OneWayIT.class.getResourceAsStream(resource))) {
      Files.write(script, in.readAllBytes());
    }
    return script.toString();
  }

  private List<String> aria(Way way, String link, Path into) {
    boolean byDht = way == Way.DHT;
    List<String> command =
        new ArrayList<>(
            List.of(
                "aria2c",
                "--no-conf",
                "--enable-dht=" + byDht,
                "--enable-dht6=false",
                "--enable-peer-exchange=false",
                "--bt-enable-lpd=" + !byDht,
                "--interface=eth0",
                "--listen-port=6881",
                "--seed-ratio=0.0",
                "--dir=" + into));
    command.addAll(
        byDht
            ? List.of(
                "--dht-entry-point=" + NODE,
                "--dht-listen-port=6881",
                "--dht-file-path=" + folder.resolve("dht.dat"))
            : List.of("--bt-lpd-interface=eth0"));
    command.add(link);
    return command;
  }

  private List<String> transmission(Way way, String link, Path into) throws IOException {
    boolean byDht = way == Way.DHT;
    Path home = Files.createDirectory(folder.resolve("home"));
    Files.writeString(home.resolve("dht.bootstrap"), NODE.replace(':', ' ') + "\n");
    Files.writeString(
        home.resolve("settings.json"),
        """
        {"bind-address-ipv4": "%1$s", "peer-port": 6881, "rpc-bind-address": "%1$s", "rpc-whitelist-enabled": false,
         "download-dir": "%2$s", "dht-enabled": %3$s, "lpd-enabled": %4$s, "pex-enabled": false,
         "port-forwarding-enabled": false, "utp-enabled": false}
        """
            .formatted(Lan.ipv4(THEIRS), into, byDht, !byDht));
    return ForeignClient.transmission(home, Lan.ipv4(THEIRS), link);
  }
}
