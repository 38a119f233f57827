package dev.skep.protocol.dht;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.net.InetAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class PeerFilterTest {
  /** BEP 33's own. */
  @Test
  void addressesAreCountedAsSpecified() {
    PeerFilter filter = new PeerFilter();
    for (int i = 0; i < 256; i++) {
      filter.add(InetAddress.ofLiteral("192.0.2." + i));
    }
    for (int i = 0; i < 1_000; i++) {
      filter.add(InetAddress.ofLiteral("2001:db8::" + Integer.toHexString(i)));
    }

    String bytes = HexFormat.of().formatHex(filter.bytes().toBytes());
    assertThat(bytes)
        .startsWith("f6c3f5eaa07ffd91bde89f777f26fb2bff37bdb8fb2bbaa2")
        .endsWith("adfee1fb737ffffbfd9f6aeffeee76b6fd8f72ef");
    assertThat(filter.estimate()).isEqualTo(1224.9308, offset(0.0001));
  }

  @Test
  void whatSeveralKnowCountsOnce() {
    PeerFilter one = new PeerFilter();
    PeerFilter two = new PeerFilter();
    for (int i = 0; i < 100; i++) {
      one.add(InetAddress.ofLiteral("10.0.0." + i));
      two.add(InetAddress.ofLiteral("10.0.0." + (50 + i)));
    }
    assertThat(new PeerFilter().estimate()).isZero();

    one.addAll(PeerFilter.of(two.bytes()));

    assertThat(one.estimate()).isEqualTo(150, offset(15.0));
  }
}
