package dev.skep.agent.session.peers;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.encryption.Encryption;
import dev.skep.protocol.encryption.HandshakeForm;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that one torrent knows: who told of each, what happened there, and which to dial
 * next. Those that only strangers told of come last, local ones first, then in the order that both
 * sides of a connection agree on (BEP 40), each again only after a pause that doubles with every
 * failure.
 *
 * <p>Bounded. When it is full, those give way that failed, then what only strangers told of, and of
 * the rest those of whoever told of the most: so a liar who floods it displaces his own addresses.
 * Those that were of use go last; those that somebody named, or the magnet link, stay.
 *
 * <p>Time and chance are given. Safe for many threads.
 */
public final class PeerBook {
  public static final int MAX_ENTRIES = 2000;
  private static final int MAX_FAILURES = 6;
  private static final int MAX_SOURCES = 4;
  private static final long FIRST_PAUSE_NANOS = 2_000_000_000L;
  private static final long OUR_PAUSE_NANOS = 10_000_000_000L;

  private static final class Entry {
    private final Endpoint at;
    private final boolean local;
    private final Set<PeerSource> sources = new HashSet<>(2);
    private boolean hearsay = true; // nobody but strangers told of it, who may be liars
    private int rank;
    private int failures;
    private End last = End.OURS;
    private boolean useful;
    private long heardAt;
    private long notBefore;
    private boolean busy;
    private boolean never;
    private HandshakeForm form;
    private boolean otherFormTried; // since the last handshake that was answered

    Entry(Endpoint at, boolean local, int rank, HandshakeForm form, long now) {
      this.at = at;
      this.local = local;
      this.rank = rank;
      this.form = form;
      notBefore = now;
    }

    boolean isKept() {
      return busy || never || isChosen();
    }

    boolean isChosen() {
      return sources.contains(PeerSource.NAMED) || sources.contains(PeerSource.LINK);
    }

    boolean isDue(long now) {
      return !busy && !never && now - notBefore >= 0;
    }
  }

  private final OwnAddresses self;
  private final Predicate<Endpoint> local;
  private final Encryption encryption;
  private boolean isPrivate;
  private final RandomGenerator random;
  private final Map<Endpoint, Entry> entries = new HashMap<>();
  private int ranked; // with so many changes of our own address
  private int changes;

  /**
   * Creates an empty one.
   *
   * @param self our own addresses as far as we know them
   * @param local which addresses are on the local network
   * @param encryption with which handshakes they may be dialled
   * @param isPrivate whether the torrent is (BEP 27)
   */
  public PeerBook(
      OwnAddresses self,
      Predicate<Endpoint> local,
      Encryption encryption,
      boolean isPrivate,
      RandomGenerator random) {
    this.self = self;
    this.local = local;
    this.encryption = encryption;
    this.isPrivate = isPrivate;
    this.random = random;
  }

  /**
   * Adds addresses, unless the torrent may not learn any from there.
   *
   * @return whether any was not known
   */
  public synchronized boolean add(Collection<Endpoint> found, PeerSource source, long now) {
    if (isPrivate && !source.knowsPrivate()) {
      return false;
    }
    int before = entries.size();
    boolean told = false;
    for (Endpoint at : found) {
      if (isDialable(at)) {
        Entry entry =
            entries.computeIfAbsent(
                at, _ -> new Entry(at, local.test(at), self.rank(at), encryption.first(), now));
        entry.heardAt = now;
        entry.hearsay &= source.isHearsay();
        if (entry.sources.size() < MAX_SOURCES || source.isChosen()) {
          told |= entry.sources.add(source);
        }
      }
    }
    boolean any = entries.size() > before;
    changes += told ? 1 : 0;
    forgetSome();
    return any;
  }

  private boolean isDialable(Endpoint at) {
    return at.port() > 0
        && !at.address().isAnyLocalAddress()
        && !at.address().isMulticastAddress()
        && !self.isSelf(at);
  }

