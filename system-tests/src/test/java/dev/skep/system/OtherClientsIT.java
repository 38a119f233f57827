package dev.skep.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.system.tracker.ForeignClient;
import dev.skep.system.tracker.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Other people's clients fetch from our agent, and it from them, each pair a swarm of its own. All
 * at once, since they mostly wait: transmission gives nothing in its first ten seconds.
 */
@Execution(ExecutionMode.CONCURRENT)
class OtherClientsIT {
  // Most take seconds; beside many other tests some took more than 90.
  private static final Duration SOON = Duration.ofSeconds(170);
  private static final String TRACKER = Network.ipv4(1) + ":6969";
  private static final String OURS = Network.ipv4(2);

  private static final String NAME = "Bienen körbe";

  /** What is moved. */
  enum Form {
    /** One file. */
    FILE,
    /** Files that travel badly. */
    FOLDER,
    /** The same, in a torrent of both versions (BEP 52). */
    HYBRID,
    /** The same, in a torrent of version 2 alone. */
    V2;

    boolean needsVersion2() {
      return this == HYBRID || this == V2;
    }

    String option() {
      return switch (this) {
        case FILE, FOLDER -> "--no-date";
        case HYBRID -> "--hybrid";
        case V2 -> "--v2";
      };
    }

    Path write(Path into) throws IOException {
      Path at = Files.createDirectories(into).resolve(NAME);
      return this == FILE
          ? TestFolder.file(at, 2_345_678, 1)
          : TestFolder.awkward(Files.createDirectory(at), 2);
    }
  }

  /** Who moves what with our agent. */
  record Pair(ForeignClient client, Form form) {
    static Stream<Pair> all() {
      return Stream.of(ForeignClient.values())
          .flatMap(client -> Stream.of(Form.values()).map(form -> new Pair(client, form)))
          .filter(pair -> !pair.form.needsVersion2() || pair.client.readsHybrids());
    }

    /** A transfer for each client, and two of the newer kinds; the slowest clients begin. */
    static Stream<Pair> some() {
      return all()
          .filter(
              pair ->
                  pair.form == Form.FOLDER
                      || (pair.client == ForeignClient.LIBTORRENT && pair.form.needsVersion2()));
    }

    static Stream<Pair> others() {
      List<Pair> some = some().toList();
      return all().filter(pair -> !some.contains(pair));
    }

    @Override
    public String toString() {
      return form + " of " + client;
    }
  }

  /** A program and where it listens. */
  private record Peer(String address, Running program) {}

  @TempDir private static Path common;
  private static final AtomicInteger NEXT_FOREIGN_HOST = new AtomicInteger(3);
  private static final AtomicInteger NEXT_HOST_OF_OURS = new AtomicInteger(101);
  private static final Map<Form, Path> TORRENTS = new EnumMap<>(Form.class);
  private static final List<Running> SERVICES = new ArrayList<>();
  private static Optional<Network> made = Optional.empty();

  @TempDir private Path folder;
  private final List<Running> running = new ArrayList<>();

  @BeforeAll
  static void aTrackerAndOurSeederRunInANetworkOfTheirOwn() throws Exception {
    made = Optional.of(Network.make());
    Running tracker =
        service(
            "tracker", "tracker", "run", "--bind", Network.ipv4(1), "--data", common.resolve("t"));
    List<Running> creations = new ArrayList<>();
    for (Form form : Form.values()) {
      Path torrent = common.resolve(form + ".torrent");
      TORRENTS.put(form, torrent);
      Path data = form.write(common.resolve(form.name()));
      creations.add(
          service(
              "create",
              "create",
              data,
              "-o",
              torrent,
              "-t",
              "http://" + TRACKER + "/announce",
              form.option()));
    }
    for (Running creation : creations) {
      creation.awaitDone(SOON);
    }
    tracker.awaitSaid("tracker ready", SOON);
    List<Object> seed = new ArrayList<>(List.of("seed", "--bind", OURS));
    for (Pair pair : Pair.all().toList()) {
      seed.add(another(pair.form(), "from us: " + pair, common.resolve(pair + ".torrent")));
      seed.add(common.resolve(pair.form().name()));
    }
    Running ours = service("seed", seed.toArray()).awaitSaid("ready on", SOON);
    awaitSeeders(new Peer(OURS, ours), (int) Pair.all().count());
  }

