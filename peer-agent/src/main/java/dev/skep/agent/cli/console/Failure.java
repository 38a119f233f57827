package dev.skep.agent.cli.console;

/** A command that could not do its work; the message is one line: what happened, what to do. */
public final class Failure extends Exception {
  private static final long serialVersionUID = 1;

  public Failure(String whatAndWhatToDo) {
    super(whatAndWhatToDo);
  }

  public Failure(String whatAndWhatToDo, Throwable cause) {
    super(whatAndWhatToDo, cause);
  }
}
