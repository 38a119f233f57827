package dev.skep.protocol.encryption;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.peerwire.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One side of an encrypted handshake (MSE), as a machine over bytes: it is given what the other
 * side sends, however that is cut, and says what to send. It knows of no connection and no time.
 *
 * <p>Takes no byte that lies behind the handshake, and memory only for lengths that it has checked.
 * Not thread-safe.
 */
public abstract sealed class EncryptedHandshake permits EncryptedDial, EncryptedAnswer {
  /** Most bytes of padding in each of its four places. */
  static final int MOST_PADDING_BYTES = 512;

  /** What an encrypted part begins with, in the clear. */
  static final int ZEROS = 8;

  /** What may be offered and selected: plain after the handshake, or encrypted throughout. */
  static final int PLAIN = 1;

  static final int ENCRYPTED = 2;

  /** The ciphers of both directions after the handshake. */
  public record Ciphers(Rc4 incoming, Rc4 outgoing) {}

  private final ByteArrayOutputStream due = new ByteArrayOutputStream();
  private final RandomGenerator random;
  private byte[] part = {};
  private int filled;
  private byte @Nullable [] searched;
  private int skipped;
  private @Nullable Ciphers ciphers;
  private int selected;
  private boolean done;

  EncryptedHandshake(RandomGenerator random) {
    this.random = random;
  }

  /** What a torrent is called in a handshake: only those who have it know which that is. */
  public static InfoHash obfuscated(InfoHash about) {
    return InfoHash.of(Secret.obfuscated(about));
  }

  /**
   * Takes some of what the other side sent; leaves in {@code in} what lies behind the handshake.
   *
   * @throws ProtocolException if this is no encrypted handshake, or none that can be agreed on
   */
  public final void take(ByteBuffer in) throws ProtocolException {
    while (!done && (filled == part.length || in.hasRemaining())) {
      int count = Math.min(in.remaining(), part.length - filled);
      in.get(part, filled, count);
      filled += count;
      if (filled == part.length) {
        if (searched == null || Arrays.equals(searched, part)) {
          searched = null;
          arrived(part);
        } else {
          skipOne();
        }
      }
    }
  }

  private void skipOne() throws ProtocolException {
    if (++skipped > MOST_PADDING_BYTES) {
      throw new ProtocolException("no encrypted handshake: nothing follows its padding");
    }
    System.arraycopy(part, 1, part, 0, part.length - 1);
    filled--;
  }

  /** What to send now; nothing more until the other side has sent more. */
  public final byte[] due() {
    byte[] now = due.toByteArray();
    due.reset();
    return now;
  }

  /** Whether both sides have agreed; what is {@link #due} has to be sent all the same. */
  public final boolean isDone() {
    return done;
  }

  /** How all that follows is encrypted; empty if it is not. Asked when all is done. */
  public final Optional<Ciphers> ciphers() {
    return selected == ENCRYPTED ? Optional.ofNullable(ciphers) : Optional.empty();
  }

  // ---- For the two sides ----

  /** The part of so many bytes that was awaited is here. */
  abstract void arrived(byte[] bytes) throws ProtocolException;

  final void await(int bytes) {
    part = new byte[bytes];
    filled = 0;
  }

  /** The next part is this one, behind any padding. */
  final void search(byte[] mark) {
    await(mark.length);
    searched = mark;
  }

  final void send(byte[] bytes) {
    due.writeBytes(bytes);
  }

  final void encryptBy(Ciphers both) {
    ciphers = both;
  }

  final void select(int way) {
    selected = way;
  }

  final int selected() {
    return selected;
  }

  /** Decrypts in place. */
  final byte[] decrypted(byte[] bytes) {
    return keys().incoming().apply(bytes);
  }

  /** Encrypts in place. */
  final byte[] encrypted(byte[] bytes) {
    return keys().outgoing().apply(bytes);
  }

  private Ciphers keys() {
    if (ciphers == null) {
      throw new IllegalStateException("no secret yet");
    }
    return ciphers;
  }

  /** Random bytes, and a random number of them. */
  final byte[] padding() {
    byte[] bytes = new byte[random.nextInt(MOST_PADDING_BYTES + 1)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Zeros that are to be encrypted, and a random number of them. */
  final byte[] zeros() {
    return new byte[random.nextInt(MOST_PADDING_BYTES + 1)];
  }

  static int paddingBytes(ByteBuffer in) throws ProtocolException {
    int bytes = Short.toUnsignedInt(in.getShort());
    if (bytes > MOST_PADDING_BYTES) {
      throw new ProtocolException("an encrypted handshake with " + bytes + " bytes of padding");
    }
    return bytes;
  }

  final void finish() {
    done = true;
  }
}
