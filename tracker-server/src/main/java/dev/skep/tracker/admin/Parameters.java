package dev.skep.tracker.admin;

import dev.skep.protocol.InfoHash;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import org.jspecify.annotations.Nullable;

/** Refusals, and the reading of what stands in a path. */
public final class Parameters {
  private Parameters() {}

  static WebApplicationException refused(Status status, String detail) {
    return new WebApplicationException(Problem.response(status, detail));
  }

  public static WebApplicationException wrong(String detail) {
    return refused(Status.BAD_REQUEST, detail);
  }

  /** The same request may be answered in a moment. */
  public static WebApplicationException later(String detail) {
    return new WebApplicationException(
        Response.fromResponse(Problem.response(Status.SERVICE_UNAVAILABLE, detail))
            .header(HttpHeaders.RETRY_AFTER, 1)
            .build());
  }

  /** A number within bounds, both included. */
  public static int number(String name, @Nullable String text, int from, int to) {
    String digits = text == null ? "" : text;
    if (digits.matches("\\d{1,9}")) {
      int value = Integer.parseInt(digits);
      if (value >= from && value <= to) {
        return value;
      }
    }
    throw wrong(name + " is a number from " + from + " to " + to);
  }

  public static InfoHash infoHash(String text) {
    try {
      return InfoHash.fromHex(text);
    } catch (IllegalArgumentException _) {
      throw wrong("'" + shown(text) + "' is not an info-hash: 40 hexadecimal digits");
    }
  }

  static String shown(String text) {
    return text.length() > 80 ? text.substring(0, 80) + "..." : text;
  }
}
