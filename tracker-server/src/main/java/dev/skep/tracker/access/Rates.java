package dev.skep.tracker.access;

import dev.skep.protocol.address.IpAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How often each address may do something: a number of times at once, and again as fast as they
 * come back. Over IPv6 a block of 64 bits counts as one address, since whoever has one has all of
 * it. So many addresses are remembered. While half as many are busy, all further ones of a /48
 * count as one, or whoever has that would be all of them; while all are, others share what one may.
 */
public final class Rates {
  private static final int MOST_ADDRESSES = 10_000;
  private static final IpAddress ALL_OTHERS = new IpAddress(-1, -1);
  private static final long TIDY_NANOS = Duration.ofSeconds(1).toNanos();

  private final long intervalNanos;
  private final long burstNanos;
  private final LongSupplier nanoTime;
  private final long epoch;

  /** When each will have used up nothing any more (GCRA); what is past is as good as absent. */
  private final ConcurrentHashMap<IpAddress, Long> calmAt = new ConcurrentHashMap<>();

  private final AtomicLong tidiedAt = new AtomicLong(Long.MIN_VALUE / 2);

  /**
   * Creates one for which nobody has done anything yet.
   *
   * @param interval how long it takes until one more may be done
   * @param burst how many may be done at once, at least 1
   * @param nanoTime the monotonic clock
   */
  public Rates(Duration interval, int burst, LongSupplier nanoTime) {
    this.intervalNanos = interval.toNanos();
    this.burstNanos = Math.multiplyExact(intervalNanos, burst);
    this.nanoTime = nanoTime;
    this.epoch = nanoTime.getAsLong();
  }

  /** Counts one more; or how long to wait first, and then it is not counted. */
  public Optional<Duration> take(IpAddress from) {
    long now = nanoTime.getAsLong() - epoch;
    IpAddress key = keyOf(from, now);
    long[] wait = {0};
    calmAt.compute(
        key,
        (_, before) -> {
          long calm = before == null ? now : Math.max(now, before);
          wait[0] = calm + intervalNanos - burstNanos - now;
          return wait[0] > 0 ? calm : Long.valueOf(calm + intervalNanos);
        });
    return wait[0] > 0 ? Optional.of(Duration.ofNanos(wait[0])) : Optional.empty();
  }

  /** How long to wait before one more may be done; counts nothing. */
  public Optional<Duration> waitOf(IpAddress from) {
    long now = nanoTime.getAsLong() - epoch;
    Long calm = calmAt.get(keyOf(from, now));
    long wait = calm == null ? 0 : calm + intervalNanos - burstNanos - now;
    return wait > 0 ? Optional.of(Duration.ofNanos(wait)) : Optional.empty();
  }

  private IpAddress keyOf(IpAddress from, long now) {
    IpAddress block = from.isIpv4() ? from : new IpAddress(from.high(), 0);
    if (calmAt.size() < MOST_ADDRESSES / 2 || calmAt.containsKey(block)) {
      return block;
    }
    tidy(now);
    if (calmAt.size() < MOST_ADDRESSES / 2) {
      return block;
    }
    IpAddress site = from.isIpv4() ? from : siteOf(from);
    return calmAt.size() < MOST_ADDRESSES || calmAt.containsKey(site) ? site : ALL_OTHERS;
  }

  /** No block is this one. */
  private static IpAddress siteOf(IpAddress ipv6) {
    return new IpAddress(IpAddress.site(ipv6.high(), ipv6.low()), 1);
  }

  /** Forgets who is calm; not more often than once a second, since it looks at all. */
  private void tidy(long now) {
    long last = tidiedAt.get();
    if (now - last < TIDY_NANOS || !tidiedAt.compareAndSet(last, now)) {
      return;
    }
    for (Iterator<Long> each = calmAt.values().iterator(); each.hasNext(); ) {
      if (each.next() <= now) {
        each.remove();
      }
    }
  }
}
