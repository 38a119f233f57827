package dev.skep.benchmarks;

import dev.skep.agent.torrent.Capabilities;
import dev.skep.agent.torrent.Misconduct;
import dev.skep.agent.torrent.Outbox;
import dev.skep.agent.torrent.Peer;
import dev.skep.agent.torrent.Refused;
import dev.skep.agent.torrent.Torrent;
import dev.skep.agent.torrent.TorrentSettings;
import dev.skep.protocol.BlockRef;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.Bitfield;
import dev.skep.protocol.peerwire.PeerMessage;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * A block's way through a torrent's logic on both sides, without sockets and files: requested,
 * granted, sent, arriving, arrived and, once per piece, verified and told of.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BlockPathBenchmark {
  private static final int TURN_BYTES = 256 * 1024;
  private static final long BLOCK_NANOS = 20_000;

  /** One side of the connection: its torrent, the other side as its peer, what it has sent. */
  private static final class Side implements Outbox {
    final Torrent torrent;
    final Peer other;
    final Queue<PeerMessage> messages = new ArrayDeque<>();
    final Queue<BlockRef> blocks = new ArrayDeque<>();

    Side(PieceLayout layout, boolean seeds, long now) throws Refused {
      int pieces = layout.pieceCount();
      torrent =
          new Torrent(
              layout,
              seeds ? Bitfield.full(pieces) : new Bitfield(pieces),
              Bitfield.full(pieces),
              new PeerId(1, 1, seeds ? 1 : 2),
              TorrentSettings.defaults(),
              new SplittableRandom(1),
              now);
      Endpoint at = Endpoint.of(seeds ? "10.0.0.2" : "10.0.0.1", 6881);
      Capabilities can = new Capabilities(true, true, seeds, true);
      other = torrent.join(at, new PeerId(1, 1, seeds ? 2 : 1), can, now);
    }

    @Override
    public void message(PeerMessage message) {
      messages.add(message);
    }

    @Override
    public void block(BlockRef block) {
      blocks.add(block);
    }

    boolean say(long now) {
      boolean any = torrent.next(other, this, TURN_BYTES, now);
      torrent.drainWakes(_ -> {});
      return any;
    }

    void hear(Side from, long now) throws Misconduct {
      for (PeerMessage m = from.messages.poll(); m != null; m = from.messages.poll()) {
        torrent.received(other, m, now);
      }
    }
  }

  /** A seeder and a leecher. */
  private static final class Transfer {
    private final PieceLayout layout;
    private final Side seeder;
    private final Side leecher;

    Transfer(int pieceBytes, long now) throws Refused {
      layout = new PieceLayout(64L << 30, pieceBytes);
      seeder = new Side(layout, true, now);
      leecher = new Side(layout, false, now);
    }

    boolean isOver() {
      return leecher.torrent.complete();
    }

    /** Moves the next block. */
    BlockRef move(long now) throws Misconduct {
      BlockRef block = seeder.blocks.poll();
      while (block == null) {
        leecher.say(now);
        seeder.hear(leecher, now);
        seeder.say(now);
        leecher.hear(seeder, now);
        block = seeder.blocks.poll();
      }
      int contiguous = leecher.torrent.arrived(leecher.other, block, now);
      if (contiguous == Torrent.UNWANTED) {
        throw new IllegalStateException(block + " was not asked for");
      }
      if (contiguous == layout.lengthBytes(block.piece())) {
        leecher.torrent.verified(block.piece(), true, now);
      }
      return block;
    }
  }

  /** A transfer that begins anew when all is there. */
  @State(Scope.Thread)
  public static class Endless {
    @Param({"256", "1024"})
    public int pieceKib;

    private @Nullable Transfer transfer;
    private long now;

    BlockRef move() throws Refused, Misconduct {
      Transfer running = transfer;
      if (running == null || running.isOver()) {
        running = new Transfer(pieceKib << 10, now);
        transfer = running;
      }
      now += BLOCK_NANOS;
      return running.move(now);
    }
  }

  @Benchmark
  public BlockRef block(Endless transfer) throws Refused, Misconduct {
    return transfer.move();
  }
}
