package dev.skep.tracker.web;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A text that takes time to make: made anew only after a while, which is the longer, the longer
 * making it took. For one thread.
 */
final class Rarely {
  /** It is never made anew in more than a twentieth of the time. */
  private static final int SHARE = 20;

  private final long leastNanos;
  private final LongSupplier nanoTime;
  private String text = "";
  private boolean made;
  private long madeNanos;
  private long tookNanos;

  /**
   * @param least how long it lasts at least
   * @param nanoTime the monotonic clock
   */
  Rarely(Duration least, LongSupplier nanoTime) {
    this.leastNanos = least.toNanos();
    this.nanoTime = nanoTime;
  }

  String of(Supplier<String> make) {
    long now = nanoTime.getAsLong();
    if (!made || now - madeNanos >= Math.max(leastNanos, SHARE * tookNanos)) {
      text = make.get();
      made = true;
      madeNanos = nanoTime.getAsLong();
      tookNanos = madeNanos - now;
    }
    return text;
  }
}
