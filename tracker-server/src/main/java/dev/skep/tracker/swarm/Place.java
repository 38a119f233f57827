package dev.skep.tracker.swarm;

import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.swarm.rows.PeerRows;
import dev.skep.tracker.swarm.rows.RowKinds;

/**
 * Where a peer is in its swarm, or would be. Used again and again, so that an announce makes no
 * garbage.
 *
 * <p>Guarded by the lock of its stripe.
 */
final class Place {
  private int part;
  private int row;
  private boolean addressIsHere;
  private boolean networkIsHere;

  /** Looks for a peer. */
  void find(TorrentSwarm swarm, long high, long low, int port) {
    boolean v4 = IpAddress.isIpv4(high, low);
    PeerRows firsts = swarm.firsts(v4);
    part = RowKinds.firsts(v4);
    row = firsts.find(high, low, port);
    addressIsHere = row >= 0;
    networkIsHere = row >= 0 && firsts.network(row) == IpAddress.network(high, low);
    if (row >= 0 && firsts.isPeer(row, high, low, port)) {
      return;
    }
    row = swarm.others(v4).find(high, low, port);
    if (row >= 0 || addressIsHere) {
      part = RowKinds.others(v4);
    }
  }

  /** Its row, or -1 if it is not there. */
  int row() {
    return row;
  }

  /** The part that it is in or, if it is not there, should enter. */
  int part() {
    return part;
  }

  boolean isHere() {
    return row >= 0;
  }

  /**
   * Whether the first that it stands behind is of its own network: not of another /64 of its /48.
   */
  boolean networkHasFirst() {
    return networkIsHere;
  }

  /** Whether it is, or would be, one more of an address that has another. */
  boolean isOther() {
    return part >= RowKinds.others(true);
  }

  /** Whether it stands among others though its address has no first any more. */
  boolean shouldBeFirst() {
    return row >= 0 && isOther() && !addressIsHere;
  }

  void movedTo(int newPart, int newRow) {
    part = newPart;
    row = newRow;
  }
}
