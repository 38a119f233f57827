package dev.skep.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Files to move: made from a seed, compared by digest. */
final class TestFolder {
  /** The digest of an empty file. */
  static final String SHA256_OF_NOTHING =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private TestFolder() {}

  /** One file of random bytes. */
  static Path file(Path at, int bytes, long seed) throws IOException {
    byte[] content = new byte[bytes];
    new SplittableRandom(seed).nextBytes(content);
    return Files.write(at, content);
  }

  /** What travels badly: empty files, names beyond ASCII, spaces, depth, sizes around a block's. */
  static Path awkward(Path at, long seed) throws IOException {
    Files.createDirectories(at.resolve("tief/er/am tiefsten"));
    Files.createFile(at.resolve("empty"));
    Files.createFile(at.resolve("tief/leer ohne Inhalt"));
    Files.writeString(at.resolve("Grüße, 世界 🐝.txt"), "hello", StandardCharsets.UTF_8);
    file(at.resolve("one byte"), 1, seed);
    file(at.resolve("tief/block"), 16_384, seed + 1);
    file(at.resolve("tief/er/block and one"), 16_385, seed + 2);
    file(at.resolve("tief/er/am tiefsten/große Datei"), 3_333_333, seed + 3);
    return at;
  }

  /** Path below {@code root} and SHA-256 of every file. */
  static Map<String, String> digests(Path root) throws IOException {
    Map<String, String> digests = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      all.filter(Files::isRegularFile)
          .forEach(file -> digests.put(root.relativize(file).toString(), sha256(file)));
    }
    return digests;
  }

  static String sha256(Path file) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return HexFormat.of().formatHex(digest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
