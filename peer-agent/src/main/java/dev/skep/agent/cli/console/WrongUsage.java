package dev.skep.agent.cli.console;

/** Options or arguments that make no sense together; the message is one line. */
public final class WrongUsage extends Exception {
  private static final long serialVersionUID = 1;

  public WrongUsage(String message) {
    super(message);
  }
}
