package dev.skep.agent.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.agent.storage.BlockMemory;
import dev.skep.agent.storage.DataFiles;
import dev.skep.agent.storage.DiskWorkers;
import dev.skep.agent.storage.OpenFiles;
import dev.skep.agent.torrent.TorrentSettings;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoBuilder;
import dev.skep.protocol.peerwire.Bitfield;
import dev.skep.protocol.peerwire.Handshake;
import dev.skep.protocol.peerwire.Reserved;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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
    Metainfo metainfo =
        Metainfo.parse(
            MetainfoBuilder.singleFile("f", 1)
                .pieceLength(16384)
                .pieceHashes(new byte[20])
                .build());
    try (ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        OpenFiles open = new OpenFiles(1);
        DiskWorkers workers = new DiskWorkers(1);
        ServerSocketChannel server =
            ServerSocketChannel.open().bind(new InetSocketAddress(HERE, 0));
        SocketChannel peer = SocketChannel.open(server.getLocalAddress())) {
      FaultyWriter around = new FaultyWriter(clock);
      DataFiles files = new DataFiles(metainfo, temp.resolve("f"), open);
      try (LiveTorrent torrent = torrent(metainfo, files, around, workers)) {
        Thread.ofVirtual()
            .start(Connection.dialled(server.accept(), new Endpoint(HERE, 6881), torrent, around));
        ByteBuffer hello = ByteBuffer.allocate(Handshake.BYTES);
        new Handshake(Reserved.NONE, metainfo.infoHash(), new PeerId(4, 5, 6)).encode(hello);
        peer.write(hello.flip());

        Drops.Why why = around.end.get(20, TimeUnit.SECONDS);

        assertThat(why.name()).isEqualTo("internal_error");
        assertThat(why.detail()).contains("writer").contains("no such limit");
        assertThat(around.drops().counts()).containsOnlyKeys("internal_error");
        assertThat(torrent.peers()).isEmpty();
      }
    }
  }

  private static LiveTorrent torrent(
      Metainfo metainfo, DataFiles files, Surroundings around, DiskWorkers workers) {
    return new LiveTorrent(
        metainfo,
        files,
        new Bitfield(1),
        Bitfield.full(1),
        new Bitfield(1),
        around,
        workers,
        TorrentSettings.defaults(),
        new SplittableRandom(1),
        NONE,
        NONE,
        new Nobody());
  }

  private static final class Nobody implements LiveTorrent.Listener {
    @Override
    public void pieceDone(int piece) {}

    @Override
    public void completed() {}

    @Override
    public void diskFailed(IOException why) {}

    @Override
    public void dataUnreadable() {}
  }

  /** Surroundings in which every writer fails as soon as it asks for its limits. */
  private static final class FaultyWriter implements Surroundings {
    private final CompletableFuture<Drops.Why> end = new CompletableFuture<>();
    private final BlockMemory memory = new BlockMemory(1 << 20);
    private final Drops drops = new Drops();
    private final ScheduledExecutorService clock;

    FaultyWriter(ScheduledExecutorService clock) {
      this.clock = clock;
    }

    @Override
    public Self self() {
      return new Self(new PeerId(1, 2, 3), "Skep", 6881);
    }

    @Override
    public Duration handshakeTimeout() {
      return Duration.ofSeconds(20);
    }

    @Override
    public BlockMemory memory() {
      return memory;
    }

    @Override
    public ScheduledExecutorService clock() {
      return clock;
    }

    @Override
    public Optional<LiveTorrent> torrent(InfoHash infoHash) {
      return Optional.empty();
    }

    @Override
    public boolean isLocal(Endpoint at) {
      return true;
    }

    @Override
    public Limits downLimits(Endpoint at) {
      return NONE;
    }

    @Override
    public Limits upLimits(Endpoint at) {
      throw new IllegalStateException("no such limit");
    }

    @Override
    public Drops drops() {
      return drops;
    }

    @Override
    public void joined(Connection connection) {}

    @Override
    public void ended(Connection connection, Drops.Why why) {
      end.complete(why);
    }
  }
}
