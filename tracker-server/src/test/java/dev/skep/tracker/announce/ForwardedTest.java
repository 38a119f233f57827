package dev.skep.tracker.announce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.address.Cidr;
import dev.skep.protocol.address.IpAddress;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardedTest {
  private final Proxies proxies =
      new Proxies(List.of(Cidr.parse("10.0.0.0/8")), Proxies.Header.FORWARDED);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "for=192.0.2.43 | 192.0.2.43",
        "For=192.0.2.43:47011 | 192.0.2.43",
        "for=\"[2001:db8:cafe::17]:4711\" | 2001:db8:cafe::17",
        "for=[2001:db8:cafe::17] | 2001:db8:cafe::17",
        "for=192.0.2.60;proto=http;by=203.0.113.43 | 192.0.2.60",
        "proto=https ; host=\"a,b;c\" ; for=192.0.2.60 | 192.0.2.60",
        "for=192.0.2.43, for=198.51.100.17 | 198.51.100.17",
        "for=192.0.2.43, for=198.51.100.17, for=10.1.1.1 | 198.51.100.17",
        "for=unknown, for=198.51.100.17 | 198.51.100.17",
        "for=192.0.2.43,, | 192.0.2.43",
      })
  void theLastOneThatIsNoProxyAsks(String line, String asker) throws Exception {
    assertThat(asker(line)).isEqualTo(at(asker));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "for=unknown",
        "for=_hidden",
        "for=127.0.0.999",
        "for=",
        "proto=http",
        "192.0.2.43",
        "for=192.0.2.43;for=192.0.2.44",
        "for=\"192.0.2.43",
        "for=\"192.0.2.43\"x",
        "host=\", for=192.0.2.43",
        "for=192.0.2.43, by=\u202e",
      })
  void whatNamesNobodyIsRefusedAndTold(String line) {
    assertThatThrownBy(() -> asker(line))
        .isInstanceOf(Proxies.NonsenseException.class)
        .hasMessageContaining("the proxy 10.0.0.1 says that Forwarded is '")
        .hasMessageMatching("[ -~]*");
  }

  @Test
  void whatStrangersWroteIntoLinesOfTheirOwnIsNotReached() throws Exception {
    assertThat(proxies.asker(at("10.0.0.1"), List.of("for=\"", "for=192.0.2.43")))
        .isEqualTo(at("192.0.2.43"));
  }

  @Test
  void fromElsewhereNobodyIsBelieved() throws Exception {
    assertThat(proxies.asker(at("192.0.2.1"), List.of("for=198.51.100.17")))
        .isEqualTo(at("192.0.2.1"));
  }

  @Test
  void aLongLineIsReadInOnePass() throws Exception {
    String line = "a=b;".repeat(4_000) + "for=192.0.2.43";
    assertThat(asker(line)).isEqualTo(at("192.0.2.43"));
    assertThatThrownBy(() -> asker("for=\"" + "\\x".repeat(8_000)))
        .isInstanceOf(Proxies.NonsenseException.class);
  }

  private IpAddress asker(String line) throws Proxies.NonsenseException {
    return proxies.asker(at("10.0.0.1"), List.of(line));
  }

  private static IpAddress at(String address) {
    return IpAddress.of(InetAddress.ofLiteral(address));
  }
}
