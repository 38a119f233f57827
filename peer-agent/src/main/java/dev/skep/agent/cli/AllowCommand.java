package dev.skep.agent.cli;

import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.WrongUsage;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "allow",
    description = {
      "Allows torrents on a tracker that has registered ones only; or addresses, or clients: then"
          + " no others. Without any, shows what is allowed.",
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  skep tracker allow --torrent 0123456789012345678901234567890123456789",
      "  skep tracker allow --network 10.0.0.0/8 --network fd00::/8",
      "  skep tracker allow --client=-SK --remove",
    })
final class AllowCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ListedWords words = new ListedWords();

  AllowCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Failure, WrongUsage, IOException {
    return words.run("allowed", terminal);
  }
}
