package dev.skep.protocol.dht;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeIdTest {
  private static NodeId id(String hex) {
    return NodeId.of(HexFormat.of().parseHex(hex));
  }

  /** BEP 42's own. */
  @ParameterizedTest
  @CsvSource({
    "124.31.75.21, 5fbfbff10c5d6a4ec8a88e4c6ab4c28b95eee401",
    "21.75.31.124, 5a3ce9c14e7a08645677bbd1cfe7d8f956d53256",
    "65.23.51.170, a5d43220bc8f112a3d426c84764f8c2a1150e616",
    "84.124.73.14, 1b0321dd1bb1fe518101ceef99462b947a01ff41",
    "43.213.53.83, e56f6cbf5b7c4be0237986d5243b87aa6d51305a"
  })
  void anIdSuitsItsAddressAndHardlyAnyOther(String address, String hex) {
    assertThat(id(hex).suits(InetAddress.ofLiteral(address))).isTrue();
    assertThat(id(hex).suits(InetAddress.ofLiteral("8.8.8.8"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"124.31.75.21", "2001:db8::1", "10.0.0.1"})
  void whatIsDrawnForAnAddressSuitsIt(String address) {
    InetAddress at = InetAddress.ofLiteral(address);
    for (int seed = 0; seed < 100; seed++) {
      assertThat(NodeId.random(at, new SplittableRandom(seed)).suits(at)).as("" + seed).isTrue();
    }
  }

  @Test
  void distancesAreThoseOfTheBitsThatDiffer() {
    NodeId zero = new NodeId(0, 0, 0);
    NodeId one = new NodeId(0, 0, 1);
    NodeId high = new NodeId(Long.MIN_VALUE, 0, 0);
    assertThat(zero.commonBits(zero)).isEqualTo(160);
    assertThat(zero.commonBits(one)).isEqualTo(159);
    assertThat(zero.commonBits(high)).isZero();
    assertThat(zero.nearer(one, high)).isNegative();
    assertThat(high.nearer(one, high)).isPositive();
    for (int bits = 0; bits < 160; bits++) {
      assertThat(high.commonBits(high.near(bits, new SplittableRandom(bits)))).isEqualTo(bits);
    }
  }
}
