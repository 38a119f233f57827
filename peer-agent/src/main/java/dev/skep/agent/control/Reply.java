package dev.skep.agent.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;

/** An answer over HTTP. */
final class Reply {
  private static final String CONTENT_TYPE = "Content-Type";

  private final int status;
  private final Map<String, String> headers;
  private final byte[] body;

  private Reply(int status, Map<String, String> headers, byte[] body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  static Reply empty(int status) {
    return new Reply(status, Map.of(), new byte[0]);
  }

  /**
   * A body of this type.
   *
   * @param body not to be changed any more
   */
  static Reply of(int status, String type, byte[] body) {
    return new Reply(status, Map.of(CONTENT_TYPE, type), body);
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
    return new Reply(status, more, body);
  }

  int status() {
    return status;
  }

  /** Those besides what every answer has. */
  Map<String, String> headers() {
    return headers;
  }

  byte[] body() {
    return body;
  }
}
