package dev.skep.agent.cli;

import dev.skep.agent.cli.console.Terminal;

/** Where the process begins: runs one command and exits with its status. */
public final class SkepMain {
  private SkepMain() {}

  /** Exits with 0 done, 1 failed, 2 wrong usage. */
  public static void main(String[] args) {
    Terminal terminal = Terminal.ofProcess();
    int status = SkepCommand.run(terminal, args);
    terminal.stop().ended(status);
    System.exit(status);
  }
}
