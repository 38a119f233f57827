package dev.skep.tracker.swarm;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.tracker.AnnounceEvent;
import dev.skep.tracker.swarm.rows.Hashing;
import dev.skep.tracker.swarm.rows.PeerRows;
import dev.skep.tracker.swarm.rows.RowKinds;
import dev.skep.tracker.swarm.rows.Standing;
import java.util.ArrayList;
import java.util.List;

/**
 * One part of the store: the swarms whose info-hashes fall here, behind one lock (this object's
 * monitor). No method blocks, and none calls into another stripe.
 */
final class Stripe {
  private static final int AT_A_TIME = 256;
  private static final int ALL_AT_ONCE = Integer.MAX_VALUE;
  private static final int MOST_TRIES = 4;

  /** Enough for one that needs the torrent itself, and few for one that has all of it. */
  private static final int SEEDERS_FOR_A_DOUBTFUL_SEEDER = 5;

  private final SwarmLimits limits;
  private final SwarmTallies tallies;
  private final PeerSampler sampler;
  private final Sources sources;
  private final Swarms swarms;
  private final Sweep sweep;
  private final StripeChanges changes;
  private final Place place = new Place();

  // As Swarms.highestClass(); read without the lock.
  private volatile int highestClass;

  Stripe(
      SwarmLimits limits,
      SwarmTallies tallies,
      Hashing hashing,
      RowKinds kinds,
      Sources sources,
      PeerSampler sampler) {
    this.limits = limits;
    this.tallies = tallies;
    this.sampler = sampler;
    this.sources = sources;
    this.swarms = new Swarms(limits, tallies, hashing, kinds, sources);
    this.sweep = new Sweep(swarms, tallies, limits);
    this.changes = new StripeChanges(this, swarms);
  }

  /** What changes here, for those who follow it. */
  StripeChanges changes() {
    return changes;
  }

  // ---- announce and scrape

  synchronized Admission announce(long hash, Announce said, int now) {
    said.clearAnswer();
    TorrentSwarm swarm = swarms.find(hash, said);
    if (said.event == AnnounceEvent.STOPPED) {
      if (swarm != null) {
        leave(swarm, said, now);
      }
      return Admission.ADMITTED;
    }
    if (swarm == null) {
      int founder = sources.place(said.addressHigh, said.addressLow);
      Admission admission = admitTorrent(founder, said, now);
      if (admission != Admission.ADMITTED) {
        return admission;
      }
      swarm = swarms.add(hash, said.infoHash(), founder, now);
    }
    place.find(swarm, said.addressHigh, said.addressLow, said.port);
    if (!place.isHere() && place.isOther() && !hasRoomForPort(swarm, said)) {
      tallies.crowdedOut().increment(); // it is told of others, and nobody is told of it
    } else if (place.isHere() || hasRoomForPeer(swarm, said, now)) {
      enter(swarm, said, now);
    } else {
      return Admission.TOO_MANY_PEERS;
    }
    countInto(said, swarm);
    handOut(swarm, said, now);
    return Admission.ADMITTED;
  }

  private void leave(TorrentSwarm swarm, Announce said, int now) {
    place.find(swarm, said.addressHigh, said.addressLow, said.port);
    boolean remembered = limits.departures() > 0;
    if (place.isHere()) {
      swarms.removePeer(swarm, place.part(), place.row());
      noteHighestClass();
      swarm.heardAt(now);
    }
    if (remembered) { // one that another tracker knows left there, too
      swarms.noteDeparture(swarm, new PeerKey(said.address(), said.port), now);
    }
    if (place.isHere() || remembered) {
      swarms.changes().noteChanged(swarm);
    }
    countInto(said, swarm);
  }

  private Admission admitTorrent(int founder, Announce said, int now) {
    said.swarmWeight = 0;
    if (!swarms.mayBring(founder, said, now)) {
      return Admission.TOO_MANY_AT_ONCE;
    }
    if (!swarms.hasRoomForTorrent()) {
      return Admission.TOO_MANY_TORRENTS;
    }
    return tallies.peers().get() < limits.peers() ? Admission.ADMITTED : Admission.TOO_MANY_PEERS;
  }

  /**
   * Counts one port more of an address that has one, if it may; not in place of another address.
   */
  private boolean hasRoomForPort(TorrentSwarm swarm, Announce said) {
    boolean v4 = said.fromIpv4();
    return (!isFull(swarm, v4) || swarm.others(v4).size() > 0)
        && swarms.countOther(swarm, said.addressHigh, said.addressLow, place.networkHasFirst());
  }

