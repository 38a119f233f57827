package dev.skep.tracker.swarm;

import dev.skep.protocol.InfoHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The swarms of one stripe as they come and go with their peers, all counted: what is in the table
 * is in the lists by size and in the tallies, too.
 *
 * <p>Guarded by the lock of its stripe.
 */
final class Swarms {
  private final SwarmLimits limits;
  private final SwarmTallies tallies;
  private final Hashing hashing;
  private final RowLayout ipv4;
  private final RowLayout ipv6;
  private final SwarmTable table = new SwarmTable();
  private final SwarmsBySize bySize = new SwarmsBySize();
  private final Unsaved unsaved;

  /** The torrents whose completed count is another than when it was last taken. */
  private final List<InfoHash> completedChanged = new ArrayList<>();

  Swarms(SwarmLimits limits, SwarmTallies tallies, Hashing hashing, int since) {
    this.limits = limits;
    this.tallies = tallies;
    this.hashing = hashing;
    this.ipv4 = new RowLayout(Integer.BYTES, limits.keepPeerIds());
    this.ipv6 = new RowLayout(2 * Long.BYTES, limits.keepPeerIds());
    this.unsaved = new Unsaved(since);
  }

  SwarmTable table() {
    return table;
  }

  Unsaved unsaved() {
    return unsaved;
  }

  /** Whether a swarm that was here is still. */
  @SuppressWarnings("ReferenceEquality") // not another one of the same torrent
  boolean has(Swarm swarm) {
    return table.find(swarm.hash(), swarm.infoHash()) == swarm;
  }

  @Nullable Swarm find(long hash, InfoHash infoHash) {
    return table.find(hash, infoHash);
  }

  /** The swarm that is announced; makes no garbage. */
  @Nullable Swarm find(long hash, Announce said) {
    return table.find(hash, said.infoHashHigh, said.infoHashMiddle, said.infoHashLow);
  }

  Swarm findOrAdd(long hash, InfoHash infoHash, int now) {
    Swarm known = table.find(hash, infoHash);
    return known == null ? add(hash, infoHash, now) : known;
  }

  Swarm add(long hash, InfoHash infoHash, int now) {
    var swarm =
        new Swarm(infoHash, hash, new PeerRows(ipv4, hashing), new PeerRows(ipv6, hashing), now);
    table.add(swarm);
    tallies.torrents().incrementAndGet();
    return swarm;
  }

  /** Forgets a swarm with all of its peers. */
  void remove(Swarm swarm) {
    if (swarm.completed() > 0) {
      noteCompleted(swarm);
    }
    tallies.peers().addAndGet(-swarm.peers());
    bySize.remove(swarm);
    table.remove(swarm);
    tallies.torrents().decrementAndGet();
  }

  // ---- peers

  /** Counts one more peer; false if that were too many. */
  boolean countOneMorePeer() {
    if (tallies.peers().incrementAndGet() <= limits.peers()) {
      return true;
    }
    tallies.peers().decrementAndGet();
    return false;
  }

  /** Takes back what {@link #countOneMorePeer} counted. */
  void countOnePeerLess() {
    tallies.peers().decrementAndGet();
  }

  /** Notes that counted peers have entered a swarm. */
  void grown(Swarm swarm) {
    bySize.note(swarm);
  }

  /** Removes a peer; how many others that touched. */
  int removePeer(Swarm swarm, PeerRows rows, int row) {
    countOnePeerLess();
    int touched = rows.remove(row);
    bySize.note(swarm);
    return touched;
  }

  /** The list in {@link SwarmsBySize} of the largest swarm here. */
  int highestClass() {
    return bySize.highestClass();
  }

  @Nullable Swarm largest() {
    return bySize.largest();
  }

  // ---- completed counts

  void completedAtLeast(Swarm swarm, int count) {
    if (swarm.completed() < count) {
      swarm.setCompleted(count);
      noteCompleted(swarm);
    }
  }

  void noteCompleted(Swarm swarm) {
    if (!swarm.completedNoted()) {
      swarm.setCompletedNoted(true);
      completedChanged.add(swarm.infoHash());
    }
  }

  /** Adds the completed counts that changed since the last call; 0 for a torrent that is gone. */
  void takeCompleted(Map<InfoHash, Integer> into) {
    for (InfoHash infoHash : completedChanged) {
      Swarm swarm = table.find(SwarmStore.hash(hashing, infoHash), infoHash);
      into.put(infoHash, swarm == null ? 0 : swarm.completed());
      if (swarm != null) {
        swarm.setCompletedNoted(false);
      }
    }
    completedChanged.clear();
  }

  void forEach(Consumer<Swarm> action) {
    table.forEach(action);
  }
}
