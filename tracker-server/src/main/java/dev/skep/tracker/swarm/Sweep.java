package dev.skep.tracker.swarm;

import dev.skep.tracker.swarm.rows.PeerRows;
import dev.skep.tracker.swarm.rows.RowKinds;

/**
 * Looks through the swarms of one stripe for peers that were silent for too long and swarms that
 * have been empty for as long, a little at a time, and drops them.
 *
 * <p>Guarded by the lock of its stripe.
 */
final class Sweep {
  /** What a part of a swarm counts as, beside its peers. */
  private static final int PEERS_PER_PART = 2;

  private final Swarms swarms;
  private final SwarmTallies tallies;
  private final SwarmLimits limits;

  // Where it is: the next swarm, by its place in the table, and how much of it is left.
  private int bucket;
  private int place;
  private int part;
  private int rowsLeft = -1;

  Sweep(Swarms swarms, SwarmTallies tallies, SwarmLimits limits) {
    this.swarms = swarms;
    this.tallies = tallies;
    this.limits = limits;
  }

  /**
   * Goes on where it stopped, until it has touched {@code most} peers: looked at them, moved them,
   * or found them another place in an index. A swarm that is being saved is waited for.
   */
  Swept pass(int most, int now) {
    int budget = most - PeerRows.MOST_TOUCHED_BY_REMOVAL;
    int touched = 0;
    while (touched < budget) {
      if (bucket >= swarms.index().buckets()) {
        bucket = 0;
        place = 0;
        return new Swept(touched, true);
      }
      TorrentSwarm swarm = swarms.index().at(bucket, place);
      if (swarm == null) {
        touched++;
        bucket++;
        place = 0;
      } else if (swarm.isFrozen()) {
        break;
      } else {
        touched += pass(swarm, budget - touched, now);
      }
    }
    return new Swept(touched, false);
  }

  /** Looks at rows from the last to the first, as a removal only moves rows already looked at. */
  private int pass(TorrentSwarm swarm, int budget, int now) {
    PeerRows rows = swarm.rows(part);
    int row = rowsLeft < 0 ? rows.size() : Math.min(rowsLeft, rows.size());
    int touched = 0;
    while (row > 0 && touched < budget) {
      row--;
      touched++;
      if (rows.age(row, now) > limits.mostSilentSeconds(rows.isRestored(row))) {
        touched += swarms.removePeer(swarm, part, row);
        tallies.expired().increment();
        swarms.changes().noteChanged(swarm);
      }
    }
    rowsLeft = row;
    if (row == 0) {
      rowsLeft = -1;
      part = (part + 1) % RowKinds.PARTS;
      touched += PEERS_PER_PART;
      if (part == 0 && isForgotten(swarm, now)) {
        swarms.remove(swarm);
      } else if (part == 0) {
        place++;
      }
    }
    return touched;
  }

  private boolean isForgotten(TorrentSwarm swarm, int now) {
    return swarm.peers() == 0
        && !swarm.pinned()
        && !swarm.departures().outlast(now - limits.mostSilentSeconds(true))
        && (swarm.completed() == 0 || now - swarm.lastHeard() > limits.mostSilentSeconds(false));
  }
}
