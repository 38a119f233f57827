package dev.skep.agent.connection;

import dev.skep.agent.connection.Snapshot.NamedPeer;
import dev.skep.agent.torrent.Peer;
import dev.skep.agent.torrent.Torrent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes a torrent's {@link Snapshot}s, under its lock, for those who read them without. One costs a
 * walk over all peers, so it is time that calls for most of them, and not each peer that comes.
 */
final class TorrentSnapshots {
  private final Torrent torrent;
  private final Map<Peer, Link> links;
  private final Traffic departed = new Traffic();
  private Traffic departedTold = departed.copy(); // the same when a snapshot was made
  private boolean departedChanged;
  private volatile Snapshot last;

  /**
   * Makes the first one.
   *
   * @param links all that are connected, in the order of joining
   */
  TorrentSnapshots(Torrent torrent, Map<Peer, Link> links, long now) {
    this.torrent = torrent;
    this.links = links;
    last = new Snapshot(torrent.stats(now), List.of(), departedTold);
  }

  /** The peer is gone; what was moved with it stays in the books. */
  void departed(Peer peer, long now) {
    departed.add(peer.stats(now));
    departedChanged = true;
  }

  /** Another one, of this moment. */
  Snapshot take(long now) {
    List<NamedPeer> peers = new ArrayList<>(links.size());
    links.forEach((peer, link) -> peers.add(NamedPeer.of(link, peer.stats(now))));
    if (departedChanged) {
      departedTold = departed.copy();
      departedChanged = false;
    }
    Snapshot taken = new Snapshot(torrent.stats(now), peers, departedTold);
    last = taken;
    return taken;
  }

  /** The last one. For any thread. */
  Snapshot last() {
    return last;
  }
}
