package dev.skep.system.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** Somebody with an address of its own who announces over UDP (BEP 15). For one thread. */
final class UdpPeer implements AutoCloseable {
  /** What an announce says of its peer. */
  record Said(long torrent, int peerId, int port, long left, int event, int numwant) {}

  /** What it was told; {@code peers} is compact. */
  record Told(int leechers, int seeders, ByteBuffer peers) {}

  private static final long MAGIC = 0x41727101980L;
  private static final int CONNECT_BYTES = 16;
  private static final int ANNOUNCE_BYTES = 98;
  private static final int ANNOUNCED = 1;
  private static final int PATIENCE_MILLIS = 500;
  private static final int TRIES = 60;
  private static final Duration ID_LIFE = Duration.ofSeconds(60);

  private final DatagramSocket socket;
  private final byte[] request = new byte[ANNOUNCE_BYTES];
  private final byte[] reply = new byte[2048];
  private long connectionId;
  private long connectedNanos;
  private int transaction;

  /** From an IPv4 address of this machine, its bits. */
  UdpPeer(int from, InetSocketAddress tracker) throws IOException {
    byte[] address = ByteBuffer.allocate(Integer.BYTES).putInt(from).array();
    socket = new DatagramSocket(0, InetAddress.getByAddress(address));
    socket.connect(tracker);
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  /** Announces until there is an answer, as clients do; a refusal fails. */
  Told announce(Said said) throws IOException {
    for (int tries = 0; tries < TRIES; tries++) {
      try {
        connect();
        send(said);
        ByteBuffer answer = receive();
        if (answer.getInt(0) == ANNOUNCED) {
          return new Told(
              answer.getInt(12), answer.getInt(16), answer.slice(20, answer.limit() - 20));
        }
        throw new AssertionError("refused: " + new String(reply, 8, answer.limit() - 8, UTF_8));
      } catch (SocketTimeoutException _) {
        // Again.
      }
    }
    throw new AssertionError("no answer to " + said);
  }

  /** Announces and waits for nothing. */
  void send(Said said) throws IOException {
    ByteBuffer.wrap(request)
        .putLong(0, connectionId)
        .putInt(8, ANNOUNCED)
        .putInt(12, ++transaction)
        .putLong(16, said.torrent())
        .putLong(24, ~said.torrent())
        .putInt(32, 1)
        .putLong(36, 0x2d534b303130302dL)
        .putLong(44, said.peerId() * 0x9e3779b97f4a7c15L)
        .putInt(52, said.peerId())
        .putLong(64, said.left())
        .putInt(80, said.event())
        .putInt(92, said.numwant())
        .putShort(96, (short) said.port());
    socket.send(new DatagramPacket(request, ANNOUNCE_BYTES));
  }

  /** Gets a connection id when the last one grows old. */
  void connect() throws IOException {
    if (connectedNanos != 0 && System.nanoTime() - connectedNanos < ID_LIFE.toNanos()) {
      return;
    }
    ByteBuffer.wrap(request).putLong(0, MAGIC).putInt(8, 0).putInt(12, ++transaction);
    socket.send(new DatagramPacket(request, CONNECT_BYTES));
    connectionId = receive().getLong(8);
    connectedNanos = System.nanoTime();
  }

  /** The answer to what was sent last. */
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
