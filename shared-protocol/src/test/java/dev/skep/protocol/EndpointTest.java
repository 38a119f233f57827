package dev.skep.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
  @ParameterizedTest
  @CsvSource({
    "1.2.3.4:80, 1.2.3.4:80",
    "[::1]:80, [::1]:80",
    "[::]:0, [::]:0",
    "[2001:db8:0:0:1:0:0:1]:65535, [2001:db8::1:0:0:1]:65535",
    "[1:0:2:3:4:5:6:7]:1, [1:0:2:3:4:5:6:7]:1",
    "[1:2:3:4:5:6:0:0]:1, [1:2:3:4:5:6::]:1",
    "[::ffff:1.2.3.4]:80, 1.2.3.4:80"
  })
  void textIsReadAndWrittenInItsShortestForm(String text, String shortest) {
    assertThat(Endpoint.parse(text)).hasToString(shortest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1.2.3.4",
        "1.2.3.4:",
        "1.2.3.4:65536",
        "1.2.3.4:-1",
        ":80",
        "::1:80",
        "[::1]",
        "[]:80",
        "host:80",
        "1.2.3.4:+80",
        "1.2.3.4:999999"
      })
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> Endpoint.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, true",
    "10.1.2.3, true",
    "192.168.1.1, true",
    "169.254.1.1, true",
    "8.8.8.8, false",
    "::1, true",
    "fe80::1, true",
    "fd00::1, true",
    "2001:db8::1, false"
  })
  void theLocalNetworkIsKnown(String address, boolean local) {
    assertThat(Endpoint.of(address, 1).isLocalNetwork()).isEqualTo(local);
  }
}
