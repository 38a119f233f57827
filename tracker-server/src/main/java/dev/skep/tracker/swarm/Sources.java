package dev.skep.tracker.swarm;

import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.swarm.rows.Hashing;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Who brings torrents: how many of those that are here each address (IPv6: each /48, or whoever has
 * one would be 65,536) announced first, and how many it brought within this minute. An address is
 * one of a fixed number of places, which a keyed hash chooses: so it takes the same memory whoever
 * comes, and addresses that share a place are counted as one. Safe for many threads.
 */
final class Sources {
  private static final int PLACES = 1 << 16;
  private static final int SECONDS = 60;
  private static final int BROUGHT_BITS = 20;
  private static final int BROUGHT_MASK = (1 << BROUGHT_BITS) - 1;

  /** The place of an administrator, who may bring any number. */
  static final int NOBODY = -1;

  /** The heap that it takes. */
  static final int BYTES = 2 * PLACES * Integer.BYTES;

  private final Hashing hashing;
  private final AtomicIntegerArray held = new AtomicIntegerArray(PLACES);

  /** The minute above how many were brought in it. */
  private final AtomicIntegerArray brought = new AtomicIntegerArray(PLACES);

  Sources(Hashing hashing) {
    this.hashing = hashing;
  }

  int place(long addressHigh, long addressLow) {
    return (int) (hashing.hash(IpAddress.site(addressHigh, addressLow)) >>> 48);
  }

  /** How many torrents somebody of this place brought within this minute. */
  int broughtLately(int place, int now) {
    int counted = brought.get(place);
    return (counted & ~BROUGHT_MASK) == minute(now) ? counted & BROUGHT_MASK : 0;
  }

  /** Counts a torrent that came just now. */
  void bring(int place, int now) {
    add(place);
    while (place != NOBODY) {
      int counted = brought.get(place);
      int next = minute(now) | Math.min(BROUGHT_MASK, broughtLately(place, now) + 1);
      if (brought.compareAndSet(place, counted, next)) {
        return;
      }
    }
  }

  private static int minute(int now) {
    return (now / SECONDS) << BROUGHT_BITS;
  }

  /** Counts a torrent that is here. */
  void add(int place) {
    if (place != NOBODY) {
      held.incrementAndGet(place);
    }
  }

  /** Counts a torrent that went. */
  void remove(int place) {
    if (place != NOBODY) {
      held.decrementAndGet(place);
    }
  }

  /** How many torrents are here that somebody of this place brought. */
  int held(int place) {
    return place == NOBODY ? 0 : held.get(place);
  }
}
