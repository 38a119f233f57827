package dev.skep.agent.catalogue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The secret that a tracker knows its administrators or readers by, and where it was found, for the
 * message when it is not the right one.
 *
 * @param text what is sent; absent when nothing was found
 * @param origin where it comes from
 */
public record AdminSecret(Optional<String> text, String origin) {
  private static final int LONGEST = 1024;

  /**
   * The token in a file.
   *
   * @throws java.nio.file.FileSystemException if it cannot be read
   * @throws IOException saying what it holds instead of one
   */
  public static AdminSecret read(Path file) throws IOException {
    if (Files.size(file) > LONGEST) {
      throw new IOException(file + ": too long for a token");
    }
    String text = Files.readString(file, ISO_8859_1).strip();
    if (!text.matches("[!-~]+")) {
      throw new IOException(file + ": holds no token");
    }
    return new AdminSecret(Optional.of(text), file.toString());
  }
}
