package dev.skep.agent.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.agent.stream.TcpStream;
import dev.skep.agent.torrent.Capabilities;
import dev.skep.agent.torrent.Reason;
import dev.skep.agent.torrent.Refused;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.Sha256;
import dev.skep.protocol.encryption.HandshakeForm;
import dev.skep.protocol.peerwire.Handshake;
import dev.skep.protocol.peerwire.Reserved;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is asked for the torrent itself, and who is not. */
@Timeout(30)
class MetadataFetchTest {
  private static final InfoHash HASH = InfoHash.fromHex("12".repeat(20));
  private static final Capabilities FAST = new Capabilities(true, true, false, true);
  private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");

  @AutoClose("shutdownNow")
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

  private final TestOwner owner = new TestOwner(clock, () -> Limits.NONE);
  private final MetadataFetch fetch =
      new MetadataFetch(HASH, false, _ -> true, owner, Limits.NONE, Limits.NONE, new Deaf());

  /** Is not interested in what becomes of it. */
  private static final class Deaf implements MetadataFetch.Listener {
    @Override
    public void fetched(byte[] info, Map<Sha256, byte[]> layers) {}

    @Override
    public void foundPeer(Endpoint at) {}

    @Override
    public void changed() {}
  }

  /** Notes why it was closed. */
  private static final class Peer implements Link {
    private final List<Reason> closed = new ArrayList<>();

    @Override
    public String name() {
      return "peer";
    }

    @Override
    public void wake() {}

    @Override
    public void close(Reason reason) {
      closed.add(reason);
    }

    @Override
    public void closeIfStuck(long now, long bodyNanos) {}
  }

  private Seat seat(Peer peer, int id) throws Exception {
    return fetch.seat(peer, new Endpoint(HERE, 1000 + id), new PeerId(9, 9, id), FAST);
  }

  @Test
  void sixteenAreAskedAtOnceAndNobodyTwice() throws Exception {
    for (int i = 0; i < 16; i++) {
      assertThat(fetch.wantsPeers()).isTrue();
      seat(new Peer(), i);
    }

    assertThat(fetch.wantsPeers()).isFalse();
    assertThatThrownBy(() -> seat(new Peer(), 16)).isInstanceOf(Refused.class);
    assertThatThrownBy(() -> seat(new Peer(), 3)).hasMessageContaining("connected already");
    assertThatThrownBy(() -> fetch.seat(new Peer(), new Endpoint(HERE, 1), owner.self().id(), FAST))
        .hasMessageContaining("this agent itself");
  }

  @Test
  void whoGaveWhatIsNotTheTorrentsIsNotTakenAgain() throws Exception {
    Seat liar = seat(new Peer(), 1);
    liar.leave(Reason.MISCONDUCT);
    Seat honest = seat(new Peer(), 2);
    honest.leave(Reason.CLOSED);

    assertThatThrownBy(() -> seat(new Peer(), 1)).hasMessageContaining("not the torrent");
    seat(new Peer(), 2);
  }

  @Test
  void whoHasNothingToGiveLeavesRoomForAnother() throws Exception {
    Peer peer = new Peer();
    seat(peer, 1);
    fetch.tick(System.nanoTime() + TimeUnit.SECONDS.toNanos(9));
    assertThat(peer.closed).isEmpty();

    fetch.tick(System.nanoTime() + TimeUnit.SECONDS.toNanos(11));

    assertThat(peer.closed).containsExactly(Reason.NOTHING_TO_DO);
  }

  @Test
  void whoIsDialledWhenItIsOverIsNotToBlame() throws Exception {
    fetch.close();
    assertThatThrownBy(() -> seat(new Peer(), 1)).isInstanceOf(NobodyTaken.class);
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(HERE, 0));
      try (SocketChannel peer = SocketChannel.open(server.getLocalAddress())) {
        TcpStream ours = new TcpStream(server.accept(), new Endpoint(HERE, 6881));
        Thread.ofVirtual().start(Connection.dialled(ours, fetch, HandshakeForm.PLAIN, owner));
        ByteBuffer hello = ByteBuffer.allocate(Handshake.BYTES);
        new Handshake(Reserved.NONE, HASH, new PeerId(4, 5, 6)).encode(hello);
        peer.write(hello.flip());

        assertThat(owner.end.get(20, TimeUnit.SECONDS).reason()).isEqualTo(DropReason.STOPPED);
      }
    }
  }
}
