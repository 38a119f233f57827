package dev.skep.agent.library;

/** A record that cannot be trusted; the message says why. */
final class DamagedRecord extends Exception {
  private static final long serialVersionUID = 1L;

  DamagedRecord(String message) {
    super(message);
  }
}
