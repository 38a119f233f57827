package dev.skep.tracker.admin;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Answers that are the same for all who ask for the same and may read of the same, as long as the
 * catalogue is the same. Of those that were asked for last a bounded number of bytes is kept.
 *
 * <p>Safe for many threads.
 */
final class SharedAnswers {
  /** A longer one is made anew for each. */
  static final int MOST_BYTES = 512 << 10;

  /** Of all together, and compressed as much again at most. */
  private static final int MOST_KEPT_BYTES = 2 << 20;

  /** What one takes beside its body, about. */
  private static final int COST_BYTES = 1 << 10;

  private final Map<Key, SharedAnswer> kept = new LinkedHashMap<>(16, 0.75f, true);
  private int bytes;

  /**
   * What an answer depends on.
   *
   * @param wanted path and query, without who asks
   * @param tag another one after each change of the catalogue, and where others may be read of
   */
  record Key(String wanted, EntityTags tag) {}

  synchronized Optional<SharedAnswer> find(Key key) {
    return Optional.ofNullable(kept.get(key));
  }

  synchronized void keep(Key key, SharedAnswer answer) {
    SharedAnswer before = kept.put(key, answer);
    bytes += cost(answer) - (before == null ? 0 : cost(before));
    Iterator<SharedAnswer> oldest = kept.values().iterator();
    while (bytes > MOST_KEPT_BYTES) {
      bytes -= cost(oldest.next());
      oldest.remove();
    }
  }

  private static int cost(SharedAnswer answer) {
    return COST_BYTES + answer.body().length;
  }
}
