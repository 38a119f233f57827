package dev.skep.tracker.swarm;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.tracker.AnnounceEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One part of the store: the swarms whose info-hashes fall here, behind one lock (this object's
 * monitor). No method blocks, and none calls into another stripe.
 */
final class Stripe {
  /** What a sweep counts a swarm as, beside its peers. */
  private static final int PEERS_PER_SWARM = 4;

  private final SwarmLimits limits;
  private final SwarmTallies tallies;
  private final Hashing hashing;
  private final RowLayout ipv4;
  private final RowLayout ipv6;
  private final PeerSampler sampler;
  private final int timeoutSeconds;

  private final SwarmTable table;

  /** The torrents whose completed count is another than when it was last taken. */
  private final List<InfoHash> completedChanged = new ArrayList<>();

  private @Nullable Swarm largest;
  private int largestAtMost; // no swarm here has more; what others had when it was found
  // How many peers the largest swarm has, about; read without the lock, as a hint.
  private volatile int largestPeers;

  private int sweepSlot;
  private boolean sweepIpv4 = true;
  private int sweepRowsLeft = -1;

  Stripe(SwarmLimits limits, SwarmTallies tallies, Hashing hashing, PeerSampler sampler) {
    this.limits = limits;
    this.tallies = tallies;
    this.hashing = hashing;
    this.table = new SwarmTable(hashing);
    this.sampler = sampler;
    this.ipv4 = new RowLayout(Integer.BYTES, limits.keepPeerIds());
    this.ipv6 = new RowLayout(2 * Long.BYTES, limits.keepPeerIds());
    this.timeoutSeconds = Math.toIntExact(limits.peerTimeout().toSeconds());
  }

  // ---- announce and scrape

  synchronized Admission announce(long hash, Announce said, int now) {
    said.clearAnswer();
    boolean stopped = said.event == AnnounceEvent.STOPPED;
    Swarm swarm = table.find(hash, said.infoHash);
    if (swarm == null) {
      if (stopped) {
        return Admission.ADMITTED;
      }
      if (tallies.torrents().get() >= limits.torrents()) {
        return Admission.TOO_MANY_TORRENTS;
      }
      swarm = add(hash, said.infoHash, now);
    }
    PeerRows rows = swarm.family(said.fromIpv4());
    int row = rows.find(said.addressHigh, said.addressLow, said.port);
    if (stopped) {
      if (row >= 0) {
        removePeer(rows, row);
        swarm.touch(now);
      }
      countInto(said, swarm);
      return Admission.ADMITTED;
    }
    row = enter(swarm, rows, row, said, now);
    countInto(said, swarm);
    if (row < 0) {
      return Admission.TOO_MANY_PEERS;
    }
    handOut(swarm, row, said, now);
    return Admission.ADMITTED;
  }

  /** Writes the peer into its row, a new one if need be; -1 if there is no room for one more. */
  private int enter(Swarm swarm, PeerRows rows, int known, Announce said, int now) {
    int row = known;
    if (row >= 0) {
      row = rows.setStanding(row, said.standing());
    } else {
      if (rows.size() >= limits.peersPerTorrent()) {
        removePeer(rows, sampler.stalest(rows, now));
        tallies.evicted().increment();
      }
      if (!countOneMorePeer()) {
        return -1;
      }
      row = rows.insert(said.addressHigh, said.addressLow, said.port, said.standing());
      noteSize(swarm);
    }
    rows.update(row, said, now);
    if (said.event == AnnounceEvent.COMPLETED && swarm.countCompleted(rows, row, said, now)) {
      noteCompleted(swarm);
      tallies.completed().increment();
    }
    swarm.touch(now);
    return row;
  }

  private void handOut(Swarm swarm, int row, Announce said, int now) {
    boolean v4 = said.fromIpv4();
    boolean downloads = said.standing() == Standing.LEECHER;
    boolean peerIds = said.peerIdsWanted && limits.keepPeerIds();
    Handout own = v4 ? said.ipv4 : said.ipv6;
    PeerRows ownRows = swarm.family(v4);
    int want = Math.min(said.numwant, Announce.MAX_PEERS);
    own.expect(Math.min(want, ownRows.size()), peerIds);
    sampler.draw(ownRows, downloads ? 0 : ownRows.firstLeecher(), row, want, now, said, own);
    if (said.bothFamilies && own.count() < want) {
      Handout other = v4 ? said.ipv6 : said.ipv4;
      PeerRows otherRows = swarm.family(!v4);
      int from = downloads ? 0 : otherRows.firstLeecher();
      other.expect(Math.min(want, otherRows.size()), peerIds);
      sampler.draw(otherRows, from, -1, want - own.count(), now, said, other);
    }
  }

