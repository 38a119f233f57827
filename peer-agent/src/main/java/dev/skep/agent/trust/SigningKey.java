package dev.skep.agent.trust;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.skep.service.files.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * A private key that signs publications, kept in a file as PKCS #8 in PEM (RFC 7468, RFC 8410),
 * which other programs read too.
 */
public final class SigningKey {
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";

  /** What the file with the public key is called besides. */
  public static final String PUBLIC = ".pub";

  private static final long LONGEST_FILE = 1 << 14;

  private final PrivateKey key;
  private final String publicKey;

  private SigningKey(PrivateKey key, String publicKey) {
    this.key = key;
    this.publicKey = publicKey;
  }

  /**
   * Makes a key and its two files: {@code FILE}, which only its owner may read, and {@code
   * FILE.pub}.
   *
   * @return the public key as text
   * @throws FileAlreadyExistsException if one of them is there
   */
  public static String generate(Path file) throws IOException {
    try {
      var pair = KeyPairGenerator.getInstance(Ed25519.NAME).generateKeyPair();
      String publicText = Ed25519.text(pair.getPublic());
      Path publicFile = file.resolveSibling(file.getFileName() + PUBLIC);
      if (Files.exists(publicFile)) {
        throw new FileAlreadyExistsException(publicFile.toString());
      }
      writePrivate(file, pair.getPrivate().getEncoded());
      Files.writeString(publicFile, publicText + "\n", US_ASCII, StandardOpenOption.CREATE_NEW);
      return publicText;
    } catch (GeneralSecurityException e) {
      throw new IOException("this Java has no " + Ed25519.NAME, e);
    }
  }

  /** Never over another, and never readable for others, not for a moment. */
  private static void writePrivate(Path file, byte[] encoded) throws IOException {
    String text = String.join("\n", BEGIN, Base64.getEncoder().encodeToString(encoded), END, "");
    try (FileChannel out =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            OwnerOnly.file(file))) {
      out.write(ByteBuffer.wrap(text.getBytes(US_ASCII)));
      out.force(true);
    }
  }

  /**
   * Reads a private key.
   *
   * @throws IOException if the file holds none, in one line
   */
  public static SigningKey read(Path file) throws IOException {
    try {
      if (Files.size(file) > LONGEST_FILE) {
        throw new IOException(file + " is too long for a key");
      }
      List<String> lines = Files.readAllLines(file).stream().map(String::strip).toList();
      int begin = lines.indexOf(BEGIN);
      int end = lines.indexOf(END);
      if (begin < 0 || end < begin) {
        throw new IOException(file + " holds no private key; 'skep keygen' makes one");
      }
      String body = String.join("", lines.subList(begin + 1, end));
      PrivateKey key =
          KeyFactory.getInstance(Ed25519.NAME)
              .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
      return new SigningKey(key, Ed25519.text(publicKeyOf(key)));
    } catch (NoSuchFileException e) {
      throw new IOException("no such file: " + file, e);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException(file + " holds no Ed25519 key", e);
    }
  }

  /** Who has the private key can make the public one: a generator that draws just that. */
  private static PublicKey publicKeyOf(PrivateKey key) throws GeneralSecurityException {
    byte[] seed =
        ((EdECPrivateKey) key)
            .getBytes()
            .orElseThrow(() -> new GeneralSecurityException("a key without bytes"));
    KeyPairGenerator generator = KeyPairGenerator.getInstance(Ed25519.NAME);
    generator.initialize(NamedParameterSpec.ED25519, new Drawing(seed));
    return generator.generateKeyPair().getPublic();
  }

  /** Draws the bytes that it is given. */
  private static final class Drawing extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final transient byte[] seed;

    Drawing(byte[] seed) {
      this.seed = seed;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      System.arraycopy(seed, 0, bytes, 0, bytes.length);
    }
  }

  /** The public key as text. */
  public String publicKey() {
    return publicKey;
  }

  public Signature sign(Statement statement) {
    byte[] signature = sign(statement.signedBytes());
    return new Signature(Base64.getEncoder().encodeToString(signature), publicKey);
  }

  /** The 64 bytes of a signature. */
  public byte[] sign(byte[] bytes) {
    try {
      var signing = java.security.Signature.getInstance(Ed25519.NAME);
      signing.initSign(key);
      signing.update(bytes);
      return signing.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a key that was read signs nothing", e);
    }
  }
}
