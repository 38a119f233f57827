package dev.skep.agent.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.Bitfield;
import dev.skep.protocol.peerwire.PeerMessage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A download from one peer goes on whatever that peer left unanswered. */
class SoleSourceTest {
  private static final int BLOCKS = 4;
  private static final int PIECES = 64;
  private static final long STEP = Duration.ofMillis(100).toNanos();
  private static final long REQUEST_TIMEOUT = TorrentSettings.defaults().requestTimeout().toNanos();

  private final PieceLayout layout =
      new PieceLayout(
          (long) PIECES * BLOCKS * PieceLayout.BLOCK_BYTES, BLOCKS * PieceLayout.BLOCK_BYTES);
  private final Torrent torrent =
      new Torrent(
          layout,
          new Bitfield(PIECES),
          Bitfield.full(PIECES),
          new PeerId(0, 0, 1),
          TorrentSettings.defaults(),
          new SplittableRandom(1),
          0);
  private final Set<BlockRef> dropped = new HashSet<>();
  private long now;
  private int peers;
  private int blocksSent;

  private Peer seeder(boolean fast) throws Exception {
    peers++;
    Capabilities can = new Capabilities(fast, true, false, true);
    Endpoint at = Endpoint.of("10.0.0." + peers, 6881);
    Peer peer = torrent.join(at, new PeerId(0, 1, peers), can, now);
    torrent.received(peer, new PeerMessage.Bits(Bitfield.full(PIECES).toBytes()), now);
    torrent.received(peer, PeerMessage.UNCHOKE, now);
    return peer;
  }

  private List<BlockRef> asked(Peer peer) {
    List<BlockRef> asked = new ArrayList<>();
    torrent.next(
        peer,
        new Outbox() {
          @Override
          public void message(PeerMessage message) {
            if (message instanceof PeerMessage.Request(BlockRef block)) {
              asked.add(block);
            }
          }

          @Override
          public void block(BlockRef block) {}
        },
        0,
        now);
    return asked;
  }

  private void gives(Peer peer, BlockRef block) {
    blocksSent++;
    int contiguous = torrent.arrived(peer, block, now);
    if (contiguous == layout.lengthBytes(block.piece())) {
      torrent.verified(block.piece(), true, now);
    }
  }

  private void pass(long nanos) {
    now += nanos;
    torrent.tick(now);
  }

  /** Lets time pass; the peer answers in order, a block in each step, what it does not drop. */
  private void run(Peer peer, Duration time, Predicate<BlockRef> drops) {
    Deque<BlockRef> waiting = new ArrayDeque<>();
    long end = now + time.toNanos();
    while (now < end && !torrent.complete()) {
      for (BlockRef block : asked(peer)) {
        if (!drops.test(block)) {
          waiting.add(block);
        }
      }
      for (int i = 0; i < 2 && !waiting.isEmpty(); i++) {
        gives(peer, waiting.remove());
      }
      pass(STEP);
    }
  }

  @ParameterizedTest(name = "fast extension: {0}")
  @ValueSource(booleans = {false, true})
  void aWholeWindowThatWasDroppedIsAskedForAgain(boolean fast) throws Exception {
    Peer source = seeder(fast);
    dropped.addAll(asked(source));
    assertThat(dropped).isNotEmpty();

    run(source, Duration.ofSeconds(80), _ -> false);

    assertThat(torrent.complete()).isTrue();
    assertThat(blocksSent).isEqualTo(PIECES * BLOCKS);
  }

  @Test
  void aPeerThatDropsEachBlockOnceIsAskedUntilItGivesAll() throws Exception {
    Peer source = seeder(false);

    run(source, Duration.ofHours(2), dropped::add);

    assertThat(torrent.complete()).isTrue();
  }

  @Test
  void oneRequestThatWasDroppedAmongManyThatWereAnsweredIsMadeAgain() throws Exception {
    Peer source = seeder(false);
    BlockRef lost = asked(source).getFirst();

    run(source, Duration.ofMinutes(2), block -> block.equals(lost) && dropped.add(block));

    assertThat(torrent.complete()).isTrue();
  }

  @Test
  void aSlowPeerIsNotAskedTwiceForWhatItSendsLate() throws Exception {
    Peer slow = seeder(false);
    List<BlockRef> wanted = asked(slow);

    pass(REQUEST_TIMEOUT + 1);
    List<BlockRef> again = asked(slow);
    gives(slow, wanted.getFirst());

    assertThat(again).hasSize(1).containsExactly(wanted.getLast());
    assertThat(asked(slow)).doesNotContainAnyElementsOf(wanted);
  }

  @Test
  void aSilentPeerIsTriedAgainAndAgainAndHoldsUpNobody() throws Exception {
    Peer silent = seeder(false);
    asked(silent);
    pass(REQUEST_TIMEOUT + 1);
    int tries = 0;
    for (int i = 0; i < 5; i++) {
      tries += asked(silent).size();
      pass(REQUEST_TIMEOUT + 1);
    }
    Peer honest = seeder(false);

    run(honest, Duration.ofSeconds(60), _ -> false);

    assertThat(tries).isEqualTo(5);
    assertThat(torrent.complete()).isTrue();
  }

  @Test
  void whatAPeerHasNoMoreIsForgottenAsByAChokeWithoutTheFastExtension() throws Exception {
    Peer source = seeder(false);
    List<BlockRef> lost = asked(source);
    Set<Integer> lostPieces = new HashSet<>();
    for (BlockRef block : lost) {
      if (lostPieces.add(block.piece())) {
        torrent.lost(source, block.piece());
      }
    }

    List<BlockRef> next = asked(source);

    assertThat(next).hasSameSizeAs(lost);
    assertThat(next).noneMatch(block -> lostPieces.contains(block.piece()));
    lost.forEach(block -> gives(source, block)); // sent before it lost them
    List<Reason> drops = new ArrayList<>();
    torrent.drainDrops((_, why) -> drops.add(why));
    assertThat(drops).isEmpty();
  }
}
