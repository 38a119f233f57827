package dev.skep.agent.storage;

import java.lang.System.Logger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The few platform threads that hash and do file I/O. File I/O on a virtual thread would hold its
 * carrier, and with as many slow disk operations as processors every connection would stop.
 *
 * <p>What somebody waits for to send it is read by threads of its own. They mostly wait for the
 * disk, which does several reads at once faster than one after the other.
 */
public final class DiskWorkers implements AutoCloseable {
  private static final Logger LOG = System.getLogger(DiskWorkers.class.getName());

  private static final int READERS = 8;
  private static final long READER_IDLE_SECONDS = 10;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final ArrayDeque<Runnable> jobs = new ArrayDeque<>();
  private final List<Thread> threads = new ArrayList<>();
  private final ThreadPoolExecutor readers =
      new ThreadPoolExecutor(
          READERS,
          READERS,
          READER_IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          Thread.ofPlatform().daemon().name("skep-read-", 0).factory());
  private final DiskFigures figures = new DiskFigures();
  private boolean closed;

  /**
   * Starts the threads.
   *
   * @param count at least 1
   */
  public DiskWorkers(int count) {
    readers.allowCoreThreadTimeOut(true);
    for (int i = 0; i < count; i++) {
      threads.add(Thread.ofPlatform().daemon().name("skep-disk-" + i).start(this::run));
    }
  }

  /** Queues a job. After {@link #close} it is silently dropped. */
  public void submit(Runnable job) {
    lock.lock();
    try {
      if (!closed) {
        jobs.addLast(job);
        work.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Queues a job that reads what somebody waits for. It must fail in no other way than by what it
   * keeps for who waits.
   *
   * @return false, and the job is dropped, after {@link #close}
   */
  boolean submitUrgent(Runnable job) {
    try {
      readers.execute(job);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /** What they count. */
  public DiskFigures figures() {
    return figures;
  }

  /** What they have done, and what waits. */
  public DiskFigures.Seen seen() {
    lock.lock();
    try {
      return figures.seen(jobs.size());
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    for (Runnable job = next(); job != null; job = next()) {
      long began = System.nanoTime();
      try {
        job.run();
      } catch (OutOfMemoryError e) {
        throw e; // of the whole process, which should end and say so
      } catch (RuntimeException | Error e) {
        // A worker must outlive any one job.
        LOG.log(Logger.Level.ERROR, "a disk job failed", e);
      }
      figures.jobDone(System.nanoTime() - began);
    }
  }

  private @Nullable Runnable next() {
    lock.lock();
    try {
      while (true) {
        Runnable job = jobs.pollFirst();
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
    readers.shutdown();
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
