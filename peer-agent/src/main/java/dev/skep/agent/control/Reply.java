package dev.skep.agent.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** An answer over HTTP. */
final class Reply {
  static final long UNKNOWN = -1;

  private static final String CONTENT_TYPE = "Content-Type";

  /** Writes what follows the head. Called on a virtual thread: it may wait, but not for a disk. */
  interface Body {
    void writeTo(OutputStream out) throws IOException, InterruptedException;
  }

  private final int status;
  private final Map<String, String> headers;
  private final long length;
  private final Body body;

  private Reply(int status, Map<String, String> headers, long length, Body body) {
    this.status = status;
    this.headers = headers;
    this.length = length;
    this.body = body;
  }

  static Reply empty(int status) {
    return new Reply(status, Map.of(), 0, _ -> {});
  }

  /**
   * A body of this type.
   *
   * @param body not to be changed any more
   */
  static Reply of(int status, String type, byte[] body) {
    return new Reply(status, Map.of(CONTENT_TYPE, type), body.length, out -> out.write(body));
  }

  /** A body that comes bit by bit, and ends who knows when. */
  static Reply stream(String type, Body body) {
    return new Reply(200, Map.of(CONTENT_TYPE, type), UNKNOWN, body);
  }

  /** A body of a known length, which is written when it is sent. */
  static Reply of(int status, String type, long length, Body body) {
    return new Reply(status, Map.of(CONTENT_TYPE, type), length, body);
  }

  static Reply json(int status, byte[] body) {
    return of(status, "application/json; charset=utf-8", body);
  }

  static Reply text(int status, String line) {
    return of(status, "text/plain; charset=utf-8", (line + "\n").getBytes(UTF_8));
  }

  Reply with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Reply(status, more, length, body);
  }

  int status() {
    return status;
  }

  /** Those besides what every answer has. */
  Map<String, String> headers() {
    return headers;
  }

  /** Of the body in bytes; or {@link #UNKNOWN}. */
  long length() {
    return length;
  }

  Body body() {
    return body;
  }
}
