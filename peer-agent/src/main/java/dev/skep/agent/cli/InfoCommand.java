package dev.skep.agent.cli;

import dev.skep.agent.catalogue.TorrentDocument;
import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.JsonOption;
import dev.skep.agent.cli.console.Terminal;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
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
      paramLabel = "FILE|URL|MAGNET",
      description = ".torrent files, their URLs, or magnet links.")
  private List<String> sources = List.of();

  @Mixin private JsonOption json = new JsonOption();

  private int shown;

  InfoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** What cannot be read is told, and the others are shown. */
  @Override
  public Integer call() {
    var errors = new Errors(terminal);
    var documents = Json.createArrayBuilder();
    int status = 0;
    for (String source : sources) {
      try {
        if (json.isOn()) {
          documents.add(document(source));
        } else {
          show(text(source));
        }
      } catch (Failure | IOException e) {
        status = Errors.FAILED;
        documents.add(errors.say(e));
      }
    }
    if (json.isOn()) {
      JsonArray all = documents.build();
      if (sources.size() > 1) {
        JsonOption.print(terminal, all);
      } else {
        JsonOption.print(terminal, all.getFirst());
      }
    }
    return status;
  }

  private void show(List<String> lines) {
    if (shown++ > 0) {
      terminal.out().println();
    }
    lines.forEach(terminal.out()::println);
  }

  private JsonObjectBuilder document(String source) throws Failure, IOException {
    return MagnetArgument.isLink(source)
        ? TorrentDocument.of(MagnetArgument.parse(source))
        : TorrentDocument.of(TorrentSource.fileOrUrl(terminal, source));
  }

  private List<String> text(String source) throws Failure, IOException {
    return MagnetArgument.isLink(source)
        ? TorrentText.full(MagnetArgument.parse(source))
        : TorrentText.full(TorrentSource.fileOrUrl(terminal, source));
  }
}
