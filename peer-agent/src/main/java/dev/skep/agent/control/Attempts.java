package dev.skep.agent.control;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Wrong passwords by address (IPv6: by /64): ten are free, then one each six seconds. Time is
 * given, in monotonic nanoseconds. Safe for many threads.
 */
final class Attempts {
  private static final int FREE = 10;
  private static final long ONE_MORE_NANOS = 6_000_000_000L;
  private static final int MOST_ADDRESSES = 1_000;

  /** Until when an address has used what it may. The longest silent are forgotten first. */
  private final Map<String, Long> usedUntil =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MOST_ADDRESSES;
        }
      };

  /** Whether one more may be tried. */
  synchronized boolean mayTry(InetAddress from, long now) {
    Long until = usedUntil.get(key(from));
    return until == null || until - now <= (FREE - 1) * ONE_MORE_NANOS;
  }

  /** One was wrong. */
  synchronized void failed(InetAddress from, long now) {
    usedUntil.merge(
        key(from),
        now + ONE_MORE_NANOS,
        (before, _) -> (before - now > 0 ? before : now) + ONE_MORE_NANOS);
  }

  private static String key(InetAddress from) {
    byte[] bytes = from.getAddress();
    return Arrays.toString(from instanceof Inet6Address ? Arrays.copyOf(bytes, 8) : bytes);
  }
}
