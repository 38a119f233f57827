package dev.skep.tracker.http.admission;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * A request as nearly all announces are: a GET of HTTP/1.1 without a body, with a Host, and with no
 * header that asks for more than the end of the connection. Whether there is one is looked up in
 * the bytes as they came, in one pass and without taking memory. What is anything else, or wrong,
 * is left to the server, so nothing is ever refused here.
 *
 * <p>One object serves a connection; what it says is true until the next look.
 */
public final class PlainRequest {
  private static final byte[] GET = "GET /".getBytes(US_ASCII);
  private static final byte[] VERSION = "HTTP/1.1".getBytes(US_ASCII);

  /** Signs of a path that is not to be decoded or made shorter by anyone. */
  private static final String PATH_SIGNS = "-_~/";

  /** What the server takes in a Host beside letters and digits; addresses in brackets it parses. */
  private static final String HOST_SIGNS = ".-_~:";

  private byte[] bytes = {};
  private int to;
  private int at;
  private int pathEnd;
  private int pathStart;
  private int queryEnd;
  private boolean hasHost;
  private boolean hasConnection;
  private boolean last;

  /** What was found. */
  enum Look {
    /** A plain request with all of its head. */
    PLAIN,
    /** The beginning of what may become one. */
    UNFINISHED,
    /** Something else. */
    OTHER
  }

  PlainRequest() {}

  /** Looks at what has come of a request, from an index to before another. */
  Look look(byte[] came, int from, int before) {
    bytes = came;
    at = from;
    to = before;
    hasHost = false;
    hasConnection = false;
    last = false;
    Look look = firstLine();
    while (look == Look.PLAIN && !isEndOfHead()) {
      look = header();
    }
    if (look != Look.PLAIN) {
      return look;
    }
    at += 2;
    return hasHost ? Look.PLAIN : Look.OTHER;
  }

  /** Where the head ended. */
  int end() {
    return at;
  }

  /** Whether the connection is to end with the answer. */
  boolean isLast() {
    return last;
  }

  /** The path: letters, digits, and some signs; nothing is encoded in it. */
  public String path() {
    return new String(bytes, pathStart, pathEnd - pathStart, ISO_8859_1);
  }

  /** The query, as it came and in visible ASCII. */
  public String query() {
    return new String(bytes, queryStart(), queryEnd - queryStart(), ISO_8859_1);
  }

  /** What holds it. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where the query begins, behind its question mark. */
  public int queryStart() {
    return Math.min(pathEnd + 1, queryEnd);
  }

  /** Where it ends. */
  public int queryEnd() {
    return queryEnd;
  }

  private Look firstLine() {
    for (byte expected : GET) {
      if (at == to) {
        return Look.UNFINISHED;
      }
      if (bytes[at++] != expected) {
        return Look.OTHER;
      }
    }
    pathStart = at - 1;
    while (at < to && (isLetterOrDigit(bytes[at]) || PATH_SIGNS.indexOf(bytes[at]) >= 0)) {
      if (bytes[at] == '/' && bytes[at - 1] == '/') {
        return Look.OTHER;
      }
      at++;
    }
    pathEnd = at;
    if (at < to && bytes[at] == '?') {
      while (at < to && isVisible(bytes[at])) {
        at++;
      }
    }
    queryEnd = at;
    return expect(' ') && endsWithVersion() ? Look.PLAIN : stopped();
  }

  private boolean endsWithVersion() {
    for (byte expected : VERSION) {
      if (!expect(expected)) {
        return false;
      }
    }
    return expect('\r') && expect('\n');
  }

  /** Goes past a sign, if it is there. */
  private boolean expect(int sign) {
    if (at == to || bytes[at] != sign) {
      return false;
    }
    at++;
    return true;
  }

  /** Why it does not go on: there is no more, or it is not what it has to be. */
  private Look stopped() {
    return at == to ? Look.UNFINISHED : Look.OTHER;
  }

  private boolean isEndOfHead() {
    return to - at >= 2 && bytes[at] == '\r' && bytes[at + 1] == '\n';
  }

  private Look header() {
    int name = at;
    while (at < to && (isLetterOrDigit(bytes[at]) || bytes[at] == '-')) {
      at++;
    }
    int nameEnd = at;
    if (nameEnd == name || !expect(':')) {
      return at == to || isHalfEnd(name) ? Look.UNFINISHED : Look.OTHER;
    }
    while (at < to && isBlank(bytes[at])) {
      at++;
    }
    int value = at;
    while (at < to && (isVisible(bytes[at]) || isBlank(bytes[at]))) {
      at++;
    }
    int valueEnd = at;
    if (!expect('\r') || !expect('\n')) {
      return stopped();
    }
    while (valueEnd > value && isBlank(bytes[valueEnd - 1])) {
      valueEnd--;
    }
    return isHarmless(name, nameEnd, value, valueEnd) ? Look.PLAIN : Look.OTHER;
  }

  /** The empty line's first half is there. */
  private boolean isHalfEnd(int line) {
    return line == to - 1 && bytes[line] == '\r';
  }

  private boolean isHarmless(int name, int nameEnd, int value, int valueEnd) {
    return switch (nameEnd - name) {
      case 4 -> !is("host", name, nameEnd) || isFirstHost(value, valueEnd);
      case 10 -> !is("connection", name, nameEnd) || isFirstConnection(value, valueEnd);
      case 6 -> !is("expect", name, nameEnd);
      case 7 -> !is("upgrade", name, nameEnd);
      case 9 -> !is("forwarded", name, nameEnd);
      case 14 -> !is("content-length", name, nameEnd);
      case 15 -> !is("x-forwarded-for", name, nameEnd);
      case 17 -> !is("transfer-encoding", name, nameEnd);
      default -> true;
    };
  }

  private boolean isFirstHost(int value, int valueEnd) {
    boolean first = !hasHost;
    hasHost = true;
    for (int i = value; i < valueEnd; i++) {
      if (!isLetterOrDigit(bytes[i]) && HOST_SIGNS.indexOf(bytes[i]) < 0) {
        return false;
      }
    }
    return first && valueEnd > value;
  }

  private boolean isFirstConnection(int value, int valueEnd) {
    boolean first = !hasConnection;
    hasConnection = true;
    last = is("close", value, valueEnd);
    return first && (last || is("keep-alive", value, valueEnd));
  }

  /** Whether this is there, in letters of either size. */
  private boolean is(String lower, int from, int end) {
    if (end - from != lower.length()) {
      return false;
    }
    for (int i = 0; i < lower.length(); i++) {
      if ((bytes[from + i] | 0x20) != lower.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetterOrDigit(int b) {
    return (b >= '0' && b <= '9') || ((b | 0x20) >= 'a' && (b | 0x20) <= 'z');
  }

  private static boolean isVisible(int b) {
    return b > ' ' && b < 0x7f;
  }

  private static boolean isBlank(int b) {
    return b == ' ' || b == '\t';
  }
}
