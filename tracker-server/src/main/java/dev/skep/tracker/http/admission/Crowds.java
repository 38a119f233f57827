package dev.skep.tracker.http.admission;

import dev.skep.protocol.address.Cidr;
import dev.skep.protocol.address.IpAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Who is connected, by address, so that one cannot take all there is: connections, and bytes of
 * answers that are not taken. Over IPv6 a block of 64 bits counts as one address, since whoever has
 * one has all of it. Some addresses are not counted, since many may come through one of them. Where
 * there is no room left, it is made by those who hold most.
 */
final class Crowds {
  /** An answer that moved within so long is not what is in the way. */
  private static final long MOVING_NANOS = 200_000_000;

  /** For so long nobody looks again among all connections for what was not found there. */
  private static final long IN_VAIN_NANOS = 100_000_000;

  /**
   * What one address may have.
   *
   * @param connections at a time
   * @param unsentBytes of answers
   * @param waiting requests that wait for their turn
   */
  private record Most(int connections, long unsentBytes, int waiting) {
    static final Most ANY = new Most(Integer.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE);

    static Most of(HttpSettings settings) {
      return new Most(
          settings.connections().perAddress(),
          settings.answers().bytesPerAddress(),
          settings.turns().waitingPerAddress());
    }

    /** So many times as much, but no more of it than half of what all may have. */
    static Most ofPrivate(HttpSettings settings) {
      Most usual = of(settings);
      long times = settings.connections().privateTimes();
      return new Most(
          (int) wider(usual.connections, times, settings.connections().most()),
          wider(usual.unsentBytes, times, settings.answers().bytes()),
          (int) wider(usual.waiting, times, settings.turns().waiting()));
    }

    private static long wider(long usual, long times, long all) {
      return Math.max(usual, Math.min(usual * times, all / 2));
    }
  }

  /** All connections of one address, or all that are not counted. */
  static final class Crowd {
    private final Most most;

    /** Of all addresses of the IPv4 address or IPv6 /48 that this one is of. */
    private final AtomicInteger connectionsOfSite;

    private final AtomicLong unsentBytes = new AtomicLong();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();

    private Crowd(Most most, AtomicInteger connectionsOfSite) {
      this.most = most;
      this.connectionsOfSite = connectionsOfSite;
    }

    /** Whether what it holds is bounded. */
    private boolean isCounted() {
      return !most.equals(Most.ANY);
    }

    /**
     * Counts one more of its requests that wait for their turn. It may have as many as there is
     * room left for, so that however many addresses have many, another one finds room.
     *
     * @param room for how many more there is room
     * @return false if those are too many
     */
    boolean beginToWait(int room) {
      return waiting.incrementAndGet() <= Math.min(most.waiting, room);
    }

    void endToWait() {
      waiting.decrementAndGet();
    }
  }

  /** One connection. */
  interface Member {
    Crowd crowd();

    /** How long nothing has happened on it that was asked for; in nanoseconds. */
    long idleNanos();

    /** How long nothing of an answer under way was taken; 0 if none is. */
    long stalledNanos();

    /**
     * Ends, at once.
     *
     * @return bytes of answers that it held
     */
    long giveWay();
  }

  private final HttpSettings settings;
  private final HttpTallies tallies;
  private final List<Cidr> uncounted;
  private final Most most;
  private final Most mostOfPrivate;
  private final Crowd uncountedCrowd = new Crowd(Most.ANY, new AtomicInteger());
  private final ConcurrentHashMap<IpAddress, Crowd> crowds = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Long, AtomicInteger> sites = new ConcurrentHashMap<>();
  private final Set<Member> members = ConcurrentHashMap.newKeySet();
  private volatile InVain inVain = new InVain(Integer.MAX_VALUE, System.nanoTime());

  /** No address had more connections than this one. */
  private record InVain(int own, long nanos) {}

  Crowds(HttpSettings settings, HttpTallies tallies) {
    this.settings = settings;
    this.tallies = tallies;
    this.most = Most.of(settings);
    this.mostOfPrivate = Most.ofPrivate(settings);
    this.uncounted =
        Stream.concat(
                settings.connections().uncounted().stream(), settings.trustedProxies().stream())
            .toList();
  }

