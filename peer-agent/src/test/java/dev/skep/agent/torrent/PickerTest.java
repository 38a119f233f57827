package dev.skep.agent.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.metainfo.Padding;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.Bitfield;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PickerTest {
  private static final int BLOCKS = 4; // per piece

  private Pieces pieces = pieces(1, "");
  private Picker picker = picker(_ -> {}, 1);
  private int peers;

  /** Which piece is begun first, we having piece 0 already. Each letter of a peer is a piece. */
  @ParameterizedTest(name = "asking {0} among {1} and {2}: {3}")
  @CsvSource({
    // asked, others,     more,      begins
    "  bcd,   bc,         b,         d", // nobody else has it
    "  bc,    bc,         b,         c", // fewer have it
    "  b,     bcd,        b,         b", // the only one it has
    "  bcdef, bcdef,      bcde,      f",
    "  def,   d,          e,         f",
  })
  void beginsTheRarestPieceThatThePeerHas(String asked, String one, String other, String begins) {
    given(6, "a", _ -> {});
    peer(one);
    peer(other);

    assertThat(letter(picker.next(peer(asked)))).isEqualTo(begins);
  }

  @Test
  void tiesAreBrokenAtRandom() {
    Set<String> begun = new HashSet<>();
    for (int seed = 0; seed < 50; seed++) {
      given(4, "", _ -> {}, seed);
      begun.add(letter(picker.next(peer("abcd"))));
    }
    assertThat(begun).containsExactlyInAnyOrder("a", "b", "c", "d");
  }

  @Test
  void whatSomebodyReadsSoonIsBegunFirstAndInOrder() {
    given(6, "a", _ -> {});
    peer("def");
    Bitfield soon = new Bitfield(6);
    soon.set(3);
    soon.set(4);
    soon.set(5);
    picker.hurry(soon);
    assertThat(letter(picker.next(peer("bcef")))).isEqualTo("e");
    assertThat(letter(picker.next(peer("abcdef")))).isEqualTo("d");
    assertThat(letter(picker.next(peer("bc")))).isIn("b", "c");
  }

  @Test
  void withoutAnyPieceTheFirstIsTakenAtRandomEvenIfCommon() {
    Set<String> begun = new HashSet<>();
    for (int seed = 0; seed < 50; seed++) {
      given(4, "", _ -> {}, seed);
      peer("abc");
      begun.add(letter(picker.next(peer("abcd"))));
    }
    assertThat(begun).contains("a", "b", "c");
  }

  @Test
  void aPeerThatGivesStretchesIsAskedForOnePieceAfterTheOther() {
    given(26, "", _ -> {});
    Peer server = stretches("abcdefghijklmnopqrstuvwxyz");

    int first = Requests.piece(picker.next(server));
    take(server, BLOCKS - 1);

    for (int piece = first + 1; piece < 26; piece++) {
      assertThat(take(server, BLOCKS)).containsExactly(String.valueOf((char) ('a' + piece)));
    }
    assertThat(take(server, BLOCKS)).hasSize(1); // and then somewhere before
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itIsAskedForARarerPieceRatherThanForTheNext(boolean nextIsCommon) {
    given(6, "a", _ -> {});
    peer("bdef");
    Peer server = stretches("abcdef");
    assertThat(take(server, BLOCKS)).containsExactly("c");
    if (nextIsCommon) {
      peer("d");
    }

    assertThat(take(server, BLOCKS).contains("d")).isEqualTo(!nextIsCommon);
  }

  @Test
  void finishesAPieceBeforeItBeginsAnother() {
    given(6, "", _ -> {});
    Peer seeder = peer("abcdef");
    assertThat(take(seeder, BLOCKS)).hasSize(1);
    assertThat(take(seeder, BLOCKS)).hasSize(1);
  }

  @Test
  void twoPeersFillTwoPieces() {
    given(6, "", _ -> {});
    Set<String> first = take(peer("abcdef"), 2);
    Set<String> second = take(peer("abcdef"), 2);
    assertThat(first).doesNotContainAnyElementsOf(second);
  }

  @Test
  void whatAnotherPeerLeftIsFinishedFirst() {
    given(6, "", _ -> {});
    Peer leaving = peer("abcdef");
    Set<String> begun = take(leaving, 1);
    OpenPiece open = pieces.open().getFirst();
    open.release(0);
    open.owner = null;

    assertThat(take(peer("abcdef"), BLOCKS)).isEqualTo(begun);
  }

  @Test
  void helpsWithAPieceWhenNoneIsLeftToBegin() {
    given(1, "", _ -> {});
    assertThat(take(peer("a"), 1)).containsExactly("a");
    assertThat(take(peer("a"), BLOCKS - 1)).containsExactly("a");
  }

  @Test
  void inTheEndgameABlockIsAskedOfTwoPeersAndNoMore() {
    given(1, "", _ -> {});
    assertThat(take(peer("a"), BLOCKS)).containsExactly("a");
    assertThat(take(peer("a"), BLOCKS)).containsExactly("a");
    assertThat(picker.next(peer("a"))).isEqualTo(Peer.NO_BLOCK);
  }

  @Test
  void noEndgameAsLongAsAPieceCanBeBegunFromOthers() {
    given(2, "", _ -> {});
    take(peer("a"), BLOCKS);
    assertThat(picker.next(peer("a"))).isEqualTo(Peer.NO_BLOCK);
  }

  @Test
  void aSuggestedPieceIsTakenAmongEquallyRareOnes() {
    given(6, "a", _ -> {});
    Peer seeder = peer("bcdef");
    seeder.suggested.add(4);
    assertThat(letter(picker.next(seeder))).isEqualTo("e");
  }

  @Test
  void aSuggestedPieceThatIsCommonIsNotTaken() {
    given(6, "a", _ -> {});
    peer("e");
    Peer seeder = peer("bcdef");
    seeder.suggested.add(4);
    assertThat(letter(picker.next(seeder))).isNotEqualTo("e");
  }

  @Test
  void inOrderWhenAskedFor() {
    given(6, "b", s -> s.order = TorrentSettings.Order.SEQUENTIAL);
    Peer seeder = peer("abcdef");
    List<String> order = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      order.addAll(take(seeder, BLOCKS));
    }
    assertThat(order).containsExactly("a", "c", "d", "e", "f");
  }

  @Test
  void inOrderFromAPieceOnAndThenWhatIsBeforeIt() {
    given(
        6,
        "b",
        s -> {
          s.order = TorrentSettings.Order.SEQUENTIAL;
          s.firstPiece = 3;
        });
    Peer seeder = peer("abcdef");
    List<String> order = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      order.addAll(take(seeder, BLOCKS));
    }
    assertThat(order).containsExactly("d", "e", "f", "a", "c");
  }

  @Test
  void urgentPiecesComeBeforeRareOnes() {
    given(6, "a", _ -> {});
    peer("e");
    picker.relist(bits(6, "e"));
    assertThat(letter(picker.next(peer("bcdef")))).isEqualTo("e");
  }

  @Test
  void beginsNoPieceBeyondTheMemoryForOpenOnes() {
    given(6, "", s -> s.maxOpenBytes = 2L * BLOCKS * PieceLayout.BLOCK_BYTES);
    take(peer("abcdef"), BLOCKS);
    take(peer("abcdef"), BLOCKS);
    assertThat(picker.next(peer("abcdef"))).isEqualTo(Peer.NO_BLOCK);
  }

  @Test
  void aSourceIsSparedWhatOthersHaveWhileHashingIsBehind() {
    given(6, "", s -> s.maxOpenBytes = 5L * BLOCKS * PieceLayout.BLOCK_BYTES);
    Peer leecher = peer("abcde");
    Peer source = peer("abcdef");
    take(leecher, 3 * BLOCKS);
    List<OpenPiece> unhashed = List.copyOf(pieces.open());
    unhashed.forEach(piece -> fill(piece, leecher));

    assertThat(take(source, BLOCKS)).as("what only the source has").containsExactly("f");
    assertThat(picker.next(source)).isEqualTo(Peer.NO_BLOCK);

    pieces.accept(unhashed.getFirst());
    assertThat(picker.next(source)).isNotEqualTo(Peer.NO_BLOCK);
  }

  private static void fill(OpenPiece piece, Peer sender) {
    for (int block = 0; block < piece.blockCount(); block++) {
      piece.arrived(block, sender);
    }
  }

  @Test
  void aCorruptPieceIsFetchedAgainFromOnePeerAlone() {
    given(1, "", _ -> {});
    take(peer("a"), BLOCKS);
    OpenPiece corrupt = pieces.open().getFirst();
    pieces.reject(corrupt);
    picker.again(corrupt.piece);

    take(peer("a"), 1);
    assertThat(picker.next(peer("a"))).isEqualTo(Peer.NO_BLOCK);
  }

  @Test
  void whoFillsAPieceAloneComesBackToItWhenOneOfItsBlocksBecomesFree() {
    given(2, "", _ -> {});
    Peer alone = peer("ab");
    alone.suspected = true;
    take(alone, BLOCKS + 1);
    OpenPiece first = pieces.open().getFirst();

    first.release(2); // of somebody who was asked before
    take(alone, BLOCKS - 1);

    assertThat(picker.next(alone)).isEqualTo(Requests.block(first.piece, 2));
  }

  @Test
  void aPeerWithFewOfManyPiecesIsServedWithItsRarest() {
    int count = 100_000;
    pieces =
        new Pieces(
            new PieceLayout((long) count * 65_536, 65_536),
            Padding.NONE,
            bits(count, "a"),
            Bitfield.full(count));
    picker = picker(_ -> {}, 1);
    Bitfield common = Bitfield.full(count);
    common.clear(77_777);
    join(common);
    Bitfield few = new Bitfield(count);
    few.set(50);
    few.set(77_777);
    few.set(99_999);

    assertThat(Requests.piece(picker.next(join(few)))).isEqualTo(77_777);
  }

  private void given(int count, String good, Consumer<TorrentSettings.Draft> settings) {
    given(count, good, settings, 1);
  }

  private void given(int count, String good, Consumer<TorrentSettings.Draft> settings, long seed) {
    pieces = pieces(count, good);
    picker = picker(settings, seed);
  }

  private static Pieces pieces(int count, String good) {
    int pieceLength = BLOCKS * PieceLayout.BLOCK_BYTES;
    PieceLayout layout = new PieceLayout((long) count * pieceLength, pieceLength);
    return new Pieces(layout, Padding.NONE, bits(count, good), Bitfield.full(count));
  }

  private Picker picker(Consumer<TorrentSettings.Draft> settings, long seed) {
    return new Picker(pieces, TorrentSettings.with(settings), new SplittableRandom(seed));
  }

  private static Bitfield bits(int count, String letters) {
    Bitfield bits = new Bitfield(count);
    letters.chars().forEach(letter -> bits.set(letter - 'a'));
    return bits;
  }

  private Peer peer(String letters) {
    return join(bits(pieces.layout.pieceCount(), letters));
  }

  private Peer stretches(String letters) {
    Capabilities can = new Capabilities(true, false, false, false, true, true);
    return join(bits(pieces.layout.pieceCount(), letters), can);
  }

  private Peer join(Bitfield has) {
    return join(has, new Capabilities(true, true, true, true));
  }

  private Peer join(Bitfield has, Capabilities can) {
    Peer peer =
        new Peer(
            Endpoint.of("10.0.0.1", ++peers),
            new PeerId(0, 0, peers),
            can,
            pieces.layout.pieceCount(),
            TorrentSettings.defaults(),
            0);
    peer.choking = false;
    peer.setHas(has);
    for (int piece = peer.nextHas(0); piece >= 0; piece = peer.nextHas(piece + 1)) {
      if (!peer.hasAll()) {
        picker.more(piece);
      }
      peer.needed += pieces.isNeeded(piece) ? 1 : 0;
    }
    return peer;
  }

  private Set<String> take(Peer peer, int blocks) {
    Set<String> letters = new HashSet<>();
    for (int i = 0; i < blocks; i++) {
      long block = picker.next(peer);
      assertThat(block).isNotEqualTo(Peer.NO_BLOCK);
      peer.asked.add(block, 0, 0);
      letters.add(letter(block));
    }
    return letters;
  }

  private static String letter(long block) {
    return String.valueOf((char) ('a' + Requests.piece(block)));
  }
}
