package dev.skep.tracker.http.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.address.IpAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CrowdsTest {
  private static final int MOST = 20;

  @Test
  void onePrivateAddressMayHaveMoreAndNeverMoreThanHalfOfAll() {
    IpAddress here = IpAddress.of(InetAddress.ofLiteral("10.1.2.3"));
    IpAddress elsewhere = IpAddress.of(InetAddress.ofLiteral("198.51.100.7"));
    assertThat(mayHave(here, 1, 2)).isEqualTo(2);
    assertThat(mayHave(elsewhere, 1, 2)).isEqualTo(1);
    assertThat(mayHave(here, 1, 100)).isEqualTo(MOST / 2);
  }

  /** How many connections it gets in. */
  private static int mayHave(IpAddress address, int mostPerAddress, int privateTimes) {
    var crowds = new Crowds(settings(mostPerAddress, privateTimes), new HttpTallies());
    int in = 0;
    while (in < 2 * MOST && crowds.enter(address).isPresent()) {
      in++;
    }
    return in;
  }

  @Test
  void addressesOfOneSmallNetworkCountAsOneOverIpv6() {
    Crowds crowds = new Crowds(settings(1, 1), new HttpTallies());
    IpAddress one = IpAddress.of(InetAddress.ofLiteral("2001:db8::1"));
    assertThat(crowds.enter(one)).isPresent();
    assertThat(crowds.enter(IpAddress.of(InetAddress.ofLiteral("2001:db8::2")))).isEmpty();
    assertThat(crowds.enter(IpAddress.of(InetAddress.ofLiteral("2001:db8:0:1::1")))).isPresent();
    crowds.leave(one);
    assertThat(crowds.enter(IpAddress.of(InetAddress.ofLiteral("2001:db8::2")))).isPresent();
  }

  private static HttpSettings settings(int mostPerAddress, int privateTimes) {
    return new HttpSettings(
        List.of(),
        List.of(),
        74,
        false,
        Duration.ofHours(1),
        MOST,
        mostPerAddress,
        privateTimes,
        List.of(),
        Duration.ofSeconds(30),
        AnswerLimits.DEFAULT);
  }
}
