package dev.skep.tracker.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.protocol.digest.Digests;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A passkey or token that was given out. Only its hash is kept: whoever reads the data folder has
 * no secret.
 *
 * @param sha256 64 hexadecimal digits in lower case
 * @param made when it was given out, where that is known
 * @param expires from when on it is worth nothing
 */
public record GivenSecret(
    String sha256, Grant grant, String note, Optional<Instant> made, Optional<Instant> expires) {
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final int ID_DIGITS = 16;

  /**
   * @throws IllegalArgumentException if the hash is none
   */
  public GivenSecret {
    if (!HASH.matcher(sha256).matches()) {
      throw new IllegalArgumentException(
          "'" + sha256 + "' is no SHA-256: 64 hexadecimal digits in lower case");
    }
  }

  /** What it is called by: the beginning of its hash. */
  public String id() {
    return sha256.substring(0, ID_DIGITS);
  }

  /** The same until another time. */
  public GivenSecret until(Optional<Instant> end) {
    return new GivenSecret(sha256, grant, note, made, end);
  }

  /** The same with another note. */
  public GivenSecret with(String otherNote) {
    return new GivenSecret(sha256, grant, otherNote, made, expires);
  }

  /** Whether it is worth something now. */
  public boolean isGood(Instant now) {
    return expires.isEmpty() || now.isBefore(expires.get());
  }

  /** Whether it is the one with that hash; takes the same time wherever the first difference is. */
  boolean is(byte[] hash) {
    return MessageDigest.isEqual(HexFormat.of().parseHex(sha256), hash);
  }

  /** What of a secret is kept. */
  static byte[] hash(String text) {
    return Digests.sha256().digest(text.getBytes(UTF_8));
  }

  /** The same in hexadecimal digits. */
  public static String hexHash(String text) {
    return HexFormat.of().formatHex(hash(text));
  }
}
