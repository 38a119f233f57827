package dev.skep.agent.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Public keys of those who may publish. Immutable. */
public final class TrustedKeys {
  private static final long LONGEST_FILE = 1 << 20;

  private final Map<String, PublicKey> keys;

  private TrustedKeys(Map<String, PublicKey> keys) {
    this.keys = Map.copyOf(keys);
  }

  /**
   * Reads a file: a key on a line, as {@code skep keygen} writes it, and after a blank whatever
   * says whose it is. Empty lines and those that begin with {@code #} are left out.
   *
   * @throws IOException naming the line, if one is no key; or if there is none at all
   */
  public static TrustedKeys read(Path file) throws IOException {
    Map<String, PublicKey> keys = new HashMap<>();
    int number = 0;
    for (String line : lines(file)) {
      number++;
      String text = line.strip();
      if (!text.isEmpty() && !text.startsWith("#")) {
        try {
          byte[] raw = Ed25519.rawKey(text.split("\\s+", 2)[0]);
          keys.put(Base64.getEncoder().encodeToString(raw), Ed25519.key(raw));
        } catch (IOException | GeneralSecurityException e) {
          throw new IOException(file + ", line " + number + ": " + e.getMessage(), e);
        }
      }
    }
    if (keys.isEmpty()) {
      throw new IOException(file + " holds no public key; 'skep keygen' makes one");
    }
    return new TrustedKeys(keys);
  }

  private static Iterable<String> lines(Path file) throws IOException {
    try {
      if (Files.size(file) > LONGEST_FILE) {
        throw new IOException(file + " is too long for a list of public keys");
      }
      return Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      throw new IOException("no such file: " + file, e);
    }
  }

  /** Why a statement is not to be trusted; nothing if one of the keys signed it. */
  public Optional<String> refusal(Statement statement, Signature signature) {
    try {
      byte[] raw = Ed25519.rawKey(signature.signer());
      PublicKey key = keys.get(Base64.getEncoder().encodeToString(raw));
      if (key == null) {
        return Optional.of("who signed it is not among the trusted keys");
      }
      var check = java.security.Signature.getInstance(Ed25519.NAME);
      check.initVerify(key);
      check.update(statement.signedBytes());
      return check.verify(Base64.getDecoder().decode(signature.bytes()))
          ? Optional.empty()
          : Optional.of("its signature is wrong");
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      return Optional.of("its signature is none");
    }
  }
}
