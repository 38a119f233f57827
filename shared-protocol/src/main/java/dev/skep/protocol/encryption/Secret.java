package dev.skep.protocol.encryption;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.digest.Digests;
import java.security.MessageDigest;

/** What follows from the secret of the two sides, and from the torrent that they mean. */
final class Secret {
  /** Length of a mark and of a mask. */
  static final int DIGEST_BYTES = 20;

  private final byte[] secret;

  Secret(byte[] secret) {
    this.secret = secret;
  }

  /** Stands where the padding of the dialling side ends. */
  byte[] mark() {
    return digest("req1", secret);
  }

  /** What the torrent's obfuscated hash is combined with on the wire, to be taken off again. */
  byte[] masked(byte[] obfuscated) {
    byte[] mask = digest("req3", secret);
    for (int i = 0; i < DIGEST_BYTES; i++) {
      mask[i] ^= obfuscated[i];
    }
    return mask;
  }

  /** Of what the dialling side sends. */
  Rc4 fromDialler(InfoHash about) {
    return new Rc4(digest("keyA", secret, about.toBytes()));
  }

  /** Of what the dialled side sends. */
  Rc4 fromDialled(InfoHash about) {
    return new Rc4(digest("keyB", secret, about.toBytes()));
  }

  /** A torrent's hash by which only those know it who have the torrent. */
  static byte[] obfuscated(InfoHash about) {
    return digest("req2", about.toBytes());
  }

  private static byte[] digest(String purpose, byte[]... parts) {
    MessageDigest sha1 = Digests.sha1();
    sha1.update(purpose.getBytes(US_ASCII));
    for (byte[] part : parts) {
      sha1.update(part);
    }
    return sha1.digest();
  }
}
