package dev.skep.agent.storage;

import java.lang.System.Logger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The few platform threads that hash and do file I/O. File I/O on a virtual thread would hold its
 * carrier, and with as many slow disk operations as processors every connection would stop.
 *
 * <p>Urgent jobs (somebody waits for data to send) go before the others.
 */
public final class DiskWorkers implements AutoCloseable {
  private static final Logger LOG = System.getLogger(DiskWorkers.class.getName());

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final ArrayDeque<Runnable> urgent = new ArrayDeque<>();
  private final ArrayDeque<Runnable> jobs = new ArrayDeque<>();
  private final List<Thread> threads = new ArrayList<>();
  private boolean closed;

  /**
   * Starts the threads.
   *
   * @param count at least 1
   */
  public DiskWorkers(int count) {
    for (int i = 0; i < count; i++) {
      threads.add(Thread.ofPlatform().daemon().name("skep-disk-" + i).start(this::run));
    }
  }

  /** Queues a job. After {@link #close} it is silently dropped. */
  public void submit(Runnable job) {
    enqueue(jobs, job);
  }

  /** Queues a job that goes before all that are not urgent. */
  public void submitUrgent(Runnable job) {
    enqueue(urgent, job);
  }

  private void enqueue(ArrayDeque<Runnable> queue, Runnable job) {
    lock.lock();
    try {
      if (!closed) {
        queue.addLast(job);
        work.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    for (Runnable job = next(); job != null; job = next()) {
      try {
        job.run();
      } catch (RuntimeException | Error e) {
        // A worker must outlive any one job.
        LOG.log(Logger.Level.ERROR, "a disk job failed", e);
      }
    }
  }

  private @Nullable Runnable next() {
    lock.lock();
    try {
      while (true) {
        Runnable job = urgent.isEmpty() ? jobs.pollFirst() : urgent.pollFirst();
        if (job != null || closed) {
          return job;
        }
        work.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Finishes what is queued, then ends the threads. Waits for them at most two seconds in all. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      work.signalAll();
    } finally {
      lock.unlock();
    }
    long deadline = System.nanoTime() + 2_000_000_000L;
    for (Thread thread : threads) {
      try {
        long left = Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
        thread.join(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
