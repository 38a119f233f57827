package dev.skep.agent.dht;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.bencode.BValue;
import dev.skep.protocol.bencode.Bencode;
import dev.skep.protocol.bencode.DecodeOptions;
import dev.skep.protocol.dht.DhtItem;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ItemStoreTest {
  private static final long HOUR = 3_600 * 1_000_000_000L;
  private static final OptionalLong ANY = OptionalLong.empty();
  private static final Endpoint LAN = Endpoint.of("10.0.0.1", 6881);

  private final ItemStore store = new ItemStore();

  private static DhtItem text(String text) {
    return new DhtItem.Immutable(BString.of(text));
  }

  private Optional<ItemStore.Refusal> put(DhtItem item, OptionalLong expected) {
    return store.put(item, expected, LAN, 0);
  }

  @Test
  void anItemIsForgottenAfterTwoHours() {
    assertThat(put(text("a"), ANY)).isEmpty();

    assertThat(store.get(text("a").target(), 2 * HOUR)).contains(text("a"));
    assertThat(store.get(text("a").target(), 2 * HOUR + 1)).isEmpty();
    store.expire(10, 2 * HOUR + 1);
    assertThat(store.size()).isZero();
  }

  /** BEP 44: who keeps items must refuse such. */
  @Test
  void whatIsNotWrittenAsBencodeHasToBeIsRefused() throws Exception {
    BValue value = Bencode.decode("d1:bi1e1:ai2ee".getBytes(US_ASCII), DecodeOptions.LENIENT);

    assertThat(put(new DhtItem.Immutable(value), ANY)).contains(ItemStore.Refusal.NOT_CANONICAL);
    assertThat(store.size()).isZero();
  }

  @Test
  void oneNetworkBringsOnlySoManyAndAllTogetherAreBounded() {
    Endpoint outside = Endpoint.of("66.66.1.1", 6881);
    for (int i = 0; i < 300; i++) {
      store.put(text("outside " + i), ANY, outside, i);
    }
    assertThat(store.size()).isEqualTo(200);

    for (int i = 0; i < ItemStore.MOST_ITEMS; i++) {
      store.put(text("inside " + i), ANY, LAN, i);
    }
    assertThat(store.size()).isEqualTo(ItemStore.MOST_ITEMS);
    assertThat(store.put(text("outside again"), ANY, outside, 0)).as("all went").isEmpty();
  }

  @Test
  void anOwnersItemIsReplacedByALaterOneOnlyAndByWhoKnowsTheOneThatIsThere() throws Exception {
    KeyPair owner = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    assertThat(put(signed(owner, 5, "five"), OptionalLong.of(1))).as("there is none yet").isEmpty();

    assertThat(put(signed(owner, 4, "four"), ANY)).contains(ItemStore.Refusal.TOO_OLD);
    assertThat(put(signed(owner, 5, "other"), ANY)).contains(ItemStore.Refusal.TOO_OLD);
    assertThat(put(signed(owner, 6, "six"), OptionalLong.of(4)))
        .contains(ItemStore.Refusal.NOT_EXPECTED);
    assertThat(put(signed(owner, 4, "four"), OptionalLong.of(3)))
        .as("an unexpected one is told of whatever else is wrong (BEP 44)")
        .contains(ItemStore.Refusal.NOT_EXPECTED);
    assertThat(put(signed(owner, 5, "five"), ANY)).as("the same again").isEmpty();
    assertThat(put(signed(owner, 6, "six"), OptionalLong.of(5))).isEmpty();
    assertThat(store.size()).isEqualTo(1);
  }

  private static DhtItem.Mutable signed(KeyPair owner, long sequence, String text)
      throws GeneralSecurityException {
    BString salt = BString.of("");
    BString value = BString.of(text);
    Signature signing = Signature.getInstance("Ed25519");
    signing.initSign(owner.getPrivate());
    signing.update(DhtItem.Mutable.signedBytes(salt, sequence, value));
    byte[] encoded = owner.getPublic().getEncoded();
    byte[] key = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    return new DhtItem.Mutable(BString.of(key), salt, sequence, value, BString.of(signing.sign()));
  }
}
