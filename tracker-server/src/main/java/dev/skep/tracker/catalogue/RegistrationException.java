package dev.skep.tracker.catalogue;

/** A torrent that cannot be registered; the message says why and what to do. */
public final class RegistrationException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean wrong;

  private RegistrationException(String message, boolean wrong) {
    super(message);
    this.wrong = wrong;
  }

  /** Whether no catalogue would take it, full or not. */
  public boolean isWrong() {
    return wrong;
  }

  /** What is said of it is not what can be said. */
  static RegistrationException wrong(String message) {
    return new RegistrationException(message, true);
  }

  /** There is no room for it. */
  static RegistrationException full(String message) {
    return new RegistrationException(message, false);
  }
}
