package dev.skep.agent.connection;

import dev.skep.agent.storage.BlockMemory;
import dev.skep.protocol.BlockRef;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.PeerMessageCodec;
import dev.skep.protocol.peerwire.ProtocolException;
import dev.skep.protocol.peerwire.WireLimits;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ScatteringByteChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a connection: bytes become messages, and the bodies of blocks end up in
 * slots of {@link BlockMemory}.
 *
 * <p>A peer that sends fast sends whole blocks one after another. So one system call scatters what
 * has arrived over the rest of the block under way and then, in turn, room for a header and a spare
 * slot: when the guess is right, which the headers tell, bodies are where they belong without a
 * copy. When another message came between, what follows it in that read is copied. An idle
 * connection holds no slot.
 */
final class Inlet implements AutoCloseable {
  private static final int HEADER_BYTES = PeerMessageCodec.PIECE_HEADER_BYTES;
  private static final int MAX_SPARES = 16;
  private static final int SCRATCH_BYTES = 2048;
  private static final int WHOLE_PIECE_LENGTH = 9 + BlockMemory.SLOT_BYTES;
  private static final byte PIECE_ID = 7;
  private static final long SLOT_WAIT_NANOS = 1_000_000_000L;

  private final ScatteringByteChannel channel;
  private final BlockMemory memory;
  private final WireLimits limits;
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
  private final @Nullable ByteBuffer[] spares = new ByteBuffer[MAX_SPARES];
  private final ByteBuffer[] scatter = new ByteBuffer[2 + 2 * MAX_SPARES];
  private ByteBuffer @Nullable [] headers;

  /** A message whose end has not come yet, from its first byte. */
  private ByteBuffer partial = ByteBuffer.allocate(64);

  private @Nullable BlockRef block;
  private @Nullable ByteBuffer body;
  private int skipBytes;
  private int offered;
  private boolean beganBody;

  Inlet(ScatteringByteChannel channel, BlockMemory memory, WireLimits limits) {
    this.channel = channel;
    this.memory = memory;
    this.limits = limits;
  }

  /**
   * Waits for bytes, reads once, and adds what is whole to {@code out}.
   *
   * @param maxBytes roughly the most to read, at least one block's worth
   * @return the number of bytes read, -1 at the end of the stream
   * @throws ProtocolException if the bytes cannot be a peer's
   */
  int receive(int maxBytes, List<Inbound> out) throws IOException, ProtocolException {
    beganBody = false;
    int pairs = prepare(Math.min(offered, maxBytes / BlockMemory.SLOT_BYTES));
    int first = body == null ? 1 : 0;
    int count = 2 + 2 * pairs - first;
    long room = 0;
    for (int i = first; i < first + count; i++) {
      room += scatter[i].remaining();
    }
    long n = channel.read(scatter, first, count);
    if (n > 0) {
      int used = distribute(pairs, out);
      offered = n == room ? Math.min(MAX_SPARES, Math.max(2, 2 * offered)) : used;
    }
    return (int) n;
  }

  /** Lays out the scatter: the open body, pairs of header and spare slot, scratch. */
  private int prepare(int wanted) {
    scatter[0] = body == null ? scratch : body;
    int pairs = 0;
    if (wanted > 0 && skipBytes == 0 && partial.position() < HEADER_BYTES) {
      pairs = takeSpares(wanted);
    } else {
      releaseSpares(0);
    }
    if (pairs > 0) {
      // A header that has begun to arrive goes on in the first pair.
      headers()[0].put(partial.flip());
      partial.clear();
    }
    scratch.clear();
    scatter[1 + 2 * pairs] = scratch;
    return pairs;
  }

  private int takeSpares(int wanted) {
    int have = 0;
    while (have < MAX_SPARES && spares[have] != null) {
      have++;
    }
    if (have < wanted) {
      have = memory.takeSpare(spares, have, wanted);
    }
    releaseSpares(wanted);
    int pairs = Math.min(have, wanted);
    ByteBuffer[] heads = headers();
    for (int i = 0; i < pairs; i++) {
      scatter[1 + 2 * i] = heads[i].clear();
      scatter[2 + 2 * i] = present(spares[i]).clear();
    }
    return pairs;
  }

  private ByteBuffer[] headers() {
    ByteBuffer[] made = headers;
    if (made == null) {
      ByteBuffer all = ByteBuffer.allocateDirect(MAX_SPARES * HEADER_BYTES);
      made = new ByteBuffer[MAX_SPARES];
      for (int i = 0; i < MAX_SPARES; i++) {
        made[i] = all.slice(i * HEADER_BYTES, HEADER_BYTES);
      }
      headers = made;
    }
    return made;
  }

