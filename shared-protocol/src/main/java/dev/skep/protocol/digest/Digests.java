package dev.skep.protocol.digest;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * Digests for much data (FIPS 180-4). Where the system has libcrypto, and the JVM allows native
 * calls, it does the work: memory outside of the heap is hashed in place, where the JDK copies it
 * first, and at full speed before any compiler of the JVM has run. {@code -Dskep.digests=jdk} does
 * without it. Results are the same.
 */
public final class Digests {
  private static final Optional<LibCrypto> SYSTEM = LibCrypto.find();

  private Digests() {}

  /** A new SHA-1 (BEP 3: pieces). */
  public static MessageDigest sha1() {
    return SYSTEM.isPresent() ? new SystemDigest(SYSTEM.get().sha1()) : ofJdk("SHA-1");
  }

  /** A new SHA-256 (BEP 52: blocks). */
  public static MessageDigest sha256() {
    return SYSTEM.isPresent() ? new SystemDigest(SYSTEM.get().sha256()) : ofJdk("SHA-256");
  }

  static MessageDigest ofJdk(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }
}
