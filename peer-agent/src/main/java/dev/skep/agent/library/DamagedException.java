package dev.skep.agent.library;

/** A record that cannot be trusted; the message says why. */
final class DamagedException extends Exception {
  private static final long serialVersionUID = 1L;

  DamagedException(String message) {
    super(message);
  }
}
