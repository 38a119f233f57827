package dev.skep.agent.service;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * What is done to files beside transfers, and may take hours: they are moved to another file
 * system, or deleted. So many jobs at a time, on platform threads: a virtual one would hold a
 * carrier of all connections.
 */
final class DiskJobs {
  /** One of them. */
  interface Job {
    void run() throws IOException;
  }

  private static final int AT_A_TIME = 4;

  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          AT_A_TIME,
          AT_A_TIME,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(), // each torrent stands in it once
          Thread.ofPlatform().daemon().name("skep-files").factory());

  DiskJobs() {
    threads.allowCoreThreadTimeOut(true);
  }

  /** Does it when its turn comes, and returns when it is done. */
  void run(Job job) throws IOException, InterruptedException {
    var done =
        threads.submit(
            () -> {
              job.run();
              return null;
            });
    try {
      done.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failed -> throw failed;
        case RuntimeException fault -> throw fault;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }
}
