package dev.skep.tracker.persistence;

import java.io.IOException;
import java.time.Duration;
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
  private Patience() {}

  /**
   * The task's result, if it comes in time.
   *
   * @throws IOException if the task threw anything, which is its cause then, or did not end in
   *     time; then it and every thread that it started are interrupted
   */
  static <T> T within(Duration limit, Callable<T> task) throws IOException {
    var result = new FutureTask<>(task);
    var threads = new ThreadGroup("store");
    Thread.ofPlatform().group(threads).daemon().name("store-opening").start(result);
    try {
      return result.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      threads.interrupt();
      throw new IOException("it did not open within " + limit.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      throw new IOException(InWords.of(cause), cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
