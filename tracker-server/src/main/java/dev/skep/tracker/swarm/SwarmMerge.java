package dev.skep.tracker.swarm;

import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.swarm.rows.PeerRows;
import dev.skep.tracker.swarm.rows.RowLayout;
import dev.skep.tracker.swarm.rows.Standing;

/**
 * Takes an image into a swarm. Of each peer what happened last counts: that it was heard, here or
 * there, or that it left. Of two that were heard in the same second the same one is kept in
 * whichever order they come. So images may come in any order and more than once. Whoever would have
 * expired meanwhile is left out, and so is whoever there is no room for.
 *
 * <p>Guarded by the lock of its stripe.
 */
final class SwarmMerge implements SwarmImage.RowVisitor {
  private final Swarms swarms;
  private final TorrentSwarm swarm;
  private final SwarmLimits limits;
  private final int ageSeconds;
  private final int now;
  private final Place place = new Place();
  private int savedAt;
  private boolean changed;
  private boolean heard;

  /**
   * Takes into {@code swarm} what will be visited.
   *
   * @param ageSeconds how long ago the image was made
   */
  SwarmMerge(Swarms swarms, TorrentSwarm swarm, SwarmLimits limits, int ageSeconds, int now) {
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
      RowLayout layout, byte[] image, int offset, int seeders, int partialSeeds, int size) {
    for (int i = 0; i < size; i++) {
      Standing standing =
          i < seeders
              ? Standing.SEEDER
              : i < seeders + partialSeeds ? Standing.PARTIAL_SEED : Standing.LEECHER;
      int at = offset + i * layout.stride();
      int age = layout.age(image, at, savedAt) + ageSeconds;
      if (age <= limits.mostSilentSeconds(true)) {
        take(layout, image, at, standing, now - age);
      }
    }
    swarms.grown(swarm);
  }

  private void take(RowLayout layout, byte[] image, int at, Standing standing, int seen) {
    long high = layout.high(image, at);
    long low = layout.low(image, at);
    int port = layout.port(image, at);
    place.find(swarm, high, low, port);
    if (place.isHere()) {
      replace(layout, image, at, standing, seen);
    } else if (!hasLeft(high, low, port, seen) && hasRoom(layout.ipv4()) && mayEnter(high, low)) {
      swarms.addPeer(swarm, place.part(), image, at, layout, standing, seen);
      swarms.foundedBy(swarm, high, low);
      changed = true;
    }
  }

  private void replace(RowLayout layout, byte[] image, int at, Standing standing, int seen) {
    PeerRows rows = swarm.rows(place.part());
    int row = place.row();
    int known = now - rows.age(row, now);
    if (seen < known || (seen == known && rows.compareTo(row, image, at, layout, standing) >= 0)) {
      return;
    }
    if (rows.standing(row) != standing) {
      row = swarms.setStanding(rows, row, standing);
      changed = true;
    }
    rows.replace(row, image, at, layout, seen);
    heard = true;
  }

  private boolean hasLeft(long high, long low, int port, int seen) {
    return !swarm.departures().isEmpty()
        && swarm.departures().holds(new PeerKey(new IpAddress(high, low), port), seen);
  }

  @Override
  public void departed(long high, long low, int port, int at) {
    long age = Math.max(0, (long) savedAt - at) + ageSeconds;
    if (limits.departures() == 0 || age > limits.mostSilentSeconds(true)) {
      return;
    }
    int left = now - (int) age;
    place.find(swarm, high, low, port);
    if (place.isHere()) {
      PeerRows rows = swarm.rows(place.part());
      if (now - rows.age(place.row(), now) > left) {
        return; // it came again
      }
      swarms.removePeer(swarm, place.part(), place.row());
      changed = true;
    }
    PeerKey peer = new PeerKey(new IpAddress(high, low), port);
    if (!swarm.departures().holds(peer, left)) {
      swarms.noteDeparture(swarm, peer, left);
      changed = true;
    }
  }

  /** Lets readers know if anything is another now. */
  void end() {
    if (changed) {
      swarms.changes().noteChanged(swarm);
    } else if (heard) {
      swarms.changes().noteHeard(swarm);
    }
  }

  private boolean hasRoom(boolean v4) {
    return swarm.firsts(v4).size() + swarm.others(v4).size() < limits.peersPerTorrent();
  }

  private boolean mayEnter(long high, long low) {
    if (place.isOther() && !swarms.countOther(swarm, high, low, place.networkHasFirst())) {
      return false;
    }
    if (swarms.countOneMorePeer()) {
      return true;
    }
    if (place.isOther()) {
      swarms.countOtherLess(swarm, high, low);
    }
    return false;
  }
}
