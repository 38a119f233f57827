package dev.skep.tracker.http.admission;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.Status;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;

/**
 * Looks at the head of each answer. What every one but those to announces and scrapes says of
 * itself, whoever made it: it is what it says it is, and is not to be kept, since it shows how
 * things are now and maybe to whom. One that is long and knows it is not kept until it is whole,
 * but sent as it comes. To HTTP/1.0, which knows no chunks, one that comes in them goes as what
 * they hold, until its connection ends.
 */
public final class AnswerRules implements Http1ConnectionListener {
  /** What announces and scrapes are answered in, by which they are known here. */
  public static final Header TEXT =
      HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "text/plain");

  private static final Header NOSNIFF =
      HeaderValues.createCached(HeaderNames.create("X-Content-Type-Options"), "nosniff");
  private static final Header NO_STORE =
      HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-store");

  /** So long an answer is there already, or comes from elsewhere bit by bit. */
  private static final int STREAMED_FROM_BYTES = 64 << 10;

  private final HttpTallies tallies;

  AnswerRules(HttpTallies tallies) {
    this.tallies = tallies;
  }

  @Override
  public void status(ConnectionContext connection, Status status) {
    switch (status.code()) {
      case Status.BAD_REQUEST_400_CODE,
          Status.REQUEST_ENTITY_TOO_LARGE_413_CODE,
          Status.REQUEST_URI_TOO_LONG_414_CODE ->
          tallies.wrongRequests().increment();
      default -> {}
    }
  }

  private static boolean isEventStream(Headers headers) {
    return headers.contains(HeaderNames.CONTENT_TYPE)
        && headers.get(HeaderNames.CONTENT_TYPE).get().startsWith("text/event-stream");
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // it is the one object that those answers have
  public void headers(ConnectionContext connection, Headers headers) {
    if (connection instanceof AdmittedContext ours) {
      long bytes = length(headers);
      if (bytes > STREAMED_FROM_BYTES) {
        ours.answerWriter().beginLong(bytes);
      } else if (bytes == 0 && isEventStream(headers)) {
        boolean headAlone = ours.answerWriter().beginEndless();
        if (headAlone && headers instanceof WritableHeaders<?> answer) {
          answer.set(HeaderValues.CONNECTION_CLOSE);
        }
      }
      if (ours.requestBytes().areOfHttp10()
          && headers instanceof WritableHeaders<?> answer
          && answer.contains(HeaderNames.TRANSFER_ENCODING)) {
        answer.remove(HeaderNames.TRANSFER_ENCODING);
        ours.answerWriter().beginWithoutChunks();
      }
    }
    if (headers instanceof WritableHeaders<?> answer
        && !(answer.contains(HeaderNames.CONTENT_TYPE)
            && answer.get(HeaderNames.CONTENT_TYPE) == TEXT)) {
      answer.setIfAbsent(NOSNIFF);
      answer.setIfAbsent(NO_STORE);
    }
  }

  /** Read from its digits: what the server offers for it looks up a converter for each answer. */
  private static long length(Headers headers) {
    return headers.contains(HeaderNames.CONTENT_LENGTH)
        ? Long.parseLong(headers.get(HeaderNames.CONTENT_LENGTH).get())
        : 0;
  }
}
