package dev.skep.agent.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.agent.connection.MetadataDrafts.Giver;
import dev.skep.agent.torrent.Misconduct;
import dev.skep.protocol.peerwire.MetadataMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class MetadataDraftsTest {
  private static final int PIECE = MetadataMessage.PIECE_BYTES;
  private static final long SECOND = 1_000_000_000L;

  private final byte[] info = new byte[5 * PIECE + 17];
  private final MetadataDrafts drafts = new MetadataDrafts(all -> Arrays.equals(all, info));

  MetadataDraftsTest() {
    new Random(9).nextBytes(info);
  }

  private Giver giver() {
    Giver giver = drafts.join();
    drafts.offered(giver, info.length);
    return giver;
  }

  private MetadataMessage.Data right(int piece) {
    int to = Math.min(info.length, (piece + 1) * PIECE);
    byte[] bytes = Arrays.copyOfRange(info, piece * PIECE, to);
    return new MetadataMessage.Data(piece, info.length, bytes);
  }

  private MetadataMessage.Data wrong(int piece) {
    byte[] bytes = right(piece).bytes();
    bytes[0]++;
    return new MetadataMessage.Data(piece, info.length, bytes);
  }

  private List<Integer> asked(Giver giver, long now) {
    List<Integer> all = new ArrayList<>();
    for (OptionalInt p = drafts.next(giver, now); p.isPresent(); p = drafts.next(giver, now)) {
      all.add(p.getAsInt());
    }
    return all;
  }

  @Test
  void whoHasOfferedNothingIsAskedForNothing() {
    assertThat(drafts.next(drafts.join(), 0)).isEmpty();
  }

  @Test
  void eachGiverGivesAPart() throws Exception {
    Giver one = giver();
    Giver two = giver();

    assertThat(asked(one, 0)).containsExactly(0, 1, 2, 3);
    assertThat(asked(two, 0)).containsExactly(4, 5);
    for (int piece = 0; piece < 4; piece++) {
      assertThat(drafts.arrived(one, right(piece))).isEmpty();
    }
    assertThat(drafts.arrived(two, right(5))).isEmpty();
    assertThat(drafts.arrived(two, right(4))).hasValue(info);
  }

  @Test
  void whoIsSlowIsNotWaitedFor() throws Exception {
    Giver slow = giver();
    Giver quick = giver();
    assertThat(asked(slow, 0)).containsExactly(0, 1, 2, 3);
    assertThat(asked(quick, 0)).containsExactly(4, 5);
    drafts.arrived(quick, right(4));
    drafts.arrived(quick, right(5));
    assertThat(asked(quick, SECOND / 2)).isEmpty();

    assertThat(asked(quick, SECOND + 1)).containsExactly(0, 1, 2, 3);
    for (int piece = 0; piece < 3; piece++) {
      drafts.arrived(quick, right(piece));
    }
    assertThat(drafts.arrived(quick, right(3))).hasValue(info);
    assertThat(drafts.isLate(slow, 4 * SECOND)).isFalse();
    assertThat(drafts.isLate(slow, 5 * SECOND)).isTrue();
  }

  @Test
  void whatWasAskedOfOneThatLeftIsAskedOfAnother() {
    Giver gone = giver();
    Giver other = giver();
    asked(gone, 0);
    drafts.leave(gone);

    assertThat(asked(other, 1)).contains(0, 1, 2, 3);
  }

  @Test
  void whoRefusesIsLeftAloneUntilItOffersAgain() {
    Giver giver = giver();
    asked(giver, 0);
    drafts.rejected(giver, 99);
    assertThat(giver.offers()).isTrue();
    drafts.rejected(giver, 2);

    assertThat(asked(giver, SECOND)).isEmpty();
    assertThat(drafts.isLate(giver, 9 * SECOND)).isFalse();
    drafts.offered(giver, info.length);
    assertThat(asked(giver, SECOND)).containsExactly(0, 1, 2, 3);
  }

  @Test
  void whoGaveAllOfAWrongOneIsALiar() throws Exception {
    Giver liar = giver();
    asked(liar, 0);
    for (int piece = 0; piece < 5; piece++) {
      drafts.arrived(liar, wrong(piece));
      asked(liar, 0);
    }

    assertThatThrownBy(() -> drafts.arrived(liar, right(5)))
        .isInstanceOfSatisfying(
            Misconduct.class, e -> assertThat(e.kind()).isEqualTo(Misconduct.Kind.METADATA_WRONG));
  }

  @Test
  void whoNamesOneLengthAndSendsAnotherIsALiar() {
    Giver liar = giver();
    asked(liar, 0);

    assertThatThrownBy(
            () -> drafts.arrived(liar, new MetadataMessage.Data(0, 10 * PIECE, new byte[PIECE])))
        .isInstanceOf(Misconduct.class);
  }

  @Test
  void anHonestGiverIsDoneThoughALiarSpoiltWhatTheyGaveTogether() throws Exception {
    Giver liar = giver();
    Giver honest = giver();
    asked(liar, 0);
    asked(honest, 0);
    drafts.arrived(liar, wrong(0));
    for (int piece = 1; piece < 4; piece++) {
      drafts.arrived(liar, right(piece));
    }
    drafts.arrived(honest, right(4));
    assertThat(drafts.arrived(honest, right(5))).isEmpty();

    // Each by itself now: what the liar goes on with does not matter any more.
    assertThat(asked(liar, 1)).containsExactly(0, 1, 2, 3);
    assertThat(asked(honest, 1)).containsExactly(0, 1, 2, 3);
    drafts.arrived(liar, wrong(0));
    for (int piece = 0; piece < 5; piece++) {
      assertThat(drafts.arrived(honest, right(piece))).isEmpty();
      asked(honest, 1);
    }
    assertThat(drafts.arrived(honest, right(5))).hasValue(info);
  }

  @Test
  void whoNamesAnotherLengthHoldsUpNobody() throws Exception {
    Giver liar = drafts.join();
    drafts.offered(liar, 20L << 20);
    Giver honest = giver();

    assertThat(asked(liar, 0)).hasSize(4);
    assertThat(asked(honest, 0)).containsExactly(0, 1, 2, 3);
  }

  @Test
  void oneThatIsTooLongIsNotAskedForAndTold() {
    Giver giver = drafts.join();
    drafts.offered(giver, MetadataDrafts.MOST_BYTES + 1L);

    assertThat(drafts.next(giver, 0)).isEmpty();
    assertThat(drafts.tooLongBytes()).hasValue(MetadataDrafts.MOST_BYTES + 1);
    drafts.offered(giver, Long.MAX_VALUE);
    assertThat(drafts.tooLongBytes()).hasValue(Integer.MAX_VALUE);
  }

  @Test
  void manyWhoGiveMuchTakeNoMoreMemoryThanTwoOfTheLongestAndHoldUpNobody() throws Exception {
    byte[] zeros = new byte[PIECE];
    List<Giver> liars = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      Giver liar = drafts.join();
      drafts.offered(liar, MetadataDrafts.MOST_BYTES - PIECE * (long) i);
      liars.add(liar);
    }
    Giver honest = giver();
    assertThat(asked(honest, 0)).containsExactly(0, 1, 2, 3);
    for (int round = 0; round < 2000; round++) {
      for (int i = 0; i < liars.size(); i++) {
        OptionalInt piece = drafts.next(liars.get(i), round);
        if (piece.isPresent() && piece.getAsInt() < 2000) {
          long total = MetadataDrafts.MOST_BYTES - PIECE * (long) i;
          drafts.arrived(liars.get(i), new MetadataMessage.Data(piece.getAsInt(), total, zeros));
        }
      }
      if (round % 100 == 0) {
        assertThat(drafts.heldBytes()).isLessThanOrEqualTo(MetadataDrafts.MOST_HELD_BYTES);
      }
    }
    for (int piece = 0; piece < 4; piece++) {
      drafts.arrived(honest, right(piece));
    }

    assertThat(asked(honest, 1)).containsExactly(4, 5);
    drafts.arrived(honest, right(4));
    assertThat(drafts.arrived(honest, right(5))).hasValue(info);
  }

  /** Some lie, some stall, some go; one is honest and stays. */
  @RepeatedTest(50)
  void whateverOthersDoAnHonestGiverIsEnough(RepetitionInfo run) {
    long seed = run.getCurrentRepetition();
    Random random = new Random(seed);
    List<Giver> givers = new ArrayList<>();
    List<Double> lies = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      givers.add(giver());
      lies.add(i == 0 ? 0 : random.nextDouble());
    }
    List<List<Integer>> open =
        new ArrayList<>(givers.stream().map(_ -> new ArrayList<Integer>()).toList());
    Optional<byte[]> got = Optional.empty();
    long now = 0;
    for (int step = 0; step < 20_000 && got.isEmpty(); step++) {
      now += SECOND / 50;
      int i = random.nextInt(givers.size());
      open.get(i).addAll(asked(givers.get(i), now));
      if (open.get(i).isEmpty()) {
        continue;
      }
      int piece = open.get(i).removeFirst();
      boolean lie = random.nextDouble() < lies.get(i);
      try {
        got = drafts.arrived(givers.get(i), lie ? wrong(piece) : right(piece));
      } catch (Misconduct e) {
        assertThat(i).as("seed " + seed + ": the honest one is no liar").isPositive();
        drafts.leave(givers.get(i));
        givers.set(i, giver()); // it comes again
        open.get(i).clear();
      }
    }
    assertThat(got).as("seed " + seed).hasValue(info);
  }
}
