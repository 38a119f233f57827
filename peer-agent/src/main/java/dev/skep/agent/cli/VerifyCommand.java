package dev.skep.agent.cli;

import dev.skep.agent.cli.console.ByteProgress;
import dev.skep.agent.cli.console.ByteSize;
import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.JsonOption;
import dev.skep.agent.cli.console.Numbers;
import dev.skep.agent.cli.console.Progress;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.Text;
import dev.skep.agent.storage.DataCheck;
import dev.skep.agent.storage.DataFiles;
import dev.skep.agent.storage.DataLock;
import dev.skep.agent.storage.FilesOnDisk;
import dev.skep.agent.storage.OpenFiles;
import dev.skep.agent.storage.ResumeFile;
import dev.skep.agent.storage.StorageOptions;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.Bitfield;
import jakarta.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "verify",
    description = "Checks data against a torrent and lists what is bad.",
    footer = {
      "",
      "Exit status 1 if any piece is bad or missing. A download that has bad pieces",
      "forgets them: 'skep get' fetches them again.",
      "",
      "Example: skep verify disk.torrent disk.img",
    })
final class VerifyCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(index = "0", paramLabel = "FILE", description = "A .torrent file, or its URL.")
  private String file = "";

  @Parameters(
      index = "1",
      paramLabel = "PATH",
      description = "The data: the file or folder, or the folder that it lies in.")
  private Path path = Path.of("");

  @Mixin private JsonOption json = new JsonOption();

  VerifyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Failure, IOException, InterruptedException {
    Metainfo torrent = TorrentSource.fileOrUrl(terminal, file);
    if (!torrent.hasAllHashes()) {
      throw new Failure(
          file + ": has no piece layers, so nothing can be checked; get the whole .torrent file");
    }
    Path data = DataPlace.of(torrent, path);
    DataCheck.Result result = check(torrent, data);
    String repair = result.ok() ? "" : repair(torrent, data, result);
    if (json.isOn()) {
      printJson(torrent, result);
    } else {
      print(torrent, result, repair);
    }
    return result.ok() ? 0 : 1;
  }

  private DataCheck.Result check(Metainfo torrent, Path data)
      throws IOException, InterruptedException {
    int threads = Runtime.getRuntime().availableProcessors();
    try (Progress progress = terminal.progress()) {
      var line = new ByteProgress(progress, "checking", bytes(torrent.layout()));
      return DataCheck.run(torrent, data, threads, line::show);
    }
  }

  /** What makes bad data good; a download forgets what is bad of it. */
  private String repair(Metainfo torrent, Path data, DataCheck.Result result) {
    var lock = new DataLock(torrent.infoHash(), data);
    Optional<String> who = lock.holder();
    if (who.isPresent()) {
      return who.get() + " is downloading it just now";
    }
    boolean ours = forget(torrent, data, result, lock);
    return result.files().stream()
        .flatMap(file -> file.inTheWay().stream())
        .findFirst()
        .orElseGet(() -> howToGet(torrent, data, ours));
  }

  /** Whether the data is that of a download, which needs no leave to write. */
  private boolean forget(Metainfo torrent, Path data, DataCheck.Result result, DataLock lock) {
    Bitfield bad = new Bitfield(result.good().size());
    badPieces(result).forEach(bad::set);
    Path states = StorageOptions.stateFolderBeside(data);
    var ours = new AtomicBoolean();
    try (OpenFiles open = new OpenFiles(1)) {
      var files = new DataFiles(torrent, data, open, new StorageOptions(states, false));
      var onDisk = new FilesOnDisk(torrent, files, false);
      var state = new ResumeFile(torrent, onDisk, states, terminal::say);
      if (Files.exists(state.path())) {
        lock.with(() -> ours.set(state.forget(bad)));
      }
    } catch (IOException e) {
      return false; // what cannot be written there is no download that goes on
    }
    return ours.get();
  }

  private String howToGet(Metainfo torrent, Path data, boolean ours) {
    Path place = data.toAbsolutePath().normalize();
    if (!place.endsWith(torrent.name()) || place.getParent() == null) {
      return "'skep get %s' with another folder gets it anew".formatted(file);
    }
    return "'skep get %s -d %s%s' repairs it"
        .formatted(file, place.getParent(), ours ? "" : " --overwrite");
  }

  /** All pieces: with the padding of a hybrid torrent, without the gaps of one that is v2 only. */
  private static long bytes(PieceLayout layout) {
    return IntStream.range(0, layout.pieceCount()).mapToLong(layout::lengthBytes).sum();
  }

  private void print(Metainfo torrent, DataCheck.Result result, String repair) {
    String name = Text.printable(torrent.name());
    if (result.ok()) {
      terminal
          .out()
          .println(
              "ok " + name + ": all " + Numbers.count(result.good().size(), "piece") + " good");
      return;
    }
    List<Integer> bad = badPieces(result);
    result.files().stream()
        .filter(file -> !file.ok())
        .forEach(file -> terminal.out().println("bad file " + Text.printable(path(file))));
    if (bad.isEmpty()) {
      long files = result.files().stream().filter(file -> !file.ok()).count();
      terminal.say(
          name
              + ": "
              + Numbers.count(files, "file")
              + " missing or of another length; data is good; "
              + Text.printable(repair));
      return;
    }
    int last = torrent.layout().pieceCount() - 1;
    terminal.out().println("bad pieces %s (numbered 0 to %d)".formatted(ranges(bad), last));
    long badBytes = bad.stream().mapToLong(piece -> torrent.layout().lengthBytes(piece)).sum();
    terminal.say(
        "%s: %d of %s bad or missing, about %s; %s"
            .formatted(
                name,
                bad.size(),
                Numbers.count(result.good().size(), "piece"),
                ByteSize.format(badBytes),
                Text.printable(repair)));
  }

  private void printJson(Metainfo torrent, DataCheck.Result result) {
    var files = Json.createArrayBuilder();
    for (var file : result.files()) {
      files.add(Json.createObjectBuilder().add("path", path(file)).add("ok", file.ok()));
    }
    JsonOption.print(
        terminal,
        Json.createObjectBuilder()
            .add("ok", result.ok())
            .add("pieces", torrent.layout().pieceCount())
            .add("badPieces", Json.createArrayBuilder(badPieces(result)))
            .add("files", files)
            .build());
  }

  private static String path(DataCheck.FileResult file) {
    return String.join("/", file.file().path());
  }

  private static List<Integer> badPieces(DataCheck.Result result) {
    var bad = new ArrayList<Integer>();
    for (int piece = 0; piece < result.good().size(); piece++) {
      if (!result.good().get(piece)) {
        bad.add(piece);
      }
    }
    return bad;
  }

  /** Ascending numbers, with neighbours as ranges: {@code 3, 7-12}. */
  static String ranges(List<Integer> numbers) {
    var text = new StringBuilder();
    for (int i = 0; i < numbers.size(); ) {
      int end = i;
      while (end + 1 < numbers.size() && numbers.get(end + 1) == numbers.get(end) + 1) {
        end++;
      }
      text.append(i == 0 ? "" : ", ").append(numbers.get(i));
      text.append(end == i ? "" : "-" + numbers.get(end));
      i = end + 1;
    }
    return text.toString();
  }
}
