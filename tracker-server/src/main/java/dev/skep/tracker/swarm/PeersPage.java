package dev.skep.tracker.swarm;

import dev.skep.tracker.swarm.rows.PeerRows;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The first so many peers of a swarm behind a key, gathered from rows in any order. What is kept is
 * the page, however many rows there are; a peer whose row moved meanwhile is on it once.
 */
final class PeersPage {
  private final Optional<PeerKey> after;
  private final int most;
  private final TreeMap<PeerKey, KnownPeer> lowest = new TreeMap<>();

  /**
   * An empty one.
   *
   * @param most how many it takes, at least 1
   */
  PeersPage(Optional<PeerKey> after, int most) {
    this.after = after;
    this.most = most;
  }

  /** Takes a row in if it belongs on this page as far as is known. */
  void offer(PeerRows rows, int row, int now) {
    var key = new PeerKey(rows.address(row), rows.port(row));
    if (after.isPresent() && key.compareTo(after.get()) <= 0) {
      return;
    }
    if (lowest.size() == most && key.compareTo(lowest.lastKey()) > 0) {
      return;
    }
    lowest.put(key, KnownPeer.of(rows, row, now));
    if (lowest.size() > most) {
      lowest.pollLastEntry();
    }
  }

  /** The page in its order. */
  List<KnownPeer> peers() {
    return List.copyOf(lowest.values());
  }
}
