package dev.skep.tracker.swarm;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.swarm.rows.FrozenFamily;
import dev.skep.tracker.swarm.rows.PeerRows;
import dev.skep.tracker.swarm.rows.RowKinds;
import org.jspecify.annotations.Nullable;

/**
 * The peers of one torrent, both address families, and how often it was completed.
 *
 * <p>Guarded by the lock of its stripe.
 */
final class TorrentSwarm {
  private static final long OTHERS_WEIGH = 1000;

  private final InfoHash infoHash;
  private final long hash;
  private PeerRows ipv4;
  private PeerRows ipv6;
  private PeerRows otherIpv4;
  private PeerRows otherIpv6;
  private CompletedLately completedLately = CompletedLately.NONE;
  private Departures departures = Departures.NONE;
  private int completed;
  private int lastHeard;
  private int countedBytes;
  private int founder;
  private int unread;
  private boolean pinned;
  private byte freezes; // by as many readers, which each thaw it

  // Its place in SwarmIndex and SwarmsBySize: a swarm is found by these, so that it needs no entry.
  private @Nullable TorrentSwarm nextInBucket;
  private @Nullable TorrentSwarm previousInSize;
  private @Nullable TorrentSwarm nextInSize;
  private int sizeClass = SwarmsBySize.NO_CLASS;

  /**
   * A swarm of nobody.
   *
   * @param founder where {@link Sources} counts it
   */
  TorrentSwarm(InfoHash infoHash, long hash, RowKinds kinds, int founder, int now) {
    this.infoHash = infoHash;
    this.hash = hash;
    this.ipv4 = kinds.none(RowKinds.firsts(true));
    this.ipv6 = kinds.none(RowKinds.firsts(false));
    this.otherIpv4 = kinds.none(RowKinds.others(true));
    this.otherIpv6 = kinds.none(RowKinds.others(false));
    this.founder = founder;
    this.lastHeard = now;
  }

  InfoHash infoHash() {
    return infoHash;
  }

  /** Whether that is its info-hash. */
  boolean isOf(long high, long middle, int low) {
    return infoHash.high() == high && infoHash.middle() == middle && infoHash.low() == low;
  }

  /** The keyed hash of its info-hash. */
  long hash() {
    return hash;
  }

  /** A part of its peers: see {@link RowKinds}. */
  PeerRows rows(int part) {
    return switch (part) {
      case 0 -> ipv4;
      case 1 -> ipv6;
      case 2 -> otherIpv4;
      default -> otherIpv6;
    };
  }

  void setRows(int part, PeerRows rows) {
    switch (part) {
      case 0 -> ipv4 = rows;
      case 1 -> ipv6 = rows;
      case 2 -> otherIpv4 = rows;
      default -> otherIpv6 = rows;
    }
  }

  /** One peer of each address. */
  PeerRows firsts(boolean v4) {
    return v4 ? ipv4 : ipv6;
  }

  /** All other ports of those. */
  PeerRows others(boolean v4) {
    return v4 ? otherIpv4 : otherIpv6;
  }

  /** How many addresses its peers have. */
  int addresses() {
    return ipv4.size() + ipv6.size();
  }

  /**
   * How soon it should give peers away: the ports that its addresses have beyond their first weigh
   * a thousand times as much.
   */
  int weight() {
    long others = (long) otherIpv4.size() + otherIpv6.size();
    return (int) Math.min(Integer.MAX_VALUE, addresses() + OTHERS_WEIGH * others);
  }

  int peers() {
    return ipv4.size() + ipv6.size() + otherIpv4.size() + otherIpv6.size();
  }

  int seeders() {
    return ipv4.seeders() + ipv6.seeders() + otherIpv4.seeders() + otherIpv6.seeders();
  }

  private int partialSeeds() {
    return ipv4.partialSeeds()
        + ipv6.partialSeeds()
        + otherIpv4.partialSeeds()
        + otherIpv6.partialSeeds();
  }

  int leechers() {
    return peers() - seeders();
  }

  int completed() {
    return completed;
  }

  SwarmCounts counts() {
    return new SwarmCounts(seeders(), leechers(), partialSeeds(), completed);
  }

  /**
   * Counts a completed download, unless this peer's was counted already; whether it did.
   *
   * @param mostOfAddress how many of one address count within ten minutes
   */
  boolean countCompleted(PeerRows rows, int row, Announce said, int mostOfAddress, int now) {
    if (rows.countedAsCompleted(row)) {
      return false;
    }
    rows.markCompleted(row);
    if (completedLately == CompletedLately.NONE) {
      completedLately = new CompletedLately();
    }
    boolean counts = completedLately.add(said, mostOfAddress, now);
    if (counts) {
      completed++;
    }
    return counts;
  }

  void setCompleted(int count) {
    completed = count;
  }

  /** Who left it lately. */
  Departures departures() {
    return departures;
  }

  void setDepartures(Departures lately) {
    departures = lately;
  }

  int lastHeard() {
    return lastHeard;
  }

  void heardAt(int now) {
    lastHeard = now;
  }

  /** The swarm as it is now; to be read outside of the lock, until {@link #thaw} as often. */
  FrozenSwarm freeze(int now) {
    freezes++;
    return new FrozenSwarm(
        infoHash,
        completed,
        now,
        new FrozenFamily(ipv4.freeze(), otherIpv4.freeze()),
        new FrozenFamily(ipv6.freeze(), otherIpv6.freeze()),
        departures.all());
  }

  void thaw() {
    freezes--;
    for (int part = 0; part < RowKinds.PARTS && freezes == 0; part++) {
      rows(part).thaw();
    }
  }

  boolean isFrozen() {
    return ipv4.isFrozen() || ipv6.isFrozen() || otherIpv4.isFrozen() || otherIpv6.isFrozen();
  }

  // ---- for Swarms

  /** Where {@link Sources} counts it. */
  int founder() {
    return founder;
  }

  void setFounder(int place) {
    founder = place;
  }

  /** The heap that its peers take. */
  long peerBytes() {
    long bytes = completedLately.bytes();
    bytes += departures.bytes();
    for (int part = 0; part < RowKinds.PARTS; part++) {
      PeerRows rows = rows(part);
      bytes += rows.size() == 0 ? 0 : SwarmBytes.ROWS + rows.bytes();
    }
    return bytes;
  }

  /** What {@link #peerBytes} was when it was counted last. */
  long countedBytes() {
    return countedBytes;
  }

  void setCountedBytes(long bytes) {
    countedBytes = (int) bytes;
  }

  boolean pinned() {
    return pinned;
  }

  void setPinned(boolean pinned) {
    this.pinned = pinned;
  }

  // ---- for Changes

  /** Who has yet to read what of it. */
  int unread() {
    return unread;
  }

  void setUnread(int bits) {
    unread = bits;
  }

  // ---- for SwarmIndex

  @Nullable TorrentSwarm nextInBucket() {
    return nextInBucket;
  }

  void setNextInBucket(@Nullable TorrentSwarm next) {
    nextInBucket = next;
  }

  // ---- for SwarmsBySize

  int sizeClass() {
    return sizeClass;
  }

  void setSizeClass(int sizeClass) {
    this.sizeClass = sizeClass;
  }

  @Nullable TorrentSwarm previousInSize() {
    return previousInSize;
  }

  @Nullable TorrentSwarm nextInSize() {
    return nextInSize;
  }

  void setBesideInSize(@Nullable TorrentSwarm previous, @Nullable TorrentSwarm next) {
    previousInSize = previous;
    nextInSize = next;
  }
}
