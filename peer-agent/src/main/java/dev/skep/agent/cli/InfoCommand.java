package dev.skep.agent.cli;

import dev.skep.agent.cli.console.JsonOption;
import dev.skep.agent.cli.console.Terminal;
import jakarta.json.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "info",
    description = "Shows what torrents hold: names, hashes, sizes, files, trackers.",
    footer = {
      "",
      "Several torrents are shown one after the other; with --json as an array.",
      "",
      "Example: skep info ubuntu.torrent",
    })
final class InfoCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE|MAGNET",
      description = ".torrent files or magnet links.")
  private List<String> sources = List.of();

  @Mixin private JsonOption json = new JsonOption();

  InfoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    var documents = Json.createArrayBuilder();
    for (String source : sources) {
      boolean link = Magnets.isLink(source);
      if (json.isOn()) {
        documents.add(
            link
                ? TorrentDocument.of(Magnets.parse(source))
                : TorrentDocument.of(TorrentFiles.read(Path.of(source))));
        continue;
      }
      if (!source.equals(sources.getFirst())) {
        terminal.out().println();
      }
      List<String> lines =
          link
              ? TorrentText.full(Magnets.parse(source))
              : TorrentText.full(TorrentFiles.read(Path.of(source)));
      lines.forEach(terminal.out()::println);
    }
    if (json.isOn()) {
      var all = documents.build();
      JsonOption.print(terminal, all.size() == 1 ? all.getFirst() : all);
    }
    return 0;
  }
}
