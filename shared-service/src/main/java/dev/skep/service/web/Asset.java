package dev.skep.service.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file that a page is made of, out of the class path. It is read when it is first asked for: most
 * services are never looked at. Safe for many threads.
 */
public final class Asset {
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  private final String path;
  private final Source source;
  private volatile byte @Nullable [] bytes;

  /** Where its bytes come from. */
  interface Source {
    byte[] read() throws IOException;
  }

  Asset(String path, Source source) {
    this.path = path;
    this.source = source;
  }

  /**
   * A resource beside a class.
   *
   * @param path where a browser asks for it
   */
  public static Asset beside(Class<?> owner, String name, String path) {
    return new Asset(path, () -> resource(owner, name));
  }

  static byte[] resource(Class<?> owner, String name) throws IOException {
    try (InputStream in = owner.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("no resource " + name + " beside " + owner.getName());
      }
      return in.readAllBytes();
    }
  }

  /** Where a browser asks for it. */
  public String path() {
    return path;
  }

  /** For {@code Content-Type}, by the ending of its path. */
  public String type() {
    return TYPES.getOrDefault(
        path.substring(path.lastIndexOf('.') + 1), "application/octet-stream");
  }

  /** Not to be changed. */
  public byte[] bytes() {
    byte[] known = bytes;
    if (known == null) {
      try {
        known = source.read();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      bytes = known;
    }
    return known;
  }

  /** Another one for other bytes; for {@code ETag}, with its quotes. */
  public String tag() {
    return "\"" + digest("SHA-256", bytes()).substring(0, 22) + "\"";
  }

  /** In Base64. */
  static String digest(String algorithm, byte[] bytes) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance(algorithm).digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }
}
