package dev.skep.tracker.swarm;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.swarm.rows.Hashing;
import dev.skep.tracker.swarm.rows.PeerRows;
import dev.skep.tracker.swarm.rows.RowKinds;
import java.util.ArrayList;
import java.util.LinkedHashSet;
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
  /** Swarms of more addresses than this are nobody's alone. */
  private static final int SMALL = 4;

  private static final boolean[] FAMILIES = {true, false};
  private static final int LOOKED_AT_OF_EACH_SIZE = 4;

  private final SwarmLimits limits;
  private final SwarmTallies tallies;
  private final Hashing hashing;
  private final RowKinds kinds;
  private final Sources sources;
  private final PortCounts portCounts;
  private final SwarmIndex table = new SwarmIndex();
  private final SwarmsBySize bySize = new SwarmsBySize();
  private final Unsaved unsaved;

  /** The torrents whose completed count is another than when it was last taken. */
  private List<InfoHash> completedChanged = new ArrayList<>();

  Swarms(
      SwarmLimits limits,
      SwarmTallies tallies,
      Hashing hashing,
      RowKinds kinds,
      Sources sources,
      int since) {
    this.limits = limits;
    this.tallies = tallies;
    this.hashing = hashing;
    this.kinds = kinds;
    this.sources = sources;
    this.portCounts = new PortCounts(hashing);
    this.unsaved = new Unsaved(since, this::has);
  }

  SwarmIndex table() {
    return table;
  }

  Unsaved unsaved() {
    return unsaved;
  }

  /** Whether a swarm that was here is still. */
  @SuppressWarnings("ReferenceEquality") // not another one of the same torrent
  boolean has(TorrentSwarm swarm) {
    return table.find(swarm.hash(), swarm.infoHash()) == swarm;
  }

  @Nullable TorrentSwarm find(long hash, InfoHash infoHash) {
    return table.find(hash, infoHash);
  }

  /** The swarm that is announced; makes no garbage. */
  @Nullable TorrentSwarm find(long hash, Announce said) {
    return table.find(hash, said.infoHashHigh, said.infoHashMiddle, said.infoHashLow);
  }

  /** A swarm that is wanted whether there is room or not. */
  TorrentSwarm findOrAdd(long hash, InfoHash infoHash, int now) {
    TorrentSwarm known = table.find(hash, infoHash);
    return known == null ? add(hash, infoHash, Sources.NOBODY, now) : known;
  }

  /** Whether there may be one more. */
  boolean hasRoomForTorrent() {
    return tallies.torrents().get() < limits.torrents()
        && tallies.bytes().get() + SwarmBytes.TORRENT <= limits.bytes();
  }

  /** Whether somebody of this place may bring one more just now. */
  boolean mayBring(int place, Announce said, int now) {
    int most = limits.perAddress().newTorrentsPerMinute(said.addressHigh, said.addressLow);
    return sources.broughtLately(place, now) < most;
  }

  /**
   * Adds a swarm.
   *
   * @param founder its place in {@link Sources}
   */
  TorrentSwarm add(long hash, InfoHash infoHash, int founder, int now) {
    var swarm = new TorrentSwarm(infoHash, hash, kinds, founder, now);
    table.add(swarm);
    sources.bring(founder, now);
    tallies.torrents().incrementAndGet();
    tallies.bytes().addAndGet(SwarmBytes.TORRENT);
    return swarm;
  }

  /** Takes a restored swarm for one that this peer brought, unless that is known. */
  void foundedBy(TorrentSwarm swarm, long high, long low) {
    if (swarm.founder() == Sources.NOBODY) {
      swarm.setFounder(sources.place(high, low));
      sources.add(swarm.founder());
    }
  }

  /** Forgets a swarm with all of its peers. */
  void remove(TorrentSwarm swarm) {
    if (swarm.completed() > 0) {
      noteCompleted(swarm);
    }
    for (boolean v4 : FAMILIES) {
      PeerRows others = swarm.others(v4);
      for (int row = 0; row < others.size(); row++) {
        portCounts.leave(swarm.hash(), others.network(row));
      }
    }
    tallies.peers().addAndGet(-swarm.peers());
    tallies.bytes().addAndGet(-SwarmBytes.TORRENT - SwarmBytes.COPIES * swarm.countedBytes());
    for (int part = 0; part < RowKinds.PARTS; part++) {
      swarm.setRows(part, kinds.none(part)); // it may stand in the list of what is to be saved
    }
    bySize.remove(swarm);
    table.remove(swarm);
    sources.remove(swarm.founder());
    tallies.torrents().decrementAndGet();
  }

  /**
   * A small swarm, among those that came last, whose founder brought more torrents than so many for
   * each address that is in it; null if there is none.
   *
   * @param except the hash of one that is not meant
   */
  @Nullable TorrentSwarm greedy(long moreThan, long except) {
    for (int size = 0; size <= SMALL; size++) {
      TorrentSwarm swarm = bySize.newest(size);
      for (int i = 0; i < LOOKED_AT_OF_EACH_SIZE && swarm != null; i++) {
        int each = sources.held(swarm.founder()) / Math.max(1, swarm.addresses());
        if (each > moreThan && swarm.hash() != except && !swarm.pinned() && !swarm.isFrozen()) {
          return swarm;
        }
        swarm = swarm.nextInSize();
      }
    }
    return null;
  }

  // ---- peers

  /** Counts one more peer; false if that were too many. */
  boolean countOneMorePeer() {
    if (tallies.bytes().get() >= limits.bytes()) {
      return false;
    }
    if (tallies.peers().incrementAndGet() <= limits.peers()) {
      return true;
    }
    tallies.peers().decrementAndGet();
    return false;
  }

  /** Counts one more port of an address that has one; false if it has as many as may be. */
  boolean countOtherPort(TorrentSwarm swarm, long high, long low) {
    int most = limits.perAddress().otherPorts(high, low);
    return portCounts.enter(swarm.hash(), IpAddress.network(high, low), most);
  }

  /** Takes back what {@link #countOtherPort} counted. */
  void countOtherPortLess(TorrentSwarm swarm, long high, long low) {
    portCounts.leave(swarm.hash(), IpAddress.network(high, low));
  }

  /** Rows that somebody may be added to. */
  PeerRows rowsToAdd(TorrentSwarm swarm, int part) {
    PeerRows rows = swarm.rows(part);
    if (rows == kinds.none(part)) {
      rows = kinds.create(part);
      swarm.setRows(part, rows);
    }
    return rows;
  }

  /** Notes that counted peers have entered a swarm. */
  void grown(TorrentSwarm swarm) {
    countBytes(swarm);
    bySize.note(swarm);
  }

  /** Removes a peer; how many others that touched. */
  int removePeer(TorrentSwarm swarm, int part, int row) {
    tallies.peers().decrementAndGet();
    int touched = takeOut(swarm, part, row);
    countBytes(swarm);
    bySize.note(swarm);
    return touched;
  }

  /** Makes one of the others the first of its address; returns its new row. */
  int makeFirst(TorrentSwarm swarm, int part, int row) {
    PeerRows others = swarm.rows(part);
    int firsts = RowKinds.firsts(others.layout().ipv4());
    int newRow = rowsToAdd(swarm, firsts).insertFrom(others, row);
    takeOut(swarm, part, row);
    grown(swarm);
    return newRow;
  }

  private int takeOut(TorrentSwarm swarm, int part, int row) {
    PeerRows rows = swarm.rows(part);
    if (part == RowKinds.others(rows.layout().ipv4())) {
      portCounts.leave(swarm.hash(), rows.network(row));
    }
    int touched = rows.remove(row);
    if (rows.size() == 0) {
      swarm.setRows(part, kinds.none(part));
    }
    return touched;
  }

  private void countBytes(TorrentSwarm swarm) {
    long bytes = swarm.peerBytes();
    long more = bytes - swarm.countedBytes();
    if (more != 0) {
      swarm.setCountedBytes(bytes);
      tallies.bytes().addAndGet(SwarmBytes.COPIES * more);
    }
  }

  /** The list in {@link SwarmsBySize} of the largest swarm here. */
  int highestClass() {
    return bySize.highestClass();
  }

  @Nullable TorrentSwarm largest() {
    return bySize.largest();
  }

  // ---- completed counts

  void completedAtLeast(TorrentSwarm swarm, int count) {
    if (swarm.completed() < count) {
      swarm.setCompleted(count);
      noteCompleted(swarm);
    }
  }

  void noteCompleted(TorrentSwarm swarm) {
    if (!swarm.completedNoted()) {
      swarm.setCompletedNoted(true);
      completedChanged.add(swarm.infoHash());
      if (completedChanged.size() > 2 * table.swarms() + Unsaved.FEW) {
        forgetCompletedOfTheGone();
      }
    }
  }

  /** Nobody has taken them for long, as nothing can be saved. */
  private void forgetCompletedOfTheGone() {
    var here = new LinkedHashSet<InfoHash>(completedChanged);
    here.removeIf(infoHash -> table.find(SwarmStore.hash(hashing, infoHash), infoHash) == null);
    completedChanged = new ArrayList<>(here);
  }

  /** Adds the completed counts that changed since the last call; 0 for a torrent that is gone. */
  void takeCompleted(Map<InfoHash, Integer> into) {
    for (InfoHash infoHash : completedChanged) {
      TorrentSwarm swarm = table.find(SwarmStore.hash(hashing, infoHash), infoHash);
      into.put(infoHash, swarm == null ? 0 : swarm.completed());
      if (swarm != null) {
        swarm.setCompletedNoted(false);
      }
    }
    completedChanged.clear();
  }

  void forEach(Consumer<TorrentSwarm> action) {
    table.forEach(action);
  }
}
