package dev.skep.tracker.http;

import dev.skep.tracker.swarm.Cidr;
import dev.skep.tracker.swarm.IpAddress;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * How many connections each address holds now, so that one cannot take all there are. Over IPv6 a
 * block of 64 bits counts as one address, since whoever has one has all of it. Some addresses are
 * not counted, since many may come through one of them.
 */
final class Crowds {
  private final int most;
  private final List<Cidr> uncounted;
  private final ConcurrentHashMap<IpAddress, Integer> open = new ConcurrentHashMap<>();

  Crowds(HttpSettings settings) {
    this.most = settings.mostPerAddress();
    this.uncounted =
        Stream.concat(settings.uncounted().stream(), settings.trustedProxies().stream()).toList();
  }

  /** Counts one connection more; false, and not counted, if its address has as many as it may. */
  boolean enter(IpAddress address) {
    if (isUncounted(address) || open.merge(block(address), 1, Integer::sum) <= most) {
      return true;
    }
    leave(address);
    return false;
  }

  /** A connection that had entered has ended. */
  void leave(IpAddress address) {
    if (!isUncounted(address)) {
      open.computeIfPresent(block(address), (_, count) -> count == 1 ? null : count - 1);
    }
  }

  private boolean isUncounted(IpAddress address) {
    for (Cidr block : uncounted) {
      if (block.contains(address)) {
        return true;
      }
    }
    return false;
  }

  private static IpAddress block(IpAddress address) {
    return address.isIpv4() ? address : new IpAddress(address.high(), 0);
  }
}
