package dev.skep.agent.service;

/** Something that was asked for and cannot be done; the message is one line for who asked. */
public final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  public Refusal(String message) {
    super(message);
  }
}
