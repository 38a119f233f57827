package dev.skep.agent.cli;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.skep.agent.catalogue.TorrentDocument;
import dev.skep.agent.cli.console.Arguments;
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
import dev.skep.agent.create.SourceFile;
import dev.skep.agent.create.TorrentVersion;
import dev.skep.agent.place.Places;
import dev.skep.agent.place.TorrentPlace;
import dev.skep.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;

final class CreateCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this).name("create");
  private final Arguments arguments = new Arguments(spec);

  private final Supplier<Path> path =
      arguments.parameter(Path.class, "PATH", "The file or folder.");

  private final Supplier<List<String>> tiers =
      arguments.options(
          "URL",
          "Announce URL of a tracker. Each further -t is a tier of its own, asked when those before"
              + " fail; commas join trackers in one tier.",
          "-t",
          "--announce");

  private final Supplier<Optional<Path>> output =
      arguments.option(
          Path.class,
          "FILE",
          "Where to write it. Default: NAME.torrent in the current folder.",
          "-o",
          "--output");

  private final BooleanSupplier force =
      arguments.flag("Overwrite the output file if it exists.", "-f", "--force");

  private final Supplier<Optional<ByteSize>> pieceLength =
      arguments.option(
          ByteSize.class,
          "SIZE",
          "A power of two from 16KiB to 64MiB. Default: the shortest up to 16MiB that makes about"
              + " 2,048 pieces or fewer.",
          "--piece-length");

  private final Supplier<Optional<String>> name =
      arguments.option(
          String.class, "NAME", "Name in the torrent. Default: the name of PATH.", "-n", "--name");

  private final BooleanSupplier v2 = arguments.flag("Hashes of version 2 only (BEP 52).", "--v2");

  private final BooleanSupplier hybrid =
      arguments.flag("Hashes of both versions, for old and new clients.", "--hybrid");

  private final BooleanSupplier isPrivate =
      arguments.flag("Peers only from the trackers (BEP 27).", "--private");

  private final Supplier<List<String>> webSeeds =
      arguments.options(
          "URL", "HTTP address that has the data, too (BEP 19). May be repeated.", "--web-seed");

  private final Supplier<Optional<String>> comment =
      arguments.option(String.class, "TEXT", "A comment for people.", "--comment");

  private final Supplier<Optional<String>> source =
      arguments.option(
          String.class, "TEXT", "A mark that gives the same data another info-hash.", "--source");

  private final BooleanSupplier noDate =
      arguments.flag(
          "Leave out the creation date: the same data makes the same file.", "--no-date");

  private final BooleanSupplier skipHidden =
      arguments.flag("Leave out names that begin with a dot.", "--skip-hidden");

  private final BooleanSupplier skipLinks =
      arguments.flag("Leave out symbolic links.", "--skip-links");

  private final Supplier<List<String>> publish =
      arguments.options(
          "PLACE",
          "Put it into the catalogue of the tracker that --tracker names; with --publish=PLACE into"
              + " a folder, to an HTTP URL by PUT (WebDAV), or dropbox:/FOLDER/NAME. May be"
              + " repeated.",
          Places::isUrl,
          "--publish");

  private final Supplier<List<String>> labels =
      arguments.options(
          "LABEL", "What it is published under, with --publish. May be repeated.", "--label");

  private final TrackerAccess tracker = new TrackerAccess(arguments);
  private final JsonOption json = new JsonOption(arguments);

  CreateCommand(Terminal terminal) {
    this.terminal = terminal;
    spec.usageMessage()
        .description("Makes a .torrent of a file or folder.")
        .footer(
            "",
            "A folder's files go along in the order of their names, hidden ones too; a symbolic"
                + " link goes along as what it points to; empty folders, devices and sockets are"
                + " left out.",
            "",
            "Example: skep create disk.img -t http://tracker.lan:6969/announce");
  }

  /** How it is called. */
  CommandSpec spec() {
    return spec;
  }

  @Override
  public Integer call() throws Exception {
    if (pieceLength.get().filter(given -> !PieceLength.isAllowed(given.bytes())).isPresent()) {
      throw new WrongUsage("--piece-length must be a power of two from 16KiB to 64MiB");
    }
    if (!labels.get().isEmpty() && !isForCatalogue()) {
      throw new WrongUsage("--label is for --publish without a place");
    }
    TorrentVersion version = version();
    List<List<String>> trackers = AnnounceUrls.tiers(tiers.get());
    String name = name();
    Path file = output.get().orElseGet(() -> Path.of(name + ".torrent"));
    requireRoomFor(file);
    List<TorrentPlace> places = places(name);
    var without =
        new Source.Without(skipHidden.getAsBoolean(), skipLinks.getAsBoolean(), Optional.of(file));
    var found = Source.scan(path.get(), without);
    found.skipped().forEach(line -> terminal.say("left out " + Text.printable(line)));
    Metainfo metainfo = make(found, name, version, trackers);
    byte[] torrent = metainfo.raw().rawBytes();
    requireRoomFor(file); // hashing took its time
    TorrentFiles.write(file, torrent);
    if (isForCatalogue()) {
      tracker.api(terminal).publish(torrent, Map.of("label", labels.get()));
    }
    for (TorrentPlace place : places) {
      place.write(torrent);
    }
    report(metainfo, file);
    advise(metainfo, trackers);
    places.forEach(place -> terminal.note(Text.printable("put to " + place.shown())));
    return 0;
  }

  private boolean isForCatalogue() {
    return publish.get().contains("");
  }

  /** Where it is to be put besides: a place that cannot be used is told before the work. */
  private List<TorrentPlace> places(String name) throws Failure, IOException {
    var known = new Places(terminal::variable);
    List<TorrentPlace> places = new ArrayList<>();
    for (String text : publish.get()) {
      if (!text.isEmpty()) {
        TorrentPlace place = known.forTorrent(text, name);
        if (place.read(TorrentFiles.MAX_BYTES).isPresent() && !force.getAsBoolean()) {
          throw new Failure(
              place.shown() + ": exists already; use --force to replace it, or another place");
        }
        places.add(place);
      }
    }
    return places;
  }

  /** Hashing takes long: what would keep the result from being written is told before. */
  private void requireRoomFor(Path file) throws Failure, IOException {
    Path folder = file.toAbsolutePath().normalize().getParent();
    if (Files.isDirectory(file)) {
      throw new Failure(file + ": a folder; name a file with -o");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new Failure(file + ": no file that could be replaced; name another with -o");
    }
    if (Files.exists(file) && Files.exists(path.get()) && Files.isSameFile(file, path.get())) {
      throw new Failure(file + ": what the torrent is made of; name another file with -o");
    }
    if (Files.exists(file, NOFOLLOW_LINKS) && !force.getAsBoolean()) {
      throw new Failure(file + ": exists already; use --force to overwrite it, or another -o");
    }
    if (folder == null || !Files.isDirectory(folder)) {
      throw new Failure(file + ": there is no such folder; make it, or name another file with -o");
    }
    if (!Files.isWritable(folder)) {
      throw new Failure(file + ": its folder cannot be written to; name another file with -o");
    }
  }

  private String name() throws Failure, WrongUsage {
    if (name.get().isPresent()) {
      String given = name.get().get();
      if (!SourceFile.isUsable(given)) {
        throw new WrongUsage("--name: no file can be called '" + given + "' everywhere");
      }
      return given;
    }
    Path last = path.get().toAbsolutePath().normalize().getFileName();
    if (last == null) {
      throw new WrongUsage(path.get() + " has no name; give one with --name");
    }
    if (!SourceFile.isUsable(last.toString())) {
      throw new Failure(path.get() + ": " + SourceFile.UNUSABLE + ", or give one with --name");
    }
    return last.toString();
  }

  private Metainfo make(
      Source found, String name, TorrentVersion version, List<List<String>> trackers)
      throws Exception {
    Optional<Instant> now = noDate.getAsBoolean() ? Optional.empty() : Optional.of(Instant.now());
    var torrent =
        new NewTorrent(
            name,
            version,
            pieceLengthBytes(found.totalBytes()),
            trackers,
            webSeeds.get(),
            isPrivate.getAsBoolean(),
            source.get(),
            comment.get(),
            "Skep",
            now);
    try (Progress progress = terminal.progress()) {
      var line = new ByteProgress(progress, "hashing", found.totalBytes());
      return torrent.make(found, line::show);
    }
  }

  /** What the torrent most likely lacks, and what can be done with it now. */
  private void advise(Metainfo torrent, List<List<String>> trackers) throws Failure, WrongUsage {
    AnnounceUrls.withoutPath(trackers)
        .forEach(
            url ->
                terminal.note(
                    "-t %s has no path; most trackers are asked at %s/announce"
                        .formatted(url, url.replaceAll("/$", ""))));
    if (isForCatalogue()) {
      terminal.note(
          Text.printable(
              "on other machines: skep get '%s' --tracker %s"
                  .formatted(torrent.name(), tracker.api(terminal).base())));
    } else if (trackers.isEmpty()) {
      terminal.note(
          "it names no tracker (-t URL): peers find one another on the local network, or where one"
              + " is named");
    }
  }

  private TorrentVersion version() throws WrongUsage {
    if (v2.getAsBoolean() && hybrid.getAsBoolean()) {
      throw new WrongUsage("give --v2 or --hybrid, not both");
    }
    return v2.getAsBoolean()
        ? TorrentVersion.V2
        : hybrid.getAsBoolean() ? TorrentVersion.HYBRID : TorrentVersion.V1;
  }

  private int pieceLengthBytes(long totalBytes) {
    return pieceLength
        .get()
        .map(given -> Math.toIntExact(given.bytes()))
        .orElseGet(() -> PieceLength.forTotal(totalBytes));
  }

  private void report(Metainfo torrent, Path file) {
    if (json.isOn()) {
      JsonOption.print(
          terminal, TorrentDocument.of(torrent).add("torrentFile", file.toString()).build());
      return;
    }
    if (pieceLength.get().isEmpty()) {
      terminal.note("piece length chosen by size, for about 2,048 pieces of up to 16 MiB");
    }
    TorrentText.summary(torrent).forEach(terminal.out()::println);
    terminal.out().println(TorrentText.line("torrent file", file.toString()));
  }
}
