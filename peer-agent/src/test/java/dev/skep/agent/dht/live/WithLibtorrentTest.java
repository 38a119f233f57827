package dev.skep.agent.dht.live;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.agent.datagram.DatagramPort;
import dev.skep.agent.dht.Dht;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.dht.Krpc;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A DHT of fifty nodes, half of them libtorrent's. */
@Tag("ci")
@Timeout(180)
class WithLibtorrentTest {
  private static final int EACH = 25;
  private static final int TORRENTS = 20;
  private static final int GONE = 8;
  private static final Optional<Dht.Here> HERE = Optional.of(new Dht.Here(7000, true));
  private static final String PYTHON = "/usr/bin/python3"; // which python3-libtorrent belongs to
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir private Path temp;
  private final SplittableRandom random = new SplittableRandom(7);
  private final List<Ours> ours = new ArrayList<>();
  private final Set<String> foundByThem = ConcurrentHashMap.newKeySet();
  private Optional<Process> theirs = Optional.empty();

  /** One of our nodes. */
  private record Ours(DatagramPort port, LiveDht dht) {}

  @BeforeEach
  void theyAllMeet() throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of(PYTHON))
            && new ProcessBuilder(PYTHON, "-c", "import libtorrent")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor()
                == 0,
        "python3-libtorrent is not installed");
    for (int i = 0; i < EACH; i++) {
      List<String> doors =
          ours.isEmpty() ? List.of() : List.of(ours.getFirst().port().at().toString());
      DatagramPort port = DatagramPort.open(InetAddress.ofLiteral("127.0.2." + (1 + i)), 0);
      LiveDht dht =
          new LiveDht(port, new DhtSettings(doors, false, Optional.empty()), (_, _) -> {});
      port.begin(dht, Runnable::run);
      ours.add(new Ours(port, dht));
    }
    Path script = temp.resolve("nodes.py");
    try (var in = Objects.requireNonNull(getClass().getResourceAsStream("libtorrent_nodes.py"))) {
      Files.write(script, in.readAllBytes());
    }
    Process process =
        new ProcessBuilder(
                PYTHON,
                script.toString(),
                String.valueOf(EACH),
                ours.getFirst().port().at().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    theirs = Optional.of(process);
    Thread.ofVirtual().start(() -> listen(process));
    await().atMost(SOON).until(() -> foundByThem.contains("ready"));
    await()
        .atMost(SOON)
        .until(() -> ours.stream().allMatch(n -> n.dht().status().ipv4Nodes() >= 8));
  }

  private void listen(Process process) {
    try (var lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), US_ASCII))) {
      lines.lines().forEach(foundByThem::add);
    } catch (IOException | UncheckedIOException e) {
      // it ends
    }
  }

  @AfterEach
  void theyEnd() {
    theirs.ifPresent(Process::destroyForcibly);
    ours.forEach(node -> node.port().close());
  }

  private void tell(String command) throws IOException {
    var out = theirs.orElseThrow().getOutputStream();
    out.write((command + "\n").getBytes(US_ASCII));
    out.flush();
  }

  private List<InfoHash> hashes() {
    List<InfoHash> all = new ArrayList<>();
    for (int i = 0; i < TORRENTS; i++) {
      all.add(new InfoHash(random.nextLong(), random.nextLong(), random.nextInt()));
    }
    return all;
  }

  /** Each is looked for by another node. */
  private void lookFor(List<InfoHash> torrents, Set<InfoHash> found) {
    for (int i = 0; i < torrents.size(); i++) {
      InfoHash about = torrents.get(i);
      Dht.Search search =
          new Dht.Search() {
            @Override
            public void found(List<Endpoint> peers) {
              found.add(about);
            }

            @Override
            public void counted(Krpc.Counts counts) {}

            @Override
            public void ended(int answered) {}
          };
      ours.get((i + 7) % ours.size()).dht().search(about, Optional.empty(), search);
    }
  }

  private void assertThatAllAreFound(List<InfoHash> byUs, List<InfoHash> byThem, int theirCount)
      throws IOException {
    Set<InfoHash> found = ConcurrentHashMap.newKeySet();
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofSeconds(2)) // who announces takes its time
        .untilAsserted(
            () -> {
              lookFor(byThem, found);
              assertThat(found).containsAll(byThem);
            });
    for (int i = 0; i < byUs.size(); i++) {
      tell("get " + i % theirCount + " " + byUs.get(i).hex());
    }
    for (InfoHash about : byUs) {
      await()
          .atMost(SOON)
          .until(
              () -> foundByThem.stream().anyMatch(line -> line.startsWith("found " + about.hex())));
    }
  }

  @Test
  void whatEitherAnnouncesTheOtherFindsAlsoAfterAThirdHasVanished() throws Exception {
    List<InfoHash> byUs = hashes();
    List<InfoHash> byThem = hashes();
    for (int i = 0; i < TORRENTS; i++) {
      ours.get(i % EACH).dht().search(byUs.get(i), HERE, new Nobody());
      tell("announce " + i % EACH + " " + byThem.get(i).hex());
    }
    await()
        .atMost(SOON)
        .until(() -> ours.stream().allMatch(node -> node.dht().status().lookups() == 0));
    assertThatAllAreFound(byUs, byThem, EACH);

    for (int i = 0; i < GONE; i++) {
      ours.removeLast().port().close();
      tell("drop " + (EACH - 1 - i));
    }
    foundByThem.clear();
    assertThatAllAreFound(byUs, byThem, EACH - GONE);
  }

  private record Nobody() implements Dht.Search {
    @Override
    public void found(List<Endpoint> peers) {}

    @Override
    public void counted(Krpc.Counts counts) {}

    @Override
    public void ended(int answered) {}
  }
}
