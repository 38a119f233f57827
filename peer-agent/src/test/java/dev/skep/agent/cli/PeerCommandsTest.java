package dev.skep.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.skep.agent.webseed.WebServer;
import dev.skep.service.network.ReachableAddress;
import jakarta.json.Json;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code verify}, {@code seed} and {@code get}, as typed, without a tracker. */
@Timeout(60)
class PeerCommandsTest {
  private static final Pattern READY = Pattern.compile("skep: ready on 127\\.0\\.0\\.1:(\\d+),");

  private final Console skep = new Console();
  private final Console seeder = new Console();
  private CompletableFuture<Integer> seeding = CompletableFuture.completedFuture(0);

  @TempDir Path folder;
  private Path data;
  private Path torrent;

  @BeforeEach
  void aFolderAndItsTorrent() throws IOException {
    data = folder.resolve("Grüße");
    torrent = folder.resolve("x.torrent");
    Files.createDirectories(data.resolve("sub dir"));
    Files.write(data.resolve("leer"), new byte[0]);
    byte[] bytes = new byte[300_000];
    new SplittableRandom(1).nextBytes(bytes);
    Files.write(data.resolve("sub dir/日本.bin"), bytes);
    assertThat(skep.run("create", data, "-o", torrent)).as(skep.err()).isZero();
  }

  @AfterEach
  void theSeederEndsInGoodOrder() {
    if (!seeding.isDone()) {
      seeder.stop();
    }
    assertThat(seeding.join()).isZero();
  }

  @Test
  void whoStopsBeforeTheTorrentItselfIsKnownHasNothingOfIt() {
    Console asked = new Console();
    String link = "magnet:?xt=urn:btih:" + "01".repeat(20);
    var getting =
        CompletableFuture.supplyAsync(
            () -> asked.run("get", "--no-lsd", link, "--peer", "127.0.0.1:1", "-d", folder));
    await().until(() -> asked.err().contains("getting"));

    asked.stop();

    assertThat(getting.join()).isEqualTo(1);
    assertThat(asked.err()).contains("stopped at 0 %");
  }

  /** Returns the port that it listens on. */
  private String seed() {
    return seed(torrent);
  }

  private String seed(Object source) {
    seeding =
        CompletableFuture.supplyAsync(
            () -> seeder.run("seed", source, data, "--bind", "127.0.0.1", "--port", "0"));
    await().until(() -> seeding.isDone() || READY.matcher(seeder.err()).find());
    Matcher ready = READY.matcher(seeder.err());
    assertThat(ready.find()).as(seeder.err()).isTrue();
    return ready.group(1);
  }

  /** Gets the torrent from the seeder at this port; it must succeed. */
  private void get(String port, Path into, Object... more) {
    List<Object> words = new ArrayList<>(List.of("get", torrent, "-d", into));
    words.addAll(List.of("--peer", "127.0.0.1:" + port, "--bind", "127.0.0.1", "--port", "0"));
    words.addAll(List.of(more));
    assertThat(skep.run(words.toArray())).as(skep.err()).isZero();
  }

  @Test
  void whatAWebServerHasIsGotFromItAlone() throws IOException {
    try (WebServer server = new WebServer()) {
      server.with(
          "/Gr%C3%BC%C3%9Fe/sub%20dir/%E6%97%A5%E6%9C%AC.bin",
          Files.readAllBytes(data.resolve("sub dir/日本.bin")));
      Path named = folder.resolve("named.torrent");
      assertThat(skep.run("create", data, "-o", named, "--web-seed", server.url() + "/")).isZero();

      int status = skep.run("get", "--no-lsd", named, "-d", folder.resolve("copy"), "--json");

      assertThat(status).as(skep.err()).isZero();
      assertThat(folder.resolve("copy/Grüße/sub dir/日本.bin"))
          .hasSameBinaryContentAs(data.resolve("sub dir/日本.bin"));
      assertThat(skep.out()).contains("\"webSeedBytes\"").contains("300000");
    }
  }

  @Test
  void aWebServerThatDoesNotHaveItIsNamedInTheFailure() throws IOException {
    try (WebServer server = new WebServer()) {
      Path named = folder.resolve("named.torrent");
      assertThat(skep.run("create", data, "-o", named, "--web-seed", server.url() + "/")).isZero();

      int status =
          skep.run("get", "--no-lsd", named, "-d", folder.resolve("copy"), "--give-up", "1s");

      assertThat(status).isEqualTo(1);
      assertThat(skep.err())
          .contains("web server " + server.url())
          .contains("answers with HTTP status 404")
          .contains("name peers with --peer");
    }
  }

