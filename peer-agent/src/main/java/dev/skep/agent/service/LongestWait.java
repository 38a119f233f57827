package dev.skep.agent.service;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How long whoever asks for something waits for what was asked before.
 *
 * @param atMost longer than it takes to say goodbye to trackers and to rename some files
 */
record LongestWait(Duration atMost) {
  static final LongestWait OF_CALLERS = new LongestWait(Duration.ofSeconds(5));

  /**
   * Waits for something that goes on.
   *
   * @throws IOException that says {@code otherwise} if it is not done in time
   */
  void await(CompletableFuture<Void> something, String otherwise) throws IOException {
    try {
      something.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException(otherwise, e);
    } catch (ExecutionException e) {
      // It is over: whose it is has told of that.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(otherwise);
    }
  }
}
