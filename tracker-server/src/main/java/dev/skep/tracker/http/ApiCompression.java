package dev.skep.tracker.http;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.WriterInterceptor;
import jakarta.ws.rs.ext.WriterInterceptorContext;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;

/** Compresses JSON and pages for who can read that. Announces never come by here. */
@Provider
@Priority(Priorities.ENTITY_CODER)
public class ApiCompression implements WriterInterceptor {
  /** Set by JAX-RS for each request. */
  @SuppressWarnings("NullAway.Init")
  @Context
  private HttpHeaders asked;

  @Override
  public void aroundWriteTo(WriterInterceptorContext answer) throws IOException {
    List<String> accepted = asked.getRequestHeader(HttpHeaders.ACCEPT_ENCODING);
    if (!isText(answer.getMediaType())
        || !Compression.isAccepted(Objects.requireNonNullElse(accepted, List.of()))) {
      answer.proceed();
      return;
    }
    answer.getHeaders().putSingle(HttpHeaders.CONTENT_ENCODING, "gzip");
    answer.getHeaders().add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    answer
        .getHeaders()
        .computeIfPresent(HttpHeaders.ETAG, (_, tag) -> List.of(ofCompressed(tag.getFirst())));
    answer.getHeaders().remove(HttpHeaders.CONTENT_LENGTH);
    OutputStream plain = answer.getOutputStream();
    GZIPOutputStream compressed = new GZIPOutputStream(plain);
    answer.setOutputStream(compressed);
    try {
      answer.proceed();
    } finally {
      compressed.finish();
      answer.setOutputStream(plain);
    }
  }

  /** Other bytes, so another strong tag (RFC 9110, 8.8.3.3). */
  private static Object ofCompressed(Object tag) {
    return tag.toString().replaceFirst("\"$", "-gzip\"");
  }

  private static boolean isText(MediaType type) {
    return type.getSubtype().endsWith("json") || type.isCompatible(MediaType.TEXT_HTML_TYPE);
  }
}
