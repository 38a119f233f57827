package dev.skep.agent.control;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * What is kept of a password: PBKDF2 with HMAC-SHA-256 and a salt of its own, as {@code
 * pbkdf2-sha256:ROUNDS:SALT:HASH}. It tells a right password from a wrong one, and nothing else.
 */
public final class PasswordHash {
  /** As OWASP recommends it in 2023: a third of a second of one processor, for each guess. */
  private static final int ROUNDS = 600_000;

  private static final int MOST_ROUNDS = 10_000_000;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;
  private static final Pattern FORM =
      Pattern.compile("pbkdf2-sha256:([1-9]\\d{0,7}):([A-Za-z0-9_-]{22}):([A-Za-z0-9_-]{43})");

  private final int rounds;
  private final byte[] salt;
  private final byte[] hash;

  private PasswordHash(int rounds, byte[] salt, byte[] hash) {
    this.rounds = rounds;
    this.salt = salt;
    this.hash = hash;
  }

  /** Of a new password. */
  public static PasswordHash of(char[] password) {
    return of(password, ROUNDS);
  }

  static PasswordHash of(char[] password, int rounds) {
    byte[] salt = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    return new PasswordHash(rounds, salt, hash(password, salt, rounds));
  }

  /** Reads what {@link #toString} makes. */
  public static Optional<PasswordHash> parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches() || Integer.parseInt(parts.group(1)) > MOST_ROUNDS) {
      return Optional.empty();
    }
    Base64.Decoder decoder = Base64.getUrlDecoder();
    return Optional.of(
        new PasswordHash(
            Integer.parseInt(parts.group(1)),
            decoder.decode(parts.group(2)),
            decoder.decode(parts.group(3))));
  }

  /** Whether this is the password. Takes its time. */
  boolean matches(char[] password) {
    return MessageDigest.isEqual(hash, hash(password, salt, rounds));
  }

  private static byte[] hash(char[] password, byte[] salt, int rounds) {
    PBEKeySpec spec = new PBEKeySpec(password, salt, rounds, 8 * HASH_BYTES);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has PBKDF2", e);
    } finally {
      spec.clearPassword();
      Arrays.fill(password, '\0');
    }
  }

  @Override
  public String toString() {
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    return "pbkdf2-sha256:%d:%s:%s"
        .formatted(rounds, encoder.encodeToString(salt), encoder.encodeToString(hash));
  }
}
