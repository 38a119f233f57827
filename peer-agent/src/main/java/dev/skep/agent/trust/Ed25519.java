package dev.skep.agent.trust;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** Public keys as text: 32 bytes in Base64, or the same in X.509's form (RFC 8410). */
final class Ed25519 {
  static final String NAME = "Ed25519";

  private static final byte[] X509_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");
  private static final int KEY_BYTES = 32;

  private Ed25519() {}

  /**
   * The 32 bytes of a key.
   *
   * @throws IOException if the text is no key
   */
  static byte[] rawKey(String base64) throws IOException {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64);
      if (bytes.length == X509_HEAD.length + KEY_BYTES
          && Arrays.equals(bytes, 0, X509_HEAD.length, X509_HEAD, 0, X509_HEAD.length)) {
        return Arrays.copyOfRange(bytes, X509_HEAD.length, bytes.length);
      }
      if (bytes.length == KEY_BYTES) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // told below
    }
    throw new IOException("'" + base64 + "' is no public key of 32 bytes in Base64");
  }

  static PublicKey key(byte[] raw) throws GeneralSecurityException {
    byte[] encoded = Arrays.copyOf(X509_HEAD, X509_HEAD.length + KEY_BYTES);
    System.arraycopy(raw, 0, encoded, X509_HEAD.length, KEY_BYTES);
    return KeyFactory.getInstance(NAME).generatePublic(new X509EncodedKeySpec(encoded));
  }

  static String text(PublicKey key) {
    byte[] encoded = key.getEncoded();
    byte[] raw = Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length);
    return Base64.getEncoder().encodeToString(raw);
  }
}
