package dev.skep.agent.cli;

import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.WrongUsage;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "deny",
    description =
        "Denies a tracker to torrents, addresses or clients, from now on; without any, shows what"
            + " is denied.",
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  skep tracker deny --network 10.9.0.0/16 --note 'test machines'",
      "  skep tracker deny --client=-XL --client=-SD",
      "  skep tracker deny --network 10.9.0.0/16 --remove",
    })
final class DenyCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ListedWords words = new ListedWords();

  DenyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Failure, WrongUsage, IOException {
    return words.run("denied", terminal);
  }
}
