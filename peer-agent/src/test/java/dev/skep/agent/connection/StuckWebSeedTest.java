package dev.skep.agent.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.storage.DataFiles;
import dev.skep.agent.storage.DiskWorkers;
import dev.skep.agent.storage.FilesOnDisk;
import dev.skep.agent.storage.OpenFiles;
import dev.skep.agent.torrent.TorrentSettings;
import dev.skep.agent.webseed.Web;
import dev.skep.agent.webseed.WebSeedStatus;
import dev.skep.agent.webseed.WebSeeds;
import dev.skep.agent.webseed.WebServer;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoBuilder;
import dev.skep.protocol.peerwire.Bitfield;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Web servers that let us wait for ever, and such as answer anything at all. */
@Timeout(60)
class StuckWebSeedTest {
  private static final int ANSWERS = Boolean.getBoolean("skep.full") ? 500 : 50;
  private static final int PIECE = 64 * 1024;
  private static final int BYTES = 16 * PIECE;
  private static final Duration PATIENCE = Duration.ofMillis(700);

  @TempDir private Path temp;
  @AutoClose private final OpenFiles open = new OpenFiles(1);
  @AutoClose private final DiskWorkers workers = new DiskWorkers(1);

  @AutoClose("shutdownNow")
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

  @AutoClose private final Web web = new Web(InetAddress.ofLiteral("0.0.0.0"), "Skep", 2);
  @AutoClose private WebServer server;
  @AutoClose private LiveTorrent torrent;
  private final TestOwner owner = new TestOwner(clock, () -> Limits.NONE);
  private final ConcurrentLinkedQueue<String> notes = new ConcurrentLinkedQueue<>();
  private WebSeeds seeds;

  @BeforeEach
  void aTorrentThatAServerHas() throws Exception {
    server = new WebServer();
    Metainfo metainfo =
        Metainfo.parse(
            MetainfoBuilder.singleFile("f", BYTES)
                .pieceLength(PIECE)
                .pieceHashes(new byte[20 * BYTES / PIECE])
                .build());
    DataFiles files = new DataFiles(metainfo, temp.resolve("f"), open);
    BitSet all = new BitSet();
    all.set(0);
    FilesOnDisk onDisk = new FilesOnDisk(metainfo, files, false);
    onDisk.claim(all);
    int pieces = metainfo.layout().pieceCount();
    onDisk.prepare(all, new Bitfield(pieces), Bitfield.full(pieces));
    torrent =
        new LiveTorrent(
            metainfo,
            files,
            new Bitfield(pieces),
            Bitfield.full(pieces),
            new Bitfield(pieces),
            owner,
            workers,
            TorrentSettings.with(s -> s.requestTimeout = PATIENCE),
            new SplittableRandom(1),
            Limits.NONE,
            Limits.NONE,
            new TestListener(new CompletableFuture<>()));
    seeds = seeds(metainfo, "/f");
  }

  private WebSeeds seeds(Metainfo metainfo, String target) {
    return WebSeeds.of(
        metainfo,
        List.of(server.url() + target),
        web,
        owner,
        notes::add,
        () -> {},
        new SplittableRandom(1));
  }

  /** How a server lets us wait. */
  enum Delay {
    SAYS_NOTHING((request, out) -> TimeUnit.DAYS.sleep(1)),
    SENDS_NOTHING(
        (request, out) -> {
          head(request, out);
          out.flush();
          TimeUnit.DAYS.sleep(1);
        }),
    DRIPS(
        (request, out) -> {
          head(request, out);
          drip(out);
        }),
    DRIPS_ITS_HEADERS(
        (request, out) -> {
          out.write("HTTP/1.1 206 Part\r\nX: ".getBytes(UTF_8));
          drip(out);
        }),
    SENDS_ALL_AND_DOES_NOT_END(
        (request, out) -> {
          WebServer.head(out, "206 Part", "Transfer-Encoding: chunked", range(request));
          out.write((Integer.toHexString(request.length()) + "\r\n").getBytes(UTF_8));
          out.write(new byte[request.length()]);
          out.write("\r\n".getBytes(UTF_8));
          out.flush();
          TimeUnit.DAYS.sleep(1);
        });

    @SuppressWarnings("ImmutableEnumChecker")
    private final WebServer.Answers answers;

    Delay(WebServer.Answers answers) {
      this.answers = answers;
    }

    private static void head(WebServer.Request request, OutputStream out) throws IOException {
      WebServer.head(out, "206 Part", "Content-Length: " + request.length(), range(request));
    }

    private static String range(WebServer.Request request) {
      return "Content-Range: bytes %d-%d/%d"
          .formatted(request.from(), request.from() + request.length() - 1, BYTES);
    }

    private static void drip(OutputStream out) throws IOException, InterruptedException {
      while (true) {
        out.write('x');
        out.flush();
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoLetsUsWaitIsBenchedAndHoldsNoMemory(Delay delay) {
    server.answering(delay.answers);
    seeds.ask(torrent);

    await().until(() -> seeds.status().getFirst().state() == WebSeedStatus.State.BENCHED);

    assertThat(seeds.status().getFirst().problem().orElseThrow())
        .containsAnyOf("sends nothing, or a block in more than", "data that is not the torrent's");
    torrent.close(); // what is begun of its pieces
    await().until(() -> owner.memory().availableSlots() == owner.memory().maxSlots());
    await().until(() -> torrent.snapshot().peers().isEmpty());
  }

  @Test
  void whateverIsAnsweredCostsTheServerOnlyAndNoMemory() {
    for (int seed = 0; seed < ANSWERS; seed++) {
      Random random = new Random(seed);
      server.answering((request, out) -> nonsense(random, request, out));
      String target = "/f?" + seed; // who sent corrupt data is banned by its address
      WebSeeds each = seeds(torrent.metainfo(), target);

      each.ask(torrent);

      await("seed " + seed).until(() -> !each.status().getFirst().state().name().equals("AT_WORK"));
      assertThat(each.status().getFirst().problem()).as("seed %d", seed).isPresent();
      // It may read the request after we took what was left of its last answer for this one's.
      await("seed " + seed)
          .until(() -> server.requests().stream().anyMatch(r -> r.target().equals(target)));
    }
    torrent.close();
    await().until(() -> owner.memory().availableSlots() == owner.memory().maxSlots());
    assertThat(owner.faults().counts()).isEmpty();
  }

  /** Something like an answer, with a fault in it somewhere. */
  private static void nonsense(Random random, WebServer.Request request, OutputStream out)
      throws IOException {
    String[] status = {"206 Part", "200 OK", "302 There", "416 No", "503 Later", "999 x", ""};
    String[] headers = {
      "Content-Length: " + request.length(),
      "Content-Length: " + random.nextLong(),
      "Content-Range: bytes %d-%d/%d"
          .formatted(request.from(), request.from() + request.length() - 1, BYTES),
      "Content-Range: bytes 9-5/" + random.nextInt(),
      "Content-Range: bytes 99999999999999999999-1/*",
      "Transfer-Encoding: chunked",
      "Location: http://[::1",
      "Location: //",
      "Location: ?" + random.nextInt(),
      "Retry-After: " + random.nextLong(),
      "Retry-After: Mon, 99 Foo 2020",
      "Content-Encoding: br",
      "no header at all",
    };
    String[] chosen = new String[random.nextInt(5)];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = headers[random.nextInt(headers.length)];
    }
    WebServer.head(out, status[random.nextInt(status.length)], chosen);
    byte[] body = new byte[random.nextInt(2 * request.length())];
    random.nextBytes(body);
    out.write(body);
    out.flush();
    throw new IOException("and hangs up");
  }
}
