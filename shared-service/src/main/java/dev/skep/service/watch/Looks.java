package dev.skep.service.watch;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks somewhere again and again on a thread of its own; a look that takes long and finds nothing
 * to do is followed by a longer pause. A look that fails is told, and the next one comes.
 */
public final class Looks implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Looks.class.getName());

  /** So many times as long as a look the pause after it is at the least. */
  private static final int REST = 20;

  private final CountDownLatch closed = new CountDownLatch(1);

  /** One look. */
  public interface Look {
    /** Whether something was done: what that takes says nothing of how long it takes to look. */
    boolean run() throws InterruptedException;
  }

  private Looks() {}

  /** Begins to look. */
  public static Looks begin(String name, Duration interval, Look look) {
    Looks looks = new Looks();
    Thread.ofPlatform().daemon().name(name).start(() -> looks.run(interval, look));
    return looks;
  }

  private void run(Duration interval, Look look) {
    long pauseNanos = 0;
    while (!isClosed(pauseNanos)) {
      long began = System.nanoTime();
      boolean isBusy = false;
      try {
        isBusy = look.run();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "a fault in skep: looking into folders", e);
      }
      long rest = isBusy ? 0 : REST * (System.nanoTime() - began);
      pauseNanos = Math.max(interval.toNanos(), rest);
    }
  }

  private boolean isClosed(long withinNanos) {
    try {
      return closed.await(withinNanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }

  /** A look that goes on ends by itself. */
  @Override
  public void close() {
    closed.countDown();
  }
}
