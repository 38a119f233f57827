package dev.skep.agent.torrent;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.Bitfield;
import dev.skep.protocol.peerwire.PeerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Who may reject a request: peers with the fast extension (BEP 6) and those of v2 (BEP 52). */
class RejectTest {
  private final Torrent torrent =
      new Torrent(
          new PieceLayout(4 * PieceLayout.BLOCK_BYTES, PieceLayout.BLOCK_BYTES),
          new Bitfield(4),
          Bitfield.full(4),
          new PeerId(0, 0, 1),
          TorrentSettings.defaults(),
          new SplittableRandom(1),
          0);

  private Peer seeder(boolean fast, boolean v2) throws Exception {
    Capabilities can = new Capabilities(fast, true, v2, false, true);
    Peer peer = torrent.join(Endpoint.of("10.0.0.1", 6881), new PeerId(0, 1, 1), can, 0);
    torrent.received(peer, new PeerMessage.Bits(Bitfield.full(4).toBytes()), 0);
    torrent.received(peer, PeerMessage.UNCHOKE, 0);
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
        0);
    return asked;
  }

  @Test
  void aPeerOfVersion2MayWithoutTheFastExtension() throws Exception {
    Peer peer = seeder(false, true);
    BlockRef first = asked(peer).getFirst();

    assertThatNoException()
        .isThrownBy(() -> torrent.received(peer, new PeerMessage.Reject(first), 0));
  }

  @Test
  void anOlderPeerMayNotWithoutTheFastExtension() throws Exception {
    Peer peer = seeder(false, false);
    BlockRef first = asked(peer).getFirst();

    assertThatExceptionOfType(Misconduct.class)
        .isThrownBy(() -> torrent.received(peer, new PeerMessage.Reject(first), 0));
  }
}
