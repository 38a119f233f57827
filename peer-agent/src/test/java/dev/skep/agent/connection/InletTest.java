package dev.skep.agent.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.agent.storage.BlockMemory;
import dev.skep.protocol.BlockRef;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.PeerMessageCodec;
import dev.skep.protocol.peerwire.ProtocolException;
import dev.skep.protocol.peerwire.WireLimits;
import java.nio.ByteBuffer;
import java.nio.channels.ScatteringByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InletTest {
  private static final WireLimits LIMITS = WireLimits.of(1000);
  private final BlockMemory memory = new BlockMemory(16 << 20);

  /** Gives the bytes in portions of random size, as a socket does. */
  private static final class Portions implements ScatteringByteChannel {
    private final ByteBuffer bytes;
    private final Random random;
    private final int most;

    Portions(byte[] bytes, Random random, int most) {
      this.bytes = ByteBuffer.wrap(bytes);
      this.random = random;
      this.most = most;
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) {
      if (!bytes.hasRemaining()) {
        return -1;
      }
      int left = 1 + random.nextInt(most);
      long total = 0;
      for (int i = offset; i < offset + length && left > 0; i++) {
        while (into[i].hasRemaining() && left > 0 && bytes.hasRemaining()) {
          into[i].put(bytes.get());
          left--;
          total++;
        }
      }
      return total;
    }

    @Override
    public long read(ByteBuffer[] into) {
      return read(into, 0, into.length);
    }

    @Override
    public int read(ByteBuffer into) {
      return (int) read(new ByteBuffer[] {into}, 0, 1);
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void understandsAnyStreamHoweverItIsCut(long seed) throws Exception {
    Random random = new Random(seed);
    List<Object> sent = new ArrayList<>();
    ByteBuffer wire = ByteBuffer.allocate(8 << 20);
    for (int i = 0; i < 200; i++) {
      sent.add(random.nextInt(10) < 7 ? block(random, wire) : message(random, wire));
    }
    byte[] bytes = new byte[wire.flip().remaining()];
    wire.get(bytes);
    int most = seed % 3 == 0 ? 50 : seed % 3 == 1 ? 40_000 : 500_000;

    assertThat(receiveAll(new Portions(bytes, random, most))).as("seed %d", seed).isEqualTo(sent);
    assertThat(memory.availableSlots()).isEqualTo(memory.maxSlots());
  }

  private static Object block(Random random, ByteBuffer wire) {
    int length = random.nextInt(5) == 0 ? 1 + random.nextInt(16 * 1024) : 16 * 1024;
    byte[] body = new byte[length];
    random.nextBytes(body);
    int piece = random.nextInt(1000);
    int offset = random.nextInt(1 << 20);
    PeerMessageCodec.encodePieceHeader(piece, offset, length, wire);
    wire.put(body);
    return List.of(new BlockRef(piece, offset, length), ByteBuffer.wrap(body));
  }

  private static Object message(Random random, ByteBuffer wire) {
    PeerMessage message =
        switch (random.nextInt(5)) {
          case 0 -> new PeerMessage.Have(random.nextInt(1000));
          case 1 -> PeerMessage.KEEP_ALIVE;
          case 2 -> new PeerMessage.Bits(new byte[random.nextInt(126)]);
          case 3 -> new PeerMessage.Extended(1, new byte[random.nextInt(20_000)]);
          default -> new PeerMessage.Request(new BlockRef(1, 2, 3));
        };
    PeerMessageCodec.encode(message, wire);
    return message;
  }

  private List<Object> receiveAll(ScatteringByteChannel channel) throws Exception {
    List<Object> all = new ArrayList<>();
    try (Inlet inlet = new Inlet(channel, memory, LIMITS)) {
      List<Inbound> got = new ArrayList<>();
      while (inlet.receive(256 * 1024, got) >= 0) {
        for (Inbound each : got) {
          switch (each) {
            case Inbound.Message(PeerMessage message) -> all.add(message);
            case Inbound.Block(BlockRef block, ByteBuffer slot) -> {
              ByteBuffer copy = ByteBuffer.allocate(block.lengthBytes());
              copy.put(0, slot, 0, block.lengthBytes());
              all.add(List.of(block, copy));
              memory.release(slot);
            }
          }
        }
        got.clear();
      }
    }
    return all;
  }

  @Test
  void refusesABlockThatIsLongerThanAnyWeAskFor() {
    ByteBuffer wire = ByteBuffer.allocate(100);
    PeerMessageCodec.encodePieceHeader(1, 0, 32 * 1024, wire);

    assertThatThrownBy(() -> receiveAll(new Portions(wire.array(), new Random(1), 100)))
        .isInstanceOf(ProtocolException.class);
  }
}
