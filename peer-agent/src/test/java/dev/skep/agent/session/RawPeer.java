package dev.skep.agent.session;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.peerwire.Handshake;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.PeerMessageCodec;
import dev.skep.protocol.peerwire.ProtocolException;
import dev.skep.protocol.peerwire.Reserved;
import dev.skep.protocol.peerwire.WireLimits;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;

/** A peer that says what a test wants it to say. */
final class RawPeer implements AutoCloseable {
  private static final int BUFFER_BYTES = 256 * 1024;
  private static final int RESERVED_AT = 20;

  private final Socket socket = new Socket();
  private final ByteBuffer in = ByteBuffer.allocate(1 << 20).flip();

  private Reserved theirs = Reserved.NONE;

  private RawPeer() {}

  /** Connects from an address and says nothing yet. */
  static RawPeer connect(String from, Endpoint to) throws IOException {
    RawPeer peer = new RawPeer();
    peer.socket.setReceiveBufferSize(BUFFER_BYTES); // whatever the system's own taste
    peer.socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
    peer.socket.connect(new InetSocketAddress(to.address(), to.port()));
    peer.socket.setSoTimeout(20_000);
    return peer;
  }

  /** Connects, and shakes hands. */
  static RawPeer greet(String from, Endpoint to, InfoHash about, Reserved reserved)
      throws IOException {
    RawPeer peer = connect(from, to);
    ByteBuffer out = ByteBuffer.allocate(Handshake.BYTES);
    new Handshake(reserved, about, PeerIds.random()).encode(out);
    peer.send(out.array());
    byte[] theirs = peer.socket.getInputStream().readNBytes(Handshake.BYTES);
    if (theirs.length == Handshake.BYTES) { // or it hung up, which is the test's matter
      peer.theirs = new Reserved(ByteBuffer.wrap(theirs).getLong(RESERVED_AT));
    }
    return peer;
  }

  /** What the other side says it can do. */
  Reserved theirs() {
    return theirs;
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  void send(PeerMessage message) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(PeerMessageCodec.encodedLength(message));
    PeerMessageCodec.encode(message, out);
    send(out.array());
  }

  void sendBlock(int piece, int offset, byte[] body) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(PeerMessageCodec.PIECE_HEADER_BYTES + body.length);
    PeerMessageCodec.encodePieceHeader(piece, offset, body.length, out);
    send(out.put(body).array());
  }

  /** The next message that is not a block. */
  PeerMessage receive(int pieces) throws IOException, ProtocolException {
    while (true) {
      PeerMessage message = PeerMessageCodec.decode(in, WireLimits.of(pieces));
      if (message != null) {
        return message;
      }
      in.compact();
      int n = socket.getInputStream().read(in.array(), in.position(), in.remaining());
      if (n < 0) {
        throw new EOFException();
      }
      in.position(in.position() + n).flip();
    }
  }

  /** Whether nothing is there to be received, nor comes for so long. */
  boolean isSilent(Duration time) throws IOException {
    if (in.hasRemaining()) {
      return false;
    }
    socket.setSoTimeout((int) time.toMillis());
    try {
      in.clear();
      int n = socket.getInputStream().read(in.array(), 0, in.capacity());
      in.position(0).limit(Math.max(0, n));
      return n < 0;
    } catch (SocketTimeoutException e) {
      in.limit(0);
      return true;
    } finally {
      socket.setSoTimeout(20_000);
    }
  }

  /** The body of the next block, whatever else comes before; no message may be half read. */
  byte[] receiveBlock() throws IOException {
    DataInputStream from = new DataInputStream(socket.getInputStream());
    while (true) {
      byte[] message = from.readNBytes(from.readInt());
      if (message.length > 9 && message[0] == 7) {
        return Arrays.copyOfRange(message, 9, message.length);
      }
    }
  }

  /** Waits until the other side has closed the connection. */
  void awaitEnd() throws IOException {
    try {
      while (socket.getInputStream().read() >= 0) {
        // whatever it says before
      }
    } catch (SocketException e) {
      // reset is an end too
    }
  }

  /** Whether the other side says nothing and leaves the connection open for so long. */
  boolean staysOpen(Duration time) throws IOException {
    socket.setSoTimeout((int) time.toMillis());
    try {
      return socket.getInputStream().read() >= 0;
    } catch (SocketTimeoutException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
