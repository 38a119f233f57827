package dev.skep.agent.torrent;

import static java.util.Objects.requireNonNull;
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
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The end of a download does not wait for peers that promise and give nothing. */
class EndgameTest {
  private static final int BLOCKS = 4;

  private final Torrent torrent =
      new Torrent(
          new PieceLayout(BLOCKS * PieceLayout.BLOCK_BYTES, BLOCKS * PieceLayout.BLOCK_BYTES),
          new Bitfield(1),
          Bitfield.full(1),
          new PeerId(0, 0, 1),
          TorrentSettings.defaults(),
          new SplittableRandom(1),
          0);
  private long now;
  private int peers;

  private Peer seeder() throws Exception {
    return seeder(torrent);
  }

  private Peer seeder(Torrent torrent) throws Exception {
    return seeder(torrent, false);
  }

  private Peer seeder(Torrent torrent, boolean stretches) throws Exception {
    peers++;
    Capabilities can = new Capabilities(true, true, false, false, true, stretches);
    Endpoint at = Endpoint.of("10.0.0." + peers, 6881);
    Peer peer = torrent.join(at, new PeerId(0, 1, peers), can, now);
    torrent.received(peer, PeerMessage.HAVE_ALL, now);
    torrent.received(peer, PeerMessage.UNCHOKE, now);
    return peer;
  }

  private List<BlockRef> asked(Peer peer) {
    return asked(torrent, peer);
  }

  private List<BlockRef> asked(Torrent torrent, Peer peer) {
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

  private void pass(Duration time) {
    now += time.toNanos();
    torrent.tick(now);
  }

  @Test
  void whatTwoSilentPeersHoldIsAskedOfAThird() throws Exception {
    assertThat(asked(seeder())).hasSize(BLOCKS);
    assertThat(asked(seeder())).hasSize(BLOCKS);
    Peer honest = seeder();
    assertThat(asked(honest)).isEmpty();

    pass(Duration.ofSeconds(2));

    assertThat(asked(honest)).hasSize(BLOCKS);
  }

  @Test
  void whatSomebodyReadsAndASlowPeerHoldsIsAskedOfAFasterOneToo() throws Exception {
    Torrent three =
        new Torrent(
            new PieceLayout(3 * BLOCKS * PieceLayout.BLOCK_BYTES, BLOCKS * PieceLayout.BLOCK_BYTES),
            new Bitfield(3),
            Bitfield.full(3),
            new PeerId(0, 0, 1),
            TorrentSettings.defaults(),
            new SplittableRandom(1),
            0);
    Bitfield first = new Bitfield(3);
    first.set(0);
    three.hurry(first);
    Peer slow = seeder(three);
    three.allowsRequests(slow, 2);
    assertThat(asked(three, slow)).hasSize(2).allMatch(block -> block.piece() == 0);
    Peer fast = seeder(three);
    assertThat(asked(three, fast).subList(0, BLOCKS)).allMatch(block -> block.piece() == 0);

    Peer asSlow = seeder(three);
    three.allowsRequests(asSlow, 2);
    assertThat(asked(three, asSlow)).noneMatch(block -> block.piece() == 0);
  }

  @Test
  void whoIsAskedForMuchAtOnceIsNotThereforeFaster() throws Exception {
    Torrent large =
        new Torrent(
            new PieceLayout(
                300 * BLOCKS * PieceLayout.BLOCK_BYTES, BLOCKS * PieceLayout.BLOCK_BYTES),
            new Bitfield(300),
            Bitfield.full(300),
            new PeerId(0, 0, 1),
            TorrentSettings.defaults(),
            new SplittableRandom(1),
            0);
    Peer peer = seeder(large);
    Peer server = seeder(large, true);
    Queue<BlockRef> ofPeer = new ArrayDeque<>(asked(large, peer));
    Queue<BlockRef> ofServer = new ArrayDeque<>(asked(large, server));
    for (int i = 0; i < 150; i++) {
      now += Duration.ofMillis(10).toNanos();
      large.arrived(peer, ofPeer.remove(), now);
      large.arrived(server, ofServer.remove(), now);
      ofPeer.addAll(asked(large, peer));
      ofServer.addAll(asked(large, server));
    }
    Bitfield soon = new Bitfield(300);
    soon.set(requireNonNull(peer.current).piece);
    large.hurry(soon);

    large.arrived(server, ofServer.remove(), now);

    assertThat(server.window.size()).isGreaterThan(4 * peer.window.size());
    assertThat(asked(large, server)).isNotEmpty().noneMatch(block -> soon.get(block.piece()));
  }

  @Test
  void whoGivesNowAndThenIsWaitedFor() throws Exception {
    Peer slow = seeder();
    List<BlockRef> wanted = asked(slow);
    asked(seeder());
    Peer honest = seeder();
    for (BlockRef block : wanted.subList(0, BLOCKS - 1)) {
      pass(Duration.ofMillis(1900));
      assertThat(torrent.arrived(slow, block, now)).isPositive();
    }

    assertThat(slow.stats(now).snubbed()).isFalse();
    assertThat(asked(honest)).hasSizeLessThanOrEqualTo(1);
  }
}
