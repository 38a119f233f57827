package dev.skep.agent.session;

import dev.skep.agent.storage.FileWatch;
import dev.skep.protocol.peerwire.Bitfield;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Finds out now and then, in the background, whether somebody changed a transfer's files. Safe for
 * many threads.
 */
final class ChangedFiles {
  private static final Logger LOG = System.getLogger(ChangedFiles.class.getName());
  private static final long LOOK_NANOS = 10_000_000_000L;

  private final Session session;
  private final LocalData data;
  private final BooleanSupplier quiet;
  private final Consumer<Bitfield> lost;
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile long lookedAt = System.nanoTime();

  /**
   * @param quiet whether nothing is being written to them
   * @param lost told the pieces that were verified and are no more
   */
  ChangedFiles(Session session, LocalData data, BooleanSupplier quiet, Consumer<Bitfield> lost) {
    this.session = session;
    this.data = data;
    this.quiet = quiet;
    this.lost = lost;
  }

  /** Looks if the last time was a while ago. */
  void lookIfDue() {
    if (System.nanoTime() - lookedAt > LOOK_NANOS) {
      look();
    }
  }

  void look() {
    if (!looking.getAndSet(true)) {
      session.workers().submit(this::lookNow);
    }
  }

  private void lookNow() {
    lookedAt = System.nanoTime();
    FileWatch.Found found = data.look(quiet.getAsBoolean());
    if (found.isNothing()) {
      looking.set(false);
    } else {
      // Reading may take long: others need the disk workers meanwhile.
      Thread.ofPlatform().daemon().name("skep-look").start(() -> findLost(found));
    }
  }

  private void findLost(FileWatch.Found found) {
    try {
      Bitfield gone = data.lost(found);
      if (!gone.isEmpty()) {
        lost.accept(gone);
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "{0}: {1}", data.files().place(), e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      looking.set(false);
    }
  }
}