  /** Counts one peer more, in a full swarm in place of another. */
  private boolean hasRoomForPeer(TorrentSwarm swarm, Announce said, int now) {
    boolean v4 = said.fromIpv4();
    if (isFull(swarm, v4)) {
      dropStalest(
          swarm, swarm.others(v4).size() > 0 ? RowKinds.others(v4) : RowKinds.firsts(v4), now);
    }
    if (swarms.countOneMorePeer()) {
      return true;
    }
    said.swarmWeight = swarm.weight();
    if (place.isOther()) {
      swarms.countOtherLess(swarm, said.addressHigh, said.addressLow);
    }
    return false;
  }

  private boolean isFull(TorrentSwarm swarm, boolean v4) {
    return swarm.firsts(v4).size() + swarm.others(v4).size() >= limits.peersPerTorrent();
  }

  /** Writes the peer into its row, a new one if need be. */
  private void enter(TorrentSwarm swarm, Announce said, int now) {
    boolean changes = !place.isHere();
    if (place.shouldBeFirst()) {
      place.movedTo(
          RowKinds.firsts(said.fromIpv4()), swarms.makeFirst(swarm, place.part(), place.row()));
    }
    int row = place.row();
    if (place.isHere()) {
      PeerRows rows = swarm.rows(place.part());
      if (rows.standing(row) != said.standing()) {
        row = swarms.setStanding(rows, row, said.standing());
        changes = true;
      }
    } else {
      row = swarms.addPeer(swarm, place.part(), said);
      swarms.grown(swarm);
      noteHighestClass();
    }
    place.movedTo(place.part(), row);
    PeerRows rows = swarm.rows(place.part());
    rows.update(row, said, now);
    if (said.event == AnnounceEvent.COMPLETED) {
      boolean counts = swarm.countCompleted(rows, row, said, limits.perAddress().completed(), now);
      swarms.toldCompleted(swarm, counts);
      changes |= counts;
    }
    swarm.heardAt(now);
    if (changes) {
      swarms.changes().noteChanged(swarm);
    } else {
      swarms.changes().noteHeard(swarm);
    }
  }

  /** Seeders to leechers only, but where a seeder may be none and would be told of nobody. */
  private void handOut(TorrentSwarm swarm, Announce said, int now) {
    int want = Math.min(said.numwant, Announce.MAX_PEERS);
    boolean leecher = said.standing() == Standing.LEECHER;
    handOut(swarm, leecher, want, said, now);
    if (said.told() == 0 && mayKnowNothingYet(said)) {
      handOut(swarm, true, Math.min(want, SEEDERS_FOR_A_DOUBTFUL_SEEDER), said, now);
    }
  }

  /**
   * Whether it may be one that has but a magnet link: as long as they do not know how much is
   * missing, some say that nothing is (aria2).
   */
  private static boolean mayKnowNothingYet(Announce said) {
    return said.event == AnnounceEvent.STARTED
        && said.standing() == Standing.SEEDER
        && said.downloadedBytes == 0;
  }

  /** One peer of each address first, then other ports of those. */
  private void handOut(TorrentSwarm swarm, boolean seeders, int want, Announce said, int now) {
    boolean v4 = said.fromIpv4();
    boolean peerIds = said.peerIdsWanted && limits.keepPeerIds();
    expect(swarm, v4, want, peerIds, said);
    draw(swarm, RowKinds.firsts(v4), seeders, want, said, now);
    if (said.bothFamilies && said.told() < want) {
      expect(swarm, !v4, want, peerIds, said);
      draw(swarm, RowKinds.firsts(!v4), seeders, want, said, now);
    }
    draw(swarm, RowKinds.others(v4), seeders, want, said, now);
    if (said.bothFamilies) {
      draw(swarm, RowKinds.others(!v4), seeders, want, said, now);
    }
  }

  private static void expect(
      TorrentSwarm swarm, boolean v4, int want, boolean peerIds, Announce said) {
    int peers = swarm.firsts(v4).size() + swarm.others(v4).size();
    said.handout(v4).expect(Math.min(want, peers), peerIds);
  }

  private void draw(
      TorrentSwarm swarm, int part, boolean seeders, int want, Announce said, int now) {
    PeerRows rows = swarm.rows(part);
    int more = want - said.told();
    if (rows.size() > 0 && more > 0) {
      int from = seeders ? 0 : rows.firstLeecher();
      int self = part == place.part() ? place.row() : -1;
      sampler.draw(rows, from, self, more, now, said, said.handout(rows.layout().ipv4()));
    }
  }

  private static void countInto(Announce said, TorrentSwarm swarm) {
    said.seeders = swarm.seeders();
    said.leechers = swarm.leechers();
    said.completed = swarm.completed();
  }

  synchronized boolean has(long hash, InfoHash infoHash) {
    return swarms.find(hash, infoHash) != null;
  }

