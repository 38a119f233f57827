package dev.skep.tracker.http.admission;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.helidon.common.buffers.BufferData;
import java.util.Arrays;
import java.util.Locale;

/**
 * Requests of HTTP/1.0 (RFC 1945): old clients, proxies and health checks send them, often without
 * a Host.
 */
final class Http10 {
  private static final byte[] VERSION = " HTTP/1.0\r".getBytes(ISO_8859_1);
  private static final String END_OF_LINE = "\r\n";

  private Http10() {}

  /** Where the first line's line feed is; -1 if it has not come yet. */
  static int endOfLine(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** Whether a whole first line is there and is one of HTTP/1.0. */
  static boolean isSpokenIn(byte[] bytes) {
    int end = endOfLine(bytes);
    return end >= VERSION.length
        && Arrays.equals(bytes, end - VERSION.length, end, VERSION, 0, VERSION.length);
  }

  /** Where the empty line behind the headers ends; -1 if it has not come yet. */
  static int endOfHead(byte[] bytes) {
    for (int i = 3; i < bytes.length; i++) {
      if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  /** What a whole chunk of an answer holds (RFC 9112, 7.1): nothing, if it is the last. */
  static BufferData contentOf(byte[] chunk) {
    int begin = endOfLine(chunk) + 1;
    return BufferData.create(chunk, begin, chunk.length - END_OF_LINE.length() - begin);
  }

  /** The same request in HTTP/1.1, for one that begins with a whole head. */
  static byte[] asHttp11(byte[] request) {
    int end = endOfHead(request);
    String[] lines = new String(request, 0, end, ISO_8859_1).split(END_OF_LINE, -1);
    StringBuilder head = new StringBuilder(end + 64);
    head.append(lines[0], 0, lines[0].length() - 1).append('1').append(END_OF_LINE);
    boolean host = false;
    for (String line : Arrays.asList(lines).subList(1, lines.length)) {
      String lower = line.toLowerCase(Locale.ROOT);
      host |= lower.startsWith("host:");
      if (!line.isEmpty() && !lower.startsWith("connection:") && !lower.startsWith("te:")) {
        head.append(line).append(END_OF_LINE);
      }
    }
    head.append("Connection: close").append(END_OF_LINE);
    // No name that means this machine: who administers without a token has to name it.
    head.append(host ? "" : "Host: unknown" + END_OF_LINE).append(END_OF_LINE);
    byte[] first = head.toString().getBytes(ISO_8859_1);
    byte[] whole = Arrays.copyOf(first, first.length + request.length - end);
    System.arraycopy(request, end, whole, first.length, request.length - end);
    return whole;
  }
}
