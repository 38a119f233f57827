package dev.skep.protocol.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.Generator;
import java.util.BitSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a host has, in few bytes, and what is none of that. */
class HeldPiecesTest {
  private static byte[] bitfield(int pieces, BitSet there) {
    byte[] bits = new byte[(pieces + 7) / 8];
    there.stream().forEach(piece -> bits[piece / 8] |= (byte) (0x80 >>> (piece % 8)));
    return bits;
  }

  private static BitSet read(HeldPieces held) {
    BitSet there = new BitSet();
    held.forEachRun(there::set);
    return there;
  }

  @Test
  void whatIsToldIsWhatIsThere() throws Exception {
    for (int seed = 0; seed < 2_000; seed++) {
      byte[] bits = new Generator(seed).heldBits();
      BitSet there = new BitSet();
      for (int i = 0; i < 8 * bits.length; i++) {
        there.set(i, ((bits[i / 8] << (i % 8)) & 0x80) != 0);
      }
      Optional<HeldPieces> held = HeldPieces.of(bits);
      if (held.isPresent()) {
        assertThat(held.get().length()).as("seed " + seed).isLessThanOrEqualTo(300);
        HeldPieces heard = HeldPieces.parse(held.get().toText());
        assertThat(heard).as("seed " + seed).isEqualTo(held.get());
        assertThat(read(heard)).as("seed " + seed).isEqualTo(there);
        assertThat(heard.fits(there.length())).as("seed " + seed).isTrue();
        assertThat(there.isEmpty() || !heard.fits(there.length() - 1)).as("seed " + seed).isTrue();
      }
    }
  }

  @Test
  void everySwarmOfTheUsualNumberOfPiecesIsTold() {
    BitSet everySecond = new BitSet();
    for (int piece = 0; piece < 2392; piece += 2) {
      everySecond.set(piece);
    }
    assertThat(HeldPieces.of(bitfield(2392, everySecond))).isPresent();
    everySecond.set(2392);
    assertThat(HeldPieces.of(bitfield(2400, everySecond))).as("too many bytes").isEmpty();
  }

  @Test
  void aMillionPiecesInOrderAreAFewBytes() {
    BitSet there = new BitSet();
    there.set(0, 900_000);
    there.clear(77);
    HeldPieces held = HeldPieces.of(bitfield(1_000_000, there)).orElseThrow();
    assertThat(held.length()).isLessThan(10);
    assertThat(read(held)).isEqualTo(there);
    assertThat(HeldPieces.of(new byte[125_000]).orElseThrow().length()).as("none of them").isOne();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // no form
        "Ag", // a form that is none
        "AAA", // bits that end with none
        "AQE", // pieces that are missing and then nothing
        "AQEA", // a run of no pieces
        "AQABAAE", // none missing in the middle
        "AYA", // a length that does not end
        "AYCAgICAgIABAQ", // a length that is none
        "Af____8PAQ", // more pieces than there can be
        "A",
        "AQ==x",
        "<b>"
      })
  void whatIsNoMapIsRefused(String text) {
    assertThatThrownBy(() -> HeldPieces.parse(text))
        .isInstanceOf(TrackerProtocolException.class)
        .hasMessageContaining("no map of pieces");
  }
}
