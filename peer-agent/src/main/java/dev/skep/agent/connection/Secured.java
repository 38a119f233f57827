package dev.skep.agent.connection;

import dev.skep.agent.stream.AheadStream;
import dev.skep.agent.stream.EncryptedStream;
import dev.skep.agent.stream.PeerStream;
import dev.skep.protocol.encryption.EncryptedHandshake;
import dev.skep.protocol.peerwire.ProtocolException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** An encrypted handshake over a stream, and the stream that follows it. */
final class Secured {
  private static final int READ_BYTES = 2048;

  private Secured() {}

  /**
   * Shakes hands; waits as long as that takes.
   *
   * @param read what was read of the stream already
   * @return the stream behind the handshake, less what the other side sent along with that
   * @throws ProtocolException if there is nothing to agree on
   */
  static PeerStream over(PeerStream stream, EncryptedHandshake handshake, ByteBuffer read)
      throws IOException, ProtocolException {
    ByteBuffer in = ByteBuffer.allocate(READ_BYTES).put(read).flip();
    handshake.take(in);
    send(stream, ByteBuffer.wrap(handshake.due()));
    while (!handshake.isDone()) {
      if (stream.read(in.clear()) < 0) {
        throw new EOFException("the peer closed the connection during an encrypted handshake");
      }
      handshake.take(in.flip());
      send(stream, ByteBuffer.wrap(handshake.due()));
    }
    Optional<EncryptedHandshake.Ciphers> ciphers = handshake.ciphers();
    ciphers.ifPresent(both -> both.incoming().apply(in, in.position(), in.limit()));
    PeerStream next = ciphers.isPresent() ? new EncryptedStream(stream, ciphers.get()) : stream;
    return AheadStream.of(next, in);
  }

  /** Sends all of it. */
  static void send(PeerStream stream, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      stream.write(bytes);
    }
  }
}