  private static void countInto(Announce said, Swarm swarm) {
    said.seeders = swarm.seeders();
    said.leechers = swarm.leechers();
    said.completed = swarm.completed();
  }

  synchronized SwarmCounts counts(long hash, InfoHash infoHash) {
    Swarm swarm = table.find(hash, infoHash);
    return swarm == null ? SwarmCounts.NONE : swarm.counts();
  }

  // ---- limits

  private boolean countOneMorePeer() {
    if (tallies.peers().incrementAndGet() <= limits.peers()) {
      return true;
    }
    tallies.peers().decrementAndGet();
    return false;
  }

  /** Removes a peer; how many others that touched. */
  private int removePeer(PeerRows rows, int row) {
    tallies.peers().decrementAndGet();
    return rows.remove(row);
  }

  private void noteSize(Swarm swarm) {
    if (largest == null || swarm.peers() >= largest.peers()) {
      largest = swarm;
      largestPeers = swarm.peers();
      largestAtMost = largestPeers;
    }
  }

  /** About how many peers the largest swarm here has. */
  int largestPeers() {
    return largestPeers;
  }

  /**
   * Drops one stale peer of the largest swarm here, if that swarm is no smaller than one of {@code
   * atLeast} peers. Swarms of a single peer are left alone.
   */
  synchronized boolean evict(int atLeast, int now) {
    if (largest == null || largest.peers() < largestAtMost - largestAtMost / 8) {
      findLargest();
    }
    Swarm swarm = largest;
    if (swarm == null || swarm.peers() < Math.max(2, atLeast)) {
      return false;
    }
    PeerRows rows = swarm.family(sampler.below(swarm.peers()) < swarm.family(true).size());
    removePeer(rows, sampler.stalest(rows, now));
    tallies.evicted().increment();
    swarm.markChanged();
    largestPeers = swarm.peers();
    return true;
  }

  private void findLargest() {
    largest = null;
    largestPeers = 0;
    largestAtMost = 0;
    table.forEach(this::noteSize);
  }

  // ---- expiry

  /**
   * Goes on where it stopped, and drops peers that were silent for too long and swarms that have
   * been empty for as long, until it has touched {@code most} peers: looked at them, moved them, or
   * found them another place in an index. A swarm that is being saved is waited for.
   */
  synchronized Swept sweep(int most, int now) {
    int budget = most - PeerRows.MOST_TOUCHED_BY_REMOVAL;
    int touched = 0;
    while (touched < budget) {
      if (sweepSlot >= table.slots()) {
        sweepSlot = 0;
        return new Swept(touched, true);
      }
      Swarm swarm = table.at(sweepSlot);
      if (swarm == null) {
        touched++;
        sweepSlot++;
      } else if (swarm.isFrozen()) {
        break;
      } else {
        touched += sweepSwarm(swarm, budget - touched, now);
      }
    }
    return new Swept(touched, false);
  }

  /** Looks at rows from the last to the first, as a removal only moves rows already looked at. */
  private int sweepSwarm(Swarm swarm, int budget, int now) {
    PeerRows rows = swarm.family(sweepIpv4);
    int row = sweepRowsLeft < 0 ? rows.size() : Math.min(sweepRowsLeft, rows.size());
    int touched = 0;
    while (row > 0 && touched < budget) {
      row--;
      touched++;
      if (rows.age(row, now) > timeoutSeconds) {
        touched += removePeer(rows, row);
        tallies.expired().increment();
        swarm.markChanged();
      }
    }
    sweepRowsLeft = row;
    if (row == 0) {
      sweepRowsLeft = -1;
      sweepIpv4 = !sweepIpv4;
      if (sweepIpv4 && !dropIfForgotten(swarm, now)) {
        sweepSlot++;
      }
      touched += PEERS_PER_SWARM;
    }
    return touched;
  }

  private boolean dropIfForgotten(Swarm swarm, int now) {
    boolean forgotten =
        swarm.peers() == 0
            && !swarm.pinned()
            && (swarm.completed() == 0 || now - swarm.lastHeard() > timeoutSeconds);
    if (forgotten) {
      remove(sweepSlot, swarm);
    }
    return forgotten;
  }

  // ---- administration, views and images

  synchronized void pin(long hash, InfoHash infoHash, int completed, int now) {
    Swarm swarm = table.find(hash, infoHash);
    if (swarm == null) {
      swarm = add(hash, infoHash, now);
    }
    swarm.setPinned(true);
    completedAtLeast(swarm, completed);
  }

  synchronized void unpin(long hash, InfoHash infoHash) {
    Swarm swarm = table.find(hash, infoHash);
    if (swarm != null) {
      swarm.setPinned(false);
    }
  }

  synchronized void drop(long hash, InfoHash infoHash) {
    Swarm swarm = table.find(hash, infoHash);
    if (swarm != null) {
      tallies.peers().addAndGet(-swarm.peers());
      remove(table.slotOf(hash, swarm), swarm);
    }
  }

