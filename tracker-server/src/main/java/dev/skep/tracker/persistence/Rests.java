package dev.skep.tracker.persistence;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Rests between the steps of long work, each three times as long as the step before it took, until
 * some time is over or there is a hurry; and within a step, now and then, a chance for others that
 * wait for this processor. For one thread.
 */
final class Rests {
  private static final int RATIO = 3;
  private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /**
   * How long nobody else is let in. Linux decides at once who runs when a thread wakes, but a
   * thread that answered much just before then has to wait, and it decides again at the next tick
   * of its clock, up to 4 ms later, unless it is asked to.
   */
  private static final long TURN_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  private final long endNanos;
  private final BooleanSupplier hurry;
  private long stepBegan = System.nanoTime();
  private long turnBegan = stepBegan;

  /**
   * @param time from now on, in which there are rests
   * @param hurry whether there is to be no more rest
   */
  Rests(Duration time, BooleanSupplier hurry) {
    this.endNanos = stepBegan + time.toNanos();
    this.hurry = hurry;
  }

  /** No rests at all. */
  static Rests none() {
    return new Rests(Duration.ZERO, () -> true);
  }

  /** Whether there is no more time for rests. */
  boolean isOver() {
    return hurry.getAsBoolean() || System.nanoTime() - endNanos >= 0;
  }

  /** Within a step: lets in who waits for this processor, if it is time to. */
  @SuppressWarnings("ThreadPriorityCheck") // where the scheduler takes no hint, nothing is lost
  void letIn() {
    if (System.nanoTime() - turnBegan >= TURN_NANOS) {
      if (!isOver()) {
        Thread.yield();
      }
      turnBegan = System.nanoTime();
    }
  }

  /** Ends a step, rests, and begins the next one. */
  void rest() {
    if (!isOver()) {
      LockSupport.parkNanos(Math.min(RATIO * (System.nanoTime() - stepBegan), LONGEST_NANOS));
    }
    stepBegan = System.nanoTime();
    turnBegan = stepBegan;
  }
}
