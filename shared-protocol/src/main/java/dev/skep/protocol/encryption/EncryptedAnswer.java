package dev.skep.protocol.encryption;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.peerwire.ProtocolException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** The side that was dialled: it learns which torrent is meant, if it has that. */
public final class EncryptedAnswer extends EncryptedHandshake {
  /** Most of the dialling side's stream that it may send along. */
  static final int MOST_FIRST_BYTES = 8 * 1024;

  private enum Awaited {
    KEY,
    MARK,
    TORRENT,
    OFFER,
    PADDING,
    FIRST
  }

  private final boolean throughout;
  private final Function<InfoHash, Optional<InfoHash>> torrents;
  private final KeyExchange exchange;
  private Awaited awaited = Awaited.KEY;
  private Secret secret = new Secret(new byte[0]);
  private InfoHash about = new InfoHash(0, 0, 0);
  private byte[] first = {};

  /**
   * Waits for the other side.
   *
   * @param throughout whether all that follows has to be encrypted
   * @param torrents finds the info-hash that is {@linkplain #obfuscated called} so, if it is here
   */
  public EncryptedAnswer(
      boolean throughout, Function<InfoHash, Optional<InfoHash>> torrents, RandomGenerator random) {
    super(random);
    this.throughout = throughout;
    this.torrents = torrents;
    exchange = new KeyExchange(random);
    await(KeyExchange.KEY_BYTES);
  }

  @Override
  void arrived(byte[] bytes) throws ProtocolException {
    switch (awaited) {
      case KEY -> {
        secret = new Secret(exchange.secret(bytes));
        send(exchange.publicKey());
        send(padding());
        awaited = Awaited.MARK;
        search(secret.mark());
      }
      case MARK -> {
        awaited = Awaited.TORRENT;
        await(Secret.DIGEST_BYTES);
      }
      case TORRENT -> {
        find(InfoHash.of(secret.masked(bytes)));
        awaited = Awaited.OFFER;
        await(ZEROS + Integer.BYTES + Short.BYTES);
      }
      case OFFER -> {
        ByteBuffer in = ByteBuffer.wrap(decrypted(bytes));
        if (in.getLong() != 0) {
          throw new ProtocolException("an encrypted handshake for another torrent than it names");
        }
        select(agreeOn(in.getInt()));
        awaited = Awaited.PADDING;
        await(paddingBytes(in) + Short.BYTES);
      }
      case PADDING -> {
        ByteBuffer in = ByteBuffer.wrap(decrypted(bytes));
        awaited = Awaited.FIRST;
        await(firstBytes(in.getShort(bytes.length - Short.BYTES)));
      }
      case FIRST -> {
        first = decrypted(bytes);
        answer();
        finish();
      }
    }
  }

  private void find(InfoHash obfuscated) throws ProtocolException {
    Optional<InfoHash> found = torrents.apply(obfuscated);
    if (found.isEmpty()) {
      throw new ProtocolException("asks for a torrent that is not here");
    }
    about = found.get();
    encryptBy(new Ciphers(secret.fromDialler(about), secret.fromDialled(about)));
  }

  /** As little as will do: who is dialled cannot know who insists on more. */
  private int agreeOn(int offered) throws ProtocolException {
    if (!throughout && (offered & PLAIN) != 0) {
      return PLAIN;
    }
    if ((offered & ENCRYPTED) == 0) {
      throw new ProtocolException("an encrypted handshake that offers nothing to agree on");
    }
    return ENCRYPTED;
  }

  private static int firstBytes(short said) throws ProtocolException {
    int bytes = Short.toUnsignedInt(said);
    if (bytes > MOST_FIRST_BYTES) {
      throw new ProtocolException("an encrypted handshake with " + bytes + " bytes of a stream");
    }
    return bytes;
  }

  private void answer() {
    byte[] zeros = zeros();
    ByteBuffer out =
        ByteBuffer.allocate(ZEROS + Integer.BYTES + Short.BYTES + zeros.length)
            .position(ZEROS)
            .putInt(selected())
            .putShort((short) zeros.length);
    send(encrypted(out.array()));
  }

  /** Which torrent the other side means. Asked when all is done. */
  public InfoHash about() {
    return about;
  }

  /** The begin of the other side's stream, which it sent along, in the clear. */
  public byte[] first() {
    return first.clone();
  }
}
