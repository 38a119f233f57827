package dev.skep.tracker.persistence;

/** Something read from the store is not what was saved. */
public final class DamagedStoreException extends Exception {
  private static final long serialVersionUID = 1L;

  DamagedStoreException(String message) {
    super(message);
  }
}
