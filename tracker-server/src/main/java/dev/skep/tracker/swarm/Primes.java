package dev.skep.tracker.swarm;

import java.util.Arrays;

/** Primes up to beyond 16 million, each at most an eighth above the one before. */
final class Primes {
  private static final int LARGEST = 1 << 24;
  private static final int[] TABLE = table();

  private Primes() {}

  /** The smallest prime of the table that is at least {@code n}, 1 to 2^24. */
  static int notBelow(int n) {
    int found = Arrays.binarySearch(TABLE, n);
    return TABLE[found >= 0 ? found : -found - 1];
  }

  private static int[] table() {
    int[] primes = new int[256];
    int count = 0;
    for (int last = 1; last < LARGEST; count++) {
      int next = Math.max(last + 1, last + last / 9);
      while (!isPrime(next)) {
        next++;
      }
      primes[count] = next;
      last = next;
    }
    return Arrays.copyOf(primes, count);
  }

  private static boolean isPrime(int n) {
    for (int divisor = 2; divisor * divisor <= n; divisor++) {
      if (n % divisor == 0) {
        return false;
      }
    }
    return true;
  }
}
