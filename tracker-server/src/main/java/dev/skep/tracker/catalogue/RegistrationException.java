package dev.skep.tracker.catalogue;

/** A torrent that cannot be registered; the message says why and what to do. */
public final class RegistrationException extends Exception {
  private static final long serialVersionUID = 1L;

  RegistrationException(String message) {
    super(message);
  }
}