  @Test
  void withoutWebSeedsNobodyIsLeftToAsk() throws IOException {
    Path named = folder.resolve("named.torrent");
    assertThat(skep.run("create", data, "-o", named, "--web-seed", "http://127.0.0.1:1/")).isZero();

    int status = skep.run("get", "--no-lsd", "--no-web-seeds", named, "-d", folder.resolve("copy"));

    assertThat(status).isEqualTo(1);
    assertThat(skep.err()).contains("no tracker and no peer is known");
  }

  @Test
  void whatIsSeededIsGotByteForByte() throws IOException {
    String port = seed();
    Path into = folder.resolve("into/deep");

    get(port, into);

    assertThat(skep.out()).startsWith("done Grüße: 293 KiB in ").containsOnlyOnce("\n");
    assertThat(into.resolve("Grüße/leer")).isEmptyFile();
    assertThat(into.resolve("Grüße/sub dir/日本.bin"))
        .hasSameBinaryContentAs(data.resolve("sub dir/日本.bin"));
  }

  @Test
  void aTorrentsAddressIsAsGoodAsItsFile() throws IOException {
    byte[] file = Files.readAllBytes(torrent);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, file.length);
          exchange.getResponseBody().write(file);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/x.torrent";

      assertThat(skep.run("info", url)).as(skep.err()).isZero();
      assertThat(skep.out()).contains("Grüße");
      assertThat(skep.run("verify", url, data)).as(skep.err()).isZero();
      get(seed(url), folder.resolve("into"));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void whoListensAtAllAddressesNamesOneThatOthersReach() {
    assumeTrue(ReachableAddress.first().isPresent(), "no network");
    seeding = CompletableFuture.supplyAsync(() -> seeder.run("seed", torrent, data, "--port", "0"));
    await().until(() -> seeding.isDone() || seeder.err().contains("ready on"));

    String usable = ReachableAddress.first().get().getHostAddress();
    assertThat(seeder.err()).contains("ready on ").doesNotContain("0.0.0.0", "[::]");
    assertThat(seeder.err().replace("[", "")).contains("ready on " + usable);
  }

  /** A link that leads to the seeder at this port. */
  private String link(String port) {
    Console asked = new Console();
    assertThat(asked.run("magnet", torrent)).isZero();
    return asked.out().strip() + "&x.pe=127.0.0.1:" + port;
  }

  @Test
  void aMagnetLinkIsEnough() throws IOException {
    Path into = folder.resolve("into");

    int status = skep.run("get", link(seed()), "-d", into, "--bind", "127.0.0.1", "--port", "0");

    assertThat(status).as(skep.err()).isZero();
    assertThat(skep.out()).startsWith("done Grüße: 293 KiB in ");
    assertThat(into.resolve("Grüße/sub dir/日本.bin"))
        .hasSameBinaryContentAs(data.resolve("sub dir/日本.bin"));
  }

  @Test
  void aLinkMaySelectFilesAndWhatIsTypedCountsMore() {
    String link = link(seed()) + "&so=0";
    Path first = folder.resolve("first");
    Path all = folder.resolve("all");

    assertThat(skep.run("get", link, "-d", first, "--bind", "127.0.0.1", "--port", "0")).isZero();
    assertThat(
            skep.run(
                "get", link, "-d", all, "--bind", "127.0.0.1", "--port", "0", "--select", "1-2"))
        .isZero();

    assertThat(first.resolve("Grüße/leer")).isEmptyFile();
    assertThat(first.resolve("Grüße/sub dir")).doesNotExist();
    assertThat(all.resolve("Grüße/sub dir/日本.bin")).exists();
  }

