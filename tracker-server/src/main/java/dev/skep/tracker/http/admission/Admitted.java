package dev.skep.tracker.http.admission;

import dev.skep.protocol.address.IpAddress;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.SocketWriter;
import io.helidon.common.socket.TlsSocket;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A connection that there is room for, from its first byte to its last: TLS if it is to be, then
 * requests and answers. It is ended from outside when it is silent for too long, whatever half a
 * handshake or request it holds, and when an answer is not taken. That closes its socket: an
 * interrupt could come when the thread is at work on something else, a file of the store above all,
 * which it would close as well.
 */
final class Admitted implements ServerConnection, Crowds.Member {
  private static final int LINGER_MILLIS = 1000;

  /** For what is late already, however long it took. */
  private static final Duration FOREVER = Duration.ofDays(10_000);

  private final ConnectionGate gate;
  private final ConnectionContext context;
  private final Socket socket;
  private final Crowds.Crowd crowd;
  private final InetSocketAddress remote;
  private final byte[] came;
  private final long beganNanos = System.nanoTime();
  private final AtomicBoolean aborted = new AtomicBoolean();
  private volatile boolean closing;
  private volatile @Nullable AnswerWriter answerWriter;
  private volatile @Nullable RequestBytes requestBytes;
  private volatile @Nullable ServerConnection http;

  /**
   * Begins.
   *
   * @param remote whose it is, though it may come through a load balancer
   * @param came what was read of it already
   */
  Admitted(
      ConnectionGate gate,
      ConnectionContext context,
      Socket socket,
      Crowds.Crowd crowd,
      InetSocketAddress remote,
      byte[] came) {
    this.gate = gate;
    this.context = context;
    this.socket = socket;
    this.crowd = crowd;
    this.remote = remote;
    this.came = came;
  }

  @Override
  public void handle(Limit limit) throws InterruptedException {
    gate.crowds().add(this);
    try {
      if (gate.tls().isEmpty()) {
        HelidonSocket bytes = context.serverSocket();
        serve(bytes, socket, new BytesBefore(came, bytes), limit);
        return;
      }
      SSLSocket secured = gate.tls().get().accept(socket, came);
      try {
        HelidonSocket bytes =
            TlsSocket.server(secured, context.childSocketId(), context.socketId());
        serve(bytes, secured, bytes, limit);
      } finally {
        end(secured);
      }
    } catch (IOException e) {
      throw new CloseConnectionException("the other side is gone", e);
    } finally {
      gate.crowds().remove(this);
      gate.ended(IpAddress.of(remote.getAddress()));
    }
  }

  private void serve(HelidonSocket bytes, Socket through, Supplier<byte[]> from, Limit limit)
      throws InterruptedException, IOException {
    var out =
        new AnswerWriter(
            SocketWriter.create(bytes), socket, gate.settings().answers(), gate.crowds(), crowd);
    var in = new RequestBytes(from, gate.settings().connections(), out);
    answerWriter = out;
    requestBytes = in;
    IpAddress asker = IpAddress.of(remote.getAddress());
    if (new PlainRequests(in, out, asker, gate.answers()).serve(() -> closing)) {
      return;
    }
    ServerConnection speaking =
        gate.http(
            new AdmittedContext(
                context, bytes, remote, in, new RequestReader(in, gate.settings().prefix()), out));
    http = speaking;
    ScopedValue.where(AnswerWriter.CURRENT, out)
        .<@Nullable Void, InterruptedException>call(
            () -> {
              speaking.handle(limit);
              return null;
            });
    if (!closing) {
      linger(in, through);
    }
  }

  /**
   * Ends a connection after the server refused a request in the middle (400, 414). Closed with
   * bytes unread it would be reset, and the answer lost with it; so the other side is told that
   * nothing more comes, and has a moment to end too.
   */
  private static void linger(RequestBytes in, Socket open) throws IOException {
    open.shutdownOutput();
    open.setSoTimeout(LINGER_MILLIS);
    in.discardRest(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LINGER_MILLIS));
  }

  /** Says in TLS that nothing more comes, for which the other side may have to be waited for. */
  private void end(SSLSocket secured) throws IOException {
    AnswerWriter out = answerWriter;
    if (out == null || aborted.get()) {
      return;
    }
    out.finish(
        () -> {
          try {
            secured.close();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  @Override
  public Duration idleTime() {
    AnswerWriter out = answerWriter;
    RequestBytes in = requestBytes;
    if (out == null || in == null) {
      return Duration.ofNanos(System.nanoTime() - beganNanos);
    }
    return out.isLate() || in.isLate() ? FOREVER : Duration.ofNanos(in.silentNanos());
  }

  /** Called when the idle time is over, and when the server stops. */
  @Override
  public void close(boolean interrupt) {
    closing = true;
    ServerConnection speaking = http;
    AnswerWriter out = answerWriter;
    RequestBytes in = requestBytes;
    if (out == null || in == null || in.isLate() || out.isLate()) {
      abortLate();
    } else if (speaking != null) {
      speaking.close(interrupt);
    } else if (in.silentNanos() > 0) { // else it ends with the answer under way
      closeQuietly(socket);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // It is closed as well as it can be.
    }
  }

  private void abortLate() {
    if (!aborted.get()) {
      gate.tallies().late().increment();
      giveWay();
    }
  }

  @Override
  public Crowds.Crowd crowd() {
    return crowd;
  }

  @Override
  public long idleNanos() {
    return idleTime().toNanos();
  }

  @Override
  public long stalledNanos() {
    AnswerWriter out = answerWriter;
    return out == null || aborted.get() ? 0 : out.stalledNanos();
  }

  @Override
  public long giveWay() {
    if (aborted.getAndSet(true)) {
      return 0;
    }
    closing = true;
    try {
      socket.setSoLinger(true, 0); // what the system holds for the other side goes too
    } catch (IOException _) {
      // It is closed as well as it can be.
    }
    closeQuietly(socket);
    AnswerWriter out = answerWriter;
    return out == null ? 0 : out.forget();
  }
}
