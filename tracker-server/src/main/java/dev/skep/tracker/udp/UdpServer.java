package dev.skep.tracker.udp;

import dev.skep.tracker.announce.AnnounceService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * The UDP front end: as many sockets on one port as it has threads, shared out by the system
 * (SO_REUSEPORT), each answered by a platform thread of its own. A virtual thread would gain
 * nothing: the loop never waits for anything but its socket.
 */
public final class UdpServer implements AutoCloseable {
  private static final int RECEIVE_BUFFER_BYTES = 4 << 20;

  private final InetSocketAddress address;
  private final List<DatagramChannel> channels = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  /**
   * Binds and begins to answer.
   *
   * @param bind the local address; the unspecified IPv6 address serves both families
   * @param port 1 to 65535, or 0 for any free port
   * @param sockets how many threads and sockets, at least 1; 1 where SO_REUSEPORT is not known
   * @throws BindException if the port is taken; names address and port
   */
  public static UdpServer start(InetAddress bind, int port, int sockets, AnnounceService service)
      throws IOException {
    return new UdpServer(bind, port, sockets, service);
  }

  private UdpServer(InetAddress bind, int port, int sockets, AnnounceService service)
      throws IOException {
    ConnectionIds connectionIds = new ConnectionIds(new SecureRandom());
    InetSocketAddress wanted = new InetSocketAddress(bind, port);
    try {
      for (int i = 0; i < sockets; i++) {
        DatagramChannel channel = open(wanted, sockets > 1);
        channels.add(channel);
        wanted = (InetSocketAddress) channel.getLocalAddress();
        ChannelLoop loop =
            new ChannelLoop(channel, new UdpProtocol(service, connectionIds), service.counters());
        threads.add(Thread.ofPlatform().name("udp-" + i).unstarted(loop));
      }
    } catch (IOException e) {
      close();
      throw e;
    }
    address = wanted;
    threads.forEach(Thread::start);
  }

  private static DatagramChannel open(InetSocketAddress address, boolean shared)
      throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    try {
      if (shared) {
        channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      }
      channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
      channel.bind(address);
      return channel;
    } catch (BindException e) {
      channel.close();
      BindException named =
          new BindException(
              "cannot listen on UDP %s port %d: %s"
                  .formatted(
                      address.getAddress().getHostAddress(), address.getPort(), e.getMessage()));
      named.initCause(e);
      throw named;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return address;
  }

  /** Whether every thread still answers; for health checks. */
  public boolean isRunning() {
    return threads.stream().allMatch(Thread::isAlive);
  }

  /** Stops listening; returns once all threads have ended. */
  @Override
  public void close() {
    for (DatagramChannel channel : channels) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
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
