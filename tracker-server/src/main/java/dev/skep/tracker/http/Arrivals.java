package dev.skep.tracker.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.skep.tracker.announce.TrackerCounters;
import io.helidon.common.socket.SocketOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * Where connections arrive. The server accepts them faster than it can serve them, so in overload
 * they would wait for seconds for their turn, and take memory meanwhile: while the threads that
 * serve have fallen behind, every new one is refused at once.
 *
 * <p>The options of a socket are the only thing of ours that the server asks on the thread that
 * accepts, before it gives the socket to a thread of its own. None of them is worth a system call:
 * each answer is written in one go, and silent connections are ended by a timeout.
 */
public final class Arrivals implements SocketOptions {
  /** As late as this a connection may begin to be served, for as long as it takes. */
  static final Duration MOST_BEHIND = Duration.ofMillis(20);

  /** So long it may take to catch up: many hosts that start at one moment are no overload. */
  static final Duration PATIENCE = Duration.ofMillis(200);

  private static final Duration BETWEEN_PROBES = Duration.ofMillis(5);

  /** A probe that is not back after so long is sent again: whatever became of it, some get in. */
  private static final Duration GIVEN_UP = Duration.ofMillis(500);

  private static final byte[] BUSY =
      ConnectionGate.refusal("too busy; try again later\n").getBytes(US_ASCII);

  private final TrackerCounters counters;
  private final LongSupplier nanoTime;
  private final Executor serving;
  private final Map<SocketAddress, Socket> arrived = new ConcurrentHashMap<>();
  private volatile long probeSentAt;
  private volatile long probeBackAt;
  private volatile boolean probeUnderWay;
  private volatile long inTimeAt;

  /** For a server whose connections are served by virtual threads. */
  public Arrivals(TrackerCounters counters) {
    this(counters, System::nanoTime, Thread::startVirtualThread);
  }

  Arrivals(TrackerCounters counters, LongSupplier nanoTime, Executor serving) {
    this.counters = counters;
    this.nanoTime = nanoTime;
    this.serving = serving;
    this.probeSentAt = nanoTime.getAsLong();
    this.probeBackAt = probeSentAt;
    this.inTimeAt = probeBackAt;
  }

  /** On the accepting thread, for each new connection. */
  @Override
  public void configureSocket(Socket socket) {
    if (isBehind()) {
      counters.httpShed().increment();
      refuse(socket);
      throw new Refused();
    }
    arrived.put(socket.getRemoteSocketAddress(), socket);
  }

  /** Whether a connection waits too long now, and none has begun in time for a while. */
  private boolean isBehind() {
    long now = nanoTime.getAsLong();
    if (now - probeSentAt > (probeUnderWay ? GIVEN_UP : BETWEEN_PROBES).toNanos()) {
      probe(now);
    }
    return probeUnderWay
        && now - probeSentAt > MOST_BEHIND.toNanos()
        && now - inTimeAt > PATIENCE.toNanos();
  }

  /** Sends a probe that stands in line like every connection; one at a time, with an arrival. */
  private void probe(long now) {
    if (!probeUnderWay && now - probeBackAt > MOST_BEHIND.toNanos()) {
      inTimeAt = now; // nobody has come for a while, so nobody waits
    }
    probeSentAt = now;
    probeUnderWay = true;
    serving.execute(
        () -> {
          long begun = nanoTime.getAsLong();
          if (begun - now <= MOST_BEHIND.toNanos()) {
            inTimeAt = begun;
          }
          probeBackAt = begun;
          probeUnderWay = false;
        });
  }

  /** So short an answer goes into the send buffer of a new socket at once. */
  private static void refuse(Socket socket) {
    try {
      socket.getOutputStream().write(BUSY);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The socket of a connection that begins to be served; absent if its address came again. */
  Optional<Socket> take(SocketAddress from) {
    return Optional.ofNullable(arrived.remove(from));
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
