package dev.skep.benchmarks.durability;

import java.util.Arrays;

/** Prints how long single operations took, the longest above all: what others may wait for. */
final class Longest {
  private Longest() {}

  /**
   * Prints one line and leaves the times sorted.
   *
   * @param tookNanos at least three
   */
  static void print(String what, long[] tookNanos) {
    Arrays.sort(tookNanos);
    int count = tookNanos.length;
    System.out.printf(
        "  %-28s %,9d: p50 %.1f, p99.9 %.1f us, the longest %.0f, %.0f, %.0f us%n",
        what,
        count,
        tookNanos[count / 2] / 1000.0,
        tookNanos[(int) (count * 0.999)] / 1000.0,
        tookNanos[count - 1] / 1000.0,
        tookNanos[count - 2] / 1000.0,
        tookNanos[count - 3] / 1000.0);
  }
}
