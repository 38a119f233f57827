package dev.skep.agent.connection;

import dev.skep.agent.stream.PeerStream;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.peerwire.Handshake;
import dev.skep.protocol.peerwire.ProtocolException;
import dev.skep.protocol.peerwire.Reserved;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The handshakes of one connection (BEP 3), within a time: who dialled names a torrent first, the
 * other answers with the same.
 */
final class HandshakeExchange {
  private static final Reserved RESERVED = Reserved.NONE.withFast().withExtended();

  /** What both sides want to talk about, and what the peer said. */
  record Agreed(Topic about, Handshake theirs) {}

  /** The peer began with something else: most likely an encrypted handshake. */
  static final class NotOurs extends IOException {
    private static final long serialVersionUID = 1L;

    NotOurs() {
      super(
          "began with bytes that are no BitTorrent handshake, most likely with an encrypted one"
              + " (MSE), which is not spoken here; it is dialled back");
    }
  }

  /** The peer that we dialled closed the connection without a word. */
  static final class HungUp extends IOException {
    private static final long serialVersionUID = 1L;

    HungUp(IOException cause) {
      super("hung up at our handshake; it may want encryption, or has not this torrent", cause);
    }
  }

  private final PeerStream stream;
  private final ConnectionOwner owner;
  private final ByteBuffer in = ByteBuffer.allocate(Handshake.BYTES);

  HandshakeExchange(PeerStream stream, ConnectionOwner owner) {
    this.stream = stream;
    this.owner = owner;
  }

  /**
   * Waits for the peer.
   *
   * @param dialledFor what we dialled the peer for; null if it dialled us
   * @param late to be called when the peer dawdles, on another thread; has to end the stream
   * @throws ProtocolException also if the peer wants a torrent that is not here, or another
   */
  Agreed agree(@Nullable Topic dialledFor, Runnable late) throws IOException, ProtocolException {
    Future<?> alarm =
        owner.clock().schedule(late, owner.handshakeTimeout().toNanos(), TimeUnit.NANOSECONDS);
    try {
      InfoHash about = dialledFor == null ? asked() : dialledFor.infoHash();
      Topic topic = dialledFor == null ? find(about) : dialledFor;
      Handshake theirs = exchange(about, dialledFor != null);
      if (!theirs.infoHash().equals(about)) {
        throw new ProtocolException("answered for another torrent");
      }
      return new Agreed(topic, theirs);
    } finally {
      alarm.cancel(false);
    }
  }

  private Handshake exchange(InfoHash about, boolean dialled)
      throws IOException, ProtocolException {
    try {
      send(new Handshake(RESERVED, about, owner.self().id()));
      return receive();
    } catch (ClosedChannelException e) {
      throw e; // by ourselves
    } catch (IOException e) {
      throw dialled && in.position() == 0 ? new HungUp(e) : e;
    }
  }

  /** Reads the handshake of a peer that dialled us as far as its info-hash. */
  private InfoHash asked() throws IOException, ProtocolException {
    InfoHash hash = null;
    while (hash == null) {
      readSome();
      hash = peek();
    }
    return hash;
  }

  private Topic find(InfoHash hash) throws ProtocolException {
    return owner
        .topic(new TorrentKey.Plain(hash))
        .orElseThrow(() -> new ProtocolException("asks for a torrent that is not here"));
  }

  private @Nullable InfoHash peek() throws NotOurs, ProtocolException {
    try {
      InfoHash hash = Handshake.peekInfoHash(in.flip());
      in.position(in.limit()).limit(in.capacity());
      return hash;
    } catch (ProtocolException e) {
      if (isText()) {
        throw e;
      }
      throw new NotOurs();
    }
  }

  /** Whether it may be another protocol: an encrypted handshake begins with random bytes. */
  private boolean isText() {
    boolean text = true;
    for (int i = 0; i < Math.min(8, in.limit()); i++) {
      text &= in.get(i) >= ' ' || in.get(i) == '\r' || in.get(i) == '\n';
    }
    return text;
  }

  private void send(Handshake ours) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(Handshake.BYTES);
    ours.encode(out);
    out.flip();
    while (out.hasRemaining()) {
      stream.write(out);
    }
  }

  private Handshake receive() throws IOException, ProtocolException {
    Handshake got = null;
    while (got == null) {
      readSome();
      got = Handshake.decode(in.flip());
      in.position(in.limit()).limit(in.capacity());
    }
    return got;
  }

  private void readSome() throws IOException {
    if (in.hasRemaining() && stream.read(in) < 0) {
      throw new EOFException("the peer closed the connection during the handshake");
    }
  }
}
