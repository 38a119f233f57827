package dev.skep.agent.connection;

/**
 * A token bucket that many threads share. Who moved bytes pays afterwards and learns how long to
 * wait before the next ones, so nobody copies or splits anything for it. Free when it is off.
 */
public final class RateLimit {
  /** What was not used within this time is lost: more would let too much through after a pause. */
  private static final long BURST_NANOS = 200_000_000L;

  private static final int MIN_TURN_BYTES = 16 * 1024;

  private volatile long bytesPerSecond;
  private long paidUntil;

  /**
   * @param bytesPerSecond 0 for no limit
   * @param now monotonic nanoseconds
   */
  public RateLimit(long bytesPerSecond, long now) {
    this.bytesPerSecond = bytesPerSecond;
    paidUntil = now;
  }

  /** Holds from the next payment on; 0 for no limit. */
  public void change(long newBytesPerSecond) {
    bytesPerSecond = newBytesPerSecond;
  }

  public boolean isOff() {
    return bytesPerSecond == 0;
  }

  /** The most that should move in one turn, so that turns stay short in time. */
  public int turnBytes(int wanted) {
    long rate = bytesPerSecond;
    return rate == 0 ? wanted : Math.clamp(rate / 50, MIN_TURN_BYTES, wanted);
  }

  /** Pays for bytes that moved; returns how many nanoseconds to wait before more may move. */
  public long pay(long bytes, long now) {
    long rate = bytesPerSecond;
    if (rate == 0) {
      return 0;
    }
    synchronized (this) {
      paidUntil = Math.max(paidUntil, now - BURST_NANOS) + bytes * 1_000_000_000L / rate;
      return Math.max(0, paidUntil - now);
    }
  }
}
