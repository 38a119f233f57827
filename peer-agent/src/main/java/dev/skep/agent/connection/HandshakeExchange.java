package dev.skep.agent.connection;

import dev.skep.agent.stream.AheadStream;
import dev.skep.agent.stream.PeerStream;
import dev.skep.agent.torrent.Refused;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.encryption.EncryptedAnswer;
import dev.skep.protocol.encryption.EncryptedDial;
import dev.skep.protocol.encryption.HandshakeForm;
import dev.skep.protocol.peerwire.Handshake;
import dev.skep.protocol.peerwire.ProtocolException;
import dev.skep.protocol.peerwire.Reserved;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The handshakes of one connection (BEP 3), within a time: who dialled names a torrent first, the
 * other answers with the same. An encrypted one (MSE) may come before.
 */
final class HandshakeExchange {
  private static final Reserved RESERVED = Reserved.NONE.withFast().withExtended();

  /** So many bytes tell what a connection begins with; random ones are hardly ever text. */
  private static final int TELLING_BYTES = 16;

  /**
   * For what a peer is dialled.
   *
   * @param form how the connection begins
   */
  record Dialled(Topic about, HandshakeForm form) {}

  /**
   * What both sides want to talk about, and what the peer said.
   *
   * @param stream over which they go on
   * @param encrypted whether they began with an encrypted handshake
   */
  record Agreed(Topic about, Handshake theirs, PeerStream stream, boolean encrypted) {}

  /** The peer began as this agent does not. */
  static final class NotOurs extends IOException {
    private static final long serialVersionUID = 1L;

    private final HandshakeForm form;

    NotOurs(HandshakeForm form) {
      super(
          form == HandshakeForm.PLAIN
              ? "began with a plain handshake, and encryption is required; it is dialled back"
              : "began with bytes that are no BitTorrent handshake, most likely with an encrypted"
                  + " one (MSE), and encryption is off; it is dialled back");
      this.form = form;
    }

    HandshakeForm form() {
      return form;
    }
  }

  /** The peer that we dialled closed the connection without a word that we understand. */
  static final class HungUp extends IOException {
    private static final long serialVersionUID = 1L;

    HungUp(HandshakeForm form, IOException cause) {
      super(
          form == HandshakeForm.PLAIN
              ? "hung up at our handshake; it may want encryption, or has not this torrent"
              : "hung up at our encrypted handshake; it may want a plain one, or has not this"
                  + " torrent",
          cause);
    }
  }

  private final ConnectionOwner owner;
  private PeerStream stream;
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
   * @throws Refused if its address asks for too many encrypted handshakes
   */
  Agreed agree(@Nullable Dialled dialledFor, Runnable late)
      throws IOException, ProtocolException, Refused {
    Future<?> alarm =
        owner.clock().schedule(late, owner.handshakeTimeout().toNanos(), TimeUnit.NANOSECONDS);
    try {
      return dialledFor == null ? accept() : dial(dialledFor);
    } finally {
      alarm.cancel(false);
    }
  }

  // ---- Who dialled us

  private Agreed accept() throws IOException, ProtocolException, Refused {
    HandshakeForm form = beginning();
    if (!owner.encrypting().policy().takes(form)) {
      throw new NotOurs(form);
    }
    InfoHash about = form == HandshakeForm.PLAIN ? asked() : askedEncrypted();
    Topic topic =
        owner
            .topic(new TorrentKey.Plain(about))
            .orElseThrow(() -> new ProtocolException("asks for a torrent that is not here"));
    Secured.send(stream, ours(topic, about));
    return agreed(topic, about, form);
  }

  /** Reads as far as what tells how the connection begins, or some more. */
  private HandshakeForm beginning() throws IOException, ProtocolException {
    boolean plain = true;
    while (plain && in.position() < TELLING_BYTES) {
      readSome();
      plain = isPlain();
    }
    if (plain) {
      return HandshakeForm.PLAIN;
    }
    while (in.position() < TELLING_BYTES
        && owner.encrypting().policy().takes(HandshakeForm.ENCRYPTED)) {
      readSome();
    }
    if (isText()) {
      throw new ProtocolException("not a BitTorrent handshake, but text");
    }
    return HandshakeForm.ENCRYPTED;
  }

