package dev.skep.tracker.admin;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** An answer that many get, and its body compressed as soon as one asks for that. */
final class SharedAnswer {
  private final List<Header> headers;
  private final byte[] body;
  private final boolean isText;
  private byte[] compressed = {};

  private SharedAnswer(List<Header> headers, byte[] body, boolean isText) {
    this.headers = headers;
    this.body = body;
    this.isText = isText;
  }

  /** A list. */
  static SharedAnswer json(byte[] body) {
    return new SharedAnswer(
        List.of(HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/json")),
        body,
        true);
  }

  /** A .torrent file, and under what name it is to be kept. */
  static SharedAnswer torrent(String disposition, byte[] body) {
    return new SharedAnswer(
        List.of(
            HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/x-bittorrent"),
            HeaderValues.createCached(HeaderNames.CONTENT_DISPOSITION, disposition)),
        body,
        false);
  }

  /** What is written, if it is not too long to be shared. */
  static Optional<byte[]> bytes(Writing writing) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try {
      writing.into(new Bounded(bytes));
    } catch (TooLong _) {
      return Optional.empty();
    }
    return Optional.of(bytes.toByteArray());
  }

  /** Writes an answer. */
  @FunctionalInterface
  interface Writing {
    void into(OutputStream out) throws IOException;
  }

  /** What is said of the body as it is. */
  List<Header> headers() {
    return headers;
  }

  byte[] body() {
    return body;
  }

  /** Whether it is compressed for who can read that. */
  boolean isText() {
    return isText;
  }

  synchronized byte[] compressed() {
    if (compressed.length == 0) {
      var bytes = new ByteArrayOutputStream();
      try (var gzip = new GZIPOutputStream(bytes)) {
        gzip.write(body);
      } catch (IOException e) {
        throw new UncheckedIOException("memory does not fail so", e);
      }
      compressed = bytes.toByteArray();
    }
    return compressed;
  }

  /** Takes as much as is shared. */
  private static final class Bounded extends OutputStream {
    private final ByteArrayOutputStream bytes;

    Bounded(ByteArrayOutputStream bytes) {
      this.bytes = bytes;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] source, int from, int length) {
      if (bytes.size() + length > SharedAnswers.MOST_BYTES) {
        throw new TooLong();
      }
      bytes.write(source, from, length);
    }
  }

  /** Ends the writing; no error, so without a trace. */
  private static final class TooLong extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooLong() {
      super("too long to be shared", null, false, false);
    }
  }
}
