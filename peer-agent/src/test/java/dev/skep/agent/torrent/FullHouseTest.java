package dev.skep.agent.torrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.Bitfield;
import dev.skep.protocol.peerwire.PeerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** When all connections are taken, the one of least use gives way to a newcomer. */
class FullHouseTest {
  private static final int MOST = 6;
  private static final BlockRef BLOCK = new BlockRef(0, 0, PieceLayout.BLOCK_BYTES);

  private final Torrent torrent =
      new Torrent(
          new PieceLayout(PieceLayout.BLOCK_BYTES, PieceLayout.BLOCK_BYTES),
          Bitfield.full(1),
          Bitfield.full(1),
          new PeerId(0, 0, 0),
          TorrentSettings.with(s -> s.maxPeers = MOST),
          new SplittableRandom(1),
          0);
  private final List<Peer> gaveWay = new ArrayList<>();
  private long now;
  private int joined;

  private Peer join(String address) throws Exception {
    return join(address, true);
  }

  private Peer join(String address, boolean local) throws Exception {
    joined++;
    Endpoint at = Endpoint.of(address, joined);
    Capabilities can = new Capabilities(true, true, true, local);
    Peer peer = torrent.join(at, new PeerId(0, 1, joined), can, now);
    torrent.received(peer, PeerMessage.HAVE_NONE, now);
    torrent.received(peer, PeerMessage.INTERESTED, now);
    served(peer);
    torrent.drainDrops(
        (dropped, why) -> {
          assertThat(why).isEqualTo(Reason.GAVE_WAY);
          gaveWay.add(dropped);
        });
    gaveWay.forEach(each -> torrent.leave(each, Reason.CLOSED, now));
    return peer;
  }

  private void served(Peer peer) {
    torrent.next(
        peer,
        new Outbox() {
          @Override
          public void message(PeerMessage message) {}

          @Override
          public void block(BlockRef block) {}
        },
        1 << 20,
        now);
  }

  private void asks(Peer peer) throws Exception {
    torrent.received(peer, new PeerMessage.Request(BLOCK), now);
    served(peer);
  }

  private void pass(Duration time) {
    now += time.toNanos();
    torrent.tick(now);
  }

  @Test
  void theSilentFromTwoAddressesGiveWayToAThird() throws Exception {
    for (int i = 0; i < MOST; i++) {
      join("192.168.0." + (1 + i % 2));
    }
    pass(Duration.ofSeconds(5));

    join("192.168.0.3");
    join("192.168.0.4");

    assertThat(gaveWay).extracting(p -> p.at().address().getHostAddress()).hasSize(2);
    assertThat(gaveWay).extracting(p -> p.at().address()).doesNotHaveDuplicates();
  }

  @Test
  void theyCannotDriveOutThatPeerWithMoreConnections() throws Exception {
    for (int i = 0; i < MOST - 1; i++) {
      join("192.168.0.1");
    }
    join("192.168.0.3");
    pass(Duration.ofSeconds(6));

    assertThatThrownBy(() -> join("192.168.0.1")).isInstanceOf(Refused.class);
    assertThat(gaveWay).isEmpty();
  }

  @Test
  void whoIsServedStaysHoweverManySharesItsAddress() throws Exception {
    List<Peer> agents = new ArrayList<>();
    for (int i = 0; i < MOST; i++) {
      agents.add(join("192.168.0.1"));
    }
    pass(Duration.ofSeconds(30));
    for (Peer agent : agents) {
      asks(agent);
    }

    assertThatThrownBy(() -> join("192.168.0.2")).isInstanceOf(Refused.class);
  }

  @Test
  void amongStrangersWhoMovedNothingForHalfAMinuteGivesWay() throws Exception {
    List<Peer> strangers = new ArrayList<>();
    for (int i = 0; i < MOST; i++) {
      strangers.add(join("93.184.216." + (1 + i), false));
    }
    pass(Duration.ofSeconds(29));
    assertThatThrownBy(() -> join("93.184.216.100", false)).isInstanceOf(Refused.class);
    asks(strangers.get(0));
    pass(Duration.ofSeconds(1));

    join("93.184.216.100", false);

    // Four have a slot and ask for nothing; the others wait for one.
    assertThat(gaveWay).containsExactly(strangers.get(1));
  }
}
