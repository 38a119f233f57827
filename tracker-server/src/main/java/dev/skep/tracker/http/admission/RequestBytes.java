package dev.skep.tracker.http.admission;

import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * The bytes of one connection on their way to the server. If the first request is one of HTTP/1.0,
 * which the server does not speak, it is made one of HTTP/1.1 that is to close its connection.
 */
final class RequestBytes implements Supplier<byte[]> {
  private static final int LONGEST_LINE_BYTES = 8 << 10;
  private static final int LONGEST_HEAD_BYTES = 16 << 10;
  private static final int LONGEST_REST_BYTES = 4 << 20;

  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final Supplier<byte[]> from;
  private final ConnectionLimits limits;
  private final AnswerWriter answerWriter;
  private boolean begun;
  private boolean ofHttp10;
  private byte[] unread = {};

  // Of the request under way, for whoever looks.
  private volatile boolean waiting;
  private volatile long waitingSinceNanos;
  private volatile long waitedNanos;
  private volatile long readBytes;

  RequestBytes(Supplier<byte[]> from, ConnectionLimits limits, AnswerWriter answerWriter) {
    this.from = from;
    this.limits = limits;
    this.answerWriter = answerWriter;
  }

  /** The first line of a request was read: what is waited for from now on belongs to it. */
  void begin() {
    waitedNanos = 0;
    readBytes = 0;
  }

  /** For how long bytes are waited for at this moment; 0 if none are. */
  long silentNanos() {
    return waiting ? Math.max(0, System.nanoTime() - waitingSinceNanos) : 0;
  }

  /**
   * Whether the other side keeps the server waiting: nothing comes for too long, or what comes is
   * too little on the whole.
   */
  boolean isLate() {
    long silent = silentNanos();
    long patience = limits.patience().toNanos();
    long due = readBytes * NANOS_PER_SECOND / limits.leastBytesPerSecond();
    return silent > patience || (silent > 0 && waitedNanos + silent > patience + due);
  }

  /** Gives back what was read last; it comes again. */
  void unread(byte[] bytes) {
    unread = bytes;
  }

  @Override
  public byte[] get() {
    if (unread.length > 0) {
      byte[] again = unread;
      unread = new byte[0];
      return again;
    }
    if (begun) {
      return next();
    }
    begun = true;
    return beginning();
  }

  /** Reads on until the other side has finished, or has had its chance to. */
  void discardRest(long untilNanoTime) {
    for (int bytes = 0; bytes < LONGEST_REST_BYTES && System.nanoTime() - untilNanoTime < 0; ) {
      bytes += next().length;
    }
  }

  private byte[] next() {
    answerWriter.letGo(); // who has to wait for the other side keeps nobody else waiting
    long began = System.nanoTime();
    waitingSinceNanos = began;
    waiting = true;
    try {
      byte[] bytes = from.get();
      if (bytes == null) {
        // In the middle of a request the server would log this as an error of its own.
        throw new CloseConnectionException("nothing more comes");
      }
      long readBefore = readBytes;
      readBytes = readBefore + bytes.length;
      return bytes;
    } catch (UncheckedIOException e) {
      throw new ServerConnectionException("the other side is gone", e);
    } finally {
      waiting = false;
      long waitedBefore = waitedNanos;
      waitedNanos = waitedBefore + (System.nanoTime() - began);
    }
  }

  private byte[] beginning() {
    byte[] bytes = next();
    while (Http10.endOfLine(bytes) < 0 && bytes.length < LONGEST_LINE_BYTES) {
      bytes = joined(bytes, next());
    }
    if (!Http10.isSpokenIn(bytes)) {
      return bytes;
    }
    while (Http10.endOfHead(bytes) < 0 && bytes.length < LONGEST_HEAD_BYTES) {
      bytes = joined(bytes, next());
    }
    ofHttp10 = Http10.endOfHead(bytes) >= 0;
    return ofHttp10 ? Http10.asHttp11(bytes) : bytes;
  }

  /** Whether they are a request of HTTP/1.0, and so no other comes. */
  boolean areOfHttp10() {
    return ofHttp10;
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