  private void forgetSome() {
    if (entries.size() <= MAX_ENTRIES) {
      return;
    }
    // Some more than need be, so that this is not done for each that comes.
    int over = entries.size() - MAX_ENTRIES + MAX_ENTRIES / 20;
    Map<PeerSource, Integer> told = new HashMap<>();
    for (Entry entry : entries.values()) {
      entry.sources.forEach(source -> told.merge(source, 1, Integer::sum));
    }
    List<Entry> worst =
        entries.values().stream()
            .filter(entry -> !entry.isKept())
            .sorted(
                Comparator.comparing((Entry entry) -> entry.useful)
                    .thenComparingInt(entry -> -entry.failures)
                    .thenComparing(entry -> !entry.hearsay)
                    .thenComparingInt(entry -> -fewest(entry, told))
                    .thenComparingLong(entry -> entry.heardAt))
            .limit(over)
            .toList();
    worst.forEach(entry -> entries.remove(entry.at));
  }

  /** How much the most modest of those who told of it has told. */
  private static int fewest(Entry entry, Map<PeerSource, Integer> told) {
    return entry.sources.stream().mapToInt(told::get).min().orElse(0);
  }

  /** Forgets all addresses that only others than this one told of, and that nobody named. */
  public synchronized void keepOnly(PeerSource source) {
    changes++;
    entries
        .values()
        .removeIf(
            entry -> !entry.sources.contains(source) && !entry.sources.contains(PeerSource.NAMED));
  }

  public synchronized boolean isPrivate() {
    return isPrivate;
  }

  /** The torrent turns out to be private: what it may not know is forgotten (BEP 27). */
  public synchronized void becomePrivate() {
    isPrivate = true;
    changes++;
    entries.values().removeIf(entry -> entry.sources.stream().noneMatch(PeerSource::knowsPrivate));
  }

  /**
   * The torrent itself is here. Whoever did not have it either was of no use until now: each is
   * dialled again at once.
   */
  public synchronized void becomeKnown(long now) {
    changes++;
    for (Entry entry : entries.values()) {
      if (entry.last == End.USELESS) {
        entry.failures = 0;
        entry.notBefore = now;
      }
    }
  }

  /** The best address that may be dialled now, taken until {@link #done}; or null. */
  public synchronized @Nullable Endpoint take(long now) {
    rankAnew();
    Entry best = null;
    for (Entry entry : entries.values()) {
      if (entry.isDue(now) && (best == null || isBetter(entry, best))) {
        best = entry;
      }
    }
    if (best == null) {
      return null;
    }
    best.busy = true;
    changes++;
    return best.at;
  }

  private void rankAnew() {
    if (ranked != self.changes()) {
      ranked = self.changes();
      changes++;
      entries.values().removeIf(entry -> self.isSelf(entry.at));
      entries.values().forEach(entry -> entry.rank = self.rank(entry.at));
    }
  }

  private static boolean isBetter(Entry a, Entry b) {
    if (a.failures != b.failures) {
      return a.failures < b.failures;
    }
    if (a.hearsay != b.hearsay) {
      return b.hearsay;
    }
    if (a.local != b.local) {
      return a.local;
    }
    return Integer.compareUnsigned(a.rank, b.rank) < 0;
  }

  /** How a connection to this address should begin: as it was answered last, or may yet be. */
  public synchronized HandshakeForm form(Endpoint at) {
    Entry entry = entries.get(at);
    return entry == null ? encryption.first() : entry.form;
  }

  /** How a dial, or the connection that it led to, ended. */
  public enum End {
    /** The peer could not be reached. */
    UNREACHABLE,
    /** It was reached and hung up on our handshake, as one does that wants another form of it. */
    HUNG_UP,
    /** It was reached, and did not want us for another reason. */
    REFUSED,
    /** A connection was made, and no block moved. */
    USELESS,
    /** Blocks moved. */
    USEFUL,
    /** We ended it ourselves and may want it again. */
    OURS,
    /** We could not dial: too many connections, or no network. No fault of the peer's. */
    NOT_NOW
  }