  private boolean isPlain() {
    try {
      Handshake.peekInfoHash(in.duplicate().flip());
      return true;
    } catch (ProtocolException e) {
      return false;
    }
  }

  /** Whether it may be another protocol: an encrypted handshake begins with random bytes. */
  private boolean isText() {
    boolean text = true;
    for (int i = 0; i < Math.min(TELLING_BYTES, in.position()); i++) {
      text &= in.get(i) >= ' ' || in.get(i) == '\r' || in.get(i) == '\n';
    }
    return text;
  }

  /** Reads the handshake of a peer that dialled us as far as its info-hash. */
  private InfoHash asked() throws IOException, ProtocolException {
    InfoHash hash = peek();
    while (hash == null) {
      readSome();
      hash = peek();
    }
    return hash;
  }

  /** The same, after an encrypted handshake that means the same torrent. */
  private InfoHash askedEncrypted() throws IOException, ProtocolException, Refused {
    Encrypting encrypting = owner.encrypting();
    InetAddress address = stream.at().address();
    if (!encrypting.begin(address, System.nanoTime())) {
      throw new Refused(Refused.Kind.FULL, "too many encrypted handshakes with its address");
    }
    EncryptedAnswer answer =
        new EncryptedAnswer(
            encrypting.policy().throughout(),
            digest -> owner.infoHash(new TorrentKey.Obfuscated(digest)),
            encrypting.random());
    PeerStream next = Secured.over(stream, answer, in.flip());
    stream = AheadStream.of(next, ByteBuffer.wrap(answer.first()));
    in.clear();
    InfoHash about = asked();
    if (!about.equals(answer.about())) {
      throw new ProtocolException("asks for one torrent encrypted, and then for another");
    }
    encrypting.done(address);
    return about;
  }

  private @Nullable InfoHash peek() throws ProtocolException {
    return Handshake.peekInfoHash(in.duplicate().flip());
  }

  // ---- Whom we dialled

  private Agreed dial(Dialled dialled) throws IOException, ProtocolException {
    InfoHash about = dialled.about().infoHash();
    try {
      if (dialled.form() == HandshakeForm.ENCRYPTED) {
        Encrypting encrypting = owner.encrypting();
        boolean throughout = encrypting.policy().throughout();
        byte[] first = ours(dialled.about(), about).array();
        EncryptedDial dial = new EncryptedDial(about, throughout, first, encrypting.random());
        stream = Secured.over(stream, dial, in.flip());
        in.clear();
      } else {
        Secured.send(stream, ours(dialled.about(), about));
      }
      return agreed(dialled.about(), about, dialled.form());
    } catch (ClosedChannelException e) {
      throw e; // by ourselves
    } catch (IOException e) {
      throw in.position() == 0 ? new HungUp(dialled.form(), e) : e;
    }
  }

  // ---- Both

  /** Nobody hears of the DHT by a private torrent (BEP 27). */
  private ByteBuffer ours(Topic topic, InfoHash about) {
    boolean dht = owner.dhtPort().isPresent() && !topic.isPrivate();
    ByteBuffer out = ByteBuffer.allocate(Handshake.BYTES);
    new Handshake(dht ? RESERVED.withDht() : RESERVED, about, owner.self().id()).encode(out);
    return out.flip();
  }

  private Agreed agreed(Topic topic, InfoHash about, HandshakeForm form)
      throws IOException, ProtocolException {
    Handshake theirs = receive();
    if (!theirs.infoHash().equals(about)) {
      throw new ProtocolException("answered for another torrent");
    }
    return new Agreed(topic, theirs, AheadStream.trimmed(stream), form == HandshakeForm.ENCRYPTED);
  }

  private Handshake receive() throws IOException, ProtocolException {
    Handshake got = Handshake.decode(in.duplicate().flip());
    while (got == null) {
      readSome();
      got = Handshake.decode(in.duplicate().flip());
    }
    return got;
  }

  private void readSome() throws IOException {
    if (in.hasRemaining() && stream.read(in) < 0) {
      throw new EOFException("the peer closed the connection during the handshake");
    }
  }
}
