package dev.skep.tracker.persistence;

import dev.skep.tracker.system.InWords;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs what may never return: on a damaged file the store below can go round for ever, on threads
 * of its own. They are born into the task's group, and an interrupt closes the files that they
 * read, which ends them: given up, they would each keep a processor busy as long as the tracker
 * runs.
 */
final class Patience {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  private final ThreadGroup threads = new ThreadGroup("store");

  private Patience() {}

  /** Whether it is time to give up. */
  @FunctionalInterface
  private interface End {
    boolean isReached();
  }

  /**
   * The task's result, if it comes in time.
   *
   * @throws IOException if the task threw anything, which is its cause then, or did not end in
   *     time; then it and every thread that it started are interrupted
   */
  static <T> T within(Duration limit, Callable<T> task) throws IOException {
    long began = System.nanoTime();
    return new Patience().await(limit, task, () -> System.nanoTime() - began >= limit.toNanos());
  }

  /**
   * The same, but what counts is time on processors, or time in which all of the task's threads
   * wait for one another: that the machine has other work, or a slow disk, says nothing of a file.
   */
  static <T> T withinOwnTime(Duration limit, Callable<T> task) throws IOException {
    var patience = new Patience();
    return patience.await(limit, task, patience.new OwnTime(limit));
  }

  private <T> T await(Duration limit, Callable<T> task, End end) throws IOException {
    var result = new FutureTask<>(task);
    Thread.ofPlatform().group(threads).daemon().name("store-opening").start(result);
    try {
      while (true) {
        try {
          return result.get(
              Math.min(BETWEEN_LOOKS.toMillis(), limit.toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          if (end.isReached()) {
            threads.interrupt();
            throw new IOException("it did not open within " + limit.toSeconds() + " s", e);
          }
        }
      }
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      throw new IOException(InWords.of(cause), cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** How much the threads of the group have done. */
  private final class OwnTime implements End {
    private final ThreadMXBean clock = ManagementFactory.getThreadMXBean();
    private final long limitNanos;
    private final Map<Long, Long> cpuNanos = new HashMap<>();
    private long ranNanos = System.nanoTime();

    OwnTime(Duration limit) {
      this.limitNanos = limit.toNanos();
    }

    @Override
    public boolean isReached() {
      var all = new Thread[threads.activeCount() + 16];
      int count = threads.enumerate(all);
      for (int i = 0; i < count; i++) {
        // Of one that ended meanwhile it is -1; a thread in a system call counts as runnable.
        cpuNanos.merge(all[i].threadId(), clock.getThreadCpuTime(all[i].threadId()), Math::max);
        if (all[i].getState() == Thread.State.RUNNABLE) {
          ranNanos = System.nanoTime();
        }
      }
      long usedNanos = cpuNanos.values().stream().mapToLong(nanos -> Math.max(0, nanos)).sum();
      return usedNanos >= limitNanos || System.nanoTime() - ranNanos >= limitNanos;
    }
  }
}
