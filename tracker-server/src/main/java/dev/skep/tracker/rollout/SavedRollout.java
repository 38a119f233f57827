package dev.skep.tracker.rollout;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A rollout as it is kept.
 *
 * @param version how many changes there were
 * @param told for each of its webhooks, the number of the first occurrence that is not told yet
 */
public record SavedRollout(
    String id,
    RolloutPlan plan,
    Instant created,
    Rollout.State state,
    Optional<Instant> ended,
    long version,
    List<HostRow> hosts,
    List<Occurrence> occurrences,
    List<Integer> told) {
  /** The same, but cancelled. */
  SavedRollout cancelled(Instant now) {
    return new SavedRollout(
        id,
        plan,
        created,
        Rollout.State.CANCELLED,
        Optional.of(now),
        version,
        hosts,
        occurrences,
        told);
  }
}
