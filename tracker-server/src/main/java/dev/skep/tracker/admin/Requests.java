package dev.skep.tracker.admin;

import dev.skep.protocol.InfoHash;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response.Status;

/** Refusals, and the reading of what stands in a path. */
final class Requests {
  private Requests() {}

  static WebApplicationException refused(Status status, String detail) {
    return new WebApplicationException(Problem.response(status, detail));
  }

  static WebApplicationException wrong(String detail) {
    return refused(Status.BAD_REQUEST, detail);
  }

  static InfoHash infoHash(String text) {
    try {
      return InfoHash.fromHex(text);
    } catch (IllegalArgumentException _) {
      throw wrong("'" + text + "' is not an info-hash: 40 hexadecimal digits");
    }
  }
}
