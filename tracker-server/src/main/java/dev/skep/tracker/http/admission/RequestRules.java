package dev.skep.tracker.http.admission;

import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.net.URI;

/**
 * What a request's head must be like beyond what the server looks at: where its body ends must be
 * beyond doubt (RFC 9112, 6.3), and its Host must be one that a URL can have.
 */
final class RequestRules implements Http1ConnectionListener {
  /** What libtorrent 2.0 writes of an IPv6 tracker has colons and no brackets. */
  private static final String HOST_SIGNS = ".-_~:";

  /** Those of a long that is never negative. */
  private static final int MOST_DIGITS = 18;

  /** Most requests have the same; two threads that see different ones both look again. */
  private volatile String lastHost = "localhost";

  @Override
  public void prologue(ConnectionContext connection, HttpPrologue prologue) {
    if (connection instanceof AdmittedContext ours) {
      ours.requestBytes().begin();
      ours.answerWriter().begin(ours.dataReader().headAlone());
    }
  }

  @Override
  public void headers(ConnectionContext connection, Headers headers) {
    checkHost(headers);
    boolean chunked = headers.contains(HeaderNames.TRANSFER_ENCODING);
    boolean length = headers.contains(HeaderNames.CONTENT_LENGTH);
    if (chunked && length) {
      throw wrong("both Transfer-Encoding and Content-Length");
    }
    if (chunked && !only(headers, HeaderNames.TRANSFER_ENCODING).equals("chunked")) {
      throw wrong("Transfer-Encoding is not chunked");
    }
    if (length && !isNumber(only(headers, HeaderNames.CONTENT_LENGTH))) {
      throw wrong("Content-Length is not a number");
    }
  }

  private void checkHost(Headers headers) {
    String host = only(headers, HeaderNames.HOST);
    if (!host.equals(lastHost)) {
      if (!isHost(host)) {
        throw wrong("Host is not a name or an address");
      }
      lastHost = host;
    }
  }

  private static boolean isHost(String host) {
    if (!host.startsWith("[")) {
      return !host.isEmpty()
          && host.chars().allMatch(c -> isLetterOrDigit(c) || HOST_SIGNS.indexOf(c) >= 0);
    }
    try {
      return URI.create("http://" + host).getHost() != null;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty()
        && text.length() <= MOST_DIGITS
        && text.chars().allMatch(RequestRules::isDigit);
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLetterOrDigit(int c) {
    return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static String only(Headers headers, HeaderName name) {
    if (!headers.contains(name)) {
      throw wrong(name.defaultCase() + " is missing");
    }
    Header header = headers.get(name);
    if (header.valueCount() != 1) {
      throw wrong(name.defaultCase() + " comes more than once");
    }
    return header.get().strip();
  }

  /** What is thrown at a request that is none: it is answered with 400, and its connection ends. */
  static RequestException wrong(String what) {
    return RequestException.builder()
        .type(EventType.BAD_REQUEST)
        .status(Status.BAD_REQUEST_400)
        .setKeepAlive(false)
        .safeMessage(true)
        .message(what)
        .build();
  }
}
