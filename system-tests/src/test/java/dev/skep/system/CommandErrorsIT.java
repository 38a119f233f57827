package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong is one line of the real program, and a status that scripts can tell apart. */
class CommandErrorsIT {
  @TempDir Path folder;
  private Path torrent;

  @BeforeEach
  void aTorrent() throws Exception {
    torrent = folder.resolve("x.torrent");
    Path data = Files.write(folder.resolve("x"), new byte[100_000]);
    Skep made =
        Skep.run(folder, "create", data, "-o", torrent, "-t", "http://127.0.0.1:1/announce");
    assertThat(made.status()).as(made.err()).isZero();
  }

  private static void assertFails(Skep skep, int status, String said)
      throws IOException, InterruptedException {
    assertThat(skep.status()).isEqualTo(status);
    assertThat(skep.err()).startsWith("skep: ").contains(said).containsOnlyOnce("\n");
    assertThat(skep.out()).isEmpty();
  }

  @Test
  void wrongUsage() throws Exception {
    assertFails(Skep.run(folder, "get", torrent, "--prot", "1"), 2, "--prot");
  }

  @Test
  void aSlipOfThePenInTheEnvironment() throws Exception {
    assertFails(
        Skep.runWith(Map.of("SKEP_AGENT_MAXUP", "1MiB/s"), folder, "seed", torrent, "x"),
        2,
        "environment: unknown key SKEP_AGENT_MAXUP; did you mean SKEP_AGENT_MAX_UP?");
    assertFails(
        Skep.runWith(Map.of("SKEP_AGENT_MAX_UP", "fast"), folder, "seed", torrent, "x"),
        2,
        "skep.agent.max.up is 'fast'; expected a rate such as 10MiB/s");
  }

  @Test
  void aMissingFile() throws Exception {
    assertFails(Skep.run(folder, "seed", "gone.torrent", "x"), 1, "gone.torrent: no such file");
  }

  @Test
  void aTruncatedTorrent() throws Exception {
    byte[] whole = Files.readAllBytes(torrent);
    Files.write(torrent, Arrays.copyOf(whole, whole.length - 10));

    assertFails(Skep.run(folder, "info", torrent), 1, "x.torrent: not a torrent");
  }

  @Test
  void aFileThatIsCutWhileATorrentIsMadeOfIt() throws Exception {
    assumeTrue(Files.isReadable(Path.of("/proc/self/io")), "no /proc/self/io here");
    Path large = folder.resolve("large");
    try (FileChannel data =
        FileChannel.open(large, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      data.write(ByteBuffer.allocate(1), (64L << 30) - 1); // a hole, but for its end
      Skep create = Skep.start(folder, "create", large, "-o", folder.resolve("large.torrent"));
      Path counters = Path.of("/proc", Long.toString(create.process().pid()), "io");
      await("it has read some").until(() -> bytesRead(counters) > 100 << 20);
      data.truncate(1);

      assertFails(create, 1, "large: became shorter while it was read; try again");
    }
  }

  private static long bytesRead(Path counters) throws IOException {
    return Files.readAllLines(counters).stream()
        .filter(line -> line.startsWith("rchar: "))
        .mapToLong(line -> Long.parseLong(line.substring(7)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aDeadTracker() throws Exception {
    assertFails(
        Skep.run(folder, "tracker", "list", "--tracker", "http://127.0.0.1:1"),
        1,
        "no tracker answers at http://127.0.0.1:1 (connection refused); is it running?");

    Skep get = Skep.run(folder, "get", torrent, "-d", folder.resolve("d"), "--give-up", "1s");
    assertThat(get.status()).isEqualTo(1);
    assertThat(get.err().lines().toList().getLast())
        .startsWith("skep: ")
        .contains("127.0.0.1:1")
        .contains("check the URL with -t");
    assertThat(get.err()).doesNotContain("Exception", "\tat ");
  }

  @Test
  void anAnswerThatIsLostIsNoReasonToBeginARolloutTwice() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (ServerSocket tracker = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> hangUpOnEach(tracker, asked));
      String url = "http://127.0.0.1:" + tracker.getLocalPort();
      assertFails(
          Skep.run(folder, "rollout", "create", "x", "--to", "label=web", "--tracker", url),
          1,
          url + ": unexpected end of file from server");
    }
    assertThat(asked).hasValue(1);
  }

  /** As one that dies when it has read what is asked for. */
  private static void hangUpOnEach(ServerSocket tracker, AtomicInteger asked) {
    while (true) {
      try (Socket asker = tracker.accept()) {
        asked.incrementAndGet();
        int sign;
        do {
          sign = asker.getInputStream().read();
        } while (sign >= 0 && sign != '}'); // the end of what it asks for
      } catch (IOException e) {
        return; // it is closed
      }
    }
  }

  @Test
  void aFolderThatCannotBeMade() throws Exception {
    assertFails(
        Skep.run(folder, "get", torrent, "-d", torrent.resolve("below a file")), 1, "x.torrent");
  }
}