  /** Makes blocks and messages of what was read; returns how many spare slots were reached. */
  private int distribute(int pairs, List<Inbound> out) throws IOException, ProtocolException {
    ByteBuffer open = body;
    if (open != null && !open.hasRemaining()) {
      finishBlock(out);
    }
    boolean aligned = true;
    int used = 0;
    for (int i = 0; i < pairs && scatter[1 + 2 * i].position() > 0; i++) {
      ByteBuffer header = scatter[1 + 2 * i];
      ByteBuffer slot = scatter[2 + 2 * i];
      used += slot.position() > 0 ? 1 : 0;
      aligned &= body == null && isWholePiece(header);
      if (aligned) {
        spares[i] = null;
        block = new BlockRef(header.getInt(5), header.getInt(9), BlockMemory.SLOT_BYTES);
        body = slot;
        beganBody = true;
        if (!slot.hasRemaining()) {
          finishBlock(out);
        }
      } else {
        feed(header.flip(), out);
        feed(slot.flip(), out);
      }
    }
    feed(scratch.flip(), out);
    compactSpares(pairs);
    return used;
  }

  private static boolean isWholePiece(ByteBuffer header) {
    return header.position() == HEADER_BYTES
        && header.getInt(0) == WHOLE_PIECE_LENGTH
        && header.get(4) == PIECE_ID
        && (header.getInt(5) | header.getInt(9)) >= 0;
  }

  private void compactSpares(int pairs) {
    int kept = 0;
    for (int i = 0; i < pairs; i++) {
      ByteBuffer slot = spares[i];
      if (slot != null) {
        spares[i] = null;
        spares[kept++] = slot;
      }
    }
  }

  /** Takes bytes in their order, wherever they lie. */
  private void feed(ByteBuffer in, List<Inbound> out) throws IOException, ProtocolException {
    while (in.hasRemaining()) {
      if (skipBytes > 0) {
        int n = Math.min(skipBytes, in.remaining());
        in.position(in.position() + n);
        skipBytes -= n;
      } else if (body != null) {
        ByteBuffer to = body;
        transfer(in, to, to.remaining());
        if (!to.hasRemaining()) {
          finishBlock(out);
        }
      } else {
        feedMessage(in, out);
      }
    }
  }

  /** Completes the partial message as far as the bytes go: they are its and the next ones'. */
  private void feedMessage(ByteBuffer in, List<Inbound> out) throws IOException, ProtocolException {
    PeerMessage message = null;
    while (message == null && in.hasRemaining()) {
      int have = partial.position();
      int need = PeerMessageCodec.bytesNeeded(partial.flip(), limits);
      partial.position(have).limit(partial.capacity());
      makeRoom(need);
      transfer(in, partial, need - have);
      message = PeerMessageCodec.decode(partial.flip(), limits);
      if (message == null) {
        partial.position(partial.limit()).limit(partial.capacity());
      }
    }
    if (message != null) {
      partial = partial.capacity() > SCRATCH_BYTES ? ByteBuffer.allocate(64) : partial.clear();
      take(message, out);
    }
  }

  private void makeRoom(int bytes) {
    if (partial.capacity() < bytes) {
      partial = ByteBuffer.allocate(bytes).put(partial.flip());
    }
  }

  private void take(PeerMessage message, List<Inbound> out) throws IOException, ProtocolException {
    if (message instanceof PeerMessage.Piece piece) {
      if (piece.lengthBytes() > BlockMemory.SLOT_BYTES || piece.lengthBytes() < 1) {
        throw new ProtocolException("a block of " + piece.lengthBytes() + " bytes");
      }
      block = new BlockRef(piece.piece(), piece.offset(), piece.lengthBytes());
      body = takeSlot().clear().limit(piece.lengthBytes());
      beganBody = true;
    } else if (message instanceof PeerMessage.Unknown unknown) {
      skipBytes = unknown.lengthBytes();
    } else {
      out.add(new Inbound.Message(message));
    }
  }

  private ByteBuffer takeSlot() throws IOException {
    try {
      ByteBuffer slot = memory.tryTake();
      while (slot == null) {
        slot = memory.take(SLOT_WAIT_NANOS);
      }
      return slot;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for memory for a block");
    }
  }

  private void finishBlock(List<Inbound> out) {
    out.add(new Inbound.Block(present(block), present(body)));
    block = null;
    body = null;
  }

  private static void transfer(ByteBuffer from, ByteBuffer to, int max) {
    int n = Math.min(max, from.remaining());
    to.put(to.position(), from, from.position(), n);
    to.position(to.position() + n);
    from.position(from.position() + n);
  }

  /** Whether the body of a block has begun to arrive and is not all here. */
  boolean isInBody() {
    return body != null;
  }

  /** Whether the last {@link #receive} read the begin of it. */
  boolean beganBody() {
    return beganBody;
  }

  private void releaseSpares(int from) {
    memory.release(spares, from, MAX_SPARES);
  }

  private static <T> T present(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("absent");
    }
    return value;
  }

  /** Releases all slots. The channel is the caller's. */
  @Override
  public void close() {
    releaseSpares(0);
    if (body != null) {
      memory.release(body);
      body = null;
    }
  }
}
