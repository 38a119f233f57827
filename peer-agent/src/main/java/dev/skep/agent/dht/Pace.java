package dev.skep.agent.dht;

import dev.skep.protocol.Endpoint;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many questions are answered: of each address, of its network, and in all. On a local network
 * many may share one address, and no network counts. Bounded; who was heard longest ago is
 * forgotten.
 */
final class Pace {
  /** So many in a second, and some seconds' worth at once. */
  private static final int OF_ADDRESS = 10;

  private static final int OF_NETWORK = 100;
  private static final int OF_LOCAL_ADDRESS = 200;
  private static final int IN_ALL = 1_000;
  private static final int BURST_SECONDS = 5;
  private static final int MOST_KNOWN = 4_096;
  private static final long SECOND = 1_000_000_000L;

  private final Map<InetAddress, Long> addresses = bounded();
  private final Map<Networks.Network, Long> networks = bounded();
  private final Map<Boolean, Long> all = bounded();

  private static <K> Map<K, Long> bounded() {
    return new LinkedHashMap<>() {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, Long> eldest) {
        return size() > MOST_KNOWN;
      }
    };
  }

  /** Whether one more from there may be answered now. */
  boolean allows(Endpoint from, long now) {
    boolean isPublic = Networks.isPublic(from);
    return take(addresses, from.address(), isPublic ? OF_ADDRESS : OF_LOCAL_ADDRESS, now)
        && (!isPublic || take(networks, Networks.of(from.address()), OF_NETWORK, now))
        && take(all, true, IN_ALL, now);
  }

  /** Values are when all that was taken is paid for. */
  private static <K> boolean take(Map<K, Long> from, K who, int perSecond, long now) {
    long each = SECOND / perSecond;
    long least = now - BURST_SECONDS * SECOND;
    Long before = from.remove(who); // last in the order of being heard
    long paidAt = before == null ? least : Math.max(before, least);
    boolean allowed = now - paidAt >= each;
    from.put(who, allowed ? paidAt + each : paidAt);
    return allowed;
  }
}
