package dev.skep.tracker.swarm.rows;

import java.util.random.RandomGenerator;

/**
 * A keyed hash for tables whose keys strangers choose. The key is drawn once per process, so nobody
 * can prepare info-hashes or ports that fall on one another.
 */
public record Hashing(long keyA, long keyB) {
  private static final long ODD = 0x9e3779b97f4a7c15L;

  /** With keys drawn from {@code random}. */
  public static Hashing drawnFrom(RandomGenerator random) {
    return new Hashing(random.nextLong(), random.nextLong() | 1);
  }

  /** Hashes two numbers; all 64 bits of the result are good. */
  public long hash(long a, long b) {
    return fold(fold(a ^ keyA, keyB) ^ b, ODD ^ keyA);
  }

  /** Hashes one number. */
  public long hash(long a) {
    return fold(a ^ keyA, keyB);
  }

  private static long fold(long a, long b) {
    return Math.unsignedMultiplyHigh(a, b) ^ (a * b);
  }
}
