package dev.skep.benchmarks.flood;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** Somebody with an IPv4 address of this machine who announces over UDP (BEP 15). */
final class UdpPeer implements AutoCloseable {
  private static final long MAGIC = 0x41727101980L;
  private static final int CONNECT_BYTES = 16;
  private static final int ANNOUNCE_BYTES = 98;
  private static final int ANNOUNCED = 1;
  private static final int MOST_PEERS = 74;
  private static final int PATIENCE_MILLIS = 1000;
  private static final Duration ID_LIFE = Duration.ofSeconds(60);

  private final DatagramSocket socket;
  private final byte[] request = new byte[ANNOUNCE_BYTES];
  private final byte[] reply = new byte[20 + 6 * MOST_PEERS];
  private long connectionId;
  private long connectedNanos;
  private int transaction;

  /**
   * @param from the bits of its address
   */
  UdpPeer(int from, InetSocketAddress tracker) throws IOException {
    byte[] address = ByteBuffer.allocate(Integer.BYTES).putInt(from).array();
    socket = new DatagramSocket(0, InetAddress.getByAddress(address));
    socket.connect(tracker);
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  /**
   * Announces and waits.
   *
   * @return the peers it is told of, as compact bytes
   * @throws SocketTimeoutException if no answer comes within a second
   * @throws IOException if it is refused
   */
  ByteBuffer ask(long torrent, int port, boolean seeds) throws IOException {
    connect();
    send(torrent, port, seeds);
    ByteBuffer answer = receive();
    if (answer.getInt(0) != ANNOUNCED) {
      throw new IOException("refused");
    }
    return answer.slice(20, answer.limit() - 20);
  }

  /** Announces a leecher and waits for nothing. */
  void tell(long torrent, int port) throws IOException {
    connect();
    send(torrent, port, false);
  }

  private void send(long torrent, int port, boolean seeds) throws IOException {
    ByteBuffer.wrap(request)
        .putLong(0, connectionId)
        .putInt(8, ANNOUNCED)
        .putInt(12, ++transaction)
        .putLong(16, torrent)
        .putLong(24, ~torrent)
        .putInt(32, 1)
        .putLong(36, 0x2d534b303130302dL)
        .putLong(44, torrent * 0x9e3779b97f4a7c15L)
        .putInt(52, port)
        .putLong(64, seeds ? 0 : 1)
        .putInt(92, MOST_PEERS)
        .putShort(96, (short) port);
    socket.send(new DatagramPacket(request, ANNOUNCE_BYTES));
  }

  /** Gets a connection id when the last one grows old. */
  private void connect() throws IOException {
    if (connectedNanos != 0 && System.nanoTime() - connectedNanos < ID_LIFE.toNanos()) {
      return;
    }
    ByteBuffer.wrap(request).putLong(0, MAGIC).putInt(8, 0).putInt(12, ++transaction);
    socket.send(new DatagramPacket(request, CONNECT_BYTES));
    connectionId = receive().getLong(8);
    connectedNanos = System.nanoTime();
  }

  private ByteBuffer receive() throws IOException {
    while (true) {
      var packet = new DatagramPacket(reply, reply.length);
      socket.receive(packet);
      ByteBuffer answer = ByteBuffer.wrap(reply, 0, packet.getLength());
      if (answer.getInt(4) == transaction) {
        return answer;
      }
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
