package dev.skep.tracker.rollout;

/** A rollout that there is no room for; the message says why and what to do. */
public final class RolloutException extends Exception {
  private static final long serialVersionUID = 1L;

  RolloutException(String message) {
    super(message);
  }
}
