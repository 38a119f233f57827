package dev.skep.agent.torrent;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who may not come back for a time. By address; within the local network, where many peers may
 * share one address, by address and peer id. Bounded: the oldest ban makes room for a new one.
 */
final class Bans {
  private static final int MOST = 1_000;

  private final long nanos;
  private final Map<Object, Long> until = new LinkedHashMap<>();

  private record Local(Object address, PeerId id) {}

  Bans(Duration time) {
    nanos = time.toNanos();
  }

  private static Object key(Endpoint at, PeerId id, boolean local) {
    return local ? new Local(at.address(), id) : at.address();
  }

  void add(Peer peer, long now) {
    if (until.size() >= MOST) {
      until.remove(until.keySet().iterator().next());
    }
    until.put(key(peer.at(), peer.id(), peer.can.localNetwork()), now + nanos);
  }

  boolean holds(Endpoint at, PeerId id, boolean local, long now) {
    Object key = key(at, id, local);
    Long end = until.get(key);
    if (end != null && now - end >= 0) {
      until.remove(key);
      return false;
    }
    return end != null;
  }
}
