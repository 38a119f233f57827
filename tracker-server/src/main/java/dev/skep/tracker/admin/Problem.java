package dev.skep.tracker.admin;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.StatusType;

/**
 * What went wrong, for programs and people (RFC 9457).
 *
 * @param type {@code about:blank}: the status says which problem it is
 * @param title the status in words
 * @param status the HTTP status
 * @param detail what happened, to what, and what to do
 */
public record Problem(String type, String title, int status, String detail) {
  static final MediaType JSON = new MediaType("application", "problem+json");

  static Response response(StatusType status, String detail) {
    return Response.status(status)
        .type(JSON)
        .entity(
            new Problem("about:blank", status.getReasonPhrase(), status.getStatusCode(), detail))
        .build();
  }
}