  synchronized void summarize(Consumer<SwarmSummary> into) {
    table.forEach(swarm -> into.accept(new SwarmSummary(swarm.infoHash(), swarm.counts())));
  }

  synchronized List<PeerView> peers(long hash, InfoHash infoHash, int skip, int most, int now) {
    List<PeerView> views = new ArrayList<>();
    Swarm swarm = table.find(hash, infoHash);
    if (swarm == null) {
      return views;
    }
    int v4 = swarm.family(true).size();
    int end = (int) Math.min(swarm.peers(), (long) skip + most);
    for (int i = skip; i < end; i++) {
      views.add(PeerView.of(swarm.family(i < v4), i < v4 ? i : i - v4, now));
    }
    return views;
  }

  synchronized void changeAll() {
    table.forEach(
        swarm -> {
          swarm.markChanged();
          if (swarm.completed() > 0) {
            noteCompleted(swarm);
          }
        });
  }

  private void completedAtLeast(Swarm swarm, int count) {
    if (swarm.completed() < count) {
      swarm.setCompleted(count);
      noteCompleted(swarm);
    }
  }

  private void noteCompleted(Swarm swarm) {
    if (!swarm.completedNoted()) {
      swarm.setCompletedNoted(true);
      completedChanged.add(swarm.infoHash());
    }
  }

  /** Adds the completed counts that changed since the last call; 0 for a torrent that is gone. */
  synchronized void takeCompleted(Map<InfoHash, Integer> into) {
    for (InfoHash infoHash : completedChanged) {
      Swarm swarm = table.find(SwarmStore.hash(hashing, infoHash), infoHash);
      into.put(infoHash, swarm == null ? 0 : swarm.completed());
      if (swarm != null) {
        swarm.setCompletedNoted(false);
      }
    }
    completedChanged.clear();
  }

  /** The swarms that changed since their last image. */
  synchronized List<Swarm> changed() {
    List<Swarm> changed = new ArrayList<>();
    table.forEach(
        swarm -> {
          if (swarm.changed()) {
            changed.add(swarm);
          }
        });
    return changed;
  }

  /** One swarm as it is now; to be thawed when it was read. */
  synchronized FrozenSwarm freeze(Swarm swarm) {
    return swarm.freeze();
  }

  synchronized void thaw(Swarm swarm) {
    swarm.thaw();
  }

  /** Takes in a checked image; peers that are there already are newer and stay as they are. */
  synchronized void load(long hash, InfoHash infoHash, byte[] image, int ageSeconds, int now) {
    SwarmImage.visit(image, new Loader(hash, infoHash, ageSeconds, now));
  }

  private final class Loader implements SwarmImage.RowVisitor {
    private final Swarm swarm;
    private final int ageSeconds;
    private final int now;
    private int savedAt;

    Loader(long hash, InfoHash infoHash, int ageSeconds, int now) {
      Swarm known = table.find(hash, infoHash);
      this.swarm = known == null ? add(hash, infoHash, now) : known;
      this.ageSeconds = ageSeconds;
      this.now = now;
    }

    @Override
    public void header(int completed, int savedAt) {
      completedAtLeast(swarm, completed);
      this.savedAt = savedAt;
    }

    @Override
    public void family(
        RowLayout layout, byte[] saved, int offset, int seeders, int partialSeeds, int size) {
      PeerRows rows = swarm.family(layout.ipv4());
      rows.expect(Math.min(size, limits.peersPerTorrent()));
      for (int i = 0; i < size && rows.size() < limits.peersPerTorrent(); i++) {
        Standing standing =
            i < seeders
                ? Standing.SEEDER
                : i < seeders + partialSeeds ? Standing.PARTIAL_SEED : Standing.LEECHER;
        int at = offset + i * layout.stride();
        int age = layout.age(saved, at, savedAt) + ageSeconds;
        if (age <= timeoutSeconds && countOneMorePeer()) {
          if (!rows.insertSaved(saved, at, layout, standing, now - age)) {
            tallies.peers().decrementAndGet();
          }
        }
      }
      noteSize(swarm);
    }
  }

  // ---- swarms come and go

  private Swarm add(long hash, InfoHash infoHash, int now) {
    Swarm swarm =
        new Swarm(infoHash, new PeerRows(ipv4, hashing), new PeerRows(ipv6, hashing), now);
    table.add(hash, swarm);
    tallies.torrents().incrementAndGet();
    return swarm;
  }

  private void remove(int slot, Swarm swarm) {
    if (swarm == largest) {
      largest = null;
    }
    if (swarm.completed() > 0) {
      noteCompleted(swarm);
    }
    table.remove(slot);
    tallies.torrents().decrementAndGet();
  }
}
