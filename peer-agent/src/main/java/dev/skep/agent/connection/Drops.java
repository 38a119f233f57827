package dev.skep.agent.connection;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counts why connections ended. Safe for many threads. */
public final class Drops {
  private static final DropReason[] REASONS = DropReason.values();

  private final AtomicLongArray counts = new AtomicLongArray(REASONS.length);

  /** One more connection ended so. */
  public void count(DropReason reason) {
    counts.incrementAndGet(reason.ordinal());
  }

  /** How many ended for each reason that occurred, by its label. */
  public Map<String, Long> counts() {
    Map<String, Long> all = new TreeMap<>();
    for (DropReason reason : REASONS) {
      long count = counts.get(reason.ordinal());
      if (count > 0) {
        all.put(reason.label(), count);
      }
    }
    return all;
  }
}
