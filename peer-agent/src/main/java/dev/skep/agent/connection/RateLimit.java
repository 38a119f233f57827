package dev.skep.agent.connection;

/**
 * A token bucket that many threads share. Who moved bytes pays afterwards and learns how long to
 * wait before the next ones, so nobody copies or splits anything for it. Free when it is off.
 */
public final class RateLimit {
  /** What was not used within this time is lost: more would let too much through after a pause. */
  private static final long BURST_NANOS = 200_000_000L;

  private static final int MIN_TURN_BYTES = 16 * 1024;

  /** What may be made up for when those who waited were woken late. */
  private static final long MAX_LATE_NANOS = 2_000_000_000L;

  private volatile long bytesPerSecond;
  private volatile int changes;
  private long paidUntil;
  private long waitedAt; // when somebody who had been told to wait came back last
  private boolean behind; // who came back late has not made up for it yet

  /**
   * @param bytesPerSecond 0 for no limit
   * @param now monotonic nanoseconds
   */
  public RateLimit(long bytesPerSecond, long now) {
    this.bytesPerSecond = bytesPerSecond;
    paidUntil = now;
    waitedAt = now;
  }

  /** Holds at once, for those who wait too; 0 for no limit. */
  public void change(long newBytesPerSecond, long now) {
    synchronized (this) {
      bytesPerSecond = newBytesPerSecond;
      paidUntil = Math.min(paidUntil, now); // what is owed would take another time to pay now
      changes++;
    }
  }

  /** How often the limit was changed: whoever waits looks now and then whether that is still so. */
  int changes() {
    return changes;
  }

  /** The most that should move in one turn, so that turns stay short in time. */
  public int turnBytes(int wanted) {
    long rate = bytesPerSecond;
    return rate == 0 ? wanted : Math.clamp(rate / 50, MIN_TURN_BYTES, wanted);
  }

  /**
   * Somebody who was told to wait comes back, perhaps late since the machine is busy: what could
   * have moved meanwhile is not lost.
   */
  public void waited(long now) {
    if (bytesPerSecond != 0) {
      synchronized (this) {
        waitedAt = Math.max(waitedAt, now);
        behind |= paidUntil < now;
      }
    }
  }

  /** Pays for bytes that moved; returns how many nanoseconds to wait before more may move. */
  public long pay(long bytes, long now) {
    long rate = bytesPerSecond;
    if (rate == 0) {
      return 0;
    }
    synchronized (this) {
      // To make up for it takes time too, on a busy machine more than a burst.
      long unused = behind && now - waitedAt < MAX_LATE_NANOS ? MAX_LATE_NANOS : BURST_NANOS;
      paidUntil = Math.max(paidUntil, now - unused) + bytes * 1_000_000_000L / rate;
      behind &= paidUntil < now;
      return Math.max(0, paidUntil - now);
    }
  }
}
