package dev.skep.agent.cli.swarm;

import dev.skep.agent.cli.console.ByteProgress;
import dev.skep.agent.cli.console.ByteRate;
import dev.skep.agent.cli.console.ByteSize;
import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.JsonOption;
import dev.skep.agent.cli.console.Progress;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.WrongUsage;
import dev.skep.agent.cli.process.Launcher;
import dev.skep.agent.cli.process.TemporaryFolder;
import dev.skep.agent.cli.process.TrackerChild;
import dev.skep.agent.create.NewTorrent;
import dev.skep.agent.create.PieceLength;
import dev.skep.agent.create.Source;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "swarm",
    description = "Runs a whole swarm on this machine and checks what it moved.",
    footer = {
      "",
      "A tracker, a seeder and the leechers, each a process on a loopback address of its own, move"
          + " a file or folder; then every copy's SHA-256 is compared with the original's. The"
          + " clock runs from the leechers' common start to the last verified piece. Nothing is"
          + " left behind.",
      "",
      "Example: skep swarm --leechers 4 --size 256MiB",
    })
public final class SwarmCommand implements Callable<Integer> {
  private static final int MAX_LEECHERS = 500;
  private static final long DATA_SEED = 1;
  private static final Duration STOP_GRACE = Duration.ofSeconds(20);

  private final Terminal terminal;

  @Parameters(
      paramLabel = "PATH",
      arity = "0..1",
      description = "The file or folder to move. Default: a file of random bytes.")
  private @Nullable Path path;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      description = "Size of the random file. Default: 256MiB.")
  private @Nullable ByteSize size;

  @Option(
      names = {"-n", "--leechers"},
      paramLabel = "N",
      description = "How many download, 1 to " + MAX_LEECHERS + ". Default: 4.")
  private int leechers = 4;

  @Option(
      names = "--max-up",
      paramLabel = "RATE",
      description = "Let each peer send at most this much, such as 10MiB/s.")
  private @Nullable ByteRate maxUp;

  @Option(names = "--keep", description = "Keep the copies and say where they are.")
  private boolean keep;

  @Option(
      names = "--work-dir",
      paramLabel = "DIR",
      description = "Where to make the temporary folder. Default: the system's.")
  private Path workFolder = Path.of(System.getProperty("java.io.tmpdir"));

  @Mixin private JsonOption json = new JsonOption();

  public SwarmCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    if (path != null && size != null) {
      throw new WrongUsage("give a PATH or --size, not both");
    }
    if (leechers < 1 || leechers > MAX_LEECHERS) {
      throw new WrongUsage("--leechers must be from 1 to " + MAX_LEECHERS);
    }
    if (size != null && size.bytes() == 0) {
      throw new WrongUsage("--size must be at least one byte");
    }
    Launcher launcher = Launcher.ofProcess("swarm");
    terminal.stop().watch(STOP_GRACE);
    try (TemporaryFolder folder = TemporaryFolder.make(workFolder, "skep-swarm-")) {
      if (keep) {
        folder.keep();
      }
      return run(launcher, folder.path());
    }
  }

  private int run(Launcher launcher, Path folder) throws Exception {
    try (Progress progress = terminal.progress()) {
      SwarmResult result = run(launcher, folder, progress);
      progress.clear();
      if (json.isOn()) {
        JsonOption.print(terminal, result.json());
      } else {
        result.lines(maxUp != null).forEach(terminal.out()::println);
      }
      return result.ok() ? 0 : 1;
    } finally {
      if (keep) {
        terminal.say("kept " + folder);
      }
    }
  }

  private SwarmResult run(Launcher launcher, Path folder, Progress progress) throws Exception {
    Path data = path != null ? path.toRealPath() : testData(folder, progress);
    Source source = Source.scan(data, Source.Without.NOTHING);
    requireRoom(folder, source.totalBytes());
    try (Swarm swarm = new Swarm(launcher, folder, progress, terminal.stop())) {
      TrackerChild tracker = swarm.startTracker();
      Path torrent = torrent(source, folder, progress);
      swarm.startPeers(tracker, torrent, data, leechers, limits());
      Duration taken = swarm.run(source.totalBytes());
      return swarm.result(data, source.totalBytes(), taken);
    }
  }

  private List<String> limits() {
    return maxUp == null ? List.of() : List.of("--max-up", maxUp.bytesPerSecond() + "B/s");
  }

  private Path testData(Path folder, Progress progress) throws IOException {
    long bytes = size != null ? size.bytes() : 256L << 20;
    Path file = Files.createDirectory(folder.resolve("original")).resolve("random.bin");
    var line = new ByteProgress(progress, "writing", bytes);
    TestData.write(file, bytes, DATA_SEED, line::show);
    return file;
  }

  private void requireRoom(Path folder, long bytes) throws IOException, Failure {
    long needed = Math.multiplyExact(bytes, leechers);
    long there = Files.getFileStore(folder).getUsableSpace();
    if (there < needed) {
      throw new Failure(
          "%s copies need %s in %s, where %s are free; name another --work-dir"
              .formatted(leechers, ByteSize.format(needed), workFolder, ByteSize.format(there)));
    }
  }

  private static Path torrent(Source source, Path folder, Progress progress)
      throws IOException, MetainfoException, InterruptedException {
    String name = source.root().getFileName().toString();
    int pieceLength = PieceLength.forTotal(source.totalBytes());
    var torrent = NewTorrent.of(name, pieceLength, List.of(), "Skep");
    var line = new ByteProgress(progress, "hashing", source.totalBytes());
    Metainfo made = torrent.make(source, line::show);
    return Files.write(folder.resolve("swarm.torrent"), made.raw().rawBytes());
  }
}
