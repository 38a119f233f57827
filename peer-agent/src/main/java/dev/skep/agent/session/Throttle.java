package dev.skep.agent.session;

import dev.skep.agent.connection.Limits;
import dev.skep.agent.connection.RateLimit;
import java.util.ArrayList;
import java.util.List;

/** A rate limit each way, of one transfer or of all together. Safe for many threads. */
final class Throttle {
  private final RateLimit down;
  private final RateLimit up;
  private final Limits downLimits;
  private final Limits upLimits;

  /** In bytes per second; 0 for none. */
  Throttle(long downBytesPerSecond, long upBytesPerSecond) {
    this(downBytesPerSecond, upBytesPerSecond, List.of(), false, 1);
  }

  /**
   * The same, and those that are shared hold too.
   *
   * @param shared with others
   * @param alone whether the session's limits do not hold
   * @param share see {@link Limits#share}
   */
  Throttle(
      long downBytesPerSecond,
      long upBytesPerSecond,
      List<SharedRate> shared,
      boolean alone,
      double share) {
    long now = System.nanoTime();
    down = new RateLimit(downBytesPerSecond, now);
    up = new RateLimit(upBytesPerSecond, now);
    List<RateLimit> allDown = new ArrayList<>(List.of(down));
    List<RateLimit> allUp = new ArrayList<>(List.of(up));
    for (SharedRate rate : shared) {
      allDown.add(rate.throttle().down);
      allUp.add(rate.throttle().up);
    }
    downLimits = new Limits(allDown, alone, share);
    upLimits = new Limits(allUp, alone, share);
  }

  void change(long downBytesPerSecond, long upBytesPerSecond) {
    long now = System.nanoTime();
    down.change(downBytesPerSecond, now);
    up.change(upBytesPerSecond, now);
  }

  Limits down() {
    return downLimits;
  }

  Limits up() {
    return upLimits;
  }
}
