package dev.skep.protocol.peerwire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.Generator;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class BitfieldTest {
  @Test
  void theFirstPieceIsTheHighestBit() throws Exception {
    Bitfield field = Bitfield.parse(new byte[] {(byte) 0x80, 0x40}, 10);

    assertThat(field.get(0)).isTrue();
    assertThat(field.get(9)).isTrue();
    assertThat(field.cardinality()).isEqualTo(2);
    assertThat(field.toBytes()).containsExactly(0x80, 0x40);
  }

  @Test
  void wrongLengthsAndSpareBitsAreRefused() {
    assertThatThrownBy(() -> Bitfield.parse(new byte[1], 9)).isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> Bitfield.parse(new byte[2], 8)).isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> Bitfield.parse(new byte[] {0, 0x20}, 10))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("spare bits");
  }

  @Test
  void itAgreesWithASetOfBits() {
    for (int seed = 0; seed < 100; seed++) {
      Generator g = new Generator(seed);
      Bitfield field = new Bitfield(1 + g.below(200));
      BitSet model = new BitSet();
      for (int step = 0; step < 300; step++) {
        int index = g.below(field.size());
        if (g.chance(3)) {
          assertThat(field.clear(index)).isEqualTo(model.get(index));
          model.clear(index);
        } else {
          assertThat(field.set(index)).isEqualTo(!model.get(index));
          model.set(index);
        }
        int nextClear = model.nextClearBit(index);
        assertThat(field.nextSet(index)).isEqualTo(model.nextSetBit(index));
        assertThat(field.nextClear(index)).isEqualTo(nextClear < field.size() ? nextClear : -1);
        assertThat(field.cardinality()).isEqualTo(model.cardinality());
      }
    }
  }

  @Test
  void fullAndEmptyAreKnownAtAnySize() {
    for (int size : new int[] {0, 1, 63, 64, 65, 128}) {
      Bitfield all = Bitfield.full(size);
      assertThat(all.isFull()).isTrue();
      assertThat(all.nextClear(0)).isEqualTo(-1);
      assertThat(all.nextSet(size)).isEqualTo(-1);
      Bitfield none = new Bitfield(size);
      assertThat(none.isEmpty()).isTrue();
      assertThat(none.lacksAnyOf(all)).isEqualTo(size > 0);
      assertThat(all.lacksAnyOf(none)).isFalse();
    }
  }

  @Test
  void indicesBeyondTheEndAreRefused() {
    assertThatThrownBy(() -> new Bitfield(8).get(8)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> new Bitfield(8).set(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
