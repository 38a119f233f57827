package dev.skep.system.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two of each foreign client find one another by our tracker alone, and move a file. One after
 * another, since all use the same addresses, but beside other tests: it mostly waits.
 */
@Execution(ExecutionMode.CONCURRENT)
@Tag("ci")
class ForeignClientsIT {
  private static final int PIECE_BYTES = 1 << 16;
  private static final int FILE_BYTES = 1_000_000;

  private static Optional<Network> made = Optional.empty();

  @TempDir private Path folder;

  @BeforeAll
  static void makeNetwork() throws Exception {
    made = Optional.of(Network.make());
  }

  @AfterAll
  static void removeNetwork() throws Exception {
    if (made.isPresent()) {
      made.get().remove();
    }
  }

  @AfterEach
  void endPrograms() throws Exception {
    network().endPrograms();
  }

  @Execution(ExecutionMode.SAME_THREAD)
  @ParameterizedTest(name = "{0} over {1}, IPv{2}")
  @CsvSource({"ARIA2, udp, 4", "LIBTORRENT, udp, 6"})
  void someFindOneAnother(ForeignClient client, String protocol, int family) throws Exception {
    twoOfAKindFindOneAnother(client, protocol, family);
  }

  @Tag("full")
  @Execution(ExecutionMode.SAME_THREAD)
  @ParameterizedTest(name = "{0} over {1}, IPv{2}")
  @CsvSource({
    "ARIA2, http, 4",
    "ARIA2, http, 6",
    "LIBTORRENT, http, 4",
    "LIBTORRENT, udp, 4",
    "LIBTORRENT, http, 6",
    "TRANSMISSION, http, 4",
    "TRANSMISSION, http, 6",
    "TRANSMISSION, udp, 4",
    "RTORRENT, http, 4",
    "RTORRENT, udp, 4"
  })
  void twoOfAKindFindOneAnother(ForeignClient client, String protocol, int family)
      throws Exception {
    assumeTrue(client.isInstalled(), client + " is not installed");
    startTracker();
    byte[] content = new byte[FILE_BYTES];
    new Random(7).nextBytes(content);
    String host = family == 4 ? Network.ipv4(1) : "[" + Network.ipv6(1) + "]";
    String path = protocol.equals("http") ? "/announce" : "";
    Path torrent = folder.resolve("it.torrent");
    Files.write(torrent, torrentFile(content, protocol + "://" + host + ":6969" + path));

    Path seed = Files.createDirectories(folder.resolve("seed"));
    Files.write(seed.resolve("file"), content);
    Path got = Files.createDirectories(folder.resolve("got"));
    String seeder = family == 4 ? Network.ipv4(2) : Network.ipv6(2);
    String leecher = family == 4 ? Network.ipv4(3) : Network.ipv6(3);
    network().start(folder.resolve("seeder.log"), client.command(torrent, seed, seeder));
    await("the seeder announced")
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> stats().contains("\"seeders\":1"));
    network().start(folder.resolve("leecher.log"), client.command(torrent, got, leecher));

    Path copy = got.resolve("file");
    await("the file arrived")
        .atMost(120, TimeUnit.SECONDS)
        .until(() -> Files.exists(copy) && Arrays.equals(Files.readAllBytes(copy), content));
    assertThat(stats())
        .contains(protocol.equals("http") ? "\"udpAnnounces\":0" : "\"httpAnnounces\":0");
  }

  private static Network network() {
    return made.orElseThrow();
  }

  private void startTracker() throws IOException {
    Path log = folder.resolve("tracker.log");
    network()
        .start(
            log,
            List.of(
                Path.of(System.getProperty("skep.home"), "bin", "skep").toString(),
                "tracker",
                "run",
                "--data",
                folder.resolve("data").toString()));
    await("the tracker is ready")
        .atMost(90, TimeUnit.SECONDS)
        .until(() -> Files.readString(log).contains("tracker ready"));
  }

  private String stats() throws IOException, InterruptedException {
    Path answer = folder.resolve("stats.json");
    network()
        .start(answer, List.of("curl", "-s", "http://" + Network.ipv4(1) + ":6969/api/v1/stats"))
        .waitFor();
    return Files.readString(answer);
  }

  private static byte[] torrentFile(byte[] content, String tracker) throws Exception {
    var out = new ByteArrayOutputStream();
    int pieces = (content.length + PIECE_BYTES - 1) / PIECE_BYTES;
    write(out, "d8:announce" + tracker.length() + ":" + tracker);
    write(out, "4:infod6:lengthi" + content.length + "e4:name4:file12:piece lengthi" + PIECE_BYTES);
    write(out, "e6:pieces" + 20 * pieces + ":");
    for (int piece = 0; piece < pieces; piece++) {
      int to = Math.min(content.length, (piece + 1) * PIECE_BYTES);
      var sha1 = MessageDigest.getInstance("SHA-1");
      sha1.update(content, piece * PIECE_BYTES, to - piece * PIECE_BYTES);
      out.write(sha1.digest());
    }
    write(out, "ee");
    return out.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
  }
}
