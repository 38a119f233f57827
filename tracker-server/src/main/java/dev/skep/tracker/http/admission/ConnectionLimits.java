package dev.skep.tracker.http.admission;

import dev.skep.protocol.address.Cidr;
import java.time.Duration;
import java.util.List;

/**
 * How many connections there may be, and how long one may keep the server waiting.
 *
 * @param most at once, at least 1; one more takes the place of another or is turned away
 * @param perAddress of these from one address, at least 1
 * @param privateTimes how many times as many those of this machine and of private networks may
 *     have, at least 1, but no more than half of all
 * @param uncounted addresses that may have any number, as trusted proxies may
 * @param behindProbe how many new ones may stand in line behind a probe, at least 1: see {@link
 *     Arrivals}
 * @param patience how long one may be silent
 * @param leastBytesPerSecond how fast a request is to come, on the whole
 */
public record ConnectionLimits(
    int most,
    int perAddress,
    int privateTimes,
    List<Cidr> uncounted,
    int behindProbe,
    Duration patience,
    long leastBytesPerSecond) {
  public static final ConnectionLimits DEFAULT =
      new ConnectionLimits(5000, 500, 10, List.of(), 512, Duration.ofSeconds(30), 8 << 10);

  public ConnectionLimits {
    uncounted = List.copyOf(uncounted);
    if (most < 1 || perAddress < 1 || privateTimes < 1 || behindProbe < 1) {
      throw new IllegalArgumentException("there may be at least 1 connection");
    }
    if (leastBytesPerSecond < 1) {
      throw new IllegalArgumentException("a request is to come with at least 1 byte a second");
    }
  }
}
