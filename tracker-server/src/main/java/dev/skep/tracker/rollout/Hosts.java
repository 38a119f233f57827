package dev.skep.tracker.rollout;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.IpAddress;
import dev.skep.protocol.tracker.HostIdentity;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The machines that were heard of, by name. A name belongs to the agent that used it first; over
 * IPv6 a block of 64 bits counts as one address.
 *
 * <p>One thread changes it at a time; others may read meanwhile.
 */
final class Hosts {
  /** How many times as many those of one /48 of IPv6 may be together. */
  private static final int SITE_TIMES = 10;

  private static final double NEARLY_ALL = 0.9;

  private final Limits limits;
  private final ConcurrentNavigableMap<String, KnownHost> byName = new ConcurrentSkipListMap<>();
  private final Map<IpAddress, Integer> byAddress = new HashMap<>();
  private final Map<Long, Integer> bySite = new HashMap<>();
  private final AtomicInteger size = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /**
   * How many there may be.
   *
   * @param most in all
   * @param bytes of the heap that all take
   * @param perAddress whose names were used first from one address
   * @param privateTimes how many times as many of one of this machine or of a private network
   */
  record Limits(int most, long bytes, int perAddress, int privateTimes) {
    int of(IpAddress address) {
      return address.isPrivate() ? Math.multiplyExact(perAddress, privateTimes) : perAddress;
    }

    /** The part that so many are of what the site of an address may have. */
    double shareOfSite(IpAddress address, int count) {
      return (double) count / of(address) / (address.isIpv4() ? 1 : SITE_TIMES);
    }
  }

  Hosts(Limits limits) {
    this.limits = limits;
  }

  /** Whether somebody may speak for a name. */
  sealed interface Verdict {
    /**
     * It may.
     *
     * @param before as it was known, if it was
     */
    record Known(Optional<KnownHost> before, KnownHost now) implements Verdict {}

    /** The name is another machine's. */
    record Alien(KnownHost owner, boolean isNews) implements Verdict {}

    /** There are too many names, in all or of its address, or no heap for one more. */
    record Full() implements Verdict {}
  }

  /**
   * Whether one that is not known gets a place only if others give way, and may have it then: its
   * address has not all that it may have.
   */
  boolean needsRoom(KnownHost newcomer) {
    return !isCrowd(newcomer.claimedFrom()) && !hasRoomFor(newcomer);
  }

  private boolean hasRoomFor(KnownHost host) {
    return size() < limits.most() && fits(host.bytes());
  }

  /** Whether there is so little room left that it is time to know who gives way. */
  boolean isTight() {
    return size() >= NEARLY_ALL * limits.most() || bytes() >= NEARLY_ALL * limits.bytes();
  }

  /** The part that the site of an address would take with one more of what it may have. */
  double shareWithOneMore(IpAddress from) {
    return limits.shareOfSite(from, bySite.getOrDefault(site(from), 0) + 1);
  }

  /** Hears of a host. */
  Verdict hear(HostIdentity who, IpAddress from, boolean vouched, Instant now) {
    KnownHost before = byName.get(who.name());
    if (before == null) {
      return first(KnownHost.first(who, from, vouched, now));
    }
    if (!before.is(KnownHost.hash(who.id()))) {
      boolean isNews = before.alsoFrom().isEmpty();
      KnownHost owner = isNews ? before.claimed(from) : before;
      replace(before, owner);
      return new Verdict.Alien(owner, isNews);
    }
    KnownHost again = before.again(who.labels(), from, vouched, now);
    if (!fits(again.bytes() - before.bytes())) {
      again = before.again(before.labels(), from, vouched, now);
    }
    replace(before, again);
    return new Verdict.Known(Optional.of(before), again);
  }

  private Verdict first(KnownHost host) {
    if (isCrowd(host.claimedFrom()) || !hasRoomFor(host)) {
      return new Verdict.Full();
    }
    add(host);
    return new Verdict.Known(Optional.empty(), host);
  }

  private boolean isCrowd(IpAddress from) {
    return byAddress.getOrDefault(block(from), 0) >= limits.of(from)
        || bySite.getOrDefault(site(from), 0) >= (long) SITE_TIMES * limits.of(from);
  }

  /** Whether there is room for so much more; there always is for less. */
  private boolean fits(int moreBytes) {
    return moreBytes <= 0 || bytes.get() + moreBytes <= limits.bytes();
  }

  private void add(KnownHost host) {
    byName.put(host.name(), host);
    byAddress.merge(block(host.claimedFrom()), 1, Integer::sum);
    bySite.merge(site(host.claimedFrom()), 1, Integer::sum);
    size.incrementAndGet();
    bytes.addAndGet(host.bytes());
  }

  private void replace(KnownHost before, KnownHost after) {
    byName.put(after.name(), after);
    bytes.addAndGet(after.bytes() - before.bytes());
  }

  private static IpAddress block(IpAddress address) {
    return address.isIpv4() ? address : new IpAddress(address.high(), 0);
  }

  /** An IPv4 address, or an IPv6 /48. */
  static Long site(IpAddress address) {
    return IpAddress.site(address.high(), address.low());
  }

  /**
   * Notes what a known host said of a torrent, if there is room for it: else without what it has of
   * any, or instead of what it said of others, if that makes room.
   */
  void note(KnownHost host, InfoHash torrent, Said said) {
    KnownHost noted = host.saying(torrent, said, KnownHost.MOST_SAID);
    if (!fits(noted.bytes() - host.bytes())) {
      noted = noted.bare();
    }
    if (!fits(noted.bytes() - host.bytes())) {
      noted = host.saying(torrent, said, 1).bare();
    }
    if (fits(noted.bytes() - host.bytes())) {
      replace(host, noted);
    }
  }

  /** Takes up what was known before; what is too much is left out. */
  void restore(Collection<KnownHost> before) {
    for (KnownHost host : before) {
      if (size() < limits.most() && fits(host.bytes())) {
        add(host);
      }
    }
  }

  /** Forgets a host; whether it was known. */
  boolean forget(String name) {
    KnownHost host = byName.remove(name);
    if (host == null) {
      return false;
    }
    byAddress.computeIfPresent(
        block(host.claimedFrom()), (_, count) -> count == 1 ? null : count - 1);
    bySite.computeIfPresent(site(host.claimedFrom()), (_, count) -> count == 1 ? null : count - 1);
    size.decrementAndGet();
    bytes.addAndGet(-host.bytes());
    return true;
  }

  Optional<KnownHost> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** Those behind a name, in order. Sees changes. */
  Iterator<KnownHost> behind(String name) {
    return byName.tailMap(name, false).values().iterator();
  }

  /** Those that were not heard of since. */
  List<KnownHost> silentSince(Instant then) {
    return byName.values().stream().filter(host -> host.heard().isBefore(then)).toList();
  }

  Collection<KnownHost> all() {
    return byName.values();
  }

  Limits limits() {
    return limits;
  }

  int size() {
    return size.get();
  }

  /** What they take of the heap. */
  long bytes() {
    return bytes.get();
  }
}
