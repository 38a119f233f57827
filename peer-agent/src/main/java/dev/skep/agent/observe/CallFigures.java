package dev.skep.agent.observe;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** How often which method of the remote control was called. Safe for many threads. */
public final class CallFigures {
  private final Map<String, LongAdder> calls;
  private final LongAdder failures = new LongAdder();
  private final LongAdder nanos = new LongAdder();

  /**
   * @param methods all there are: a stranger's word is no label
   */
  public CallFigures(Collection<String> methods) {
    calls = methods.stream().collect(Collectors.toMap(name -> name, _ -> new LongAdder()));
  }

  /** One was answered. */
  public void answered(String method, boolean failed, long tookNanos) {
    LongAdder count = calls.get(method);
    if (count != null) {
      count.increment();
    }
    if (failed) {
      failures.increment();
    }
    nanos.add(tookNanos);
  }

  Map<String, Long> calls() {
    Map<String, Long> counts = new TreeMap<>();
    calls.forEach((name, count) -> counts.put(name, count.sum()));
    return counts;
  }

  long failures() {
    return failures.sum();
  }

  double seconds() {
    return nanos.sum() / 1e9;
  }
}
