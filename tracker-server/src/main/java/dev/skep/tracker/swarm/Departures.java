package dev.skep.tracker.swarm;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who left a swarm and when: a mark for each, so that nobody comes back with an older image of
 * another tracker. It remembers so many at most, those that were marked last. A mark is of no more
 * use once a row that is as old would have expired.
 *
 * <p>Guarded by the lock of its stripe.
 */
final class Departures {
  /** Remembers nobody; stands in until the first one leaves. */
  static final Departures NONE = new Departures();

  /** The heap that a mark takes: its entry, key, address and time. */
  static final int MARK_BYTES = 112;

  private static final int OWN_BYTES = 96;

  /** By the second of it; those that were marked first come first. */
  private final Map<PeerKey, Integer> left = new LinkedHashMap<>();

  /**
   * Marks one that left; of two times the later one counts.
   *
   * @param oldest the second before which a mark is of no use any more
   * @param most how many to remember, at least 1
   */
  void add(PeerKey peer, int at, int oldest, int most) {
    Integer before = left.remove(peer);
    left.put(peer, before == null ? at : Math.max(before, at));
    var first = left.entrySet().iterator();
    while (left.size() > 1 && (first.next().getValue() < oldest || left.size() > most)) {
      first.remove();
    }
  }

  /** Forgets the mark of one that is here again. */
  void remove(PeerKey peer) {
    left.remove(peer);
  }

  /** Whether one left at this second or later. */
  boolean holds(PeerKey peer, int notBefore) {
    Integer at = left.get(peer);
    return at != null && at >= notBefore;
  }

  /** Forgets the marks that are older; whether there is one left. */
  boolean outlast(int oldest) {
    left.values().removeIf(at -> at < oldest);
    return !left.isEmpty();
  }

  boolean isEmpty() {
    return left.isEmpty();
  }

  /** All marks as they are now. */
  Map<PeerKey, Integer> all() {
    return left.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(left));
  }

  /** The heap that they take. */
  int bytes() {
    return left.isEmpty() ? 0 : OWN_BYTES + left.size() * MARK_BYTES;
  }
}
