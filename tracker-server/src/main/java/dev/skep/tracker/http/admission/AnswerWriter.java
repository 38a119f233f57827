package dev.skep.tracker.http.admission;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one connection's answers on their way out. Helidon writes them on the thread that
 * handles the request, which waits as long as the other side takes nothing, with the whole answer
 * on the heap: so what is written is counted, cut into slices, and known to move or not.
 *
 * <p>One thread writes; others look at whether it gets on.
 */
final class AnswerWriter implements DataWriter {
  /** The one of the connection that this thread serves. */
  static final ScopedValue<AnswerWriter> CURRENT = ScopedValue.newInstance();

  private static final int SLICE_BYTES = 16 << 10;

  /** The system may hold so much of a long answer; unbounded, it would hide who stopped reading. */
  private static final int SYSTEM_BYTES = 128 << 10;

  /** Less is not counted: as many such answers as there are connections take little. */
  private static final int COUNTED_FROM_BYTES = 1 << 10;

  /** What of an answer is made before the first of it is sent. */
  private static final int MOST_HELD_BYTES = 512 << 10;

  private static final int FIRST_HELD_BYTES = 4 << 10;
  private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final DataWriter to;
  private final Socket socket;
  private final AnswerLimits limits;
  private final Crowds crowds;
  private final Crowds.Crowd crowd;
  private final AtomicLong counted = new AtomicLong();

  // Of the thread that writes.
  private @Nullable Runnable turn;
  private byte[] held = {};
  private int heldBytes;
  private boolean bounded;
  private boolean endless;
  private Head head = Head.WITH_BODY;
  private Chunks chunks = Chunks.AS_THEY_ARE;

  // Of the answer under way, for whoever looks.
  private volatile boolean writing;
  private volatile long movedNanos;
  private volatile long blockedNanos;
  private volatile long writtenBytes;

  private enum Head {
    WITH_BODY,
    ALONE,
    OVER
  }

  private enum Chunks {
    AS_THEY_ARE,
    OPENED_BEHIND_HEAD,
    OPENED
  }

  /**
   * Begins.
   *
   * @param socket what the bytes go through in the end
   */
  AnswerWriter(
      DataWriter to, Socket socket, AnswerLimits limits, Crowds crowds, Crowds.Crowd crowd) {
    this.to = to;
    this.socket = socket;
    this.limits = limits;
    this.crowds = crowds;
    this.crowd = crowd;
  }

  Crowds.Crowd crowd() {
    return crowd;
  }

  /** A request has begun to be read: what is written from now on answers it. */
  void begin(boolean headAlone) {
    head = headAlone ? Head.ALONE : Head.WITH_BODY;
    chunks = Chunks.AS_THEY_ARE;
    endless = false;
    blockedNanos = 0;
    writtenBytes = 0;
  }

  /**
   * Keeps what is written until {@link #letGo()}, so that a request has its turn only while its
   * answer is made. If that becomes too long, or the other side is waited for in between, it is let
   * go before.
   *
   * @param turn what is done then, before anything is sent; once
   */
  void hold(Runnable turn) {
    this.turn = turn;
  }

  /** A long answer begins, which is not kept until it is whole. */
  void beginLong(long bytes) {
    boundSystem((int) Math.min(Integer.MAX_VALUE, bytes));
    letGo();
  }

  /**
   * An answer begins that goes on until somebody has had enough of it.
   *
   * @return whether its head alone is sent; then the connection ends with it
   */
  boolean beginEndless() {
    endless = true;
    beginLong(Integer.MAX_VALUE);
    return head == Head.ALONE;
  }

  /** An answer begins with its head, and then only what its chunks hold is sent. */
  void beginWithoutChunks() {
    chunks = Chunks.OPENED_BEHIND_HEAD;
  }

  /** Ends the turn if it has not ended, and sends what was kept. */
  void letGo() {
    Runnable ending = turn;
    if (ending == null) {
      return;
    }
    turn = null;
    ending.run();
    BufferData kept = BufferData.create(held, 0, heldBytes);
    held = new byte[0];
    heldBytes = 0;
    if (kept.available() > 0) {
      send(kept);
    }
  }

  @Override
  public void write(BufferData... buffers) {
    writeNow(buffers);
  }

  @Override
  public void write(BufferData buffer) {
    writeNow(buffer);
  }

  @Override
  public void writeNow(BufferData... buffers) {
    writeNow(BufferData.create(buffers));
  }

  @Override
  public void writeNow(BufferData buffer) {
    switch (head) {
      case WITH_BODY -> keepOrSend(opened(buffer));
      case ALONE -> keepOrSend(BufferData.create(headOf(buffer)));
      case OVER -> {
        if (endless) { // nobody reads it, so nobody would ever have had enough
          throw new CloseConnectionException("only the head of a stream was asked for");
        }
      }
    }
  }

