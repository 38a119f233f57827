package dev.skep.agent.session;

import dev.skep.agent.connection.Limits;
import dev.skep.agent.connection.RateLimit;
import java.util.List;

/** A rate limit each way, of one transfer or of all together. Safe for many threads. */
final class Throttle {
  private final RateLimit down;
  private final RateLimit up;
  private final Limits downLimits;
  private final Limits upLimits;

  /** In bytes per second; 0 for none. */
  Throttle(long downBytesPerSecond, long upBytesPerSecond) {
    long now = System.nanoTime();
    down = new RateLimit(downBytesPerSecond, now);
    up = new RateLimit(upBytesPerSecond, now);
    downLimits = new Limits(List.of(down));
    upLimits = new Limits(List.of(up));
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
