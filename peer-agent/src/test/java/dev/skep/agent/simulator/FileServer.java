package dev.skep.agent.simulator;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A web server that has the data. It gives each agent what that asks for, in the order of asking.
 * What an agent does not want any more is sent all the same as long as something is wanted that was
 * asked for later: it is in the middle of an answer.
 */
final class FileServer {
  private static final int HEADER_BYTES = 66;
  private static final int SEGMENT_BYTES = 1448;

  final Endpoint at = Endpoint.of("10.255.255.255", 80);
  final PeerId id = new PeerId(0x2d57454230303000L, 1, 1);
  private final Swarm swarm;
  private final Host host;
  private long sentBytes;

  FileServer(Swarm swarm, long upBytesPerSecond) {
    this.swarm = swarm;
    host = new Host(swarm.clock, upBytesPerSecond, upBytesPerSecond);
  }

  /** Copies of the whole that it sent. */
  double copiesSent() {
    return (double) sentBytes / swarm.layout.totalBytes();
  }

  Line line(Host to, Consumer<BlockRef> taker) {
    return new Line(to, taker);
  }

  /** What one agent asks for. */
  final class Line {
    private final Queue<BlockRef> asked = new ArrayDeque<>();
    private final Set<BlockRef> wanted = new HashSet<>();
    private final Pipe pipe;

    private Line(Host to, Consumer<BlockRef> taker) {
      pipe =
          new Pipe(
              swarm.clock,
              host,
              to,
              swarm.delayNanos,
              packet -> taker.accept(Objects.requireNonNull(packet.block())),
              this::send);
    }

    void ask(BlockRef block) {
      asked.add(block);
      wanted.add(block);
      swarm.clock.in(swarm.delayNanos, this::send);
    }

    void cancel(BlockRef block) {
      wanted.remove(block);
    }

    private void send() {
      while (!asked.isEmpty() && pipe.bufferedBytes() <= swarm.sendBufferBytes) {
        if (wanted.isEmpty()) {
          asked.clear();
          return;
        }
        BlockRef block = asked.remove();
        wanted.remove(block);
        sentBytes += block.lengthBytes();
        int segments = block.lengthBytes() / SEGMENT_BYTES + 1;
        pipe.send(
            new Packet(List.of(), block, false, block.lengthBytes() + segments * HEADER_BYTES));
      }
    }

    void close() {
      asked.clear();
      pipe.close();
    }
  }
}
