package dev.skep.protocol.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.Endpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangesTest {
  @ParameterizedTest
  @CsvSource({
    "10.255.0.1, true",
    "11.0.0.1, false",
    "192.168.9.7, true",
    "192.168.9.8, false",
    "172.31.255.255, true",
    "172.32.0.0, false",
    "fd12::1, true",
    "fe80::1, false"
  })
  void anAddressIsInARangeIfItsFirstBitsAre(String address, boolean in) {
    AddressRanges ranges = AddressRanges.parse("10.0.0.0/8, 192.168.9.7,172.16.0.0/12,fd00::/8");

    assertThat(ranges.test(Endpoint.of(address, 1))).isEqualTo(in);
  }

  @Test
  void noBitsAreAllAddressesOfAFamily() {
    assertThat(AddressRanges.parse("0.0.0.0/0").test(Endpoint.of("8.8.8.8", 1))).isTrue();
    assertThat(AddressRanges.parse("0.0.0.0/0").test(Endpoint.of("2001::1", 1))).isFalse();
    assertThat(AddressRanges.parse("::/0").test(Endpoint.of("8.8.8.8", 1))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "host/8", "10.0.0.0/8,"})
  void whatIsNoRangeIsNamed(String text) {
    assertThatThrownBy(() -> AddressRanges.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no range of addresses");
  }
}
