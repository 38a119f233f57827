package dev.skep.tracker.http.admission;

/**
 * How many requests have their turn, or wait for it, that cost more than an announce: pages, the
 * API, metrics.
 *
 * @param requests most that are handled at a time
 * @param waiting most that wait for their turn
 * @param waitingPerAddress of these for one address
 */
public record TurnLimits(int requests, int waiting, int waitingPerAddress) {
  /** Half of the processors stay free for announces. */
  public static final TurnLimits DEFAULT =
      new TurnLimits(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), 256, 32);

  public TurnLimits {
    if (requests < 1 || waiting < 1 || waitingPerAddress < 1) {
      throw new IllegalArgumentException("at least 1 request has its turn, and 1 may wait");
    }
  }
}
