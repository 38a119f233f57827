package dev.skep.tracker.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrimesTest {
  @Test
  void primesAreNeverFarAbove() {
    for (int n = 1; n <= 1 << 24; n += 1 + n / 13) {
      int prime = Primes.notBelow(n);
      assertThat(prime).isBetween(n, n + n / 8 + 20);
      for (int divisor = 2; divisor * divisor <= prime; divisor++) {
        assertThat(prime % divisor).isNotZero();
      }
    }
    assertThat(Primes.notBelow(1 << 24)).isGreaterThanOrEqualTo(1 << 24);
  }
}
