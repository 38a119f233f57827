package dev.skep.agent.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.storage.DataFiles;
import dev.skep.agent.storage.DiskWorkers;
import dev.skep.agent.storage.OpenFiles;
import dev.skep.agent.stream.PeerStream;
import dev.skep.agent.stream.TcpStream;
import dev.skep.agent.torrent.TorrentSettings;
import dev.skep.protocol.BlockRef;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.encryption.HandshakeForm;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoBuilder;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.Bitfield;
import dev.skep.protocol.peerwire.Handshake;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.PeerMessageCodec;
import dev.skep.protocol.peerwire.Reserved;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ConnectionTest {
  private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");
  private static final Limits NONE = new Limits(List.of());

  @TempDir private Path temp;

  @Test
  void aMistakeInTheWriterEndsTheConnectionAndIsNamed() throws Exception {
    try (Meeting meeting = new Meeting(temp, Duration.ofSeconds(20), ConnectionTest::noSuchLimit)) {
      Drop why = meeting.end();

      assertThat(why.reason()).isEqualTo(DropReason.INTERNAL_ERROR);
      assertThat(why.detail()).contains("writer").contains("no such limit");
      assertThat(meeting.owner.drops().counts()).containsOnlyKeys("internal_error");
      assertThat(meeting.torrent.settle().peers()).isEmpty();
    }
  }

  private static Limits noSuchLimit() {
    throw new IllegalStateException("no such limit");
  }

  @Test
  void theEndOfABlockDoesNotWaitForThePeersAcknowledgement() throws Exception {
    try (Meeting meeting = new Meeting(temp, Duration.ofSeconds(20), () -> NONE)) {
      await().until(() -> !meeting.torrent.snapshot().peers().isEmpty());

      assertThat(meeting.ours.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
    }
  }

  @Test
  void aBlockThatDripsEndsTheConnection() throws Exception {
    try (Meeting meeting = new Meeting(temp, Duration.ofMillis(400), () -> NONE)) {
      meeting.says(new PeerMessage.Bits(new byte[] {-128}));
      meeting.says(PeerMessage.UNCHOKE);
      await()
          .until(
              () -> meeting.torrent.settle().peers().getFirst().stats().outstandingRequests() == 1);
      meeting.drips(new BlockRef(0, 0, PieceLayout.BLOCK_BYTES), Duration.ofMillis(20));

      assertThat(meeting.end().reason()).isEqualTo(DropReason.STALLED);
    }
  }

  @Test
  void aBlockThatOurOwnLimitHoldsUpEndsNothing() throws Exception {
    Duration patience = Duration.ofMillis(100);
    RateLimit slow = new RateLimit(1024, System.nanoTime()); // a wait of two seconds
    try (Meeting meeting = new Meeting(temp, patience, () -> NONE, new Limits(List.of(slow)))) {
      meeting.says(new PeerMessage.Bits(new byte[] {-128}));
      meeting.says(PeerMessage.UNCHOKE);
      await()
          .until(
              () -> meeting.torrent.settle().peers().getFirst().stats().outstandingRequests() == 1);
      meeting.gives(new BlockRef(0, 0, PieceLayout.BLOCK_BYTES));

      await().until(() -> meeting.torrent.settle().stats().downloadedBytes() > 0);
      assertThat(meeting.owner.drops().counts()).doesNotContainKey("stalled");
    }
  }

  @Test
  void aFaultInATorrentsTickCostsThatTorrentAndIsCounted() throws Exception {
    ScheduledExecutorService faulty = new FaultyClock();
    try (Meeting meeting = new Meeting(temp, Duration.ofSeconds(20), () -> NONE, NONE, faulty)) {
      assertThat(meeting.broken.get(20, TimeUnit.SECONDS)).hasMessage("no more time");

      assertThat(meeting.owner.faults().counts()).containsEntry("tick", 1L);
      assertThat(faulty.submit(() -> "still there").get(20, TimeUnit.SECONDS)).isNotNull();
    }
  }

  /** Fails whoever wants to be called again soon, as a torrent's tick does. */
  private static final class FaultyClock extends ScheduledThreadPoolExecutor {
    FaultyClock() {
      super(1);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
      if (delay > 0 && unit.toSeconds(delay) < 15) {
        throw new IllegalStateException("no more time");
      }
      return super.schedule(task, delay, unit);
    }
  }

  /** A connection to a peer that says what the test makes it say. */
  private static final class Meeting implements AutoCloseable {
    private final ScheduledExecutorService clock;
    private final CompletableFuture<Throwable> broken = new CompletableFuture<>();
    private final OpenFiles open = new OpenFiles(1);
    private final DiskWorkers workers = new DiskWorkers(1);
    private final SocketChannel ours;
    private final SocketChannel peer;
    private final TestOwner owner;
    private final LiveTorrent torrent;

    Meeting(Path temp, Duration patience, Supplier<Limits> up) throws Exception {
      this(temp, patience, up, NONE);
    }

    Meeting(Path temp, Duration patience, Supplier<Limits> up, Limits down) throws Exception {
      this(temp, patience, up, down, Executors.newSingleThreadScheduledExecutor());
    }

    Meeting(
        Path temp,
        Duration patience,
        Supplier<Limits> up,
        Limits down,
        ScheduledExecutorService clock)
        throws Exception {
      this.clock = clock;
      Metainfo metainfo =
          Metainfo.parse(
              MetainfoBuilder.singleFile("f", PieceLayout.BLOCK_BYTES)
                  .pieceLength(PieceLayout.BLOCK_BYTES)
                  .pieceHashes(new byte[20])
                  .build());
      owner = new TestOwner(clock, up);
      DataFiles files = new DataFiles(metainfo, temp.resolve("f"), open);
      torrent = torrent(metainfo, files, owner, workers, patience, down, new TestListener(broken));
      try (ServerSocketChannel server = ServerSocketChannel.open()) {
        server.bind(new InetSocketAddress(HERE, 0));
        peer = SocketChannel.open(server.getLocalAddress());
        ours = server.accept();
      }
      PeerStream stream = new TcpStream(ours, new Endpoint(HERE, 6881));
      Thread.ofVirtual().start(Connection.dialled(stream, torrent, HandshakeForm.PLAIN, owner));
      ByteBuffer hello = ByteBuffer.allocate(Handshake.BYTES);
      new Handshake(Reserved.NONE, metainfo.infoHash(), new PeerId(4, 5, 6)).encode(hello);
      peer.write(hello.flip());
    }

    void says(PeerMessage message) throws IOException {
      ByteBuffer out = ByteBuffer.allocate(PeerMessageCodec.encodedLength(message));
      PeerMessageCodec.encode(message, out);
      peer.write(out.flip());
    }

    void gives(BlockRef block) throws IOException {
      ByteBuffer out =
          ByteBuffer.allocate(PeerMessageCodec.PIECE_HEADER_BYTES + block.lengthBytes());
      PeerMessageCodec.encodePieceHeader(block.piece(), block.offset(), block.lengthBytes(), out);
      peer.write(out.clear());
    }

    /** Sends the block byte by byte until the connection is over. */
    void drips(BlockRef block, Duration each) throws Exception {
      ByteBuffer out = ByteBuffer.allocate(PeerMessageCodec.PIECE_HEADER_BYTES);
      PeerMessageCodec.encodePieceHeader(block.piece(), block.offset(), block.lengthBytes(), out);
      try {
        peer.write(out.flip());
        while (!owner.end.isDone()) {
          peer.write(ByteBuffer.allocate(1));
          TimeUnit.NANOSECONDS.sleep(each.toNanos());
        }
      } catch (IOException e) {
        // closed while it sent
      }
    }

    Drop end() throws Exception {
      return owner.end.get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
      torrent.close();
      peer.close();
      clock.shutdownNow();
      workers.close();
      open.close();
    }
  }

  private static LiveTorrent torrent(
      Metainfo metainfo,
      DataFiles files,
      ConnectionOwner owner,
      DiskWorkers workers,
      Duration patience,
      Limits down,
      LiveTorrent.Listener listener) {
    return new LiveTorrent(
        metainfo,
        files,
        new Bitfield(1),
        Bitfield.full(1),
        new Bitfield(1),
        owner,
        workers,
        TorrentSettings.with(s -> s.requestTimeout = patience),
        new SplittableRandom(1),
        down,
        NONE,
        listener);
  }
}
