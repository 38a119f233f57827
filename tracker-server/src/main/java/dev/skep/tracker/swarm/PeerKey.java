package dev.skep.tracker.swarm;

import dev.skep.protocol.address.IpAddress;

/**
 * What tells one peer of a swarm from another, and the order in which pages of them go.
 *
 * @param port 1 to 65535
 */
public record PeerKey(IpAddress address, int port) implements Comparable<PeerKey> {
  @Override
  public int compareTo(PeerKey other) {
    int order = Long.compareUnsigned(address.high(), other.address.high());
    if (order == 0) {
      order = Long.compareUnsigned(address.low(), other.address.low());
    }
    return order == 0 ? Integer.compare(port, other.port) : order;
  }
}
