package dev.skep.agent.session.peers;

import dev.skep.protocol.Endpoint;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/** Bounds how many connections there are, in all and with one address. Safe for many threads. */
public final class ConnectionCount {
  private final int max;
  private final int maxPerPublicAddress;
  private final int maxPerLocalAddress;
  private final Map<InetAddress, Integer> byAddress = new HashMap<>();
  private int count;

  public ConnectionCount(int max, int maxPerPublicAddress, int maxPerLocalAddress) {
    this.max = max;
    this.maxPerPublicAddress = maxPerPublicAddress;
    this.maxPerLocalAddress = maxPerLocalAddress;
  }

  /**
   * Whether there is room for one more; it counts from now on.
   *
   * @param local whether the address is on the local network
   */
  public synchronized boolean enter(Endpoint at, boolean local) {
    int here = byAddress.getOrDefault(at.address(), 0);
    if (count >= max || here >= (local ? maxPerLocalAddress : maxPerPublicAddress)) {
      return false;
    }
    count++;
    byAddress.put(at.address(), here + 1);
    return true;
  }

  /** One that had entered is over. */
  public synchronized void leave(Endpoint at) {
    count--;
    byAddress.computeIfPresent(at.address(), (_, here) -> here == 1 ? null : here - 1);
  }

  public synchronized int count() {
    return count;
  }
}
