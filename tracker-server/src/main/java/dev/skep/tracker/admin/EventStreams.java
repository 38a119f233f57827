package dev.skep.tracker.admin;

import dev.skep.protocol.address.IpAddress;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * The event streams that are open: so many, and so many of each address. Over IPv6 a block of 64
 * bits counts as one address. Safe for many threads.
 */
public final class EventStreams {
  private final Limits limits;
  private final AtomicInteger open = new AtomicInteger();
  private final ConcurrentHashMap<IpAddress, Integer> byAddress = new ConcurrentHashMap<>();
  private final LongAdder refused = new LongAdder();

  /**
   * How many there may be.
   *
   * @param most in all
   * @param perAddress of one address
   * @param privateTimes how many times as many one of this machine or of a private network may
   *     have, but no more than half of all
   */
  public record Limits(int most, int perAddress, int privateTimes) {
    int of(IpAddress address) {
      int wider = (int) Math.min((long) perAddress * privateTimes, most / 2);
      return address.isPrivate() ? Math.max(perAddress, wider) : perAddress;
    }
  }

  public EventStreams(Limits limits) {
    this.limits = limits;
  }

  /** Room for one stream, until it is closed. */
  final class Room implements AutoCloseable {
    private final IpAddress block;

    private Room(IpAddress block) {
      this.block = block;
    }

    @Override
    public void close() {
      open.decrementAndGet();
      byAddress.computeIfPresent(block, (_, count) -> count == 1 ? null : count - 1);
    }
  }

  /** Room for one more of this address, if there is any. */
  Optional<Room> enter(IpAddress from) {
    IpAddress block = from.isIpv4() ? from : new IpAddress(from.high(), 0);
    var room = new Room(block);
    boolean fits = open.incrementAndGet() <= limits.most();
    fits &= byAddress.merge(block, 1, Integer::sum) <= limits.of(from);
    if (fits) {
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