  @ParameterizedTest
  @CsvSource({"&so=7, so=", "'', no such file"})
  void aSelectionThatDoesNotFitIsToldWhenTheTorrentIsKnown(String more, String told) {
    List<Object> words = new ArrayList<>(List.of("get", link(seed()) + more));
    words.addAll(List.of("-d", folder.resolve("into"), "--bind", "127.0.0.1", "--port", "0"));
    if (more.isEmpty()) {
      words.addAll(List.of("--select", "nothing"));
    }

    assertThat(skep.run(words.toArray())).isEqualTo(1);

    assertThat(skep.err()).contains(told).doesNotContain("Exception");
    assertThat(folder.resolve("into/Grüße")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"leer", "1", "*eer", "le?r,1-1"})
  void onlyWhatIsSelectedIsMade(String files) {
    String port = seed();
    Path into = folder.resolve("into");

    get(port, into, "--select", files);

    assertThat(into.resolve("Grüße/leer")).isEmptyFile();
    assertThat(into.resolve("Grüße/sub dir")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "3, 'the torrent''s files have the numbers 1 to 2'",
    "2-1, 'the torrent''s files have the numbers 1 to 2'",
    "nothing.txt, no such file",
    "'', no such file"
  })
  void whatIsSelectedMustBeThere(String files, String said) {
    int status = skep.run("get", torrent, "--select", files, "--peer", "127.0.0.1:1");

    assertThat(status).isEqualTo(2);
    assertThat(skep.err()).startsWith("skep: --select " + files + ": ").contains(said);
  }

  @Test
  void getTellsItsNumbersAsJson() {
    String port = seed();

    get(port, folder.resolve("into"), "--json");

    try (var reader = Json.createReader(new StringReader(skep.out()))) {
      var json = reader.readObject();
      assertThat(json.getBoolean("ok")).isTrue();
      assertThat(json.getString("infoHash")).matches("[0-9a-f]{40}");
      assertThat(json.getInt("bytes")).isEqualTo(300_000);
      assertThat(json.getInt("downloadedBytes")).isEqualTo(300_000);
      assertThat(json.getInt("peers")).isEqualTo(1);
      assertThat(json).containsKeys("seconds", "uploadedBytes", "wastedBytes");
    }
  }

  @Test
  void getGoesOnFromWhatIsThere() throws IOException {
    Path into = folder.resolve("into");
    Path half = into.resolve("Grüße/sub dir/日本.bin");
    Files.createDirectories(half.getParent());
    byte[] bytes = Files.readAllBytes(data.resolve("sub dir/日本.bin"));
    Files.write(half, Arrays.copyOf(bytes, 200_000));
    String port = seed();

    get(port, into, "--json", "--overwrite");

    assertThat(half).hasBinaryContent(bytes);
    try (var reader = Json.createReader(new StringReader(skep.out()))) {
      assertThat(reader.readObject().getInt("downloadedBytes")).isLessThan(120_000);
    }
  }

  /** Changes bytes of a file as nobody can tell by looking at it. */
  private static void changeSecretly(Path file) throws IOException {
    FileTime before = Files.getLastModifiedTime(file);
    try (var open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(100_000);
      open.write(new byte[4]);
    }
    Files.setLastModifiedTime(file, before);
  }

  @Test
  void whatVerifyFindsBadTheNextGetFetches() throws IOException {
    String port = seed();
    Path into = folder.resolve("into");
    get(port, into);
    Path file = into.resolve("Grüße/sub dir/日本.bin");
    changeSecretly(file);

    assertThat(skep.run("verify", torrent, into)).isEqualTo(1);
    assertThat(skep.err()).contains("'skep get " + torrent + " -d " + into + "' repairs it");
    get(port, into);

    assertThat(file).hasSameBinaryContentAs(data.resolve("sub dir/日本.bin"));
  }

  @Test
  void verifyNamesTheOptionThatItTakesToRepairWhatNobodyDownloaded() throws IOException {
    changeSecretly(data.resolve("sub dir/日本.bin"));

    assertThat(skep.run("verify", torrent, data)).isEqualTo(1);
    assertThat(skep.err()).contains("--overwrite' repairs it");
  }

  @Test
  void getReadsEverythingWhenAskedTo() throws IOException {
    String port = seed();
    Path into = folder.resolve("into");
    get(port, into);
    Path file = into.resolve("Grüße/sub dir/日本.bin");
    changeSecretly(file);

    get(port, into, "--recheck");

    assertThat(file).hasSameBinaryContentAs(data.resolve("sub dir/日本.bin"));
  }

  @Test
  void seedReadsEverythingWhenAskedTo() throws IOException {
    String port = seed();
    Path into = folder.resolve("into");
    get(port, into);
    changeSecretly(into.resolve("Grüße/sub dir/日本.bin"));

    assertThat(skep.run("seed", torrent, into, "--port", "0", "--recheck")).isEqualTo(1);
    assertThat(skep.err()).contains("is not the torrent's data: 1 of 19 pieces");
  }

