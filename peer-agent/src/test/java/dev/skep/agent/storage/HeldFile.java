package dev.skep.agent.storage;

import static org.awaitility.Awaitility.await;

import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;

/**
 * Stops whoever comes to one of a torrent's files, to look at it or to write, until it is freed.
 */
public final class HeldFile implements AutoCloseable {
  private final DataFile file;
  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch freed = new CountDownLatch(1);
  private final Thread holder = Thread.ofPlatform().daemon().unstarted(this::hold);

  public HeldFile(DataFiles files, int index) throws InterruptedException {
    file = files.files().get(index);
    holder.start();
    held.await();
  }

  private void hold() {
    synchronized (file) {
      held.countDown();
      try {
        freed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Until somebody has come to it. */
  public void awaitVisitor() {
    await().until(this::isAwaited);
  }

  private boolean isAwaited() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
        .filter(Objects::nonNull)
        .filter(thread -> thread.getThreadState() == Thread.State.BLOCKED)
        .map(ThreadInfo::getLockInfo)
        .filter(Objects::nonNull)
        .mapToInt(LockInfo::getIdentityHashCode)
        .anyMatch(hash -> hash == System.identityHashCode(file));
  }

  @Override
  public void close() {
    freed.countDown();
  }
}
