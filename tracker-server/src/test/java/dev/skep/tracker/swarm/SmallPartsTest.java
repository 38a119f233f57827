package dev.skep.tracker.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses, blocks of addresses, coarse sizes and primes. */
class SmallPartsTest {
  private static final long LARGEST_ROUGH = 15L << 40;

  @ParameterizedTest
  @ValueSource(strings = {"1.2.3.4", "255.255.255.255", "2001:db8::1", "::1"})
  void anAddressSurvivesTheWayThere(String text) {
    InetAddress address = InetAddress.ofLiteral(text);
    assertThat(IpAddress.of(address).toInetAddress()).isEqualTo(address);
    assertThat(IpAddress.of(address).isIpv4()).isEqualTo(text.contains("."));
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.0.0/16, 10.1.255.3, true",
    "10.1.0.0/16, 10.2.0.1, false",
    "10.1.2.3, 10.1.2.3, true",
    "10.1.2.3, 10.1.2.4, false",
    "0.0.0.0/0, 9.9.9.9, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
    "2001:db8::1/127, 2001:db8::, true",
    "::/0, 2001:db8::1, true",
  })
  void aBlockContainsItsOwn(String block, String address, boolean contains) {
    assertThat(Cidr.parse(block).contains(IpAddress.of(InetAddress.ofLiteral(address))))
        .isEqualTo(contains);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10.0.0.0/33", "10.0.0.0/-1", "::/129", "host/8", "10.0.0.0/x"})
  void whatIsNoBlockIsRefusedWithAnExample(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Cidr.parse(text))
        .withMessageContaining("10.1.0.0/16");
  }

  @Test
  void coarseSizesGrowWithTheSizeAndAreNearlyRight() {
    assertThat(CoarseSize.fromShort(CoarseSize.toShort(0))).isZero();
    int before = 0;
    for (long bytes = 1; bytes < 1L << 50; bytes += 1 + bytes / 97) {
      int code = CoarseSize.toShort(bytes);
      assertThat(code).isGreaterThanOrEqualTo(Math.max(1, before));
      before = code;
      double ratio = (double) CoarseSize.fromShort(code) / (double) (bytes + 1023);
      assertThat(ratio).as("of " + bytes).isBetween(bytes < 1 << 20 ? 0.0 : 0.99, 1.0);
      double rough =
          (double) CoarseSize.fromByte(CoarseSize.toByte(bytes)) / (double) (bytes + 1023);
      assertThat(rough)
          .as("roughly, of " + bytes)
          .isBetween(bytes < 1 << 20 || bytes > LARGEST_ROUGH ? 0.0 : 0.87, 1.0);
    }
    assertThat(CoarseSize.toShort(Long.MAX_VALUE)).isEqualTo(0xffff);
    assertThat(CoarseSize.toByte(Long.MAX_VALUE)).isEqualTo(0xff);
  }

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