  /** Helidon writes the head by itself, and each chunk whole. */
  private BufferData opened(BufferData buffer) {
    return switch (chunks) {
      case AS_THEY_ARE -> buffer;
      case OPENED_BEHIND_HEAD -> {
        chunks = Chunks.OPENED;
        yield buffer;
      }
      case OPENED -> Http10.contentOf(buffer.readBytes());
    };
  }

  /** Up to the empty line; that of {@code 100 Continue} is followed by another head. */
  private byte[] headOf(BufferData buffer) {
    byte[] bytes = buffer.readBytes();
    boolean preliminary = bytes.length > 9 && bytes[9] == '1';
    for (int end = END_OF_HEAD.length; end <= bytes.length && !preliminary; end++) {
      if (Arrays.equals(END_OF_HEAD, 0, 4, bytes, end - 4, end)) {
        head = Head.OVER;
        return Arrays.copyOf(bytes, end);
      }
    }
    return bytes;
  }

  private void keepOrSend(BufferData buffer) {
    int bytes = buffer.available();
    if (turn != null && heldBytes + bytes > MOST_HELD_BYTES) {
      letGo();
    }
    if (turn == null) {
      send(buffer);
      return;
    }
    if (heldBytes + bytes > held.length) {
      int room = Math.max(FIRST_HELD_BYTES, heldBytes + Math.max(bytes, heldBytes));
      held = Arrays.copyOf(held, room);
    }
    heldBytes += buffer.read(held, heldBytes, bytes);
  }

  private void send(BufferData buffer) {
    int bytes = buffer.available();
    if (bytes < COUNTED_FROM_BYTES) {
      sendSlice(buffer);
      return;
    }
    try {
      counted.addAndGet(bytes);
      if (!crowds.charge(crowd, bytes)) {
        throw new ServerConnectionException("too many answers wait to be taken", new Full());
      }
      if (bytes <= SLICE_BYTES) {
        sendSlice(buffer);
        return;
      }
      boundSystem(bytes);
      byte[] slice = new byte[SLICE_BYTES];
      while (buffer.available() > 0) {
        int length = buffer.read(slice, 0, Math.min(slice.length, buffer.available()));
        sendSlice(BufferData.create(slice, 0, length));
      }
    } finally {
      forget();
    }
  }

  private void boundSystem(int bytes) {
    if (bytes < SYSTEM_BYTES || bounded) {
      return;
    }
    bounded = true;
    try {
      socket.setSendBufferSize(SYSTEM_BYTES);
    } catch (SocketException e) {
      throw new ServerConnectionException("the other side is gone", e);
    }
  }

  private void sendSlice(BufferData slice) {
    int bytes = slice.available();
    long began = System.nanoTime();
    movedNanos = began;
    writing = true;
    try {
      to.writeNow(slice);
    } catch (UncheckedIOException e) {
      throw new ServerConnectionException("the other side is gone", e);
    } finally {
      writing = false;
    }
    if (bytes >= COUNTED_FROM_BYTES) {
      long blockedBefore = blockedNanos;
      long writtenBefore = writtenBytes;
      blockedNanos = blockedBefore + (System.nanoTime() - began);
      writtenBytes = writtenBefore + bytes;
    }
  }

  /** Does what ends a connection and may have to wait for the other side as a write does. */
  void finish(Runnable end) {
    movedNanos = System.nanoTime();
    writing = true;
    try {
      end.run();
    } finally {
      writing = false;
    }
  }

  /** Bytes are no longer counted, from now on; how many those were. */
  long forget() {
    long bytes = counted.getAndSet(0);
    if (bytes > 0) {
      crowds.discharge(crowd, bytes);
    }
    return bytes;
  }

  /** How long nothing of an answer under way was taken; 0 if none is. */
  long stalledNanos() {
    return writing ? Math.max(0, System.nanoTime() - movedNanos) : 0;
  }

  /** Whether an answer under way is taken too slowly. */
  boolean isLate() {
    if (!writing) {
      return false;
    }
    long stalled = stalledNanos();
    long stall = limits.stall().toNanos();
    long due = writtenBytes * NANOS_PER_SECOND / limits.leastBytesPerSecond();
    return stalled > stall || blockedNanos + stalled > stall + due;
  }

  /** Why an answer is not sent; no error of ours, so without a trace. */
  private static final class Full extends RuntimeException {
    private static final long serialVersionUID = 1;

    Full() {
      super("too many unread answers", null, false, false);
    }
  }
}
