package dev.skep.tracker.swarm;

import org.jspecify.annotations.Nullable;

/**
 * The swarms of one stripe by how much they {@linkplain TorrentSwarm#weight weigh}, so that one of
 * the largest, or a small one that came last, is at hand without a search: lists, one for each size
 * up to 16 and eight for each doubling above, so that sizes in one list differ by less than an
 * eighth.
 *
 * <p>Guarded by the lock of its stripe.
 */
final class SwarmsBySize {
  private static final int EXACT_UP_TO = 16;
  private static final int CLASS_BITS = 3;

  /** Of a swarm that is in no list. */
  static final int NO_CLASS = -1;

  private final @Nullable TorrentSwarm[] first =
      new @Nullable TorrentSwarm[classOf(Integer.MAX_VALUE) + 1];
  private int highest;

  /** Which list a swarm of this weight belongs to; larger ones never to a lower list. */
  static int classOf(int weight) {
    if (weight < EXACT_UP_TO) {
      return weight;
    }
    int log = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(weight);
    int part = (weight >>> (log - CLASS_BITS)) & ((1 << CLASS_BITS) - 1);
    return ((log - 2) << CLASS_BITS) + part;
  }

  /** The list of the largest; 0 if all are empty. */
  int highestClass() {
    return highest;
  }

  /** A swarm than which none here is larger by an eighth. */
  @Nullable TorrentSwarm largest() {
    return first[highest];
  }

  /** The one that entered a list last; {@link TorrentSwarm#nextInSize} leads to those before. */
  @Nullable TorrentSwarm newest(int sizeClass) {
    return first[sizeClass];
  }

  /** Notes how much a swarm weighs now. */
  void note(TorrentSwarm swarm) {
    int now = classOf(swarm.weight());
    if (swarm.sizeClass() != now) {
      leave(swarm);
      enter(swarm, now);
    }
  }

  void remove(TorrentSwarm swarm) {
    leave(swarm);
    swarm.setSizeClass(NO_CLASS);
  }

  private void enter(TorrentSwarm swarm, int sizeClass) {
    TorrentSwarm next = first[sizeClass];
    swarm.setSizeClass(sizeClass);
    swarm.setBesideInSize(null, next);
    if (next != null) {
      next.setBesideInSize(swarm, next.nextInSize());
    }
    first[sizeClass] = swarm;
    highest = Math.max(highest, sizeClass);
  }

  private void leave(TorrentSwarm swarm) {
    int sizeClass = swarm.sizeClass();
    if (sizeClass == NO_CLASS) {
      return;
    }
    TorrentSwarm previous = swarm.previousInSize();
    TorrentSwarm next = swarm.nextInSize();
    if (previous == null) {
      first[sizeClass] = next;
    } else {
      previous.setBesideInSize(previous.previousInSize(), next);
    }
    if (next != null) {
      next.setBesideInSize(previous, next.nextInSize());
    }
    while (highest > 0 && first[highest] == null) {
      highest--;
    }
  }
}
