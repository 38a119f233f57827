package dev.skep.tracker.swarm;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.swarm.rows.Hashing;
import dev.skep.tracker.swarm.rows.RowKinds;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Who is in which swarm. Safe for many threads: 256 stripes, chosen by a keyed hash of the
 * info-hash, each behind its own short lock. Time is given from outside through {@link #advance};
 * it counts whole seconds, never runs back, and outruns no peer's timeout by more than a second per
 * step, so that a clock that jumps expires peers at worst.
 */
public final class SwarmStore {
  /** Most peers that a sweep touches under one lock. */
  public static final int SWEEP_PEERS = 1024;

  private static final int STRIPES = 256;
  private static final int MOST_VIEWS = 1000;

  // Where memory is full: whoever brought no more than so many torrents never has to give one up.
  private static final int FEW_TORRENTS = 16;
  private static final int STRIPES_ASKED = 8;
  private static final int STRIPES_STEP = 37;

  // Between a look at what a stripe has and its eviction others may have been faster.
  private static final int EVICTION_TRIES = 4;

  private final SwarmLimits limits;
  private final SwarmTallies tallies = new SwarmTallies();
  private final Hashing hashing;
  private final Sources sources;
  private final Stripe[] stripes = new Stripe[STRIPES];
  private final int timeoutSeconds;
  private final Object views = new Object();

  // Written by the one who tells the time. It starts beyond any timeout, so that ages stay
  // positive.
  private volatile int now;
  private long lastNanos;
  private long leftOverNanos;

  private final BitSet readers = new BitSet();
  private int sweepStripe;
  private int overviewAt = -1;
  private List<SwarmSummary> overview = List.of();

  /**
   * Creates an empty store.
   *
   * @param random where the keys of its hash tables and the seeds of its draws come from
   * @param nanos the monotonic time now
   */
  public SwarmStore(
      SwarmLimits limits, PeerPreference preference, RandomGenerator random, long nanos) {
    this.limits = limits;
    this.hashing = Hashing.drawnFrom(random);
    this.sources = new Sources(hashing);
    var kinds = new RowKinds(hashing, limits.keepPeerIds());
    this.timeoutSeconds = Math.toIntExact(limits.peerTimeout().toSeconds());
    this.now = timeoutSeconds + 1;
    this.lastNanos = nanos;
    for (int i = 0; i < STRIPES; i++) {
      PeerSampler sampler = new PeerSampler(preference, timeoutSeconds, random.nextLong());
      stripes[i] = new Stripe(limits, tallies, hashing, kinds, sources, sampler);
    }
  }

  /**
   * Tells the monotonic time; to be called about every second, by one thread at a time.
   *
   * @param nanos as from {@link System#nanoTime()}; earlier than before counts as no time passed
   */
  public synchronized void advance(long nanos) {
    long passed = Math.max(0, nanos - lastNanos) + leftOverNanos;
    lastNanos = nanos;
    long seconds = TimeUnit.NANOSECONDS.toSeconds(passed);
    leftOverNanos = passed - TimeUnit.SECONDS.toNanos(seconds);
    now += (int) Math.min(seconds, timeoutSeconds + 1L);
  }

  /** What the store holds and which limits it met. */
  public SwarmTallies tallies() {
    return tallies;
  }

  /** What the store may hold. */
  public SwarmLimits limits() {
    return limits;
  }

  /** Takes in what a peer says and fills in what it is told. Allocates nothing for a known peer. */
  public Admission announce(Announce said) {
    long hash = hash(hashing, said.infoHashHigh, said.infoHashMiddle, said.infoHashLow);
    Admission admission = stripe(hash).announce(hash, said, now);
    boolean roomMade =
        switch (admission) {
          case ADMITTED, TOO_MANY_AT_ONCE -> false;
          case TOO_MANY_TORRENTS -> dropGreedy(said, hash);
          case TOO_MANY_PEERS -> dropGreedy(said, hash) || dropPeer(said);
        };
    if (roomMade) {
      admission = stripe(hash).announce(hash, said, now);
    }
    switch (admission) {
      case ADMITTED -> {}
      case TOO_MANY_TORRENTS -> tallies.refusedTorrents().increment();
      case TOO_MANY_PEERS -> tallies.refusedPeers().increment();
      case TOO_MANY_AT_ONCE -> tallies.hastyTorrents().increment();
    }
    return admission;
  }

  /**
   * Lets a small swarm go whose founder brought many torrents, and more than twice as many as the
   * address that asks: looks at those that came last in some stripes.
   */
  private boolean dropGreedy(Announce said, long hash) {
    int own = sources.held(sources.place(said.addressHigh, said.addressLow));
    long moreThan = 2L * own + FEW_TORRENTS;
    for (int i = 0; i < STRIPES_ASKED; i++) {
      int stripe = ((int) hash + i * STRIPES_STEP) & (STRIPES - 1);
      if (stripes[stripe].dropGreedy(moreThan, hash)) {
        return true;
      }
    }
    return false;
  }

  /** Lets a swarm of the biggest of all give one peer, unless the one that asks is bigger. */
  private boolean dropPeer(Announce said) {
    for (int tries = 0; tries < EVICTION_TRIES; tries++) {
      Stripe biggest = stripes[0];
      for (Stripe stripe : stripes) {
        if (stripe.highestClass() > biggest.highestClass()) {
          biggest = stripe;
        }
      }
      if (biggest.evict(said.swarmWeight, now)) {
        return true;
      }
    }
    return false;
  }

  /** Whether there is such a torrent, with or without peers. */
  public boolean has(InfoHash infoHash) {
    long hash = hash(hashing, infoHash);
    return stripe(hash).has(hash, infoHash);
  }

  /** How many peers a torrent has; none if nobody announced it. */
  public SwarmCounts counts(InfoHash infoHash) {
    long hash = hash(hashing, infoHash);
    return stripe(hash).counts(hash, infoHash);
  }

  /**
   * Drops who was silent for too long, touching up to {@link #SWEEP_PEERS} peers under one lock;
   * goes on where the last call stopped. By one thread at a time.
   */
  public Swept sweep() {
    Swept swept = stripes[sweepStripe].sweep(SWEEP_PEERS, now);
    if (swept.toTheEnd()) {
      sweepStripe = (sweepStripe + 1) % STRIPES;
    }
    return new Swept(swept.touchedPeers(), swept.toTheEnd() && sweepStripe == 0);
  }

  /** Keeps a torrent even without peers, and takes over how often it was completed. */
  public void pin(InfoHash infoHash, int completed) {
    long hash = hash(hashing, infoHash);
    stripe(hash).pin(hash, infoHash, completed, now);
    renewOverview();
  }

  /**
   * The same of a torrent that was here before the start; false if there is no room for it, and
   * then it is not.
   */
  public boolean pinRestored(InfoHash infoHash, int completed) {
    long hash = hash(hashing, infoHash);
    return stripe(hash).pinRestored(hash, infoHash, completed, now);
  }

  /** Lets a torrent go once it has no peers. */
  public void unpin(InfoHash infoHash) {
    long hash = hash(hashing, infoHash);
    stripe(hash).unpin(hash, infoHash);
    renewOverview();
  }

  /** Forgets a torrent and its peers at once. */
  public void drop(InfoHash infoHash) {
    long hash = hash(hashing, infoHash);
    stripe(hash).drop(hash, infoHash);
    renewOverview();
  }

  /** What an administrator did is seen at once, not a second later. */
  private void renewOverview() {
    synchronized (views) {
      overviewAt = -1;
    }
  }

  /** All swarms in no order, at most a second old. */
  public List<SwarmSummary> overview() {
    synchronized (views) {
      if (overviewAt != now) {
        overviewAt = now;
        List<SwarmSummary> swarms = new ArrayList<>(tallies.torrents().get());
        for (Stripe stripe : stripes) {
          swarms.addAll(stripe.summaries());
        }
        overview = List.copyOf(swarms);
      }
      return overview;
    }
  }

  /**
   * Peers of one torrent, in no lasting order.
   *
   * @param skip how many to leave out first, at least 0
   * @param most how many to return at most; above 1,000 counts as 1,000
   */
  public List<KnownPeer> peers(InfoHash infoHash, int skip, int most) {
    long hash = hash(hashing, infoHash);
    return stripe(hash).peers(hash, infoHash, skip, Math.clamp(most, 0, MOST_VIEWS), now);
  }

  /**
   * Peers of one torrent in the order of their keys, so that pages of them neither repeat nor leave
   * out one that stays. Looks at all of the swarm's rows, {@link #SWEEP_PEERS} under one lock.
   *
   * @param after the last one of the page before
   * @param most how many to return at most, at least 1
   */
  public List<KnownPeer> peersAfter(InfoHash infoHash, Optional<PeerKey> after, int most) {
    long hash = hash(hashing, infoHash);
    Stripe stripe = stripe(hash);
    var page = new PeersPage(after, most);
    int row = 0;
    while (row >= 0) {
      row = stripe.offer(hash, infoHash, row, SWEEP_PEERS, page, now);
    }
    return page.peers();
  }

  /**
   * A reader of what changes from now on; up to ten may be open at a time.
   *
   * @param kinds what it is to be told of
   * @throws IllegalStateException if there are as many as may be
   */
  public SwarmReader reader(Set<SwarmChange> kinds) {
    int number;
    synchronized (readers) {
      number = readers.nextClearBit(0);
      if (number == Changes.MOST_READERS) {
        throw new IllegalStateException("the swarms have " + number + " readers, and no more");
      }
      readers.set(number);
    }
    for (int i = 0; i < STRIPES; i++) {
      // What may wait is not read from all stripes in the same second.
      int heardSince = now - i * limits.mostUnsavedSeconds() / STRIPES;
      stripes[i].changes().open(number, kinds, heardSince);
    }
    return new SwarmReader(this, Stream.of(stripes).map(Stripe::changes).toList(), number);
  }

  void closed(SwarmReader reader) {
    synchronized (readers) {
      readers.clear(reader.number());
    }
  }

  /** The second that it is. */
  int now() {
    return now;
  }

  /**
   * Takes in an image that was saved before the start. Peers who would have expired meanwhile are
   * left out; those that were heard since stay as they are.
   *
   * @param ageSeconds how long ago the image was made
   * @throws IllegalArgumentException if the image is damaged; the message says how
   */
  public void load(InfoHash infoHash, byte[] image, long ageSeconds) {
    SwarmImage.check(infoHash, image);
    long hash = hash(hashing, infoHash);
    int age = Math.clamp(ageSeconds, 0, limits.mostSilentSeconds(true) + 1);
    stripe(hash).merge(hash, infoHash, image, age, now);
  }

  /**
   * Takes in the image of another tracker's swarm of the same torrent. Of each peer what happened
   * last counts, that it was heard or that it left, so images may come in any order, and more than
   * once. Where many left, some who did come back: see {@link SwarmLimits#departures}.
   *
   * @param ageSeconds how long ago the image was made, rounded up. It counts as a second more,
   *     since seconds begin at other times elsewhere: so what goes to and fro only gets older
   * @throws IllegalArgumentException if the image is damaged; the message says how
   */
  public void merge(InfoHash infoHash, byte[] image, long ageSeconds) {
    load(infoHash, image, Math.max(0, ageSeconds) + 1);
  }

  /** Where a torrent's swarm is. */
  Stripe stripeOf(InfoHash infoHash) {
    return stripe(hash(hashing, infoHash));
  }

  private Stripe stripe(long hash) {
    return stripes[(int) (hash >>> 56)];
  }

  static long hash(Hashing hashing, InfoHash infoHash) {
    return hash(hashing, infoHash.high(), infoHash.middle(), infoHash.low());
  }

  private static long hash(Hashing hashing, long high, long middle, int low) {
    return hashing.hash(hashing.hash(high, middle) + low);
  }
}
