package dev.skep.protocol.encryption;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.peerwire.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EncryptedHandshakeTest {
  private static final InfoHash WANTED =
      InfoHash.fromHex("c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadb");
  private static final byte[] HELLO = "\u0013BitTorrent protocol".getBytes(US_ASCII);
  private static final byte[] MORE = "and what comes behind it".getBytes(US_ASCII);

  /** The torrents that the answering side has. */
  private static Optional<InfoHash> find(InfoHash digest) {
    return digest.equals(InfoHash.of(Secret.obfuscated(WANTED)))
        ? Optional.of(WANTED)
        : Optional.empty();
  }

  private static EncryptedDial dial(int paddingBytes, boolean throughout) {
    return new EncryptedDial(WANTED, throughout, HELLO, KnownChance.quick(777, paddingBytes));
  }

  private static EncryptedAnswer answer(int paddingBytes, boolean throughout) {
    return new EncryptedAnswer(
        throughout, EncryptedHandshakeTest::find, KnownChance.quick(999, paddingBytes));
  }

  /** Both sides, and what each of them has sent and not yet taken. */
  private static final class Talk {
    private final EncryptedHandshake a;
    private final EncryptedHandshake b;
    private final ByteArrayOutputStream toA = new ByteArrayOutputStream();
    private final ByteArrayOutputStream toB = new ByteArrayOutputStream();

    Talk(EncryptedHandshake a, EncryptedHandshake b) {
      this.a = a;
      this.b = b;
    }

    /**
     * Until both have agreed; gives each as many bytes at once as {@code cut} says of those left.
     */
    Talk whole(IntUnaryOperator cut) throws ProtocolException {
      boolean moves = true;
      while (moves && !(a.isDone() && b.isDone())) {
        toB.writeBytes(a.due());
        moves = give(b, toB, cut);
        toA.writeBytes(b.due());
        moves |= give(a, toA, cut);
      }
      assertThat(a.isDone() && b.isDone()).as("both agreed").isTrue();
      return this;
    }

    private static boolean give(
        EncryptedHandshake to, ByteArrayOutputStream from, IntUnaryOperator cut)
        throws ProtocolException {
      byte[] all = from.toByteArray();
      from.reset();
      int at = 0;
      while (at < all.length && !to.isDone()) {
        int count = Math.clamp(cut.applyAsInt(all.length - at), 1, all.length - at);
        ByteBuffer in = ByteBuffer.wrap(all, at, count);
        to.take(in);
        at = in.position();
      }
      from.write(all, at, all.length - at);
      return all.length > 0;
    }

    void assertThatBothGoOn(boolean encrypted) {
      assertThat(a.ciphers().isPresent()).isEqualTo(encrypted);
      assertThat(b.ciphers().isPresent()).isEqualTo(encrypted);
      assertThat(toA.size() + toB.size()).as("bytes too much").isZero();
      if (encrypted) {
        assertThatReads(a.ciphers().orElseThrow(), b.ciphers().orElseThrow());
        assertThatReads(b.ciphers().orElseThrow(), a.ciphers().orElseThrow());
      }
    }

    private static void assertThatReads(
        EncryptedHandshake.Ciphers from, EncryptedHandshake.Ciphers to) {
      byte[] sent = from.outgoing().apply(MORE.clone());
      assertThat(sent).isNotEqualTo(MORE);
      assertThat(to.incoming().apply(sent)).isEqualTo(MORE);
    }
  }

  @ParameterizedTest(name = "dialling side insists {0}, answering side {1}: encrypted {2}")
  @CsvSource({"false,false,false", "true,false,true", "false,true,true", "true,true,true"})
  void bothAgreeAfterAnyPaddingHoweverTheBytesAreCut(
      boolean dialInsists, boolean answerInsists, boolean encrypted) throws Exception {
    for (int padding = 0; padding <= 512; padding++) {
      Random random = new Random(padding);
      EncryptedDial a = dial(padding, dialInsists);
      EncryptedAnswer b = answer(512 - padding, answerInsists);
      int most = 1 + padding % 97;

      Talk talk = new Talk(a, b).whole(_ -> 1 + random.nextInt(most));

      talk.assertThatBothGoOn(encrypted);
      assertThat(b.about()).as("padding " + padding).isEqualTo(WANTED);
      assertThat(b.first()).as("padding " + padding).isEqualTo(HELLO);
    }
  }

  @Test
  void everyPlaceToCutTheBytesInTwoIsAsGoodAsAnother() throws Exception {
    for (int place = 1; place < 1_000; place++) {
      int at = place;
      new Talk(dial(37, true), answer(41, true))
          .whole(left -> left > at ? at : left)
          .assertThatBothGoOn(true);
    }
  }

  @Test
  void whatLiesBehindTheHandshakeIsLeftAlone() throws Exception {
    EncryptedDial a = dial(3, true);
    EncryptedAnswer b = answer(3, true);
    b.take(ByteBuffer.wrap(a.due()));
    a.take(ByteBuffer.wrap(b.due()));
    ByteBuffer last = ByteBuffer.wrap(concat(a.due(), MORE));

    b.take(last);

    assertThat(b.isDone()).isTrue();
    assertThat(last.remaining()).isEqualTo(MORE.length);
    ByteBuffer reply = ByteBuffer.wrap(concat(b.due(), MORE));
    a.take(reply);
    assertThat(a.isDone()).isTrue();
    assertThat(reply.remaining()).isEqualTo(MORE.length);
  }

  /** Computed once by a program that shares nothing with this one. */
  @Test
  void theBytesAreThoseOfARecordedExchange() throws Exception {
    String fromA =
        "96e112dab29e8c5272accb9b17b26887ce54a144a4e3b697c7d159b7a817e556b0918db2b4c658e02a87f7e5fb14b18a"
            + "553e084cbf3dad2d30f16596ccb982d406258c61b30c5c1dae2ddc60bdbd48d79896312aad63238c39e1a633821eb693";
    String fromB =
        "d32ae8cedd0de9ca4fe67e35626bb8c7cdb0966727d899f6a62fdb2b68817f9ddc4b684e3eb34030b8dba4e028b7cff3"
            + "264020340cb4eab61923cdc4e4216ba873368d83f0a38e497f1f6b4e3d2012eb91a3ee6056f966f9eae732089b6fa46e";
    String thenA =
        "78fffb0f23055a793ff7609f359e04e383ec350560aef34caf7a6c843c5fd96a73da28c44e040a270dc4355ae7cc6770"
            + "7ec66050e854159b7787fc9f98d413bf6e77232076d3b7ac32b5127c";
    String thenB = "a99e381373e3643a172941456266";
    EncryptedDial a = new EncryptedDial(WANTED, true, HELLO, KnownChance.counting(1, 0));
    EncryptedAnswer b =
        new EncryptedAnswer(true, EncryptedHandshakeTest::find, KnownChance.counting(101, 0));

    assertThat(a.due()).asHexString().isEqualToIgnoringCase(fromA);
    b.take(bytes(fromA));
    assertThat(b.due()).asHexString().isEqualToIgnoringCase(fromB);
    a.take(bytes(fromB));
    assertThat(a.due()).asHexString().isEqualToIgnoringCase(thenA);
    b.take(bytes(thenA));
    assertThat(b.due()).asHexString().isEqualToIgnoringCase(thenB);
    a.take(bytes(thenB));

    Rc4 behindA = a.ciphers().orElseThrow().outgoing();
    assertThat(behindA.apply("from A".getBytes(US_ASCII))).asHexString().isEqualTo("CCD61CA8022F");
    Rc4 behindB = a.ciphers().orElseThrow().incoming();
    byte[] read = behindB.apply(HexFormat.of().parseHex("56576b1a3b5a"));
    assertThat(read).isEqualTo("from B".getBytes(US_ASCII));
  }

  /** RFC 6229 has the key stream behind the first 1,024 bytes. */
  @Test
  void theCipherIsRc4WithoutItsBeginning() {
    byte[] stream = new Rc4(new byte[] {1, 2, 3, 4, 5}).apply(new byte[16]);

    assertThat(stream).asHexString().isEqualToIgnoringCase("30abbcc7c20b01609f23ee2d5f6bb7df");
  }

  @Test
  void buffersAreCipheredWhereverTheyLie() {
    byte[] data = new byte[40_001];
    new Random(1).nextBytes(data);
    byte[] key = {9};
    byte[] expected = new Rc4(key).apply(data.clone());
    ByteBuffer direct = ByteBuffer.allocateDirect(data.length).put(data);
    Rc4 inPlace = new Rc4(key);
    inPlace.apply(direct, 0, 7);
    inPlace.apply(direct, 7, 7);
    inPlace.apply(direct, 7, data.length);
    Rc4 onTheWay = new Rc4(key);
    ByteBuffer from = ByteBuffer.wrap(data);
    ByteBuffer to = ByteBuffer.allocateDirect(data.length);
    onTheWay.apply(from.limit(20_000), to);
    onTheWay.apply(from.limit(data.length), to);

    assertThat(direct.flip()).isEqualTo(ByteBuffer.wrap(expected));
    assertThat(to.flip()).isEqualTo(ByteBuffer.wrap(expected));
  }

  // ---- What is no handshake

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "-1", "0p", "1p"})
  void aKeyThatFixesTheSecretIsRefused(String which) throws Exception {
    BigInteger prime = KeyExchange.PRIME;
    BigInteger key =
        which.endsWith("p")
            ? prime.add(new BigInteger(which.substring(0, 1)))
            : new BigInteger(which).mod(prime);
    byte[] padded = new byte[96];
    byte[] raw = key.toByteArray();
    int count = Math.min(96, raw.length);
    System.arraycopy(raw, raw.length - count, padded, 96 - count, count);

    assertThatThrownBy(() -> answer(0, true).take(ByteBuffer.wrap(padded)))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("guess the secret");
    assertThatThrownBy(() -> dial(0, true).take(ByteBuffer.wrap(padded)))
        .isInstanceOf(ProtocolException.class);
  }

  @Test
  void aTorrentThatIsNotHereIsRefused() {
    EncryptedAnswer other =
        new EncryptedAnswer(true, _ -> Optional.empty(), KnownChance.quick(999, 3));

    assertThatThrownBy(() -> new Talk(dial(3, true), other).whole(left -> left))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("not here");
  }

  @Test
  void whoKnowsOnlyTheDigestOfATorrentIsRefused() {
    InfoHash another = new InfoHash(1, 2, 3);
    EncryptedAnswer other =
        new EncryptedAnswer(true, _ -> Optional.of(another), KnownChance.quick(999, 3));

    assertThatThrownBy(() -> new Talk(dial(3, true), other).whole(left -> left))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("another torrent");
  }

  @Test
  void noiseIsLookedThroughForTheLongestPaddingAndNoFurther() throws Exception {
    EncryptedDial a = dial(512, true);
    byte[] first = a.due();
    EncryptedAnswer b = answer(0, true);
    b.take(ByteBuffer.wrap(first));
    b.take(ByteBuffer.wrap(new byte[19]));
    assertThatThrownBy(() -> b.take(ByteBuffer.wrap(new byte[1])))
        .isInstanceOf(ProtocolException.class);

    EncryptedAnswer c = answer(512, true);
    c.take(ByteBuffer.wrap(first));
    byte[] reply = c.due();
    a.take(ByteBuffer.wrap(reply));
    a.take(ByteBuffer.wrap(new byte[7]));
    assertThatThrownBy(() -> a.take(ByteBuffer.wrap(new byte[1])))
        .isInstanceOf(ProtocolException.class);
  }

  /** A dialling side of which the encrypted part is what the test says. */
  private static byte[] offering(int offered, int paddingBytes, int firstBytes, byte[] answersKey)
      throws ProtocolException {
    KeyExchange exchange = new KeyExchange(KnownChance.quick(777, 0));
    Secret secret = new Secret(exchange.secret(answersKey));
    ByteBuffer plain = ByteBuffer.allocate(16 + Math.min(600, paddingBytes));
    plain.putLong(0).putInt(offered).putShort((short) paddingBytes);
    plain.position(plain.capacity() - 2).putShort((short) firstBytes);
    return concat(
        concat(secret.mark(), secret.masked(Secret.obfuscated(WANTED))),
        secret.fromDialler(WANTED).apply(plain.array()));
  }

  private static EncryptedAnswer offered(
      boolean insists, int offered, int paddingBytes, int firstBytes) throws ProtocolException {
    EncryptedAnswer b = answer(0, insists);
    b.take(ByteBuffer.wrap(new KeyExchange(KnownChance.quick(777, 0)).publicKey()));
    byte[] key = Arrays.copyOf(b.due(), 96);
    b.take(ByteBuffer.wrap(offering(offered, paddingBytes, firstBytes, key)));
    return b;
  }

  @ParameterizedTest(name = "insists {0}, offered {1}, padding {2}, first {3}")
  @CsvSource({
    "false, 0, 0, 0",
    "false, 4, 0, 0",
    "true, 1, 0, 0",
    "false, 3, 513, 0",
    "false, 3, 65535, 0",
    "false, 3, 0, 8193",
    "false, 3, 0, 65535"
  })
  void anOfferBeyondTheRulesIsRefused(boolean insists, int offered, int padding, int first) {
    assertThatThrownBy(() -> offered(insists, offered, padding, first))
        .isInstanceOf(ProtocolException.class);
  }

  @ParameterizedTest(name = "insists {0}, offered {1}")
  @CsvSource({"false, 1", "false, 2", "false, 3", "true, 2", "true, 3", "true, -1"})
  void anOfferThatHoldsWhatIsWantedIsTaken(boolean insists, int offered) throws Exception {
    EncryptedAnswer b = offered(insists, offered, 0, 0);

    assertThat(b.isDone()).isTrue();
    assertThat(b.first()).isEmpty();
    assertThat(b.ciphers().isPresent()).isEqualTo(insists || (offered & 1) == 0);
  }

  @ParameterizedTest(name = "insists {0}, selected {1}, padding {2}")
  @CsvSource({
    "false, 0, 0",
    "false, 3, 0",
    "false, 4, 0",
    "true, 1, 0",
    "true, 3, 0",
    "true, 2, 513"
  })
  void aSelectionBeyondTheOfferIsRefused(boolean insists, int selected, int padding)
      throws Exception {
    KeyExchange exchange = new KeyExchange(KnownChance.quick(999, 0));
    EncryptedDial a = dial(0, insists);
    Secret secret = new Secret(exchange.secret(Arrays.copyOf(a.due(), 96)));
    ByteBuffer plain = ByteBuffer.allocate(14).putLong(0).putInt(selected);
    plain.putShort((short) padding);
    a.take(ByteBuffer.wrap(exchange.publicKey()));

    assertThatThrownBy(
            () -> a.take(ByteBuffer.wrap(secret.fromDialled(WANTED).apply(plain.array()))))
        .isInstanceOf(ProtocolException.class);
  }

  private static byte[] concat(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  private static ByteBuffer bytes(String hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
  }
}
