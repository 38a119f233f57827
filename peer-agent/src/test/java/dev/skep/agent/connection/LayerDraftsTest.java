package dev.skep.agent.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.agent.torrent.Misconduct;
import dev.skep.protocol.Sha256;
import dev.skep.protocol.metainfo.MerkleTree;
import dev.skep.protocol.metainfo.Metainfo.MissingLayer;
import dev.skep.protocol.peerwire.HashRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Piece layers of v2 torrents, put together from what peers give (BEP 52). */
class LayerDraftsTest {
  private static final long NOW = 1;
  private static final long SOON = NOW + TimeUnit.SECONDS.toNanos(2);
  private static final int LAYER = 3;

  private final byte[] small = layer(5, 1);
  private final byte[] large = layer(3 * HashRange.MAX_LENGTH + 7, 2);
  private final LayerDrafts drafts = new LayerDrafts(List.of(missing(small), missing(large)));
  private final LayerDrafts.Giver one = new LayerDrafts.Giver();
  private final LayerDrafts.Giver other = new LayerDrafts.Giver();

  private static byte[] layer(int nodes, long seed) {
    byte[] layer = new byte[nodes * Sha256.BYTES];
    new Random(seed).nextBytes(layer);
    return layer;
  }

  private static MerkleTree tree(byte[] layer) {
    return MerkleTree.of(layer, LAYER);
  }

  private static MissingLayer missing(byte[] layer) {
    return new MissingLayer(tree(layer).root(), layer.length / Sha256.BYTES, LAYER);
  }

  private byte[] answer(HashRange range) {
    MerkleTree of = range.piecesRoot().equals(tree(small).root()) ? tree(small) : tree(large);
    return of.prove(range.baseLayer(), range.index(), range.length(), range.proofLayers())
        .orElseThrow();
  }

  private List<HashRange> ask(LayerDrafts.Giver giver, long now) {
    List<HashRange> asked = new ArrayList<>();
    Optional<HashRange> next = drafts.next(giver, now);
    while (next.isPresent()) {
      asked.add(next.get());
      next = drafts.next(giver, now);
    }
    return asked;
  }

  @Test
  void eachPartIsAskedForOnceAndAllOfThemAreTheLayers() throws Exception {
    while (!drafts.isWhole()) {
      List<HashRange> mine = ask(one, NOW);
      List<HashRange> theirs = ask(other, NOW);
      assertThat(mine).hasSizeLessThanOrEqualTo(4).doesNotContainAnyElementsOf(theirs);
      for (HashRange range : mine) {
        assertThat(drafts.arrived(one, range, answer(range))).isTrue();
      }
      for (HashRange range : theirs) {
        assertThat(drafts.arrived(other, range, answer(range))).isTrue();
      }
    }

    assertThat(drafts.layers().get(tree(small).root())).isEqualTo(small);
    assertThat(drafts.layers().get(tree(large).root())).isEqualTo(large);
  }

  @Test
  void oneWrongBitConvictsItsGiver() {
    HashRange range = ask(one, NOW).getFirst();
    byte[] wrong = answer(range);
    wrong[3] ^= 1;

    assertThatThrownBy(() -> drafts.arrived(one, range, wrong)).isInstanceOf(Misconduct.class);
    assertThatThrownBy(() -> drafts.arrived(other, ask(other, SOON).getFirst(), new byte[32]))
        .isInstanceOf(Misconduct.class);
  }

  @Test
  void whatNobodyAskedForIsNothing() throws Exception {
    HashRange range = ask(one, NOW).getFirst();

    assertThat(drafts.arrived(other, range, answer(range))).isFalse();
    assertThat(drafts.rejected(other, range)).isFalse();
  }

  @Test
  void whoRefusesIsNotAskedAgainAndOthersAre() {
    List<HashRange> asked = ask(one, NOW);
    asked.forEach(range -> assertThat(drafts.rejected(one, range)).isTrue());

    assertThat(ask(one, NOW)).doesNotContainAnyElementsOf(asked);
    assertThat(ask(other, NOW)).containsAnyElementsOf(asked);
  }

  @Test
  void whoRefusesAllIsOfNoUse() {
    for (int i = 0; i < 2; i++) {
      assertThat(drafts.isUseless(one)).isFalse();
      ask(one, NOW).forEach(range -> drafts.rejected(one, range));
    }
    assertThat(drafts.isUseless(one)).isTrue();
  }

  @Test
  void whatDoesNotComeIsAskedOfAnotherAndThenItsGiverIsLate() {
    List<HashRange> asked = ask(one, NOW);

    assertThat(ask(other, SOON)).containsAnyElementsOf(asked);
    assertThat(drafts.isLate(one, SOON)).isFalse();
    assertThat(drafts.isLate(one, NOW + TimeUnit.SECONDS.toNanos(6))).isTrue();
  }

  @Test
  void whatWhoLeavesWasAskedForIsAskedOfOthersAtOnce() {
    List<HashRange> asked = ask(one, NOW);
    drafts.leave(one);

    assertThat(ask(other, NOW)).containsAll(asked.subList(0, 4));
  }
}
