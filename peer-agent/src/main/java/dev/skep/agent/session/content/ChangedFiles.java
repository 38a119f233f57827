package dev.skep.agent.session.content;

import dev.skep.protocol.peerwire.Bitfield;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds out in the background whether somebody changed a transfer's files: now and then while it
 * has peers, when one joins, and before it is said to be done. Safe for many threads.
 */
public final class ChangedFiles {
  private static final long LOOK_NANOS = 1_000_000_000L;
  private static final long FRESH_NANOS = 50_000_000L;

  /** A look costs some microseconds per file, and is to cost a twentieth of the time in all. */
  private static final long LOOK_NANOS_PER_FILE = 100_000L;

  private static final int RESTS_PER_LOOK = 20;

  private static final long AGAIN_MILLIS = 200;

  private static final int MOST_LOOKS = 5;

  /** Who learns what was found. */
  public interface Outcome {
    /**
     * The files are as we left them.
     *
     * @param seen the pieces that were verified before the look began, and so are on the disk; what
     *     came since may be in a file that was changed after it was looked at
     */
    void unchanged(Bitfield seen);

    /**
     * They are not.
     *
     * @param lost the pieces that were verified and are no more
     */
    void changed(Bitfield lost);

    /** They cannot be put right. */
    void failed(IOException why);
  }

  private final SharedDisk disk;
  private final LocalData data;
  private final Outcome outcome;
  private volatile long restNanos;
  private final AtomicInteger asked = new AtomicInteger();
  private volatile long lookedAt;

  ChangedFiles(SharedDisk disk, LocalData data, int files, Outcome outcome) {
    this.disk = disk;
    this.data = data;
    this.outcome = outcome;
    restNanos = files * LOOK_NANOS_PER_FILE;
    lookedAt = System.nanoTime() - LOOK_NANOS - restNanos;
  }

  /**
   * Looks before it goes live, when nobody has to be told, until nothing was changed while the last
   * changes were looked into.
   *
   * @throws IOException also if somebody writes all the time
   */
  public void refresh() throws IOException, InterruptedException {
    boolean changed = true;
    for (int looks = 0; changed; looks++) {
      if (looks == MOST_LOOKS) {
        throw new IOException("somebody writes to it all the time; stop that, or wait");
      }
      long began = System.nanoTime();
      changed = data.refresh();
      lookedAt = began;
    }
  }

  /** Whether the last look is so recent that another one is not worth it. */
  public boolean isFresh() {
    return System.nanoTime() - lookedAt < Math.max(FRESH_NANOS, restNanos);
  }

  /** Looks if the last time was a while ago. */
  public void lookIfDue() {
    if (System.nanoTime() - lookedAt >= Math.max(LOOK_NANOS, restNanos)) {
      look();
    }
  }

  /** Looks; one more time if it is just doing so. */
  public void look() {
    if (asked.getAndIncrement() == 0) {
      disk.workers().submit(this::lookNow);
    }
  }

  private void lookNow() {
    int answered = asked.get();
    long began = System.nanoTime();
    Bitfield seen = data.verified();
    try {
      LocalData.Changes changes = data.look();
      lookedAt = System.nanoTime();
      restNanos = RESTS_PER_LOOK * (lookedAt - began); // longer on a busy machine or a slow disk
      if (!changes.areNone()) {
        // Reading may take long: others need the disk workers meanwhile.
        Thread.ofPlatform()
            .daemon()
            .name("skep-look")
            .start(
                () -> {
                  findLost(changes);
                  looked(answered);
                });
        return;
      }
      outcome.unchanged(seen);
    } catch (IOException e) {
      outcome.failed(e);
    }
    looked(answered);
  }

  private void looked(int answered) {
    if (!asked.compareAndSet(answered, 0)) {
      disk.workers().submit(this::lookNow);
    }
  }

  private void findLost(LocalData.Changes changes) {
    try {
      outcome.changed(data.lost(changes));
      // Whether it was changed again meanwhile; but whoever writes all the time is not raced.
      var _ = disk.clock().schedule(this::look, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    } catch (IOException e) {
      outcome.failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
