package dev.skep.agent.connection;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.peerwire.PexMessage;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whom a torrent is connected to and others could dial: what its peers hear of one another (BEP
 * 11). Safe for many threads.
 */
final class Acquaintances {
  /** What each connection brought. */
  private final Map<Object, PexMessage.Added> by = new ConcurrentHashMap<>();

  private final AtomicInteger changes = new AtomicInteger();

  /** A connection leads to this peer, or what is known of it changed. */
  void met(Object connection, PexMessage.Added peer) {
    if (!peer.equals(by.put(connection, peer))) {
      changes.incrementAndGet();
    }
  }

  /** The connection is over. */
  void parted(Object connection) {
    if (by.remove(connection) != null) {
      changes.incrementAndGet();
    }
  }

  /** Goes up with each that comes or goes. */
  int changes() {
    return changes.get();
  }

  /** All who are connected now; flags by their addresses. */
  Map<Endpoint, Integer> now() {
    Map<Endpoint, Integer> all = new HashMap<>();
    by.values().forEach(peer -> all.merge(peer.at(), peer.flags(), (a, b) -> a | b));
    return all;
  }
}
