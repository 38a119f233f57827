package dev.skep.tracker.swarm;

import dev.skep.protocol.InfoHash;
import org.jspecify.annotations.Nullable;

/**
 * The peers of one torrent, both address families, and how often it was completed.
 *
 * <p>Guarded by the lock of its stripe.
 */
final class Swarm {
  private final InfoHash infoHash;
  private final long hash;
  private final PeerRows ipv4;
  private final PeerRows ipv6;
  private CompletedLately completedLately = CompletedLately.NONE;
  private int completed;
  private int lastHeard;
  private boolean pinned;
  private boolean changed;
  private boolean heard;
  private boolean completedNoted;

  // Its place in SwarmTable and SwarmsBySize: a swarm is found by these, so that it needs no entry.
  private @Nullable Swarm nextInBucket;
  private @Nullable Swarm previousInSize;
  private @Nullable Swarm nextInSize;
  private int sizeClass = SwarmsBySize.NO_CLASS;

  Swarm(InfoHash infoHash, long hash, PeerRows ipv4, PeerRows ipv6, int now) {
    this.infoHash = infoHash;
    this.hash = hash;
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
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

  PeerRows family(boolean v4) {
    return v4 ? ipv4 : ipv6;
  }

  int peers() {
    return ipv4.size() + ipv6.size();
  }

  int seeders() {
    return ipv4.seeders() + ipv6.seeders();
  }

  int leechers() {
    return peers() - seeders();
  }

  int completed() {
    return completed;
  }

  SwarmCounts counts() {
    return new SwarmCounts(
        seeders(), leechers(), ipv4.partialSeeds() + ipv6.partialSeeds(), completed);
  }

  /** Counts a completed download, unless this peer's was counted already; whether it did. */
  boolean countCompleted(PeerRows rows, int row, Announce said, int now) {
    if (rows.countedAsCompleted(row)) {
      return false;
    }
    rows.markCompleted(row);
    if (completedLately == CompletedLately.NONE) {
      completedLately = new CompletedLately();
    }
    boolean counts = completedLately.add(said, now);
    if (counts) {
      completed++;
    }
    return counts;
  }

  void setCompleted(int count) {
    completed = count;
  }

  /** Whether its count is known to have changed since it was taken. */
  boolean completedNoted() {
    return completedNoted;
  }

  void setCompletedNoted(boolean noted) {
    completedNoted = noted;
  }

  int lastHeard() {
    return lastHeard;
  }

  void heardAt(int now) {
    lastHeard = now;
  }

  /** The swarm as it is now; to be read outside of the lock, until {@link #thaw}. */
  FrozenSwarm freeze(int now) {
    return new FrozenSwarm(infoHash, completed, now, ipv4.freeze(), ipv6.freeze());
  }

  void thaw() {
    ipv4.thaw();
    ipv6.thaw();
  }

  boolean isFrozen() {
    return ipv4.isFrozen() || ipv6.isFrozen();
  }

  boolean pinned() {
    return pinned;
  }

  void setPinned(boolean pinned) {
    this.pinned = pinned;
  }

  // ---- for Unsaved

  boolean changed() {
    return changed;
  }

  void setChanged(boolean changed) {
    this.changed = changed;
  }

  boolean heard() {
    return heard;
  }

  void setHeard(boolean heard) {
    this.heard = heard;
  }

  // ---- for SwarmTable

  @Nullable Swarm nextInBucket() {
    return nextInBucket;
  }

  void setNextInBucket(@Nullable Swarm next) {
    nextInBucket = next;
  }

  // ---- for SwarmsBySize

  int sizeClass() {
    return sizeClass;
  }

  void setSizeClass(int sizeClass) {
    this.sizeClass = sizeClass;
  }

  @Nullable Swarm previousInSize() {
    return previousInSize;
  }

  @Nullable Swarm nextInSize() {
    return nextInSize;
  }

  void setBesideInSize(@Nullable Swarm previous, @Nullable Swarm next) {
    previousInSize = previous;
    nextInSize = next;
  }
}
