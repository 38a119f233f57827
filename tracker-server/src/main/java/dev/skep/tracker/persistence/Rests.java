package dev.skep.tracker.persistence;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Rests between the steps of long work, each three times as long as the step before it took, until
 * some time is over or there is a hurry. For one thread.
 */
final class Rests {
  private static final int RATIO = 3;
  private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final long endNanos;
  private final BooleanSupplier hurry;
  private long stepBegan = System.nanoTime();

  /**
   * @param time from now on, in which there are rests
   * @param hurry whether there is to be no more rest
   */
  Rests(Duration time, BooleanSupplier hurry) {
    this.endNanos = stepBegan + time.toNanos();
    this.hurry = hurry;
  }

  /** Whether there is no more time for rests. */
  boolean isOver() {
    return hurry.getAsBoolean() || System.nanoTime() - endNanos >= 0;
  }

  /** Ends a step, rests, and begins the next one. */
  void rest() {
    if (!isOver()) {
      LockSupport.parkNanos(Math.min(RATIO * (System.nanoTime() - stepBegan), LONGEST_NANOS));
    }
    stepBegan = System.nanoTime();
  }
}
