package dev.skep.tracker.swarm;

import dev.skep.tracker.swarm.rows.RowLayout;
import dev.skep.tracker.swarm.rows.Standing;

/**
 * Takes a saved swarm in, row by row. Peers who would have expired meanwhile are left out; those
 * that are there already are newer and stay as they are.
 *
 * <p>Guarded by the lock of its stripe.
 */
final class SwarmLoader implements SwarmImage.RowVisitor {
  private final Swarms swarms;
  private final TorrentSwarm swarm;
  private final SwarmLimits limits;
  private final int ageSeconds;
  private final int now;
  private final Place place = new Place();
  private int savedAt;

  /**
   * Takes into {@code swarm} what will be visited.
   *
   * @param ageSeconds how long ago the image was made
   */
  SwarmLoader(Swarms swarms, TorrentSwarm swarm, SwarmLimits limits, int ageSeconds, int now) {
    this.swarms = swarms;
    this.swarm = swarm;
    this.limits = limits;
    this.ageSeconds = ageSeconds;
    this.now = now;
  }

  @Override
  public void header(int completed, int savedAt) {
    swarms.completedAtLeast(swarm, completed);
    this.savedAt = savedAt;
  }

  @Override
  public void family(
      RowLayout layout, byte[] saved, int offset, int seeders, int partialSeeds, int size) {
    boolean v4 = layout.ipv4();
    for (int i = 0; i < size && peers(v4) < limits.peersPerTorrent(); i++) {
      Standing standing =
          i < seeders
              ? Standing.SEEDER
              : i < seeders + partialSeeds ? Standing.PARTIAL_SEED : Standing.LEECHER;
      int at = offset + i * layout.stride();
      int age = layout.age(saved, at, savedAt) + ageSeconds;
      if (age <= limits.mostSilentSeconds(true)) {
        long high = layout.high(saved, at);
        long low = layout.low(saved, at);
        place.find(swarm, high, low, layout.port(saved, at));
        if (!place.isHere() && mayEnter(high, low)) {
          swarms.addPeer(swarm, place.part(), saved, at, layout, standing, now - age);
          swarms.foundedBy(swarm, high, low);
        }
      }
    }
    swarms.grown(swarm);
  }

  private int peers(boolean v4) {
    return swarm.firsts(v4).size() + swarm.others(v4).size();
  }

  private boolean mayEnter(long high, long low) {
    if (place.isOther() && !swarms.countOtherPort(swarm, high, low)) {
      return false;
    }
    if (swarms.countOneMorePeer()) {
      return true;
    }
    if (place.isOther()) {
      swarms.countOtherPortLess(swarm, high, low);
    }
    return false;
  }
}
