package dev.skep.tracker.swarm;

import dev.skep.tracker.swarm.rows.Hashing;

/**
 * How many peers of each network (an IPv4 address, an IPv6 /64 or /48) stand among the others of
 * each swarm, so that they can be bounded without a look at the swarm. Two counters of a fixed
 * table stand for a network in a swarm, and the smaller one counts: it never counts too few, and
 * too many only where others fall on both. So it takes the same memory however many there are.
 *
 * <p>Guarded by the lock of its stripe.
 */
final class PortCounts {
  private static final int COUNTERS_BITS = 11;
  private static final int FULL = Character.MAX_VALUE;
  private static final char[] NONE = {};

  private final Hashing hashing;
  private char[] counters = NONE;

  PortCounts(Hashing hashing) {
    this.hashing = hashing;
  }

  /** Counts one peer more of a network in a swarm; false if it has so many already. */
  boolean enter(long swarmHash, long network, int most) {
    long hash = hashing.hash(swarmHash, network);
    if (counters.length == 0) {
      counters = new char[2 << COUNTERS_BITS];
    }
    int a = first(hash);
    int b = second(hash);
    if (Math.min(counters[a], counters[b]) >= most || counters[a] == FULL || counters[b] == FULL) {
      return false;
    }
    counters[a]++;
    counters[b]++;
    return true;
  }

  /** Counts one peer less. */
  void leave(long swarmHash, long network) {
    long hash = hashing.hash(swarmHash, network);
    counters[first(hash)]--;
    counters[second(hash)]--;
  }

  private static int first(long hash) {
    return (int) (hash >>> (Long.SIZE - COUNTERS_BITS));
  }

  private static int second(long hash) {
    return (1 << COUNTERS_BITS) + ((int) hash & ((1 << COUNTERS_BITS) - 1));
  }
}
