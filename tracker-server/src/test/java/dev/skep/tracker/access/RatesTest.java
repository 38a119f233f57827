package dev.skep.tracker.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.address.IpAddress;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How often an address may do something. */
class RatesTest {
  private long now = Long.MAX_VALUE - 5; // a monotonic clock may begin anywhere
  private final Rates rates = new Rates(Duration.ofMillis(100), 5, () -> now);

  @Test
  void soManyMayBeDoneAtOnceAndThenAsFastAsTheyComeBack() {
    IpAddress address = IpAddress.ofIpv4(1);
    for (int i = 0; i < 5; i++) {
      assertThat(rates.waitOf(address)).isEmpty();
      assertThat(rates.take(address)).isEmpty();
    }
    assertThat(rates.waitOf(address)).contains(Duration.ofMillis(100));
    assertThat(rates.take(address)).contains(Duration.ofMillis(100));
    now += Duration.ofMillis(99).toNanos();
    assertThat(rates.take(address)).contains(Duration.ofMillis(1));
    now += Duration.ofMillis(1).toNanos();
    assertThat(rates.take(address)).isEmpty();
    assertThat(rates.take(address)).isPresent();
    assertThat(rates.take(IpAddress.ofIpv4(2))).isEmpty();
    now += Duration.ofHours(1).toNanos();
    for (int i = 0; i < 5; i++) {
      assertThat(rates.take(address)).isEmpty();
    }
    assertThat(rates.take(address)).isPresent();
  }

  @Test
  void overIpv6ABlockIsOneAddress() {
    for (int i = 0; i < 5; i++) {
      assertThat(rates.take(address("2001:db8::" + i))).isEmpty();
    }
    assertThat(rates.take(address("2001:db8::abcd"))).isPresent();
    assertThat(rates.take(address("2001:db8:0:1::"))).isEmpty();
    assertThat(rates.take(address("::1"))).isEmpty();
  }

  @Test
  void amongMoreBusyAddressesThanAreRememberedNewOnesShareWhatOneMayDo() {
    for (int i = 0; i < 10_000; i++) {
      assertThat(rates.take(IpAddress.ofIpv4(i))).isEmpty();
    }
    int allowed = 0;
    for (int i = 10_000; i < 10_100; i++) {
      allowed += rates.take(IpAddress.ofIpv4(i)).isEmpty() ? 1 : 0;
    }
    assertThat(allowed).isEqualTo(5);
    assertThat(rates.take(IpAddress.ofIpv4(7))).isEmpty();
    now += Duration.ofSeconds(2).toNanos();
    assertThat(rates.take(IpAddress.ofIpv4(20_000))).isEmpty();
    assertThat(rates.take(IpAddress.ofIpv4(20_001))).isEmpty();
  }

  /** Whoever has one would else leave other addresses nothing, an administrator's among them. */
  @Test
  void allOfASlash48LeaveRoomForOtherAddresses() {
    int allowed = 0;
    for (int network = 0; network < 20_000; network++) {
      for (int times = 0; times < 6; times++) {
        allowed += rates.take(new IpAddress(0x20010db8_0001_0000L + network, 1)).isEmpty() ? 1 : 0;
      }
    }
    assertThat(allowed).isEqualTo(5 * 5_001);
    for (int i = 0; i < 2_000; i++) {
      assertThat(rates.waitOf(IpAddress.ofIpv4(i))).isEmpty();
      assertThat(rates.take(IpAddress.ofIpv4(i))).isEmpty();
      assertThat(rates.take(new IpAddress(0x20010db9_0000_0000L + ((long) i << 16), 1))).isEmpty();
    }
    now += Duration.ofSeconds(2).toNanos();
    assertThat(rates.take(new IpAddress(0x20010db8_0001_ffffL, 1))).isEmpty();
    assertThat(rates.take(new IpAddress(0x20010db8_0001_fffeL, 1))).isEmpty();
  }

  private static IpAddress address(String text) {
    return IpAddress.of(InetAddress.ofLiteral(text));
  }
}
