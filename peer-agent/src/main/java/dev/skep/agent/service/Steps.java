package dev.skep.agent.service;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/**
 * What is to be done with one torrent and may take its time: one step after another, in the
 * background. A step that fails is told, and the next one comes.
 */
final class Steps {
  /** One of them. */
  interface Step {
    void run() throws IOException, InterruptedException;
  }

  private final BiConsumer<String, Exception> failed;
  private CompletableFuture<Void> last;

  /**
   * @param before comes before the first
   * @param failed hears which step failed, and why
   */
  Steps(CompletableFuture<Void> before, BiConsumer<String, Exception> failed) {
    last = before;
    this.failed = failed;
  }

  /** Does something when all that was asked for before is done. */
  synchronized CompletableFuture<Void> then(String what, Step step) {
    last =
        last.handleAsync(
            (_, _) -> {
              attempt(what, step);
              return null;
            },
            Thread::startVirtualThread);
    return last;
  }

  /** Done when nothing is left to be done. */
  synchronized CompletableFuture<Void> last() {
    return last;
  }

  private void attempt(String what, Step step) {
    try {
      step.run();
    } catch (IOException | RuntimeException e) {
      failed.accept(what, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
