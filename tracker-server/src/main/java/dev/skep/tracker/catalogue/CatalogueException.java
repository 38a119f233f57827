package dev.skep.tracker.catalogue;

/** A torrent that cannot be registered; the message says why and what to do. */
public final class CatalogueException extends Exception {
  private static final long serialVersionUID = 1L;

  CatalogueException(String message) {
    super(message);
  }
}
