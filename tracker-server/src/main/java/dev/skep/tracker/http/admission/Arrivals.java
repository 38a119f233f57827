package dev.skep.tracker.http.admission;

import dev.skep.tracker.announce.TrackerCounters;
import io.helidon.common.socket.SocketOptions;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Where connections arrive. The server accepts them faster than it can serve them, so in overload
 * they would wait for seconds for their turn, and take memory meanwhile: when as many wait as may,
 * a new one is refused at once.
 *
 * <p>The options of a socket are the only thing of ours that the server asks on the thread that
 * accepts, before it gives the socket to a thread of its own. None of them is worth a system call:
 * each answer is written in one go, and silent connections are ended by a timeout.
 */
public final class Arrivals implements SocketOptions {
  private final TrackerCounters counters;
  private final int mostBehindProbe;
  private final Executor serving;
  private final Map<Arrival, Socket> arrived = new ConcurrentHashMap<>();
  private volatile boolean probeUnderWay;
  // Only the accepting thread knows these.
  private int behindProbe;
  private int sinceForgotten;

  /**
   * For a server whose connections are served by virtual threads.
   *
   * @param mostBehindProbe connections that may stand in line behind a probe, at least 1; at most
   *     twice as many wait
   */
  public Arrivals(TrackerCounters counters, int mostBehindProbe) {
    this(counters, mostBehindProbe, Thread::startVirtualThread);
  }

  /**
   * For a server that serves in another way.
   *
   * @param mostBehindProbe connections that may stand in line behind a probe, at least 1
   * @param serving what serves connections in their turn
   */
  public Arrivals(TrackerCounters counters, int mostBehindProbe, Executor serving) {
    this.counters = counters;
    this.mostBehindProbe = mostBehindProbe;
    this.serving = serving;
  }

  /** On the accepting thread, for each new connection. */
  @Override
  public void configureSocket(Socket socket) {
    if (!probeUnderWay) {
      probe();
    }
    if (behindProbe == mostBehindProbe) {
      counters.httpShed().increment();
      resetWhenClosed(socket);
      throw new Refused();
    }
    behindProbe++;
    forgetEnded();
    arrived.put(Arrival.of(socket), socket);
  }

  /** Those that end before they are served nobody takes. */
  private void forgetEnded() {
    if (++sinceForgotten > mostBehindProbe) {
      sinceForgotten = 0;
      arrived.values().removeIf(Socket::isClosed);
    }
  }

  /** Connections that were let in and have not begun to be served, and some that ended before. */
  public int waiting() {
    return arrived.size();
  }

  /** Sends what stands in line like every connection, and tells when its turn has come. */
  private void probe() {
    behindProbe = 0;
    probeUnderWay = true;
    try {
      serving.execute(() -> probeUnderWay = false);
    } catch (RuntimeException | Error e) { // no thread to be had: a later arrival asks again
      probeUnderWay = false;
      throw e;
    }
  }

  /**
   * To say 503 takes twice the time, so that connections would come faster than they are refused.
   */
  private static void resetWhenClosed(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The socket of a connection that begins to be served.
   *
   * @param id what the server calls it
   */
  Optional<Socket> take(SocketAddress from, String id) {
    return Optional.ofNullable(arrived.remove(new Arrival(from, id)));
  }

  /**
   * A connection as both the socket and the server name it. An address may come again before the
   * connection that it had is served.
   */
  private record Arrival(SocketAddress from, String id) {
    static Arrival of(Socket socket) {
      return new Arrival(
          socket.getRemoteSocketAddress(),
          "0x" + HexFormat.of().toHexDigits(System.identityHashCode(socket)));
    }
  }

  @Override
  public Map<SocketOption<?>, Object> socketOptions() {
    return Map.of();
  }

  @Override
  public Duration connectTimeout() {
    return Duration.ZERO;
  }

  @Override
  public Duration readTimeout() {
    return Duration.ZERO;
  }

  @Override
  public Optional<Integer> socketReceiveBufferSize() {
    return Optional.empty();
  }

  @Override
  public Optional<Integer> socketSendBufferSize() {
    return Optional.empty();
  }

  @Override
  public boolean socketReuseAddress() {
    return false;
  }

  @Override
  public boolean socketKeepAlive() {
    return false;
  }

  @Override
  public boolean tcpNoDelay() {
    return false;
  }

  /** How the server is told to close a connection: it takes its set-up for failed. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refused() {
      super("too many connections", null, false, false);
    }
  }
}