  /** Counts one connection more; absent if its address has as many as it may. */
  Optional<Crowd> enter(IpAddress address) {
    if (isUncounted(address)) {
      return Optional.of(uncountedCrowd);
    }
    Crowd crowd =
        crowds.compute(
            block(address),
            (_, known) -> {
              AtomicInteger ofSite = enterSite(address);
              Crowd one = known == null ? new Crowd(mostOf(address), ofSite) : known;
              one.connections.incrementAndGet();
              return one;
            });
    if (crowd.connections.get() <= crowd.most.connections) {
      return Optional.of(crowd);
    }
    leave(address);
    return Optional.empty();
  }

  /** Where one belongs of which nobody knows yet whose it is. */
  Crowd nobodys() {
    return uncountedCrowd;
  }

  /** A connection that had entered has ended. */
  void leave(IpAddress address) {
    if (!isUncounted(address)) {
      crowds.computeIfPresent(
          block(address),
          (_, crowd) -> {
            sites.computeIfPresent(
                site(address), (_, ofSite) -> ofSite.decrementAndGet() == 0 ? null : ofSite);
            return crowd.connections.decrementAndGet() == 0 ? null : crowd;
          });
    }
  }

  private AtomicInteger enterSite(IpAddress address) {
    return sites.compute(
        site(address),
        (_, known) -> {
          AtomicInteger ofSite = known == null ? new AtomicInteger() : known;
          ofSite.incrementAndGet();
          return ofSite;
        });
  }

  void add(Member member) {
    members.add(member);
  }

  void remove(Member member) {
    members.remove(member);
  }

  /**
   * Makes room for a connection, at the cost of the address that has most; over IPv6 of the /48.
   *
   * @return false if the newcomer's own address is that one
   */
  boolean makeRoomFor(Crowd newcomer) {
    int own = newcomer.isCounted() ? newcomer.connectionsOfSite.get() : 1;
    long now = System.nanoTime();
    InVain last = inVain;
    if (own >= last.own && now - last.nanos < IN_VAIN_NANOS) {
      return false; // or each of many who come to a full tracker would cost a look at all
    }
    Optional<Member> victim =
        members.stream()
            .filter(
                member ->
                    member.crowd().isCounted() && member.crowd().connectionsOfSite.get() > own)
            .max(
                Comparator.<Member>comparingInt(member -> member.crowd().connectionsOfSite.get())
                    .thenComparingLong(Member::idleNanos));
    if (victim.isEmpty()) {
      inVain = new InVain(own, now);
      return false;
    }
    tallies.gaveWay().increment();
    victim.get().giveWay();
    return true;
  }

  /**
   * Counts bytes that one is about to be sent. Where that is more than may be, those give way who
   * take nothing of theirs, of the same address or of the one that holds most.
   *
   * @return false if the one who is to be sent them has to give way; the bytes are counted in any
   *     case
   */
  boolean charge(Crowd crowd, long bytes) {
    AnswerLimits limits = settings.answers();
    long own = crowd.unsentBytes.addAndGet(bytes) - crowd.most.unsentBytes;
    long all = tallies.unsentBytes().addAndGet(bytes) - limits.bytes();
    boolean fits =
        (own <= 0 || free(own, member -> member.crowd().equals(crowd)))
            && (all <= 0 || free(all, _ -> true));
    if (!fits) {
      tallies.gaveWay().increment();
    }
    return fits;
  }

  /** The bytes are sent, or will never be. */
  void discharge(Crowd crowd, long bytes) {
    crowd.unsentBytes.addAndGet(-bytes);
    tallies.unsentBytes().addAndGet(-bytes);
  }

  private boolean free(long bytes, Predicate<Member> from) {
    List<Member> stalled =
        members.stream()
            .filter(from)
            .filter(member -> member.stalledNanos() > MOVING_NANOS)
            .sorted(
                Comparator.<Member>comparingLong(member -> member.crowd().unsentBytes.get())
                    .thenComparingLong(Member::stalledNanos)
                    .reversed())
            .toList();
    long freed = 0;
    for (Member member : stalled) {
      if (freed >= bytes) {
        break;
      }
      tallies.gaveWay().increment();
      freed += member.giveWay();
    }
    return freed >= bytes;
  }

  private Most mostOf(IpAddress address) {
    return address.isPrivate() ? mostOfPrivate : most;
  }

  private boolean isUncounted(IpAddress address) {
    for (Cidr block : uncounted) {
      if (block.contains(address)) {
        return true;
      }
    }
    return false;
  }

  private static long site(IpAddress address) {
    return IpAddress.site(address.high(), address.low());
  }

  private static IpAddress block(IpAddress address) {
    return address.isIpv4() ? address : new IpAddress(address.high(), 0);
  }
}
