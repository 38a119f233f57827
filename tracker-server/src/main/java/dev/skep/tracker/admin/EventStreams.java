package dev.skep.tracker.admin;

import dev.skep.protocol.address.IpAddress;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * The event streams that are open: so many, and so many of each address. Over IPv6 a block of 64
 * bits counts as one address. They make events in turns, so that many that are told much leave room
 * for announces. Safe for many threads.
 */
public final class EventStreams {
  /** How many times as many those of one /48 of IPv6 may have together. */
  private static final int SITE_TIMES = 10;

  private final Limits limits;
  private final AtomicInteger open = new AtomicInteger();
  private final Semaphore turns;
  private final ConcurrentHashMap<IpAddress, Integer> byAddress = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Long, Integer> bySite = new ConcurrentHashMap<>();
  private final LongAdder refused = new LongAdder();

  /**
   * How many there may be.
   *
   * @param most in all
   * @param perAddress of one address
   * @param privateTimes how many times as many one of this machine or of a private network may
   *     have, but no more than half of all
   * @param telling how many make events at a time
   */
  public record Limits(int most, int perAddress, int privateTimes, int telling) {
    int of(IpAddress address) {
      int wider = (int) Math.min((long) perAddress * privateTimes, most / 2);
      return address.isPrivate() ? Math.max(perAddress, wider) : perAddress;
    }
  }

  public EventStreams(Limits limits) {
    this.limits = limits;
    this.turns = new Semaphore(limits.telling(), true);
  }

  /** Room for one stream, until it is closed. */
  public final class Room implements AutoCloseable {
    private final IpAddress block;

    private Room(IpAddress block) {
      this.block = block;
    }

    /** Of all streams, for who makes events. */
    Semaphore turns() {
      return turns;
    }

    private boolean fits(IpAddress from) {
      int most = limits.of(from);
      boolean fits = open.incrementAndGet() <= limits.most();
      fits &= byAddress.merge(block, 1, Integer::sum) <= most;
      fits &= bySite.merge(site(), 1, Integer::sum) <= (long) SITE_TIMES * most;
      return fits;
    }

    private Long site() {
      return IpAddress.site(block.high(), block.low());
    }

    @Override
    public void close() {
      open.decrementAndGet();
      byAddress.computeIfPresent(block, (_, count) -> count == 1 ? null : count - 1);
      bySite.computeIfPresent(site(), (_, count) -> count == 1 ? null : count - 1);
    }
  }

  /** Room for one more of this address, if there is any. */
  public Optional<Room> enter(IpAddress from) {
    IpAddress block = from.isIpv4() ? from : new IpAddress(from.high(), 0);
    var room = new Room(block);
    if (room.fits(from)) {
      return Optional.of(room);
    }
    room.close();
    refused.increment();
    return Optional.empty();
  }

  /** Waits until none is open any more; for a second at most. */
  public void awaitEnd() throws InterruptedException {
    for (int tries = 0; tries < 100 && open() > 0; tries++) {
      Thread.sleep(10);
    }
  }

  /** How many are open. */
  public int open() {
    return open.get();
  }

  /** How many were refused because there were too many. */
  public LongAdder refused() {
    return refused;
  }
}
