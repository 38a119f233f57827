package dev.skep.tracker.admin.views;

/** Somebody asked for a page behind what is no place in that list. */
public final class ForeignCursorException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ForeignCursorException() {
    super("'after' is not from this list; leave it out to begin at the start");
  }
}
