package dev.skep.agent.cli;

import dev.skep.agent.cli.backup.BackupFolder;
import dev.skep.agent.cli.backup.Import;
import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.Numbers;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.WrongUsage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "import",
    description =
        "Tells a running tracker what 'skep tracker export' wrote. What it knows beside that stays;"
            + " an import that was interrupted is ended by another.",
    footer = {"", "Example: skep tracker import backup-monday --tracker http://new.lan:6969"})
final class ImportCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "DIR", description = "A folder that was exported.")
  private Path folder = Path.of("");

  @Option(names = "--check", description = "Look whether all of it is there, and send nothing.")
  private boolean check;

  @Mixin private TrackerAccess tracker = new TrackerAccess();

  ImportCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Failure, WrongUsage, IOException {
    BackupFolder.Size size;
    try (var progress = terminal.progress()) {
      var running =
          new Import(
              tracker.api(terminal),
              new BackupFolder(folder),
              done -> progress.show(() -> Numbers.count(done, "torrent") + " imported"));
      size = check ? running.check() : running.run();
    }
    terminal.out().println((check ? "whole: " : "imported ") + words(size) + " of " + folder);
    return 0;
  }

  static String words(BackupFolder.Size size) {
    return Numbers.count(size.torrents(), "torrent")
        + " and "
        + Numbers.grouped(size.access())
        + " lines of access lists";
  }
}
