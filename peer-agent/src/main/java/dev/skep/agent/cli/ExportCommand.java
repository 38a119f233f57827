package dev.skep.agent.cli;

import dev.skep.agent.cli.backup.BackupFolder;
import dev.skep.agent.cli.backup.Export;
import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.Numbers;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.WrongUsage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "export",
    description =
        "Writes a running tracker's catalogue, access lists and completed counts into a folder: a"
            + " backup, and what another version imports.",
    footer = {"", "Example: skep tracker export backup-monday"})
final class ExportCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "DIR", description = "A folder that is to be made.")
  private Path folder = Path.of("");

  @Mixin private TrackerAccess tracker = new TrackerAccess();

  ExportCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Failure, WrongUsage, IOException {
    BackupFolder.Size size;
    try (var progress = terminal.progress()) {
      size =
          new Export(
                  tracker.api(terminal),
                  folder,
                  done -> progress.show(() -> Numbers.count(done, "torrent") + " exported"))
              .run();
    }
    terminal.out().println("exported " + ImportCommand.words(size) + " to " + folder);
    return 0;
  }
}
