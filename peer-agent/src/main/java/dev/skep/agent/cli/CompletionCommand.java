package dev.skep.agent.cli;

import dev.skep.agent.cli.console.Terminal;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

@Command(
    name = "completion",
    description = "Prints a script that completes commands, options and files in bash and zsh.",
    footer = {
      "",
      "Example: source <(skep completion)",
      "",
      "A line like that in ~/.bashrc or ~/.zshrc keeps it.",
    })
final class CompletionCommand implements Callable<Integer> {
  private final Terminal terminal;

  CompletionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    terminal.out().println(AutoComplete.bash("skep", SkepCommand.allCommands(terminal)));
    return 0;
  }
}
