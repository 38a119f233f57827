package dev.skep.agent.session;

/** A rate limit each way that some transfers share, besides their own and the session's. */
public final class SharedRate {
  private final Throttle throttle = new Throttle(0, 0);

  /** Holds at once; in bytes per second, 0 for none. */
  public void limit(long downBytesPerSecond, long upBytesPerSecond) {
    throttle.change(downBytesPerSecond, upBytesPerSecond);
  }

  Throttle throttle() {
    return throttle;
  }
}
