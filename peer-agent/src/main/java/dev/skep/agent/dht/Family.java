package dev.skep.agent.dht;

import dev.skep.protocol.dht.NodeId;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.random.RandomGenerator;

/**
 * One of the two DHTs, that of IPv4 or that of IPv6 (BEP 32), as this node is in it: under which
 * id, and whom it knows.
 */
final class Family {
  /** So many strangers have to see the same address of ours, and no two may be of one network. */
  private static final int WITNESSES = 10;

  private static final int MOST_WITNESSES = 20;

  /** What gets lost for so long after anybody answered is our own network's fault. */
  private static final long OUTAGE_NANOS = 60_000_000_000L;

  private final boolean ipv4;
  private final RoutingTable table;
  private final LinkedHashMap<Networks.Network, InetAddress> witnesses = new LinkedHashMap<>();
  private NodeId self;
  private long heardAt;
  private int settled;

  Family(boolean ipv4, NodeId self, long now) {
    this.ipv4 = ipv4;
    this.self = self;
    table = new RoutingTable(self, now);
    heardAt = now - OUTAGE_NANOS;
  }

  boolean isIpv4() {
    return ipv4;
  }

  NodeId self() {
    return self;
  }

  RoutingTable table() {
    return table;
  }

  /** Somebody answered. */
  void heard(long now) {
    heardAt = now;
  }

  /** Whether somebody answered lately: then who does not is gone, and not our network. */
  boolean isReached(long now) {
    return now - heardAt < OUTAGE_NANOS;
  }

  /**
   * Somebody says where we are. An id has to suit the address (BEP 42).
   *
   * @return whether we have another id now
   */
  boolean seen(InetAddress by, InetAddress us, RandomGenerator random, long now) {
    Networks.Network network = Networks.of(by);
    witnesses.remove(network);
    witnesses.put(network, us);
    if (witnesses.size() > MOST_WITNESSES) {
      witnesses.pollFirstEntry();
    }
    long agree = witnesses.values().stream().filter(us::equals).count();
    if (agree < WITNESSES || self.suits(us)) {
      return false;
    }
    self = NodeId.random(us, random);
    table.moveTo(self, now);
    witnesses.clear();
    return true;
  }

  /**
   * Whether it is time to look for the nodes nearest to ourselves: once we know any, and once we
   * know some. Counts as done.
   */
  boolean wantsToSettle(int some) {
    if (settled < 2 && table.size() >= (settled == 0 ? 1 : some)) {
      settled++;
      return true;
    }
    return false;
  }
}
