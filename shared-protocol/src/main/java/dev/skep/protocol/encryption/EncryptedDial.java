package dev.skep.protocol.encryption;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.peerwire.ProtocolException;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/** The side that dialled. It sends the begin of its own stream along, to save a round trip. */
public final class EncryptedDial extends EncryptedHandshake {
  private enum Awaited {
    KEY,
    ZEROS,
    SELECTED,
    PADDING
  }

  private final InfoHash about;
  private final int offered;
  private final byte[] first;
  private final KeyExchange exchange;
  private Awaited awaited = Awaited.KEY;

  /**
   * Begins.
   *
   * @param about the torrent that both sides have to know
   * @param throughout whether nothing less is offered than encryption of all that follows
   * @param first the begin of our stream, at most 65,535 bytes
   */
  public EncryptedDial(InfoHash about, boolean throughout, byte[] first, RandomGenerator random) {
    super(random);
    this.about = about;
    this.first = first.clone();
    offered = throughout ? ENCRYPTED : PLAIN | ENCRYPTED;
    exchange = new KeyExchange(random);
    send(exchange.publicKey());
    send(padding());
    await(KeyExchange.KEY_BYTES);
  }

  @Override
  void arrived(byte[] bytes) throws ProtocolException {
    switch (awaited) {
      case KEY -> {
        ask(new Secret(exchange.secret(bytes)));
        awaited = Awaited.ZEROS;
        search(decrypted(new byte[ZEROS])); // what zeros look like from there
      }
      case ZEROS -> {
        awaited = Awaited.SELECTED;
        await(Integer.BYTES + Short.BYTES);
      }
      case SELECTED -> {
        ByteBuffer in = ByteBuffer.wrap(decrypted(bytes));
        selectOffered(in.getInt());
        awaited = Awaited.PADDING;
        await(paddingBytes(in));
      }
      case PADDING -> {
        decrypted(bytes);
        finish();
      }
    }
  }

  private void ask(Secret secret) {
    encryptBy(new Ciphers(secret.fromDialled(about), secret.fromDialler(about)));
    byte[] zeros = zeros();
    ByteBuffer out =
        ByteBuffer.allocate(
            ZEROS + Integer.BYTES + Short.BYTES + zeros.length + Short.BYTES + first.length);
    out.position(ZEROS).putInt(offered).putShort((short) zeros.length).put(zeros);
    out.putShort((short) first.length).put(first);
    send(secret.mark());
    send(secret.masked(Secret.obfuscated(about)));
    send(encrypted(out.array()));
  }

  private void selectOffered(int which) throws ProtocolException {
    if ((which != PLAIN && which != ENCRYPTED) || (which & offered) == 0) {
      throw new ProtocolException("an encrypted handshake selects what was not offered: " + which);
    }
    select(which);
  }
}
