package dev.skep.benchmarks.tracker;

/** How often what took how long, in buckets that are less than a hundredth wide. */
final class Times {
  private static final int SUB_BITS = 7;

  private final long[] buckets = new long[64 << SUB_BITS];
  private long count;

  void add(long nanos) {
    long value = Math.max(nanos, 1 << SUB_BITS);
    int exponent = 63 - Long.numberOfLeadingZeros(value) - SUB_BITS;
    buckets[(exponent << SUB_BITS) + (int) (value >>> exponent) - (1 << SUB_BITS)]++;
    count++;
  }

  void add(Times other) {
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] += other.buckets[i];
    }
    count += other.count;
  }

  long count() {
    return count;
  }

  /** What this part of them did not exceed; 0 if there are none. */
  double percentileMicros(double part) {
    long wanted = (long) Math.ceil(part * count);
    long seen = 0;
    for (int i = 0; i < buckets.length; i++) {
      seen += buckets[i];
      if (seen >= wanted && seen > 0) {
        long mantissa = (i & ((1 << SUB_BITS) - 1)) + (1L << SUB_BITS) + 1;
        return (mantissa << (i >> SUB_BITS)) / 1000.0;
      }
    }
    return 0;
  }
}