  synchronized SwarmCounts counts(long hash, InfoHash infoHash) {
    TorrentSwarm swarm = swarms.find(hash, infoHash);
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
   * Drops one stale peer of the largest swarm here, if that swarm weighs about as much as {@code
   * atLeast}, or more. Swarms of a single peer are left alone.
   */
  synchronized boolean evict(int atLeast, int now) {
    noteHighestClass();
    TorrentSwarm swarm = swarms.largest();
    if (swarm == null || swarm.sizeClass() < SwarmsBySize.classOf(Math.max(2, atLeast))) {
      return false;
    }
    int others = swarm.peers() - swarm.addresses();
    boolean v4 =
        others > 0
            ? sampler.below(others) < swarm.others(true).size()
            : sampler.below(swarm.addresses()) < swarm.firsts(true).size();
    dropStalest(swarm, others > 0 ? RowKinds.others(v4) : RowKinds.firsts(v4), now);
    return true;
  }

  private void dropStalest(TorrentSwarm swarm, int part, int now) {
    swarms.removePeer(swarm, part, sampler.stalest(swarm.rows(part), now));
    tallies.evicted().increment();
    swarms.changes().noteChanged(swarm);
    noteHighestClass();
  }

  /**
   * Drops a small swarm whose founder brought more torrents than so many for each address in it, if
   * there is one among those that came last.
   *
   * @param except the hash of a swarm that is not meant
   */
  synchronized boolean dropGreedy(long moreThan, long except) {
    TorrentSwarm swarm = swarms.greedy(moreThan, except);
    if (swarm == null) {
      return false;
    }
    swarms.remove(swarm);
    tallies.evictedTorrents().increment();
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
    TorrentSwarm swarm = swarms.findOrAdd(hash, infoHash, now);
    swarm.setPinned(true);
    swarms.completedAtLeast(swarm, completed);
  }

  /** Pins a torrent that was here before the start; false if there is no room for it. */
  synchronized boolean pinRestored(long hash, InfoHash infoHash, int completed, int now) {
    boolean room = swarms.find(hash, infoHash) != null || swarms.hasRoomForTorrent();
    if (room) {
      pin(hash, infoHash, completed, now);
    }
    return room;
  }

  synchronized void unpin(long hash, InfoHash infoHash) {
    TorrentSwarm swarm = swarms.find(hash, infoHash);
    if (swarm != null) {
      swarm.setPinned(false);
    }
  }

  synchronized void drop(long hash, InfoHash infoHash) {
    TorrentSwarm swarm = swarms.find(hash, infoHash);
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
        SwarmIndex index = swarms.index();
        if (next > 0 && buckets != index.buckets()) {
          return false;
        }
        buckets = index.buckets();
        int end = next + Math.min(bucketsAtATime, buckets - next);
        index.forEach(
            next, end, swarm -> into.add(new SwarmSummary(swarm.infoHash(), swarm.counts())));
        next = end;
      }
    } while (next < buckets);
    return true;
  }

  synchronized List<KnownPeer> peers(long hash, InfoHash infoHash, int skip, int most, int now) {
    List<KnownPeer> views = new ArrayList<>();
    TorrentSwarm swarm = swarms.find(hash, infoHash);
    if (swarm == null) {
      return views;
    }
    int first = 0;
    for (int part = 0; part < RowKinds.PARTS; part++) {
      PeerRows rows = swarm.rows(part);
      for (int i = Math.max(skip, first); i < first + rows.size() && views.size() < most; i++) {
        views.add(KnownPeer.of(rows, i - first, now));
      }
      first += rows.size();
    }
    return views;
  }

  /**
   * Offers some rows of a swarm to a page.
   *
   * @param from the first row, those of all parts counted through
   * @param most how many at most
   * @return where to go on; -1 at the end
   */
  synchronized int offer(
      long hash, InfoHash infoHash, int from, int most, PeersPage page, int now) {
    TorrentSwarm swarm = swarms.find(hash, infoHash);
    if (swarm == null) {
      return -1;
    }
    int end = Math.min(swarm.peers(), from + most);
    int before = 0;
    for (int part = 0; part < RowKinds.PARTS; part++) {
      PeerRows rows = swarm.rows(part);
      for (int i = Math.max(from, before); i < Math.min(end, before + rows.size()); i++) {
        page.offer(rows, i - before, now);
      }
      before += rows.size();
    }
    return end < swarm.peers() ? end : -1;
  }

  /** Takes in a checked image: see {@link SwarmMerge}. */
  synchronized void merge(long hash, InfoHash infoHash, byte[] image, int ageSeconds, int now) {
    if (swarms.find(hash, infoHash) == null && !swarms.hasRoomForTorrent()) {
      tallies.refusedTorrents().increment();
      return;
    }
    TorrentSwarm swarm = swarms.findOrAdd(hash, infoHash, now);
    var merge = new SwarmMerge(swarms, swarm, limits, ageSeconds, now);
    SwarmImage.visit(image, merge);
    merge.end();
    noteHighestClass();
  }
}
