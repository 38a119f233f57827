package dev.skep.tracker.persistence;

/** Something read from the store is not what was saved. */
public final class DamagedException extends Exception {
  private static final long serialVersionUID = 1L;

  DamagedException(String message) {
    super(message);
  }
}
