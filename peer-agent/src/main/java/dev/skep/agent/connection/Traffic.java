package dev.skep.agent.connection;

import dev.skep.agent.torrent.PeerStats;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * Payload moved from and to each address, of the first 10,000: strangers choose theirs. An address
 * with which nothing was moved is left out. Not thread-safe; but what is published is changed no
 * more.
 */
public final class Traffic {
  private static final int MOST_ADDRESSES = 10_000;

  /** Payload moved from and to the peers of one address. */
  public record Moved(long downBytes, long upBytes) {
    private Moved plus(Moved other) {
      return new Moved(downBytes + other.downBytes, upBytes + other.upBytes);
    }
  }

  private final Map<InetAddress, Moved> byAddress = new HashMap<>();

  void add(PeerStats peer) {
    add(peer.at().address(), new Moved(peer.downloadedBytes(), peer.uploadedBytes()));
  }

  public void add(Traffic more) {
    more.byAddress.forEach(this::add);
  }

  private void add(InetAddress address, Moved moved) {
    boolean any = moved.downBytes() + moved.upBytes() > 0;
    if (any && (byAddress.size() < MOST_ADDRESSES || byAddress.containsKey(address))) {
      byAddress.merge(address, moved, Moved::plus);
    }
  }

  Traffic copy() {
    Traffic copied = new Traffic();
    copied.byAddress.putAll(byAddress);
    return copied;
  }

  public Map<InetAddress, Moved> byAddress() {
    return Map.copyOf(byAddress);
  }
}