  @AfterAll
  static void removeNetwork() throws Exception {
    SERVICES.reversed().forEach(Running::close);
    if (made.isPresent()) {
      made.get().remove();
    }
  }

  @AfterEach
  void everythingEnds() {
    running.reversed().forEach(Running::close);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.skep.system.OtherClientsIT$Pair#some")
  void itFetchesFromUs(Pair pair) throws Exception {
    fetchFromUs(pair);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.skep.system.OtherClientsIT$Pair#some")
  void weFetchFromIt(Pair pair) throws Exception {
    fetchFromIt(pair);
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource
  @Tag("ci")
  void itFetchesFromUsByALink(ForeignClient client) throws Exception {
    assumeTrue(client.isInstalled(), client + " is not installed");
    Path copies = Files.createDirectory(folder.resolve("copies"));
    Pair pair = new Pair(client, Form.FILE);
    String address = Network.ipv4(NEXT_FOREIGN_HOST.getAndIncrement());

    start(
        client.toString(),
        client.command(link(common.resolve(pair + ".torrent")), copies, address));

    awaitCopy(client, Form.FILE, copies);
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource
  @Tag("ci")
  void weFetchFromItByALink(ForeignClient client) throws Exception {
    assumeTrue(client.isInstalled(), client + " is not installed");
    Path torrent = another(Form.FILE, "by a link: " + client, folder.resolve("it.torrent"));
    seedBy(client, torrent, Form.FILE);

    getOurselves(link(torrent), Form.FILE);
  }

  /** It takes nothing but encrypted handshakes, and we what comes. */
  @ParameterizedTest(name = "{0}")
  @EnumSource(names = "LIBTORRENT")
  void oneWhoInsistsOnEncryptionFetchesFromUs(ForeignClient client) throws Exception {
    fetchEncrypted(client);
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LIBTORRENT")
  @Tag("ci")
  void othersWhoInsistOnEncryptionFetchFromUs(ForeignClient client) throws Exception {
    fetchEncrypted(client);
  }

  private void fetchEncrypted(ForeignClient client) throws Exception {
    assumeTrue(client.isInstalled(), client + " is not installed");
    Path copies = Files.createDirectory(folder.resolve("copies"));
    Path torrent =
        another(Form.FILE, "encrypted, from us: " + client, folder.resolve("it.torrent"));
    seedOurselves(torrent, Form.FILE);

    encrypted(client, torrent, copies);

    awaitCopy(client, Form.FILE, copies);
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource
  @Tag("ci")
  void weFetchFromOneWhoInsistsOnEncryption(ForeignClient client) throws Exception {
    assumeTrue(client.isInstalled(), client + " is not installed");
    Path torrent =
        another(Form.FILE, "encrypted, by them: " + client, folder.resolve("it.torrent"));
    Path seeded = folder.resolve("seeded");
    Form.FILE.write(seeded);
    awaitSeeders(encrypted(client, torrent, seeded), 1);

    getOurselves(torrent, Form.FILE);
  }

  @Tag("full")
  @ParameterizedTest(name = "{0}")
  @EnumSource
  void whereWeInsistOnEncryptionItFetchesFromUs(ForeignClient client) throws Exception {
    assumeTrue(client.isInstalled(), client + " is not installed");
    Path copies = Files.createDirectory(folder.resolve("copies"));
    Path torrent = another(Form.FILE, "we insist: " + client, folder.resolve("it.torrent"));
    seedOurselves(torrent, Form.FILE, "--encryption", "require");

    foreign(client, torrent, copies);

    awaitCopy(client, Form.FILE, copies);
  }

  @Tag("full")
  @ParameterizedTest(name = "{0}")
  @EnumSource
  void whereWeInsistOnEncryptionWeFetchFromIt(ForeignClient client) throws Exception {
    assumeTrue(client.isInstalled(), client + " is not installed");
    Path torrent =
        another(Form.FILE, "we insist, by them: " + client, folder.resolve("it.torrent"));
    seedBy(client, torrent, Form.FILE);

    getOurselves(torrent, Form.FILE, "--encryption", "require");
  }

  /** From an address of its own, and until the tracker knows. */
  private void seedOurselves(Path torrent, Form form, String... options) throws IOException {
    String address = Network.ipv4(NEXT_HOST_OF_OURS.getAndIncrement());
    List<Object> words = new ArrayList<>();
    words.addAll(List.of("seed", torrent, common.resolve(form.name()), "--bind", address));
    words.addAll(List.of(options));
    Running seed = start("seed", Running.skepCommand(words.toArray())).awaitSaid("ready on", SOON);
    awaitSeeders(new Peer(address, seed), 1);
  }

  private Peer encrypted(ForeignClient client, Path torrent, Path into) throws IOException {
    String address = Network.ipv4(NEXT_FOREIGN_HOST.getAndIncrement());
    return new Peer(
        address, start(client.toString(), client.command(torrent.toString(), into, address, true)));
  }

  private static String link(Path torrent) throws Exception {
    return new Program(Running.skepCommand("magnet", torrent)).output(common).strip();
  }

  @Tag("full")
  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.skep.system.OtherClientsIT$Pair#others")
  void itFetchesOtherFormsFromUs(Pair pair) throws Exception {
    fetchFromUs(pair);
  }

  @Tag("full")
  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.skep.system.OtherClientsIT$Pair#others")
  void weFetchOtherFormsFromIt(Pair pair) throws Exception {
    fetchFromIt(pair);
  }

  private void fetchFromUs(Pair pair) throws Exception {
    assumeTrue(pair.client().isInstalled(), pair.client() + " is not installed");
    Path copies = Files.createDirectory(folder.resolve("copies"));

    foreign(pair.client(), common.resolve(pair + ".torrent"), copies);

    awaitCopy(pair.client(), pair.form(), copies);
  }

  private void fetchFromIt(Pair pair) throws Exception {
    assumeTrue(pair.client().isInstalled(), pair.client() + " is not installed");
    Path torrent = another(pair.form(), "from them: " + pair, folder.resolve("it.torrent"));
    seedBy(pair.client(), torrent, pair.form());

    getOurselves(torrent, pair.form());
  }

  @Tag("full")
  @ParameterizedTest(name = "what {0} seeds")
  @EnumSource
  void allFetchFromOneOfThem(ForeignClient seeder) throws Exception {
    assumeTrue(seeder.isInstalled(), seeder + " is not installed");
    Path torrent = another(Form.FOLDER, "mixed, from " + seeder, folder.resolve("it.torrent"));
    seedBy(seeder, torrent, Form.FOLDER);

    Map<ForeignClient, Path> copies = fetchByAllBut(Optional.of(seeder), torrent);

    getOurselves(torrent, Form.FOLDER);
    copies.forEach((client, into) -> awaitCopy(client, Form.FOLDER, into));
  }

  @Tag("full")
  @ParameterizedTest(name = "a {0}")
  @EnumSource(names = {"FILE", "FOLDER"})
  void allFetchFromUs(Form form) throws Exception {
    Path torrent = another(form, "mixed, from us", folder.resolve("it.torrent"));
    // Slow, so that they have to give to one another.
    Running ours =
        start(
                "seed",
                Running.skepCommand(
                    "seed",
                    torrent,
                    common.resolve(form.name()),
                    "--bind",
                    OURS,
                    "--max-up",
                    "500KiB/s"))
            .awaitSaid("ready on", SOON);
    awaitSeeders(new Peer(OURS, ours), (int) Pair.all().count() + 1);

    Map<ForeignClient, Path> copies = fetchByAllBut(Optional.empty(), torrent);

    getOurselves(torrent, form);
    copies.forEach((client, into) -> awaitCopy(client, form, into));
  }

  private Map<ForeignClient, Path> fetchByAllBut(Optional<ForeignClient> one, Path torrent)
      throws Exception {
    Map<ForeignClient, Path> copies = new EnumMap<>(ForeignClient.class);
    for (ForeignClient client : ForeignClient.values()) {
      if (client.isInstalled() && !one.equals(Optional.of(client))) {
        Path into = Files.createDirectory(folder.resolve(client + "-copies"));
        foreign(client, torrent, into);
        copies.put(client, into);
      }
    }
    assumeTrue(!copies.isEmpty(), "no other client is installed");
    return copies;
  }

  /** The same data in a torrent with another info-hash, so that its peers meet nobody else. */
  private static Path another(Form form, String source, Path at) throws IOException {
    String torrent = Files.readString(TORRENTS.get(form), ISO_8859_1);
    Matcher length =
        Pattern.compile("12:piece lengthi\\d+e(?:6:pieces(?<bytes>\\d+):)?").matcher(torrent);
    assertThat(length.find()).isTrue();
    String hashes = length.group("bytes");
    int end = length.end() + (hashes == null ? 0 : Integer.parseInt(hashes));
    String more = "6:source" + source.length() + ":" + source;
    return Files.writeString(
        at, torrent.substring(0, end) + more + torrent.substring(end), ISO_8859_1);
  }

  private void seedBy(ForeignClient client, Path torrent, Form form) throws IOException {
    Path seeded = folder.resolve("seeded");
    form.write(seeded);
    awaitSeeders(foreign(client, torrent, seeded), 1);
  }

  /**
   * Until the tracker knows that somebody there seeds so many torrents: a client that asks it
   * before hears of nobody, and may ask again half an hour later.
   */
  private static void awaitSeeders(Peer peer, int torrents) {
    Pattern seeder =
        Pattern.compile("\\{[^{}]*\"address\":\"" + peer.address + "\"[^{}]*\"seeder\":true");
    List<String> ask =
        network().inside(List.of("curl", "-sS", "http://" + TRACKER + "/api/v1/peers?limit=1000"));
    await(peer.address + " seeds")
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(300))
        .failFast(() -> assertThat(peer.program.isAlive()).as(peer.program.said()).isTrue())
        .untilAsserted(
            () -> {
              String told = new Program(ask).output(common);
              assertThat(seeder.matcher(told).results().count())
                  .as("%s says: %s%nits tracker: %s", peer.address, peer.program.said(), told)
                  .isGreaterThanOrEqualTo(torrents);
            });
  }

  /** Starts it on an address of its own. */
  private Peer foreign(ForeignClient client, Path torrent, Path into) throws IOException {
    String address = Network.ipv4(NEXT_FOREIGN_HOST.getAndIncrement());
    return new Peer(address, start(client.toString(), client.command(torrent, into, address)));
  }

  /** From an address of its own too: some clients take one peer for each. */
  private void getOurselves(Object source, Form form, String... options) throws Exception {
    Path into = folder.resolve("ours");
    String address = Network.ipv4(NEXT_HOST_OF_OURS.getAndIncrement());
    List<Object> words = new ArrayList<>(List.of("get", source, "-d", into, "--bind", address));
    words.addAll(List.of(options));
    start("get", Running.skepCommand(words.toArray())).awaitDone(SOON);
    assertThat(TestFolder.digests(into.resolve(NAME))).isEqualTo(digests(form));
  }

  /** Not every client makes the files that are empty. */
  private static void awaitCopy(ForeignClient client, Form form, Path into) {
    await(client + " has all")
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(300))
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              Map<String, String> wanted = digests(form);
              wanted.values().removeIf(TestFolder.SHA256_OF_NOTHING::equals);
              assertThat(TestFolder.digests(into.resolve(NAME))).containsAllEntriesOf(wanted);
            });
  }

  private static Map<String, String> digests(Form form) throws IOException {
    return TestFolder.digests(common.resolve(form.name()).resolve(NAME));
  }

  private Running start(String name, List<String> command) throws IOException {
    Running program = Running.start(folder, name, network().inside(command));
    running.add(program);
    return program;
  }

  private static Running service(String name, Object... words) throws IOException {
    Running service = Running.start(common, name, network().inside(Running.skepCommand(words)));
    SERVICES.add(service);
    return service;
  }

  private static Network network() {
    return made.orElseThrow();
  }
}
