package dev.skep.agent.session;

import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;

/**
 * Addresses that broke the protocol, and for how long they are refused. Bounded; the oldest are
 * forgotten first. Safe for many threads.
 *
 * <p>Only for public addresses: many innocent agents may share a private one, and the torrents tell
 * those apart by peer id.
 */
final class Strikes {
  private static final int MAX_ADDRESSES = 4096;
  private static final int ALLOWED = 2;
  private static final long BAN_NANOS = Duration.ofHours(1).toNanos();

  private record Count(int strikes, long last) {}

  private final LinkedHashMap<InetAddress, Count> counts = new LinkedHashMap<>();

  /** One more from this address. */
  synchronized void add(InetAddress address, long now) {
    Count before = counts.remove(address);
    int strikes = before == null || now - before.last() > BAN_NANOS ? 1 : before.strikes() + 1;
    if (counts.size() >= MAX_ADDRESSES) {
      counts.pollFirstEntry();
    }
    counts.put(address, new Count(strikes, now));
  }

  /** Whether this address is refused now. */
  synchronized boolean bans(InetAddress address, long now) {
    Count count = counts.get(address);
    return count != null && count.strikes() >= ALLOWED && now - count.last() <= BAN_NANOS;
  }
}
