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

/**
 * The machines that were heard of, by name. A name belongs to the agent that used it first; over
 * IPv6 a block of 64 bits counts as one address.
 *
 * <p>One thread changes it at a time; others may read meanwhile.
 */
final class Hosts {
  private final Limits limits;
  private final ConcurrentNavigableMap<String, KnownHost> byName = new ConcurrentSkipListMap<>();
  private final Map<IpAddress, Integer> byAddress = new HashMap<>();
  private final AtomicInteger size = new AtomicInteger();

  /**
   * How many there may be.
   *
   * @param most in all
   * @param perAddress whose names were used first from one address
   * @param privateTimes how many times as many of one of this machine or of a private network
   */
  record Limits(int most, int perAddress, int privateTimes) {
    int of(IpAddress address) {
      return address.isPrivate() ? Math.multiplyExact(perAddress, privateTimes) : perAddress;
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

    /** There are too many names, in all or of its address. */
    record Full() implements Verdict {}
  }

  /** Hears of a host. */
  Verdict hear(HostIdentity who, IpAddress from, Instant now) {
    KnownHost before = byName.get(who.name());
    if (before == null) {
      return first(who, from, now);
    }
    if (!before.is(KnownHost.hash(who.id()))) {
      boolean isNews = before.alsoFrom().isEmpty();
      KnownHost owner = isNews ? before.claimed(from) : before;
      byName.put(owner.name(), owner);
      return new Verdict.Alien(owner, isNews);
    }
    KnownHost again = before.again(who, from, now);
    byName.put(again.name(), again);
    return new Verdict.Known(Optional.of(before), again);
  }

  private Verdict first(HostIdentity who, IpAddress from, Instant now) {
    if (size() >= limits.most() || byAddress.getOrDefault(block(from), 0) >= limits.of(from)) {
      return new Verdict.Full();
    }
    KnownHost host = KnownHost.first(who, from, now);
    add(host);
    return new Verdict.Known(Optional.empty(), host);
  }

  private void add(KnownHost host) {
    byName.put(host.name(), host);
    byAddress.merge(block(host.claimedFrom()), 1, Integer::sum);
    size.incrementAndGet();
  }

  private static IpAddress block(IpAddress address) {
    return address.isIpv4() ? address : new IpAddress(address.high(), 0);
  }

  /** Notes what a known host said of a torrent. */
  void note(KnownHost host, InfoHash torrent, Said said) {
    byName.put(host.name(), host.saying(torrent, said));
  }

  /** Takes up what was known before; what is too much is left out. */
  void restore(Collection<KnownHost> before) {
    before.stream().limit(limits.most()).forEach(this::add);
  }

  /** Forgets a host; whether it was known. */
  boolean forget(String name) {
    KnownHost host = byName.remove(name);
    if (host == null) {
      return false;
    }
    byAddress.computeIfPresent(
        block(host.claimedFrom()), (_, count) -> count == 1 ? null : count - 1);
    size.decrementAndGet();
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

  int size() {
    return size.get();
  }
}
