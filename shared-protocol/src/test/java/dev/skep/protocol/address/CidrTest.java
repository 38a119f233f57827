package dev.skep.protocol.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
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
    "::/0, 9.9.9.9, false",
    "192.0.2.0/24, ::ffff:192.0.2.7, true",
    "::ffff:192.0.2.0/120, 192.0.2.7, true",
    "::ffff:192.0.2.0/120, 192.0.3.7, false",
    "::ffff:192.0.2.7, 192.0.2.7, true",
    "::ffff:c000:207, 192.0.2.7, true",
  })
  void aBlockContainsItsOwn(String block, String address, boolean contains) {
    assertThat(Cidr.parse(block).contains(IpAddress.of(InetAddress.ofLiteral(address))))
        .isEqualTo(contains);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "::/129",
        "host/8",
        "10.0.0.0/x",
        "::ffff:10.0.0.0/8"
      })
  void whatIsNoBlockIsRefusedWithAnExample(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Cidr.parse(text))
        .withMessageContaining("10.1.0.0/16");
  }
}
