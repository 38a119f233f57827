package dev.skep.agent.session.peers;

import dev.skep.protocol.PeerId;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Set;

/**
 * Addresses from which several clients broke the protocol, and for how long they are refused.
 * Bounded; the oldest are forgotten first. Safe for many threads.
 *
 * <p>Only for public addresses: many innocent agents may share a private one, and the torrents tell
 * those apart by peer id.
 */
public final class AddressBans {
  private static final int MAX_ADDRESSES = 4096;

  /** One faulty client keeps its peer id, however often it offends. */
  private static final int CLIENTS = 3;

  private static final long BAN_NANOS = Duration.ofHours(1).toNanos();

  private record Count(Set<PeerId> clients, long last) {}

  private final LinkedHashMap<InetAddress, Count> counts = new LinkedHashMap<>();

  /** One more from this address, by the client of this id. */
  public synchronized void add(InetAddress address, PeerId client, long now) {
    Count before = counts.remove(address);
    Set<PeerId> clients =
        before == null || now - before.last() > BAN_NANOS ? new HashSet<>() : before.clients();
    if (clients.size() < CLIENTS) {
      clients.add(client);
    }
    if (counts.size() >= MAX_ADDRESSES) {
      counts.pollFirstEntry();
    }
    counts.put(address, new Count(clients, now));
  }

  /** Whether this address is refused now. */
  public synchronized boolean holds(InetAddress address, long now) {
    Count count = counts.get(address);
    return count != null && count.clients().size() >= CLIENTS && now - count.last() <= BAN_NANOS;
  }
}
