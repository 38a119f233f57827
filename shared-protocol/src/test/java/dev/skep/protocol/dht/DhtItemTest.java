package dev.skep.protocol.dht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.bencode.BString;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The test vectors of BEP 44. */
class DhtItemTest {
  private static final BString HELLO = BString.of("Hello World!");

  private static BString hex(String digits) {
    return BString.of(HexFormat.of().parseHex(digits));
  }

  private static final BString KEY =
      hex("77ff84905a91936367c01360803104f92432fcd904a43511876df5cdf3e7e548");

  private static final DhtItem.Mutable PLAIN =
      new DhtItem.Mutable(
          KEY,
          BString.of(""),
          1,
          HELLO,
          hex(
              "305ac8aeb6c9c151fa120f120ea2cfb923564e11552d06a5d856091e5e853cff"
                  + "1260d3f39e4999684aa92eb73ffd136e6f4f3ecbfda0ce53a1608ecd7ae21f01"));

  private static final DhtItem.Mutable SALTED =
      new DhtItem.Mutable(
          KEY,
          BString.of("foobar"),
          1,
          HELLO,
          hex(
              "6834284b6b24c3204eb2fea824d82f88883a3d95e8b4a21b8c0ded553d17d17d"
                  + "df9a8a7104b1258f30bed3787e6cb896fca78c58f8e03b5f18f14951a87d9a08"));

  @Test
  void whereItemsAreKept() {
    assertThat(PLAIN.target()).hasToString("4a533d47ec9c7d95b1ad75f576cffc641853b750");
    assertThat(SALTED.target()).hasToString("411eba73b6f087ca51a3795d9c8c938d365e32c1");
    assertThat(new DhtItem.Immutable(HELLO).target())
        .hasToString("e5f96f6f38320f0f33959cb4d3d656452117aadb");
  }

  @Test
  void whatItsOwnerSignedIsGenuine() {
    assertThat(PLAIN.isGenuine()).isTrue();
    assertThat(SALTED.isGenuine()).isTrue();
  }

  @Test
  void whatSomebodyChangedIsNot() {
    assertThat(PLAIN.withSalt(BString.of("foobar")).isGenuine()).isFalse();
    assertThat(new DhtItem.Mutable(KEY, BString.of(""), 2, HELLO, PLAIN.signature()).isGenuine())
        .isFalse();
    assertThat(
            new DhtItem.Mutable(KEY, BString.of(""), 1, BString.of("Bye"), PLAIN.signature())
                .isGenuine())
        .isFalse();
    assertThat(new DhtItem.Mutable(HELLO, BString.of(""), 1, HELLO, PLAIN.signature()).isGenuine())
        .isFalse();
  }
}
