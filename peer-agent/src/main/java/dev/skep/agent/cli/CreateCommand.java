package dev.skep.agent.cli;

import dev.skep.agent.cli.console.ByteProgress;
import dev.skep.agent.cli.console.ByteSize;
import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.JsonOption;
import dev.skep.agent.cli.console.Progress;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.Text;
import dev.skep.agent.cli.console.WrongUsage;
import dev.skep.agent.create.NewTorrent;
import dev.skep.agent.create.PieceLength;
import dev.skep.agent.create.Source;
import dev.skep.agent.create.TorrentVersion;
import dev.skep.protocol.metainfo.Metainfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "create",
    description = "Makes a .torrent of a file or folder.",
    footer = {
      "",
      "A folder's files go along in the order of their names, hidden ones too; a symbolic link"
          + " goes along as what it points to; empty folders, devices and sockets are left out.",
      "",
      "Example: skep create disk.img -t http://tracker.lan:6969/announce",
    })
final class CreateCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "PATH", description = "The file or folder.")
  private Path path = Path.of("");

  @Option(
      names = {"-t", "--announce"},
      paramLabel = "URL",
      description =
          "Announce URL of a tracker. Each further -t is a tier of its own, asked when those before"
              + " fail; commas join trackers in one tier.")
  private List<String> tiers = List.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where to write it. Default: NAME.torrent in the current folder.")
  private @Nullable Path output;

  @Option(
      names = {"-f", "--force"},
      description = "Overwrite the output file if it exists.")
  private boolean force;

  @Option(
      names = "--piece-length",
      paramLabel = "SIZE",
      description =
          "A power of two from 16KiB to 64MiB. Default: the shortest up to 16MiB that makes about"
              + " 2,048 pieces or fewer.")
  private @Nullable ByteSize pieceLength;

  @Option(
      names = {"-n", "--name"},
      paramLabel = "NAME",
      description = "Name in the torrent. Default: the name of PATH.")
  private @Nullable String name;

  @Option(names = "--v2", description = "Hashes of version 2 only (BEP 52).")
  private boolean v2;

  @Option(names = "--hybrid", description = "Hashes of both versions, for old and new clients.")
  private boolean hybrid;

  @Option(names = "--private", description = "Peers only from the trackers (BEP 27).")
  private boolean isPrivate;

  @Option(
      names = "--web-seed",
      paramLabel = "URL",
      description = "HTTP address that has the data, too (BEP 19). May be repeated.")
  private List<String> webSeeds = List.of();

  @Option(names = "--comment", paramLabel = "TEXT", description = "A comment for people.")
  private @Nullable String comment;

  @Option(
      names = "--source",
      paramLabel = "TEXT",
      description = "A mark that gives the same data another info-hash.")
  private @Nullable String source;

  @Option(
      names = "--no-date",
      description = "Leave out the creation date: the same data makes the same file.")
  private boolean noDate;

  @Option(names = "--skip-hidden", description = "Leave out names that begin with a dot.")
  private boolean skipHidden;

  @Option(names = "--skip-links", description = "Leave out symbolic links.")
  private boolean skipLinks;

  @Option(
      names = "--publish",
      description = "Put it into the catalogue of the tracker that --tracker names.")
  private boolean publish;

  @Mixin private TrackerOption tracker = new TrackerOption();

  @Mixin private JsonOption json = new JsonOption();

  CreateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    if (pieceLength != null && !PieceLength.isAllowed(pieceLength.bytes())) {
      throw new WrongUsage("--piece-length must be a power of two from 16KiB to 64MiB");
    }
    TorrentVersion version = version();
    String name = name();
    Path file = output != null ? output : Path.of(name + ".torrent");
    requireRoomFor(file);
    var found = Source.scan(path, new Source.Without(skipHidden, skipLinks, Optional.of(file)));
    found.skipped().forEach(line -> terminal.say("left out " + Text.printable(line)));
    byte[] torrent = make(found, name, version);
    TorrentFiles.write(file, torrent);
    Metainfo metainfo = Metainfo.parse(torrent);
    if (publish) {
      tracker.api(terminal).publish(torrent);
    }
    report(metainfo, file);
    return 0;
  }

  /** Hashing takes long: what would keep the result from being written is told before. */
  private void requireRoomFor(Path file) throws Failure {
    Path folder = file.toAbsolutePath().normalize().getParent();
    if (Files.isDirectory(file)) {
      throw new Failure(file + ": a folder; name a file with -o");
    }
    if (Files.exists(file) && !force) {
      throw new Failure(file + ": exists already; use --force to overwrite it, or another -o");
    }
    if (folder == null || !Files.isDirectory(folder)) {
      throw new Failure(file + ": there is no such folder; make it, or name another file with -o");
    }
    if (!Files.isWritable(folder)) {
      throw new Failure(file + ": its folder cannot be written to; name another file with -o");
    }
  }

  private String name() throws WrongUsage {
    if (name != null) {
      return name;
    }
    Path last = path.toAbsolutePath().normalize().getFileName();
    if (last == null) {
      throw new WrongUsage(path + " has no name; give one with --name");
    }
    return last.toString();
  }

  private byte[] make(Source found, String name, TorrentVersion version) throws Exception {
    Optional<Instant> now = noDate ? Optional.empty() : Optional.of(Instant.now());
    var torrent =
        new NewTorrent(
            name,
            version,
            pieceLengthBytes(found.totalBytes()),
            tiers.stream().map(tier -> List.of(tier.split(",", -1))).toList(),
            webSeeds,
            isPrivate,
            Optional.ofNullable(source),
            Optional.ofNullable(comment),
            "Skep",
            now);
    try (Progress progress = terminal.progress()) {
      var line = new ByteProgress(progress, "hashing", found.totalBytes());
      return torrent.make(found, line::show);
    }
  }

  private TorrentVersion version() throws WrongUsage {
    if (v2 && hybrid) {
      throw new WrongUsage("give --v2 or --hybrid, not both");
    }
    return v2 ? TorrentVersion.V2 : hybrid ? TorrentVersion.HYBRID : TorrentVersion.V1;
  }

  private int pieceLengthBytes(long totalBytes) {
    return pieceLength == null
        ? PieceLength.forTotal(totalBytes)
        : Math.toIntExact(pieceLength.bytes());
  }

  private void report(Metainfo torrent, Path file) {
    if (json.isOn()) {
      JsonOption.print(
          terminal, TorrentDocument.of(torrent).add("torrentFile", file.toString()).build());
      return;
    }
    if (pieceLength == null) {
      terminal.say("piece length chosen by size, for about 2,048 pieces of up to 16 MiB");
    }
    TorrentText.summary(torrent).forEach(terminal.out()::println);
    terminal.out().println(TorrentText.line("torrent file", file.toString()));
  }
}
