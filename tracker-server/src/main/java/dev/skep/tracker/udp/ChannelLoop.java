package dev.skep.tracker.udp;

import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.announce.TrackerCounters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;

/** Receives, answers and sends, one datagram at a time, until the channel is closed. */
final class ChannelLoop implements UdpLoop {
  private static final System.Logger LOG = System.getLogger(ChannelLoop.class.getName());

  private final DatagramChannel channel;
  private final InetSocketAddress address;
  private final UdpProtocol protocol;
  private final TrackerCounters counters;
  private final ByteBuffer in = ByteBuffer.allocateDirect(UdpProtocol.LONGEST_REQUEST_BYTES);
  private final ByteBuffer out = ByteBuffer.allocateDirect(UdpProtocol.LONGEST_ANSWER_BYTES);

  private ChannelLoop(
      DatagramChannel channel,
      InetSocketAddress address,
      UdpProtocol protocol,
      TrackerCounters counters) {
    this.channel = channel;
    this.address = address;
    this.protocol = protocol;
    this.counters = counters;
  }

  static ChannelLoop open(
      InetSocketAddress address, boolean shared, UdpProtocol protocol, TrackerCounters counters)
      throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    try {
      if (shared) {
        channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      }
      channel.setOption(StandardSocketOptions.SO_RCVBUF, UdpServer.RECEIVE_BUFFER_BYTES);
      // The JDK's own word for all addresses, since :: is none where a machine has no IPv6.
      boolean any = address.getAddress().isAnyLocalAddress();
      channel.bind(any ? new InetSocketAddress(address.getPort()) : address);
      return new ChannelLoop(
          channel, (InetSocketAddress) channel.getLocalAddress(), protocol, counters);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public InetSocketAddress address() {
    return address;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void run() {
    while (channel.isOpen()) {
      try {
        answerOne();
      } catch (ClosedChannelException _) {
        return;
      } catch (IOException e) {
        // Of one peer, such as an unreachable port; the socket itself goes on.
        LOG.log(System.Logger.Level.DEBUG, "a datagram failed", e);
      }
    }
  }

  private void answerOne() throws IOException {
    in.clear();
    InetSocketAddress peer = (InetSocketAddress) channel.receive(in);
    in.flip();
    out.clear(); // absolute writes stay within the limit, and the last answer's still stands
    IpAddress from = IpAddress.of(peer.getAddress());
    int length = protocol.answer(in, from.high(), from.low(), out, System.nanoTime());
    if (length > 0 && peer.getPort() != 0) {
      send(peer, length);
    }
  }

  private void send(InetSocketAddress peer, int length) throws IOException {
    try {
      channel.send(out.limit(length), peer);
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      counters.udpUnsent().increment();
      LOG.log(System.Logger.Level.DEBUG, "an answer could not be sent", e);
    }
  }
}
