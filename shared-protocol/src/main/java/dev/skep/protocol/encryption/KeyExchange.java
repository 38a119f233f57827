package dev.skep.protocol.encryption;

import dev.skep.protocol.peerwire.ProtocolException;
import java.math.BigInteger;
import java.util.random.RandomGenerator;

/**
 * One side of an exchange of keys as Diffie and Hellman have it, with generator 2 modulo a prime of
 * 768 bits. Each of the two steps takes a processor as long as many blocks do.
 */
final class KeyExchange {
  /** Length of a public key, and of the secret. */
  static final int KEY_BYTES = 96;

  static final BigInteger PRIME =
      new BigInteger(
          "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22"
              + "514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6"
              + "F44C42E9A63A36210000000000090563",
          16);

  private static final int PRIVATE_BYTES = 20;

  private final BigInteger own;

  /** Draws a private key. */
  KeyExchange(RandomGenerator random) {
    byte[] key = new byte[PRIVATE_BYTES];
    random.nextBytes(key);
    own = new BigInteger(1, key);
  }

  /** What the other side has to know. */
  byte[] publicKey() {
    return bytes(BigInteger.TWO.modPow(own, PRIME));
  }

  /**
   * What both sides know in the end, and nobody else.
   *
   * @throws ProtocolException if the other side's public key is one that fixes the secret
   */
  byte[] secret(byte[] theirs) throws ProtocolException {
    BigInteger key = new BigInteger(1, theirs);
    if (key.compareTo(BigInteger.ONE) <= 0 || key.compareTo(PRIME.subtract(BigInteger.ONE)) >= 0) {
      throw new ProtocolException("a public key that anybody can guess the secret of");
    }
    return bytes(key.modPow(own, PRIME));
  }

  private static byte[] bytes(BigInteger number) {
    byte[] all = new byte[KEY_BYTES];
    byte[] some = number.toByteArray(); // with a sign in front, without zeros
    int count = Math.min(some.length, KEY_BYTES);
    System.arraycopy(some, some.length - count, all, KEY_BYTES - count, count);
    return all;
  }
}
