package dev.skep.tracker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.tracker.http.admission.ConnectionLimits;
import dev.skep.tracker.http.admission.HttpSettings;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of requests: what is held of those that come in chunks. */
class RequestBodiesTest {
  private static final int CHUNK_BYTES = 8 << 20;
  private static final String BEGIN = "POST /read HTTP/1.1\r\nHost: t\r\n";

  private final AtomicInteger longestPiece = new AtomicInteger();
  private static final Duration PATIENCE = Duration.ofMillis(800);
  private static final int LEAST_BYTES_PER_SECOND = 1 << 10;

  private Front front =
      new Front(HttpSettings.DEFAULT, Optional.empty(), RequestBodiesTest.this::addTo);

  /** One that does not wait long. */
  private void restartImpatient() {
    front.close();
    ConnectionLimits usual = ConnectionLimits.DEFAULT;
    var limits =
        new ConnectionLimits(
            usual.most(),
            usual.perAddress(),
            1,
            List.of(),
            usual.behindProbe(),
            PATIENCE,
            LEAST_BYTES_PER_SECOND);
    front = new Front(HttpSettings.DEFAULT.with(limits), Optional.empty(), this::addTo);
  }

  private void addTo(HttpRouting.Builder routes) {
    routes.post("/first", RequestBodiesTest::readFirst).post("/read", this::readAll);
  }

  @AfterEach
  void stop() {
    front.close();
  }

  @Test
  void aLargeChunkIsReadAsItComesAndNeverHeldWhole() throws IOException {
    try (Socket socket = front.connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(chunked("/first"));
      out.write((Integer.toHexString(CHUNK_BYTES) + "\r\n").getBytes(ISO_8859_1));
      out.write(new byte[CHUNK_BYTES / 16]);
      // The rest never comes: an answer means that what came was handed on.
      assertThat(Front.read(socket.getInputStream()).body()).isEqualTo("0");
    }
  }

  @Test
  void chunksOfAnySizeMakeTheBodyThatWasSentAndTheConnectionGoesOn() throws IOException {
    try (Socket socket = front.connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(chunked("/read"));
      long sum = 0;
      for (int size : new int[] {1, 8191, 8192, 8193, 100_000, 5}) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
          bytes[i] = (byte) (i * 31 + size);
          sum = sum * 31 + bytes[i];
        }
        out.write((Integer.toHexString(size) + "\r\n").getBytes(ISO_8859_1));
        out.write(bytes);
        out.write("\r\n".getBytes(ISO_8859_1));
      }
      out.write("0\r\n\r\n".getBytes(ISO_8859_1));
      assertThat(Front.read(socket.getInputStream()).body()).isEqualTo(Long.toString(sum));
      assertThat(longestPiece.get()).isLessThan(64 << 10);
      assertThat(Front.ask(socket, BEGIN + "Content-Length: 1\r\n\r\n\1").body()).isEqualTo("1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zz", "-5", "", "0x5", "ffffffffffffffffffff", "+5", "5 5"})
  void whatIsNoSizeOfAChunkEndsTheConnectionWith400(String size) throws IOException {
    try (Socket socket = front.connect()) {
      String request = new String(chunked("/read"), ISO_8859_1) + size + "\r\nhello\r\n0\r\n\r\n";
      assertThat(Front.ask(socket, request).status()).isEqualTo(400);
      assertThat(socket.getInputStream().read()).isNegative();
    }
  }

  @Test
  void aBodyThatComesSteadilyIsReadThoughItTakesLongerThanAConnectionMayBeSilent()
      throws Exception {
    restartImpatient();
    int pieces = 20;
    byte[] piece = new byte[512]; // in a tenth of a second
    try (Socket socket = front.connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(
          (BEGIN + "Content-Length: " + pieces * piece.length + "\r\n\r\n").getBytes(ISO_8859_1));
      for (int i = 0; i < pieces; i++) {
        out.write(piece);
        Thread.sleep(PATIENCE.dividedBy(8));
      }
      assertThat(Front.read(socket.getInputStream()).body()).isEqualTo("0");
      assertThat(front.tallies().late().sum()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aBodyOfWhichNothingComesOrTooLittleEndsItsConnection(int bytesAtATime) throws Exception {
    restartImpatient();
    try (Socket socket = front.connect()) {
      OutputStream out = socket.getOutputStream();
      out.write((BEGIN + "Content-Length: 1000000\r\n\r\n").getBytes(ISO_8859_1));
      await()
          .pollInterval(PATIENCE.dividedBy(16))
          .until(
              () -> {
                sendIfOpen(out, new byte[bytesAtATime]);
                return front.tallies().late().sum() == 1;
              });
      await().until(() -> front.counters().httpConnections().get() == 0);
    }
  }

  private static void sendIfOpen(OutputStream out, byte[] bytes) throws IOException {
    try {
      out.write(bytes);
    } catch (SocketException _) {
      // It was reset.
    }
  }

  private static byte[] chunked(String path) {
    return ("POST " + path + " HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n")
        .getBytes(ISO_8859_1);
  }

  private static void readFirst(ServerRequest request, ServerResponse response) {
    try (InputStream in = request.content().inputStream()) {
      response.header("Connection", "close").send(Integer.toString(in.read()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void readAll(ServerRequest request, ServerResponse response) {
    long sum = 0;
    byte[] piece = new byte[1 << 20];
    try (InputStream in = request.content().inputStream()) {
      for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
        longestPiece.accumulateAndGet(length, Math::max);
        for (int i = 0; i < length; i++) {
          sum = sum * 31 + piece[i];
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    response.send(Long.toString(sum));
  }
}