  @Test
  void aFileOfSomebodyElsesIsNamedAndLeftAlone() throws IOException {
    Path mine = folder.resolve("into/Grüße/sub dir/日本.bin");
    Files.createDirectories(mine.getParent());
    Files.writeString(mine, "notes");

    int status = skep.run("get", torrent, "-d", folder.resolve("into"), "--peer", "127.0.0.1:1");

    assertThat(status).isEqualTo(1);
    assertThat(skep.err().lines().toList().getLast())
        .startsWith("skep: Grüße: " + mine + " has 5 bytes")
        .contains("--overwrite");
    assertThat(mine).hasContent("notes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"get", "seed", "verify"})
  void aPipeInAFilesPlaceStopsNobody(String command) throws Exception {
    Path pipe = data.resolve("sub dir/日本.bin");
    Files.delete(pipe);
    assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "no pipes");

    int status =
        switch (command) {
          case "get" ->
              skep.run("get", torrent, "-d", data.resolveSibling("."), "--peer", "127.0.0.1:1");
          case "seed" -> skep.run("seed", torrent, data, "--port", "0");
          default -> skep.run("verify", torrent, data);
        };

    assertThat(status).isEqualTo(1);
    if (!command.equals("verify")) {
      assertThat(skep.err()).contains(pipe + " is a named pipe where a file is needed");
    }
  }

  @Test
  void verifyPromisesNoRepairWhereAFolderIsNeeded() throws IOException {
    Files.delete(data.resolve("sub dir/日本.bin"));
    Files.delete(data.resolve("sub dir"));
    Files.createFile(data.resolve("sub dir"));

    assertThat(skep.run("verify", torrent, data)).isEqualTo(1);

    assertThat(skep.err())
        .contains(data.resolve("sub dir") + " is a file where a folder is needed")
        .doesNotContain("repairs it");
  }

  @Test
  void verifyPromisesNoRepairThroughALinkThatLeadsElsewhere() throws IOException {
    Files.delete(data.resolve("sub dir/日本.bin"));
    Files.delete(data.resolve("sub dir"));
    Files.createSymbolicLink(data.resolve("sub dir"), Files.createDirectory(folder.resolve("y")));

    assertThat(skep.run("verify", torrent, data)).isEqualTo(1);

    assertThat(skep.err()).contains("through a symbolic link").doesNotContain("repairs it");
  }

  /** And is named as the reason, though a tracker failed meanwhile. */
  @Test
  void whatIsInTheWayOfTheStateEndsAGetAfterAWhile() throws IOException {
    Path into = Files.createDirectories(folder.resolve("into"));
    Path blocked = Files.createFile(into.resolve(".skep"));

    int status =
        skep.run(
            "get", torrent, "-d", into, "-t", "http://127.0.0.1:1/announce", "--give-up", "2s");

    assertThat(status).isEqualTo(1);
    assertThat(skep.err().lines().toList().getLast()).contains(blocked + " is a file");
  }

  @Test
  void whatIsNotTheTorrentsDataIsNotSeeded() throws IOException {
    Files.write(data.resolve("sub dir/日本.bin"), new byte[300_000]);

    assertThat(skep.run("seed", torrent, data, "--port", "0")).isEqualTo(1);
    assertThat(skep.err())
        .contains("skep: ")
        .contains("Grüße is not the torrent's data: 19 of 19 pieces are missing or wrong");
    assertThat(skep.err()).doesNotContain("ready on");
  }

  @Test
  void aPortThatWasAskedForAndIsTakenIsNamed() throws IOException {
    try (var other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      String port = Integer.toString(other.getLocalPort());

      int status = skep.run("seed", torrent, data, "--bind", "127.0.0.1", "--port", port);

      assertThat(status).isEqualTo(1);
      assertThat(skep.err()).startsWith("skep: ").contains(port).containsOnlyOnce("\n");
    }
  }

  @Test
  void aDeadTrackerIsToldAtOnceAndGivenUpInTheEnd() {
    int status =
        skep.run(
            "get",
            torrent,
            "-d",
            folder.resolve("into"),
            "-t",
            "http://127.0.0.1:1/announce",
            "--give-up",
            "1s",
            "--port",
            "0");

    assertThat(status).isEqualTo(1);
    assertThat(skep.err())
        .contains("http://127.0.0.1:1/announce: connection refused; check the URL with -t")
        .doesNotContain("Exception");
  }

  @Test
  void nobodyToAskIsToldAtOnce() {
    assertThat(skep.run("get", torrent, "-d", folder.resolve("into"), "--no-lsd")).isEqualTo(1);
    assertThat(skep.err()).contains("give -t URL or --peer HOST:PORT").containsOnlyOnce("\n");
  }

  @Test
  void verifySaysThatAllIsGood() {
    assertThat(skep.run("verify", torrent, data)).isZero();
    assertThat(skep.out()).isEqualTo("ok Grüße: all 19 pieces good\n");
    // The folder around it will do, too.
    assertThat(skep.run("verify", torrent, folder)).isZero();
  }

  @Test
  void verifyListsWhatIsBad() throws IOException {
    Path file = data.resolve("sub dir/日本.bin");
    byte[] bytes = Files.readAllBytes(file);
    bytes[5 * 16384] ^= 1;
    bytes[6 * 16384] ^= 1;
    bytes[18 * 16384] ^= 1;
    Files.write(file, bytes);
    Files.delete(data.resolve("leer"));

    assertThat(skep.run("verify", torrent, data)).isEqualTo(1);
    assertThat(skep.out())
        .isEqualTo(
            "bad file leer\nbad file sub dir/日本.bin\nbad pieces 5-6, 18 (numbered 0 to 18)\n");
    assertThat(skep.err()).contains("3 of 19 pieces bad or missing").containsOnlyOnce("\n");

    assertThat(skep.run("verify", torrent, data, "--json")).isEqualTo(1);
    assertThat(skep.out().replaceAll("\\s+", ""))
        .isEqualTo(
            "{\"ok\":false,\"pieces\":19,\"badPieces\":[5,6,18],\"files\":[{\"path\":\"leer\",\"ok\":false},"
                + "{\"path\":\"subdir/日本.bin\",\"ok\":false}]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--v2", "--hybrid"})
  void verifyKnowsTheHashesOfVersion2(String version) throws IOException {
    Path middle = data.resolve("sub dir/mitte");
    Files.write(middle, new byte[20_000]);
    assertThat(skep.run("create", data, "-o", torrent, "-f", version)).as(skep.err()).isZero();
    assertThat(skep.run("verify", torrent, data)).as(skep.err()).isZero();
    assertThat(skep.out()).isEqualTo("ok Grüße: all 21 pieces good\n");
    byte[] bytes = Files.readAllBytes(middle);
    bytes[19_999] ^= 1;
    Files.write(middle, bytes);

    assertThat(skep.run("verify", torrent, data, "--json")).isEqualTo(1);
    assertThat(skep.out().replaceAll("\\s+", ""))
        .isEqualTo(
            "{\"ok\":false,\"pieces\":21,\"badPieces\":[1],\"files\":[{\"path\":\"leer\",\"ok\":true},"
                + "{\"path\":\"subdir/mitte\",\"ok\":false},{\"path\":\"subdir/日本.bin\",\"ok\":true}]}");

    Files.write(middle, Arrays.copyOf(bytes, 10_000));
    assertThat(skep.run("verify", torrent, data)).isEqualTo(1);
    assertThat(skep.out()).isEqualTo("bad file sub dir/mitte\nbad pieces 0-1 (numbered 0 to 20)\n");
  }

  @Test
  void verifyNamesFilesOfAnotherLengthThoughTheirPiecesAreGood() throws IOException {
    Path file = data.resolve("sub dir/日本.bin");
    Files.write(file, new byte[] {1}, StandardOpenOption.APPEND);
    Files.delete(data.resolve("leer"));

    assertThat(skep.run("verify", torrent, data)).isEqualTo(1);
    assertThat(skep.out()).isEqualTo("bad file leer\nbad file sub dir/日本.bin\n");
    assertThat(skep.err()).contains("2 files missing or of another length; data is good");
  }

  @Test
  void verifyOfNothingSaysThatThereIsNothing() {
    assertThat(skep.run("verify", torrent, folder.resolve("gone"))).isEqualTo(1);
    assertThat(skep.err()).contains("gone: no such file or folder").containsOnlyOnce("\n");
  }
}
