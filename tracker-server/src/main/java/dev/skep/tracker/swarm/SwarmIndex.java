package dev.skep.tracker.swarm;

import dev.skep.protocol.InfoHash;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The swarms of one stripe by info-hash: linear hashing. Each bucket is a chain, and there are
 * about as many buckets as swarms. One swarm more shares out the chain of one bucket, so that no
 * swarm waits for a whole table that doubles; only the array of the buckets is copied then.
 *
 * <p>Guarded by the lock of its stripe.
 */
final class SwarmIndex {
  private static final int FEWEST_BUCKETS = 8;

  /** A table with more buckets than this for each swarm gives back as many at a time. */
  private static final int SPARSE = 4;

  private @Nullable TorrentSwarm[] buckets = new @Nullable TorrentSwarm[FEWEST_BUCKETS];
  private int used = FEWEST_BUCKETS; // more than half of what the mask can tell apart, or all
  private int mask = FEWEST_BUCKETS - 1;
  private int swarms;

  /** How many buckets there are: all swarms are in buckets 0 to that less one. */
  int buckets() {
    return used;
  }

  /** How many swarms there are. */
  int swarms() {
    return swarms;
  }

  /** A swarm of a bucket, by its place there, or null behind the last one. */
  @Nullable TorrentSwarm at(int bucket, int place) {
    TorrentSwarm swarm = buckets[bucket];
    for (int i = 0; i < place && swarm != null; i++) {
      swarm = swarm.nextInBucket();
    }
    return swarm;
  }

  @Nullable TorrentSwarm find(long hash, InfoHash infoHash) {
    return find(hash, infoHash.high(), infoHash.middle(), infoHash.low());
  }

  @Nullable TorrentSwarm find(long hash, long high, long middle, int low) {
    TorrentSwarm swarm = buckets[bucketOf(hash)];
    while (swarm != null && !(swarm.hash() == hash && swarm.isOf(high, middle, low))) {
      swarm = swarm.nextInBucket();
    }
    return swarm;
  }

  /**
   * Its lowest bits as the mask has them; without the highest of those, if it has no bucket yet.
   */
  private int bucketOf(long hash) {
    int bucket = (int) hash & mask;
    return bucket < used ? bucket : bucket & (mask >>> 1);
  }

  /** Adds a swarm that is not here yet. */
  void add(TorrentSwarm swarm) {
    if (++swarms > used) {
      grow();
    }
    append(swarm);
  }

  void remove(TorrentSwarm swarm) {
    int bucket = bucketOf(swarm.hash());
    TorrentSwarm next = swarm.nextInBucket();
    TorrentSwarm before = buckets[bucket];
    if (before == swarm) {
      buckets[bucket] = next;
    } else {
      while (before != null && before.nextInBucket() != swarm) {
        before = before.nextInBucket();
      }
      if (before != null) {
        before.setNextInBucket(next);
      }
    }
    swarms--;
    for (int i = 0; i < SPARSE && used > Math.max(FEWEST_BUCKETS, SPARSE * swarms); i++) {
      shrink();
    }
  }

  private void append(TorrentSwarm swarm) {
    swarm.setNextInBucket(null);
    int bucket = bucketOf(swarm.hash());
    TorrentSwarm last = buckets[bucket];
    if (last == null) {
      buckets[bucket] = swarm;
      return;
    }
    for (TorrentSwarm next = last.nextInBucket(); next != null; next = next.nextInBucket()) {
      last = next;
    }
    last.setNextInBucket(swarm);
  }

  /** One bucket more, which takes over what one other has of it. */
  private void grow() {
    if (used > mask) {
      mask = 2 * mask + 1;
    }
    if (used == buckets.length) {
      buckets = Arrays.copyOf(buckets, 2 * used);
    }
    int shared = used & (mask >>> 1);
    used++;
    appendAll(shared);
  }

  /** One bucket less; what it had goes back to where it came from. */
  private void shrink() {
    used--;
    if (used <= mask >>> 1) {
      mask >>>= 1;
    }
    appendAll(used);
    if (buckets.length > SPARSE * used) {
      buckets = Arrays.copyOf(buckets, buckets.length / 2);
    }
  }

  private void appendAll(int bucket) {
    TorrentSwarm swarm = buckets[bucket];
    buckets[bucket] = null;
    while (swarm != null) {
      TorrentSwarm next = swarm.nextInBucket();
      append(swarm);
      swarm = next;
    }
  }

  void forEach(Consumer<TorrentSwarm> action) {
    forEach(0, used, action);
  }

  /** The swarms of some buckets; each stays in its bucket while there are as many buckets. */
  void forEach(int from, int to, Consumer<TorrentSwarm> action) {
    for (int bucket = from; bucket < to; bucket++) {
      for (TorrentSwarm swarm = buckets[bucket]; swarm != null; swarm = swarm.nextInBucket()) {
        action.accept(swarm);
      }
    }
  }
}
