package dev.skep.tracker.swarm;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.swarm.rows.AnnouncedPeer;
import dev.skep.tracker.swarm.rows.Hashing;
import dev.skep.tracker.swarm.rows.PeerRows;
import dev.skep.tracker.swarm.rows.RowKinds;
import dev.skep.tracker.swarm.rows.RowLayout;
import dev.skep.tracker.swarm.rows.Standing;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The swarms of one stripe as they come and go with their peers, all counted: what is in the index
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
  private final RowKinds kinds;
  private final Sources sources;
  private final PortCounts portCounts;

  /** Of IPv6 only. */
  private final PortCounts siteCounts;

  private final SwarmIndex index = new SwarmIndex();
  private final SwarmsBySize bySize = new SwarmsBySize();
  private final Changes changes = new Changes(index);

  Swarms(
      SwarmLimits limits, SwarmTallies tallies, Hashing hashing, RowKinds kinds, Sources sources) {
    this.limits = limits;
    this.tallies = tallies;
    this.kinds = kinds;
    this.sources = sources;
    this.portCounts = new PortCounts(hashing);
    this.siteCounts = new PortCounts(hashing);
  }

  SwarmIndex index() {
    return index;
  }

  Changes changes() {
    return changes;
  }

  /** Whether a swarm that was here is still. */
  @SuppressWarnings("ReferenceEquality") // not another one of the same torrent
  boolean has(TorrentSwarm swarm) {
    return index.find(swarm.hash(), swarm.infoHash()) == swarm;
  }

  @Nullable TorrentSwarm find(long hash, InfoHash infoHash) {
    return index.find(hash, infoHash);
  }

  /** The swarm that is announced; makes no garbage. */
  @Nullable TorrentSwarm find(long hash, Announce said) {
    return index.find(hash, said.infoHashHigh, said.infoHashMiddle, said.infoHashLow);
  }

  /** A swarm that is wanted whether there is room or not. */
  TorrentSwarm findOrAdd(long hash, InfoHash infoHash, int now) {
    TorrentSwarm known = index.find(hash, infoHash);
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
    index.add(swarm);
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
    changes.noteChanged(swarm);
    if (swarm.completed() > 0) {
      changes.noteCompleted(swarm);
      tallies.everCompleted().add(-swarm.completed());
    }
    tallies.seeders().add(-swarm.seeders());
    for (boolean v4 : FAMILIES) {
      PeerRows others = swarm.others(v4);
      for (int row = 0; row < others.size(); row++) {
        countOtherLess(swarm, v4, others.network(row));
      }
    }
    tallies.peers().addAndGet(-swarm.peers());
    tallies.bytes().addAndGet(-SwarmBytes.TORRENT - SwarmBytes.COPIES * swarm.countedBytes());
    for (int part = 0; part < RowKinds.PARTS; part++) {
      swarm.setRows(part, kinds.none(part)); // somebody may have to read yet that it is gone
    }
    bySize.remove(swarm);
    index.remove(swarm);
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

  /**
   * Counts one peer more among the others; false if its network has as many as may be.
   *
   * @param hasFirst whether its network is one with the first that it stands behind
   */
  boolean countOther(TorrentSwarm swarm, long high, long low, boolean hasFirst) {
    long network = IpAddress.network(high, low);
    int most = limits.perAddress().ports(high, low) - (hasFirst ? 1 : 0);
    if (!portCounts.enter(swarm.hash(), network, most)) {
      return false;
    }
    int mostOfSite = limits.perAddress().portsOfSite(high, low);
    if (IpAddress.isIpv4(high, low)
        || siteCounts.enter(swarm.hash(), IpAddress.site(high, low), mostOfSite)) {
      return true;
    }
    portCounts.leave(swarm.hash(), network);
    return false;
  }

  /** Takes back what {@link #countOther} counted. */
  void countOtherLess(TorrentSwarm swarm, long high, long low) {
    countOtherLess(swarm, IpAddress.isIpv4(high, low), IpAddress.network(high, low));
  }

  private void countOtherLess(TorrentSwarm swarm, boolean v4, long network) {
    portCounts.leave(swarm.hash(), network);
    if (!v4) {
      siteCounts.leave(swarm.hash(), IpAddress.site(network, 0));
    }
  }

  /** Adds a peer that is counted and not there yet; returns its row. */
  int addPeer(TorrentSwarm swarm, int part, AnnouncedPeer said) {
    countSeeder(said.standing(), 1);
    forgetDeparture(swarm, said.addressHigh, said.addressLow, said.port);
    return rowsToAdd(swarm, part)
        .insert(said.addressHigh, said.addressLow, said.port, said.standing());
  }

  /** Adds a peer of an image that is counted and not there yet, heard at {@code seen}. */
  void addPeer(
      TorrentSwarm swarm, int part, byte[] image, int at, RowLayout form, Standing is, int seen) {
    countSeeder(is, 1);
    forgetDeparture(swarm, form.high(image, at), form.low(image, at), form.port(image, at));
    rowsToAdd(swarm, part).insertSaved(image, at, form, is, seen);
  }

  /** Gives a peer another standing; returns its new row. */
  int setStanding(PeerRows rows, int row, Standing standing) {
    countSeeder(rows.standing(row), -1);
    countSeeder(standing, 1);
    return rows.setStanding(row, standing);
  }

  private void countSeeder(Standing standing, int more) {
    if (standing == Standing.SEEDER) {
      tallies.seeders().add(more);
    }
  }

  /** Rows that somebody may be added to. */
  private PeerRows rowsToAdd(TorrentSwarm swarm, int part) {
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
    countSeeder(swarm.rows(part).standing(row), -1);
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
      countOtherLess(swarm, rows.layout().ipv4(), rows.network(row));
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
      tallies.everCompleted().add(count - swarm.completed());
      swarm.setCompleted(count);
      changes.noteCompleted(swarm);
    }
  }

  /**
   * Notes that a peer said that it completed its download.
   *
   * @param counts whether it was counted
   */
  void toldCompleted(TorrentSwarm swarm, boolean counts) {
    if (!counts) {
      tallies.uncountedCompleted().increment();
      return;
    }
    grown(swarm); // it remembers one more
    tallies.completed().increment();
    tallies.everCompleted().increment();
    changes.noteCompleted(swarm);
  }

  /** Adds the completed counts that a reader has not read; 0 for a torrent that is gone. */
  void takeCompleted(int reader, Map<InfoHash, Integer> into) {
    for (TorrentSwarm noted : changes.take(reader, SwarmChange.COMPLETED)) {
      changes.read(noted, reader, SwarmChange.COMPLETED);
      TorrentSwarm swarm = index.find(noted.hash(), noted.infoHash());
      into.put(noted.infoHash(), swarm == null ? 0 : swarm.completed());
    }
  }

  // ---- who left

  /** Marks one that left, where those are remembered. */
  void noteDeparture(TorrentSwarm swarm, PeerKey peer, int at) {
    if (limits.departures() == 0) {
      return;
    }
    if (swarm.departures() == Departures.NONE) {
      swarm.setDepartures(new Departures());
    }
    int oldest = at - limits.mostSilentSeconds(true);
    swarm.departures().add(peer, at, oldest, limits.departures());
    countBytes(swarm);
  }

  /** One that may have left is here again. */
  void forgetDeparture(TorrentSwarm swarm, long high, long low, int port) {
    if (!swarm.departures().isEmpty()) {
      swarm.departures().remove(new PeerKey(new IpAddress(high, low), port));
    }
  }

  void forEach(Consumer<TorrentSwarm> action) {
    index.forEach(action);
  }
}
