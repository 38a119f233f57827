package dev.skep.agent.connection;

import dev.skep.agent.torrent.PeerStats;
import dev.skep.agent.torrent.TorrentStats;
import java.util.List;

/**
 * How things stood with a torrent at one moment.
 *
 * @param peers that are connected, in the order of joining
 * @param departed what was moved with peers that are gone
 */
public record Snapshot(TorrentStats stats, List<NamedPeer> peers, Traffic departed) {
  /** A connected peer, or a web server, with its client's name. */
  public record NamedPeer(PeerStats stats, String client, boolean encrypted, boolean webServer) {
    static NamedPeer of(Link link, PeerStats stats) {
      return new NamedPeer(stats, link.name(), link.isEncrypted(), link.isWebServer());
    }
  }

  public Snapshot {
    peers = List.copyOf(peers);
  }

  /** What was moved so far with each address. */
  public Traffic traffic() {
    Traffic all = new Traffic();
    all.add(departed);
    peers.forEach(peer -> all.add(peer.stats()));
    return all;
  }

  boolean isMoving() {
    return stats.downBytesPerSecond() > 0 || stats.upBytesPerSecond() > 0;
  }
}
