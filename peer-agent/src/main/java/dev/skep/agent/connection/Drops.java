package dev.skep.agent.connection;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts why connections ended. Safe for many threads. */
public final class Drops {
  private final Map<DropReason, LongAdder> counts = new EnumMap<>(DropReason.class);

  /** Nothing has ended yet. */
  public Drops() {
    for (DropReason reason : DropReason.values()) {
      counts.put(reason, new LongAdder());
    }
  }

  /** One more connection ended so. */
  public void count(DropReason reason) {
    Objects.requireNonNull(counts.get(reason)).increment();
  }

  /** How many ended for each reason that occurred, by its label. */
  public Map<String, Long> counts() {
    Map<String, Long> all = new TreeMap<>();
    counts.forEach(
        (reason, count) -> {
          if (count.sum() > 0) {
            all.put(reason.label(), count.sum());
          }
        });
    return all;
  }
}
