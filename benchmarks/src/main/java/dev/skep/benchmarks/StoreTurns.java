package dev.skep.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.LongToDoubleFunction;

/**
 * The announces of {@link SwarmStoreBenchmark} for some time on a processor at a time, in
 * nanoseconds; tells how many there were in a second of it.
 */
public final class StoreTurns implements LongToDoubleFunction {
  private static final int PEERS = 1_000_000;
  private static final int AT_ONCE = 500;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final SwarmStoreBenchmark benchmark = new SwarmStoreBenchmark();
  private final SwarmStoreBenchmark.Full full = new SwarmStoreBenchmark.Full();
  private final SwarmStoreBenchmark.Announcer announcer = new SwarmStoreBenchmark.Announcer();

  /** Fills a store. */
  public StoreTurns() {
    full.peers = PEERS;
    full.fill();
    announcer.seed(full);
  }

  @Override
  public double applyAsDouble(long nanos) {
    long began = THREADS.getCurrentThreadCpuTime();
    long took = 0;
    int announces = 0;
    while (took < nanos) {
      for (int i = 0; i < AT_ONCE; i++) {
        if (benchmark.announce(full, announcer) < 0) {
          throw new AssertionError("fewer than no peers");
        }
      }
      announces += AT_ONCE;
      took = THREADS.getCurrentThreadCpuTime() - began;
    }
    return announces * 1e9 / took;
  }
}