  /** The connection to this address is over, or never came about. */
  public synchronized void done(Endpoint at, End end, long now) {
    Entry entry = entries.get(at);
    if (entry == null) {
      return;
    }
    entry.busy = false;
    changes++;
    if (end == End.HUNG_UP && !entry.otherFormTried && changeForm(entry)) {
      entry.otherFormTried = true;
      entry.notBefore = now;
      return;
    }
    entry.otherFormTried = false;
    if (end == End.HUNG_UP || end == End.REFUSED) {
      changeForm(entry);
    }
    switch (end) {
      case OURS -> entry.notBefore = now;
      case NOT_NOW -> pause(entry, OUR_PAUSE_NANOS, now);
      case USEFUL -> {
        entry.last = end;
        entry.useful = true;
        entry.failures = 0;
        pause(entry, FIRST_PAUSE_NANOS, now);
      }
      case UNREACHABLE, HUNG_UP, REFUSED, USELESS -> {
        entry.last = end;
        pause(entry, FIRST_PAUSE_NANOS << Math.min(entry.failures, MAX_FAILURES), now);
        if (++entry.failures > MAX_FAILURES) {
          entry.useful = false;
          if (!entry.isChosen()) {
            entries.remove(at);
          }
        }
      }
    }
  }

  /** Whether the other form of handshake may be tried too: then that is next. */
  private boolean changeForm(Entry entry) {
    boolean may = encryption.takes(entry.form.other());
    entry.form = may ? entry.form.other() : entry.form;
    return may;
  }

  /** This address leads to ourselves, or to somebody we will not talk to. */
  public synchronized void forget(Endpoint at) {
    Entry entry = entries.get(at);
    if (entry != null) {
      entry.never = true; // and kept, so that it is not added again
      changes++;
    }
  }

  /** Peers at this address want to talk; returns whether any is known. */
  public synchronized boolean dialSoon(InetAddress address, long now) {
    boolean any = false;
    for (Entry entry : entries.values()) {
      if (entry.at.address().equals(address)) {
        any = true;
        entry.notBefore = Math.min(entry.notBefore, now + FIRST_PAUSE_NANOS);
      }
    }
    return any;
  }

  private void pause(Entry entry, long nanos, long now) {
    entry.notBefore = now + nanos + random.nextLong(nanos / 4 + 1);
  }

  /** How this address was learnt; empty if it was not: it dialled us. */
  public synchronized Set<PeerSource.Kind> kinds(Endpoint at) {
    Entry entry = entries.get(at);
    Set<PeerSource.Kind> kinds = EnumSet.noneOf(PeerSource.Kind.class);
    if (entry != null) {
      entry.sources.forEach(source -> kinds.add(source.kind()));
    }
    return kinds;
  }

  public synchronized int size() {
    return entries.size();
  }

  /** Goes up whenever {@link #known} or {@link #kinds} may tell something else. */
  public synchronized int changes() {
    return changes;
  }

  /** How things stand with the addresses, for people. */
  public synchronized KnownPeers known() {
    int unreachable = 0;
    int hungUp = 0;
    int refused = 0;
    int untried = 0;
    int known = 0;
    for (Entry entry : entries.values()) {
      known += entry.never ? 0 : 1;
      if (entry.failures > 0) {
        unreachable += entry.last == End.UNREACHABLE ? 1 : 0;
        hungUp += entry.last == End.HUNG_UP ? 1 : 0;
        refused += entry.last == End.REFUSED ? 1 : 0;
      } else if (!entry.useful && !entry.busy && !entry.never) {
        untried++;
      }
    }
    return new KnownPeers(known, untried, unreachable, hungUp, refused);
  }
}
