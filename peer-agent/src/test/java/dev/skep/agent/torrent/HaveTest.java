package dev.skep.agent.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.Bitfield;
import dev.skep.protocol.peerwire.PeerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever lacks a piece hears soon that we have it; whoever has it hears it some time. */
class HaveTest {
  private static final int PIECES = 3;
  private static final long MILLI = 1_000_000;

  private final Torrent torrent =
      new Torrent(
          new PieceLayout((long) PIECES * PieceLayout.BLOCK_BYTES, PieceLayout.BLOCK_BYTES),
          new Bitfield(PIECES),
          Bitfield.full(PIECES),
          new PeerId(0, 0, 1),
          TorrentSettings.defaults(),
          new SplittableRandom(1),
          0);
  private final List<PeerMessage> said = new ArrayList<>();
  private int peers;
  private Peer seeder;
  private List<BlockRef> blocks; // each is a piece
  private BlockRef first;

  @BeforeEach
  void askASeederForEachPiece() throws Exception {
    seeder = peer(PeerMessage.HAVE_ALL);
    torrent.received(seeder, PeerMessage.UNCHOKE, 0);
    blocks = told(seeder).stream().flatMap(HaveTest::asked).toList();
    first = blocks.getFirst();
  }

  private static Stream<BlockRef> asked(PeerMessage message) {
    return message instanceof PeerMessage.Request(BlockRef block)
        ? Stream.of(block)
        : Stream.empty();
  }

  private Peer peer(PeerMessage has) throws Exception {
    peers++;
    Capabilities can = new Capabilities(true, true, false, true);
    Endpoint at = Endpoint.of("10.0.0." + peers, 6881);
    Peer peer = torrent.join(at, new PeerId(0, 1, peers), can, 0);
    torrent.received(peer, has, 0);
    told(peer);
    return peer;
  }

  private Peer peerWith(int... pieces) throws Exception {
    Bitfield has = new Bitfield(PIECES);
    for (int piece : pieces) {
      has.set(piece);
    }
    return peer(new PeerMessage.Bits(has.toBytes()));
  }

  private List<PeerMessage> told(Peer peer) {
    said.clear();
    torrent.next(
        peer,
        new Outbox() {
          @Override
          public void message(PeerMessage message) {
            said.add(message);
          }

          @Override
          public void block(BlockRef block) {}
        },
        0,
        0);
    return List.copyOf(said);
  }

  private List<Peer> woken() {
    List<Peer> woken = new ArrayList<>();
    torrent.drainWakes(woken::add);
    return woken;
  }

  private void firstPieceComes() {
    comes(first, 0);
  }

  private void comes(BlockRef block, long millis) {
    torrent.arrived(seeder, block, millis * MILLI);
    woken();
    torrent.verified(block.piece(), true, millis * MILLI);
  }

  private int otherPiece() {
    return (first.piece() + 1) % PIECES;
  }

  @Test
  void whoLacksThePieceIsToldAtOnce() throws Exception {
    Peer poor = peerWith(otherPiece());

    firstPieceComes();

    assertThat(woken()).contains(poor);
    assertThat(told(poor)).contains(new PeerMessage.Have(first.piece()));
  }

  @Test
  void piecesThatComeFastAreToldOfTogether() throws Exception {
    Peer poor = peerWith();
    comes(blocks.get(0), 0);
    told(poor);

    comes(blocks.get(1), 10);
    assertThat(woken()).doesNotContain(poor);
    assertThat(torrent.hasHavesToTell()).isTrue();
    comes(blocks.get(2), 20);
    assertThat(woken()).doesNotContain(poor);

    torrent.tellHaves(torrent.havesDueAt() - 1);
    assertThat(woken()).isEmpty();
    torrent.tellHaves(torrent.havesDueAt());
    assertThat(woken()).contains(poor);
    assertThat(torrent.hasHavesToTell()).isFalse();
    assertThat(torrent.havesDueAt()).isEqualTo(30 * MILLI); // twice what the second piece took
    assertThat(told(poor))
        .contains(
            new PeerMessage.Have(blocks.get(1).piece()),
            new PeerMessage.Have(blocks.get(2).piece()));
  }

  @Test
  void nobodyWaitsLongerThanALittleForNews() throws Exception {
    Peer poor = peerWith();
    comes(blocks.get(0), 0);
    comes(blocks.get(1), 49);

    assertThat(woken()).doesNotContain(poor);
    assertThat(torrent.havesDueAt()).isEqualTo((49 + 50) * MILLI);
  }

  @Test
  void piecesThatComeSlowlyAreToldOfAtOnce() throws Exception {
    Peer poor = peerWith();
    comes(blocks.get(0), 0);
    comes(blocks.get(1), 50);

    assertThat(woken()).contains(poor);
    assertThat(torrent.hasHavesToTell()).isFalse();
  }

  @Test
  void whoHasThePieceIsToldWithTheNextMessage() throws Exception {
    Peer rich = peerWith(first.piece(), otherPiece());

    firstPieceComes();

    assertThat(woken()).doesNotContain(rich);
    assertThat(told(rich)).contains(new PeerMessage.Have(first.piece()));
  }

  @Test
  void whoLostThePieceIsToldAtOnce() throws Exception {
    Peer rich = peerWith(first.piece(), otherPiece());
    firstPieceComes();
    woken();

    torrent.lost(rich, first.piece());

    assertThat(woken()).contains(rich);
  }

  @Test
  void whoHasNothingForUsAnyMoreIsToldAtOnce() throws Exception {
    Peer rich = peerWith(first.piece());

    firstPieceComes();

    assertThat(woken()).contains(rich);
    assertThat(told(rich)).contains(PeerMessage.NOT_INTERESTED);
  }
}
