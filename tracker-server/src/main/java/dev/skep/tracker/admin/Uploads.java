package dev.skep.tracker.admin;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The .torrent files that are on the heap while they are registered: so many bytes of all together.
 * Safe for many threads.
 */
public final class Uploads {
  private final long most;
  private final AtomicLong bytes = new AtomicLong();
  private final LongAdder refused = new LongAdder();

  /**
   * @param most bytes at a time
   */
  public Uploads(long most) {
    this.most = most;
  }

  /** Room for one upload, until it is closed. */
  final class Held implements AutoCloseable {
    private final long length;

    private Held(long length) {
      this.length = length;
    }

    @Override
    public void close() {
      bytes.addAndGet(-length);
    }
  }

  /** Room for so many bytes, if there is any; waits for nobody. */
  Optional<Held> take(long length) {
    if (bytes.addAndGet(length) <= most) {
      return Optional.of(new Held(length));
    }
    bytes.addAndGet(-length);
    refused.increment();
    return Optional.empty();
  }

  /** How many bytes have room now. */
  public long bytes() {
    return bytes.get();
  }

  /** How many uploads were refused because there was none. */
  public LongAdder refused() {
    return refused;
  }
}
