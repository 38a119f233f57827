package dev.skep.agent.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.peerwire.Bitfield;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RarityTest {
  static LongStream seeds() {
    return LongStream.rangeClosed(1, 100);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void staysSortedWhateverHappens(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int pieces = random.nextInt(1, 60);
    int peers = random.nextInt(1, 10);
    Bitfield listed = some(pieces, random);
    Rarity rarity = new Rarity(listed, peers, random.split());
    int[] copies = new int[pieces];
    Bitfield urgent = new Bitfield(pieces);

    for (int step = 0; step < 500; step++) {
      int piece = random.nextInt(pieces);
      switch (random.nextInt(20)) {
        case 0 -> {
          urgent = some(pieces, random);
          listed = some(pieces, random);
          rarity.relist(listed, urgent);
        }
        case 1, 2, 3 -> {
          if (listed.clear(piece)) {
            rarity.remove(piece);
          }
        }
        case 4, 5, 6 -> {
          if (listed.set(piece)) {
            rarity.add(piece);
          }
        }
        case 7, 8, 9, 10, 11 -> {
          if (copies[piece] > 0) {
            copies[piece]--;
            rarity.fewer(piece);
          }
        }
        default -> {
          if (copies[piece] < peers) {
            copies[piece]++;
            rarity.more(piece);
          }
        }
      }
      check(seed, rarity, listed, urgent, copies);
    }
  }

  private static void check(
      long seed, Rarity rarity, Bitfield listed, Bitfield urgent, int[] copies) {
    assertThat(rarity.listed()).as("seed %d", seed).isEqualTo(listed.cardinality());
    Bitfield seen = new Bitfield(listed.size());
    int before = -1;
    for (int i = 0; i < rarity.listed(); i++) {
      int piece = rarity.at(i);
      int rank = (urgent.get(piece) ? 0 : 1_000) + copies[piece];
      assertThat(rank).as("seed %d: rank of the %d-th", seed, i).isGreaterThanOrEqualTo(before);
      before = rank;
      assertThat(seen.set(piece)).as("seed %d: piece %d once", seed, piece).isTrue();
    }
    assertThat(seen).isEqualTo(listed);
  }

  private static Bitfield some(int pieces, SplittableRandom random) {
    Bitfield some = new Bitfield(pieces);
    for (int piece = 0; piece < pieces; piece++) {
      if (random.nextBoolean()) {
        some.set(piece);
      }
    }
    return some;
  }
}
