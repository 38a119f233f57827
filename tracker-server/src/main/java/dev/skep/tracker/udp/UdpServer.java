package dev.skep.tracker.udp;

import dev.skep.tracker.announce.AnnounceService;
import dev.skep.tracker.announce.TrackerCounters;
import dev.skep.tracker.system.SchedulerSlice;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * The UDP front end: as many sockets on one port as it has threads, shared out by the system
 * (SO_REUSEPORT), each answered by a platform thread of its own. A virtual thread would gain
 * nothing: the loop never waits for anything but its socket.
 */
public final class UdpServer implements AutoCloseable {
  static final int RECEIVE_BUFFER_BYTES = 4 << 20;

  /** How datagrams are moved. */
  public enum Transport {
    /** In batches where the system can, else one by one. */
    BEST,
    /** One by one through the JDK's channels, on any system. */
    CHANNEL
  }

  private final List<UdpLoop> loops = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  /**
   * Binds and begins to answer.
   *
   * @param bind the local address; the unspecified IPv6 address serves both families
   * @param port 1 to 65535, or 0 for any free port
   * @param sockets how many threads and sockets, at least 1; 1 where SO_REUSEPORT is not known
   * @throws BindException if the port is taken; names address and port
   */
  public static UdpServer start(
      InetAddress bind, int port, int sockets, Transport transport, AnnounceService service)
      throws IOException {
    return new UdpServer(new InetSocketAddress(bind, port), sockets, transport, service);
  }

  private UdpServer(
      InetSocketAddress address, int sockets, Transport transport, AnnounceService service)
      throws IOException {
    boolean batches = transport == Transport.BEST && BatchSocket.isSupported();
    ConnectionIds connectionIds = new ConnectionIds(new SecureRandom());
    InetSocketAddress wanted = address;
    try {
      for (int i = 0; i < sockets; i++) {
        UdpProtocol protocol = new UdpProtocol(service, connectionIds);
        UdpLoop loop = open(wanted, sockets > 1, batches, protocol, service.counters());
        loops.add(loop);
        wanted = loop.address();
        threads.add(Thread.ofPlatform().name("udp-" + i).unstarted(() -> answer(loop)));
      }
    } catch (BindException e) {
      BindException named =
          new BindException(
              "cannot listen on UDP %s port %d: %s"
                  .formatted(
                      wanted.getAddress().getHostAddress(), wanted.getPort(), e.getMessage()));
      named.initCause(e);
      throw named;
    } finally {
      if (threads.size() < sockets) {
        loops.forEach(UdpLoop::close);
        loops.forEach(Runnable::run); // once closed, a loop only gives its socket back
      }
    }
    threads.forEach(Thread::start);
  }

  private static void answer(UdpLoop loop) {
    SchedulerSlice.shorten();
    loop.run();
  }

  private static UdpLoop open(
      InetSocketAddress address,
      boolean shared,
      boolean batches,
      UdpProtocol protocol,
      TrackerCounters counters)
      throws IOException {
    if (!batches) {
      return ChannelLoop.open(address, shared, protocol, counters);
    }
    BatchSocket socket =
        BatchSocket.open(
            address,
            shared,
            RECEIVE_BUFFER_BYTES,
            UdpProtocol.LONGEST_REQUEST_BYTES,
            UdpProtocol.LONGEST_ANSWER_BYTES);
    return new BatchLoop(socket, protocol, counters);
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return loops.getFirst().address();
  }

  /** Whether every thread still answers; for health checks. */
  public boolean isRunning() {
    return threads.stream().allMatch(Thread::isAlive);
  }

  /** Stops listening; returns once all threads have ended. */
  @Override
  public void close() {
    loops.forEach(UdpLoop::close);
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
