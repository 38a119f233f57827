package dev.skep.tracker.webhook;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * When each webhook is called again: at once, and after a failure later each time, up to an hour.
 * Not safe for many threads.
 *
 * @param <K> one webhook of one rollout
 */
final class Retries<K> {
  private static final Duration FIRST = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final int MOST_DOUBLINGS = 12;

  private final Map<K, State> states = new HashMap<>();

  private record State(int failures, long notBefore, boolean underWay) {}

  private static final State NEW = new State(0, 0, false);

  /** Begins one if it is due; whether it is. */
  boolean begin(K webhook, long nanos) {
    State state = states.getOrDefault(webhook, NEW);
    if (state.underWay || (state.failures > 0 && nanos - state.notBefore < 0)) {
      return false;
    }
    states.put(webhook, new State(state.failures, state.notBefore, true));
    return true;
  }

  /** It was taken. */
  void succeeded(K webhook) {
    states.remove(webhook);
  }

  /** It was not taken. Returns how long it is until the next attempt. */
  Duration failed(K webhook, long nanos) {
    int failures = states.getOrDefault(webhook, NEW).failures;
    Duration doubled = FIRST.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
    Duration pause = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
    states.put(webhook, new State(failures + 1, nanos + pause.toNanos(), false));
    return pause;
  }

  /** Forgets those of which nothing is to be tried any more. */
  void retain(Collection<K> wanted) {
    states
        .entrySet()
        .removeIf(state -> !state.getValue().underWay && !wanted.contains(state.getKey()));
  }
}
