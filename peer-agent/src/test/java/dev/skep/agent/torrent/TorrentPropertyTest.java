package dev.skep.agent.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.Bitfield;
import dev.skep.protocol.peerwire.PeerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One torrent among peers that do whatever the protocol allows, at random: answer out of order,
 * choke in the midst, refuse, leave, stall. Whatever they do, it never asks for what it has or what
 * a peer has not, asks twice only when nothing else is left, and finishes.
 */
class TorrentPropertyTest {
  private static final long MILLISECOND = 1_000_000;
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 200);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whateverPeersDoTheTorrentAsksRightAndFinishes(long seed) throws Exception {
    Game game = new Game(new SplittableRandom(seed));
    for (int step = 0; step < 20_000 && !game.torrent.complete(); step++) {
      game.step();
    }
    // From here on everybody behaves, and somebody has every piece.
    game.peerWithEverything();
    for (int step = 0; step < 40_000 && !game.torrent.complete(); step++) {
      game.calmStep();
    }
    assertThat(game.torrent.complete())
        .as("seed %d: complete; %s", seed, game.torrent.stats(game.now))
        .isTrue();
    assertThat(game.torrent.stats(game.now).openPieces()).isZero();
  }

  private static final class FakePeer {
    final Peer handle;
    final Bitfield has;
    final boolean fast;
    final Set<BlockRef> asked = new LinkedHashSet<>();
    final Map<BlockRef, Long> askedAt = new HashMap<>();
    boolean choking = true;
    boolean interesting;

    FakePeer(Peer handle, Bitfield has, boolean fast) {
      this.handle = handle;
      this.has = has;
      this.fast = fast;
    }
  }

  private static final class Game {
    final SplittableRandom random;
    final PieceLayout layout;
    final Torrent torrent;
    final List<FakePeer> peers = new ArrayList<>();
    final Bitfield good;
    final Set<BlockRef> here = new HashSet<>();
    long now = -5_000_000_000L; // System.nanoTime() may be negative too
    int joined;

    Game(SplittableRandom random) {
      this.random = random;
      int pieces = random.nextInt(1, 40);
      int pieceLength = PieceLayout.BLOCK_BYTES * random.nextInt(1, 6);
      layout =
          new PieceLayout((long) pieces * pieceLength - random.nextInt(pieceLength), pieceLength);
      good = new Bitfield(layout.pieceCount());
      for (int piece = 0; piece < layout.pieceCount(); piece++) {
        if (random.nextInt(8) == 0) {
          good.set(piece);
        }
      }
      TorrentSettings settings =
          TorrentSettings.with(
              s -> {
                s.maxOpenBytes = random.nextBoolean() ? 96 << 20 : 3L * pieceLength;
                s.requestTimeout = PATIENCE;
                if (random.nextInt(4) == 0) {
                  s.order = TorrentSettings.Order.SEQUENTIAL;
                }
              });
      torrent =
          new Torrent(
              layout,
              good,
              Bitfield.full(layout.pieceCount()),
              new PeerId(0, 0, 0),
              settings,
              random.split(),
              now);
    }

    void step() throws Exception {
      now += random.nextLong(20 * MILLISECOND);
      if (peers.isEmpty() || (peers.size() < 8 && random.nextInt(50) == 0)) {
        join(someHas(), random.nextBoolean());
        return;
      }
      FakePeer peer = peers.get(random.nextInt(peers.size()));
      switch (random.nextInt(40)) {
        case 0 -> say(peer, PeerMessage.CHOKE);
        case 1, 2, 3, 4 -> say(peer, PeerMessage.UNCHOKE);
        case 5 -> have(peer);
        case 6 -> reject(peer);
        case 7 -> drop(peer);
        case 8 -> torrent.tick(now);
        case 9 -> {
          if (random.nextInt(10) == 0) {
            leave(peer, Reason.CLOSED);
          }
        }
        case 10 -> now += random.nextLong(500 * MILLISECOND);
        case 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 -> answer(peer);
        default -> turn(peer);
      }
      attend();
    }

    void calmStep() throws Exception {
      now += random.nextLong(20 * MILLISECOND);
      FakePeer peer = peers.get(random.nextInt(peers.size()));
      if (peer.choking) {
        say(peer, PeerMessage.UNCHOKE);
      }
      turn(peer);
      answer(peer);
      if (random.nextInt(20) == 0) {
        torrent.tick(now);
      }
      attend();
    }

    void peerWithEverything() throws Exception {
      join(Bitfield.full(layout.pieceCount()), true);
    }

    private Bitfield someHas() {
      Bitfield has = new Bitfield(layout.pieceCount());
      int share = random.nextInt(1, 5);
      for (int piece = 0; piece < layout.pieceCount(); piece++) {
        if (random.nextInt(4) < share) {
          has.set(piece);
        }
      }
      return has;
    }

    private void join(Bitfield has, boolean fast) throws Exception {
      joined++;
      Peer handle =
          torrent.join(
              Endpoint.of("10.0.0.1", joined),
              new PeerId(1, 1, joined),
              new Capabilities(fast, true, true, true),
              now);
      FakePeer peer = new FakePeer(handle, has, fast);
      peers.add(peer);
      if (fast && has.isFull()) {
        say(peer, PeerMessage.HAVE_ALL);
      } else {
        say(peer, new PeerMessage.Bits(has.toBytes()));
      }
    }

    private void say(FakePeer peer, PeerMessage message) throws Exception {
      if (message.equals(PeerMessage.CHOKE)) {
        peer.choking = true;
        torrent.received(peer.handle, message, now);
        for (BlockRef block : peer.asked) {
          if (peer.fast) {
            torrent.received(peer.handle, new PeerMessage.Reject(block), now);
          }
        }
        peer.asked.clear();
      } else {
        peer.choking &= !message.equals(PeerMessage.UNCHOKE);
        torrent.received(peer.handle, message, now);
      }
    }

    private void have(FakePeer peer) throws Exception {
      int piece = random.nextInt(layout.pieceCount());
      if (peer.has.set(piece)) {
        say(peer, new PeerMessage.Have(piece));
      }
    }

    private void reject(FakePeer peer) throws Exception {
      if (peer.fast && !peer.asked.isEmpty()) {
        say(peer, new PeerMessage.Reject(takeOne(peer)));
      }
    }

    private BlockRef takeOne(FakePeer peer) {
      BlockRef block =
          random.nextInt(5) > 0
              ? peer.asked.iterator().next()
              : List.copyOf(peer.asked).get(random.nextInt(peer.asked.size()));
      peer.asked.remove(block);
      return block;
    }

    /** A block that never comes: dropped by the peer, or broken off with the connection. */
    private void drop(FakePeer peer) {
      if (!peer.asked.isEmpty() && random.nextInt(5) == 0) {
        takeOne(peer);
        if (random.nextBoolean()) {
          leave(peer, Reason.IO_ERROR);
        }
      }
    }

    private void leave(FakePeer peer, Reason why) {
      torrent.leave(peer.handle, why, now);
      peers.remove(peer);
    }

    private void answer(FakePeer peer) {
      if (peer.asked.isEmpty()) {
        return;
      }
      BlockRef block = takeOne(peer);
      int contiguous = torrent.arrived(peer.handle, block, now);
      if (contiguous == Torrent.UNWANTED) {
        return;
      }
      assertThat(here.add(block)).as("%s is wanted once", block).isTrue();
      if (contiguous == layout.lengthBytes(block.piece())) {
        boolean corrupt = random.nextInt(30) == 0;
        torrent.verified(block.piece(), !corrupt, now);
        if (corrupt) {
          here.removeIf(b -> b.piece() == block.piece());
        } else {
          good.set(block.piece());
        }
      }
    }

    private void attend() {
      List<Peer> dropped = new ArrayList<>();
      torrent.drainDrops((peer, _) -> dropped.add(peer));
      for (FakePeer peer : List.copyOf(peers)) {
        if (dropped.contains(peer.handle) && peers.size() > 1) {
          leave(peer, Reason.CORRUPT_DATA);
        }
      }
      torrent.drainWakes(_ -> {});
    }

    /** Takes what is due to the peer and checks each request. */
    private void turn(FakePeer peer) {
      Outbox out =
          new Outbox() {
            @Override
            public void message(PeerMessage message) {
              switch (message) {
                case PeerMessage.Request(BlockRef block) -> requested(peer, block);
                case PeerMessage.Cancel(BlockRef block) -> peer.asked.remove(block);
                case PeerMessage.Interested _ -> peer.interesting = true;
                case PeerMessage.NotInterested _ -> peer.interesting = false;
                default -> {}
              }
            }

            @Override
            public void block(BlockRef block) {
              throw new AssertionError("nobody asked for " + block);
            }
          };
      torrent.next(peer.handle, out, 1 << 20, now);
    }

    private void requested(FakePeer peer, BlockRef block) {
      assertThat(layout.isBlock(block)).as("%s is a block", block).isTrue();
      assertThat(peer.choking).as("%s asked while choked", block).isFalse();
      assertThat(peer.interesting).as("%s asked without interest", block).isTrue();
      assertThat(peer.has.get(block.piece())).as("the peer has %s", block).isTrue();
      assertThat(good.get(block.piece())).as("we have %s", block).isFalse();
      assertThat(here.contains(block)).as("%s is here", block).isFalse();
      Long before = peer.askedAt.put(block, now);
      assertThat(!peer.asked.add(block) && now - before < PATIENCE.toNanos())
          .as("%s asked again of one peer too soon", block)
          .isFalse();
    }
  }
}
