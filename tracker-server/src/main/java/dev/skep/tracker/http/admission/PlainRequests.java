package dev.skep.tracker.http.admission;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.skep.protocol.address.IpAddress;
import io.helidon.common.buffers.BufferData;
import io.helidon.http.DateTime;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The requests at the beginning of a connection that need nothing of the server. Helidon's HTTP is
 * made for a connection only when one comes that does, and gets all that was read of it.
 */
final class PlainRequests {
  private static final int LONGEST_HEAD_BYTES = 8 << 10;
  private static final byte[] HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: ".getBytes(US_ASCII);
  private static final byte[] KEPT = "keep-alive\r\nContent-Length: ".getBytes(US_ASCII);
  private static final byte[] CLOSED = "close\r\nContent-Length: ".getBytes(US_ASCII);
  private static final byte[] DATE = "\r\nDate: ".getBytes(US_ASCII);
  private static final byte[] END = "\r\n".getBytes(US_ASCII);

  private final RequestBytes in;
  private final AnswerWriter out;
  private final IpAddress asker;
  private final PlainAnswers answers;
  private final PlainRequest request = new PlainRequest();

  // What has come, and where in it the next request begins.
  private byte[] came = {};
  private int from;

  PlainRequests(RequestBytes in, AnswerWriter out, IpAddress asker, PlainAnswers answers) {
    this.in = in;
    this.out = out;
    this.asker = asker;
    this.answers = answers;
  }

  /**
   * Answers them.
   *
   * @param ending whether the connection is to end
   * @return whether it has ended; if not, the server goes on with it
   */
  boolean serve(BooleanSupplier ending) {
    while (!ending.getAsBoolean()) {
      if (!isPlain()) {
        return handedBack();
      }
      in.begin();
      out.begin(false);
      Optional<ByteBuffer> body = answers.to(request, asker);
      if (body.isEmpty()) {
        return handedBack();
      }
      out.writeNow(BufferData.create(answer(body.get())));
      from = request.end();
      if (request.isLast()) {
        return true;
      }
    }
    return true;
  }

  private boolean handedBack() {
    in.unread(Arrays.copyOfRange(came, from, came.length));
    return false;
  }

  /** Reads as long as it may be one. */
  private boolean isPlain() {
    if (from == came.length) {
      came = in.get();
      from = 0;
    }
    PlainRequest.Look look = request.look(came, from, came.length);
    while (look == PlainRequest.Look.UNFINISHED && came.length - from < LONGEST_HEAD_BYTES) {
      byte[] more = in.get();
      byte[] all = Arrays.copyOfRange(came, from, came.length + more.length);
      System.arraycopy(more, 0, all, came.length - from, more.length);
      came = all;
      from = 0;
      look = request.look(came, from, came.length);
    }
    return look == PlainRequest.Look.PLAIN;
  }

  private byte[] answer(ByteBuffer body) {
    byte[] date = DateTime.http1Bytes();
    byte[] connection = request.isLast() ? CLOSED : KEPT;
    byte[] length = Integer.toString(body.remaining()).getBytes(US_ASCII);
    int headBytes =
        HEAD.length + connection.length + length.length + DATE.length + date.length + END.length;
    return ByteBuffer.allocate(headBytes + body.remaining())
        .put(HEAD)
        .put(connection)
        .put(length)
        .put(DATE)
        .put(date) // with its end of line
        .put(END)
        .put(body)
        .array();
  }
}
