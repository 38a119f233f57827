package dev.skep.agent.torrent;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who may not come back for a time. By address and peer id: many peers may share one address.
 * Bounded: the oldest ban makes room for a new one.
 */
final class Bans {
  private static final int MOST = 1_000;

  private final long nanos;
  private final Map<Key, Long> until = new LinkedHashMap<>();

  private record Key(InetAddress address, PeerId id) {}

  Bans(Duration time) {
    nanos = time.toNanos();
  }

  void add(Peer peer, long now) {
    if (until.size() >= MOST) {
      until.remove(until.keySet().iterator().next());
    }
    until.put(new Key(peer.at().address(), peer.id()), now + nanos);
  }

  boolean holds(Endpoint at, PeerId id, long now) {
    Key key = new Key(at.address(), id);
    Long end = until.get(key);
    if (end != null && now - end >= 0) {
      until.remove(key);
      return false;
    }
    return end != null;
  }
}
