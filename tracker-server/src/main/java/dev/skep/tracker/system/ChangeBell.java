package dev.skep.tracker.system;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Lets threads wait until something has changed, and ends all waiting when the tracker stops. Safe
 * for many threads; whoever rings waits for nobody.
 */
public final class ChangeBell {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition rung = lock.newCondition();
  private final Condition over = lock.newCondition();
  private boolean ended;

  /** Lets all who wait look again. */
  public void ring() {
    lock.lock();
    try {
      rung.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until something is so, or a while is over.
   *
   * @param come looks whether it is so; asked when the bell rings
   * @return false if nobody is to wait any more: see {@link #end}
   */
  public boolean await(BooleanSupplier come, Duration most) throws InterruptedException {
    lock.lock();
    try {
      for (long nanos = most.toNanos(); !ended && nanos > 0 && !come.getAsBoolean(); ) {
        nanos = rung.awaitNanos(nanos);
      }
      return !ended;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for a while, whoever rings: to be woken for nothing costs many who wait, and whoever
   * rings, much.
   *
   * @return false if nobody is to wait any more: see {@link #end}
   */
  public boolean pause(Duration howLong) throws InterruptedException {
    lock.lock();
    try {
      for (long nanos = howLong.toNanos(); !ended && nanos > 0; ) {
        nanos = over.awaitNanos(nanos);
      }
      return !ended;
    } finally {
      lock.unlock();
    }
  }

  /** Wakes all who wait, and whoever begins to from now on: the tracker stops. */
  public void end() {
    lock.lock();
    try {
      ended = true;
      rung.signalAll();
      over.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
