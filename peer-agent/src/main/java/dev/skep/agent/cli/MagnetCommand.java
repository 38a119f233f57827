package dev.skep.agent.cli;

import dev.skep.agent.catalogue.Magnets;
import dev.skep.agent.cli.console.Terminal;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "magnet",
    description = "Prints the magnet links of torrents, one in a line.",
    footer = {"", "Example: skep magnet ubuntu.torrent"})
final class MagnetCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = ".torrent files.")
  private List<Path> files = List.of();

  MagnetCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    for (Path file : files) {
      terminal.out().println(Magnets.of(TorrentFiles.read(file)));
    }
    return 0;
  }
}
