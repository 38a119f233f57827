package dev.skep.tracker.swarm;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.tracker.AnnounceEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One part of the store: the swarms whose info-hashes fall here, behind one lock (this object's
 * monitor). No method blocks, and none calls into another stripe.
 */
final class Stripe {
  private static final int AT_A_TIME = 256;
  private static final int ALL_AT_ONCE = Integer.MAX_VALUE;
  private static final int MOST_TRIES = 4;

  private final SwarmLimits limits;
  private final SwarmTallies tallies;
  private final PeerSampler sampler;
  private final Swarms swarms;
  private final Sweep sweep;

  // As Swarms.highestClass(); read without the lock.
  private volatile int highestClass;

  /**
   * Creates an empty one.
   *
   * @param since the second from which on its swarms wait to be saved
   */
  Stripe(
      SwarmLimits limits, SwarmTallies tallies, Hashing hashing, PeerSampler sampler, int since) {
    this.limits = limits;
    this.tallies = tallies;
    this.sampler = sampler;
    this.swarms = new Swarms(limits, tallies, hashing, since);
    this.sweep = new Sweep(swarms, tallies, limits);
  }

  // ---- announce and scrape

  synchronized Admission announce(long hash, Announce said, int now) {
    said.clearAnswer();
    boolean stopped = said.event == AnnounceEvent.STOPPED;
    Swarm swarm = swarms.find(hash, said);
    if (swarm == null) {
      if (stopped) {
        return Admission.ADMITTED;
      }
      if (tallies.torrents().get() >= limits.torrents()) {
        return Admission.TOO_MANY_TORRENTS;
      }
      swarm = swarms.add(hash, said.infoHash(), now);
    }
    PeerRows rows = swarm.family(said.fromIpv4());
    int row = rows.find(said.addressHigh, said.addressLow, said.port);
    if (stopped) {
      if (row >= 0) {
        swarms.removePeer(swarm, rows, row);
        noteHighestClass();
        swarm.heardAt(now);
        swarms.unsaved().noteChanged(swarm);
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
    boolean changes = row < 0 || rows.standing(row) != said.standing();
    if (row >= 0) {
      row = rows.setStanding(row, said.standing());
    } else {
      if (rows.size() >= limits.peersPerTorrent()) {
        swarms.removePeer(swarm, rows, sampler.stalest(rows, now));
        tallies.evicted().increment();
      }
      if (!swarms.countOneMorePeer()) {
        return -1;
      }
      row = rows.insert(said.addressHigh, said.addressLow, said.port, said.standing());
      swarms.grown(swarm);
      noteHighestClass();
    }
    rows.update(row, said, now);
    if (said.event == AnnounceEvent.COMPLETED && swarm.countCompleted(rows, row, said, now)) {
      swarms.noteCompleted(swarm);
      tallies.completed().increment();
      changes = true;
    }
    swarm.heardAt(now);
    if (changes) {
      swarms.unsaved().noteChanged(swarm);
    } else {
      swarms.unsaved().noteHeard(swarm);
    }
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
    Swarm swarm = swarms.find(hash, infoHash);
    return swarm == null ? SwarmCounts.NONE : swarm.counts();
  }

  // ---- limits

  /** About how large the largest swarm here is, as {@link SwarmsBySize#classOf} has it. */
  int highestClass() {
    return highestClass;
  }

  private void noteHighestClass() {
    int now = swarms.highestClass();
    if (highestClass != now) {
      highestClass = now;
    }
  }

  /**
   * Drops one stale peer of the largest swarm here, if that swarm is about as large as one of
   * {@code atLeast} peers, or larger. Swarms of a single peer are left alone.
   */
  synchronized boolean evict(int atLeast, int now) {
    noteHighestClass();
    Swarm swarm = swarms.largest();
    if (swarm == null || swarm.sizeClass() < SwarmsBySize.classOf(Math.max(2, atLeast))) {
      return false;
    }
    PeerRows rows = swarm.family(sampler.below(swarm.peers()) < swarm.family(true).size());
    swarms.removePeer(swarm, rows, sampler.stalest(rows, now));
    tallies.evicted().increment();
    swarms.unsaved().noteChanged(swarm);
    noteHighestClass();
    return true;
  }

  // ---- expiry

  /** Goes on with a sweep: see {@link Sweep#pass}. */
  synchronized Swept sweep(int most, int now) {
    Swept swept = sweep.pass(most, now);
    noteHighestClass();
    return swept;
  }

  // ---- administration, views and images

  synchronized void pin(long hash, InfoHash infoHash, int completed, int now) {
    Swarm swarm = swarms.findOrAdd(hash, infoHash, now);
    swarm.setPinned(true);
    swarms.completedAtLeast(swarm, completed);
  }

  synchronized void unpin(long hash, InfoHash infoHash) {
    Swarm swarm = swarms.find(hash, infoHash);
    if (swarm != null) {
      swarm.setPinned(false);
    }
  }

  synchronized void drop(long hash, InfoHash infoHash) {
    Swarm swarm = swarms.find(hash, infoHash);
    if (swarm != null) {
      swarms.remove(swarm);
      noteHighestClass();
    }
  }

  /** All swarms, a few at a time under the lock. */
  List<SwarmSummary> summaries() {
    List<SwarmSummary> all = new ArrayList<>();
    for (int tries = 1; !summarize(tries > MOST_TRIES ? ALL_AT_ONCE : AT_A_TIME, all); tries++) {
      all.clear();
    }
    return all;
  }

  /** Whether it got through: swarms change their places when the number of buckets changes. */
  private boolean summarize(int bucketsAtATime, List<SwarmSummary> into) {
    int next = 0;
    int buckets = 0;
    do {
      synchronized (this) {
        SwarmTable table = swarms.table();
        if (next > 0 && buckets != table.buckets()) {
          return false;
        }
        buckets = table.buckets();
        int end = next + Math.min(bucketsAtATime, buckets - next);
        table.forEach(
            next, end, swarm -> into.add(new SwarmSummary(swarm.infoHash(), swarm.counts())));
        next = end;
      }
    } while (next < buckets);
    return true;
  }

  synchronized List<PeerView> peers(long hash, InfoHash infoHash, int skip, int most, int now) {
    List<PeerView> views = new ArrayList<>();
    Swarm swarm = swarms.find(hash, infoHash);
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

  /**
   * Offers some rows of a swarm to a page.
   *
   * @param from the first row, of both families' counted through
   * @param most how many at most
   * @return where to go on; -1 at the end
   */
  synchronized int offer(
      long hash, InfoHash infoHash, int from, int most, PeersPage page, int now) {
    Swarm swarm = swarms.find(hash, infoHash);
    if (swarm == null) {
      return -1;
    }
    int v4 = swarm.family(true).size();
    int end = Math.min(swarm.peers(), from + most);
    for (int i = from; i < end; i++) {
      page.offer(swarm.family(i < v4), i < v4 ? i : i - v4, now);
    }
    return end < swarm.peers() ? end : -1;
  }

  synchronized void changeAll() {
    swarms.unsaved().clear();
    swarms.forEach(
        swarm -> {
          // Some may have been taken already.
          swarm.setHeard(false);
          swarm.setChanged(false);
          swarms.unsaved().noteChanged(swarm);
          if (swarm.completed() > 0) {
            swarms.noteCompleted(swarm);
          }
        });
  }

  /** Adds the completed counts that changed since the last call; 0 for a torrent that is gone. */
  synchronized void takeCompleted(Map<InfoHash, Integer> into) {
    swarms.takeCompleted(into);
  }

  /** The swarms that changed since they were frozen last; each to be given to {@link #freeze}. */
  synchronized List<Swarm> takeChanged() {
    return swarms.unsaved().takeChanged();
  }

  /**
   * The swarms in which peers were heard since they were frozen last, if it is so long since the
   * last ones were taken; each to be given to {@link #freezeHeard}.
   */
  synchronized List<Swarm> takeHeard(int patienceSeconds, int now) {
    return swarms.unsaved().takeHeard(patienceSeconds, now);
  }

  /** A changed swarm as it is now, to be thawed when it was read; nothing, if it is gone. */
  synchronized Optional<FrozenSwarm> freeze(Swarm swarm, int now) {
    swarm.setChanged(false);
    return swarms.has(swarm) ? Optional.of(swarm.freeze(now)) : Optional.empty();
  }

  /** The same of one in which peers were heard; nothing, too, if it has changed besides. */
  synchronized Optional<FrozenSwarm> freezeHeard(Swarm swarm, int now) {
    swarm.setHeard(false);
    return swarm.changed() ? Optional.empty() : freeze(swarm, now);
  }

  synchronized void thaw(Swarm swarm) {
    swarm.thaw();
  }

  /** Takes in a checked image; peers that are there already are newer and stay as they are. */
  synchronized void load(long hash, InfoHash infoHash, byte[] image, int ageSeconds, int now) {
    Swarm swarm = swarms.findOrAdd(hash, infoHash, now);
    SwarmImage.visit(image, new SwarmLoader(swarms, swarm, limits, ageSeconds, now));
    noteHighestClass();
  }
}
