package dev.skep.tracker.http.admission;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.net.URI;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Requests that cost more than an announce have their turn a few at a time, and health by itself,
 * so that there is always room for announces and for health. A turn lasts while the answer is made,
 * and not while it is taken.
 */
public final class RequestTurns implements Filter {
  private static final int LONGEST_WAIT_SECONDS = 10;

  private final TurnLimits limits;
  private final HttpTallies tallies;
  private final Semaphore health = new Semaphore(1, true);
  private final Semaphore others;

  public RequestTurns(TurnLimits limits, HttpTallies tallies) {
    this.limits = limits;
    this.tallies = tallies;
    this.others = new Semaphore(limits.requests(), true);
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    String path = request.path().rawPath();
    if (isAnnounceOrScrape(path) || !AnswerWriter.CURRENT.isBound()) {
      chain.proceed();
      return;
    }
    if (!isUri(path, request.query().rawValue())) {
      problem(response, Status.BAD_REQUEST_400, "the path or the query is not percent-encoded");
      return;
    }
    AnswerWriter answerWriter = AnswerWriter.CURRENT.get();
    Semaphore turns = isHealth(path) ? health : others;
    if (!begin(turns, answerWriter.crowd())) {
      tallies.refusedRequests().increment();
      response.header(HeaderValues.create(HeaderNames.RETRY_AFTER, 1));
      problem(
          response, Status.SERVICE_UNAVAILABLE_503, "too many requests at a time; try again later");
      return;
    }
    tallies.requests().incrementAndGet();
    answerWriter.hold(
        () -> {
          tallies.requests().decrementAndGet();
          turns.release();
        });
    try {
      chain.proceed();
    } finally {
      answerWriter.letGo();
    }
  }

  private boolean begin(Semaphore turns, Crowds.Crowd crowd) {
    int room = limits.waiting() - turns.getQueueLength();
    tallies.waiting().incrementAndGet();
    try {
      return crowd.beginToWait(room) && turns.tryAcquire(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new CloseConnectionException("the server stops", e);
    } finally {
      tallies.waiting().decrementAndGet();
      crowd.endToWait();
    }
  }

  private static boolean isAnnounceOrScrape(String path) {
    return isAnnounce(path) || ends(path, "/scrape");
  }

  /** Whether it is an announce's path. */
  public static boolean isAnnounce(String path) {
    return ends(path, "/announce");
  }

  /** With or without a passkey in front and a slash behind. */
  private static boolean ends(String path, String word) {
    int end = path.endsWith("/") ? path.length() - 1 : path.length();
    int last = path.lastIndexOf('/', end - 1);
    return last >= 0
        && end - last == word.length()
        && path.startsWith(word, last)
        && (last == 0 || path.indexOf('/', 1) == last);
  }

  /** With dots in it a path may come down to anything. */
  private static boolean isHealth(String path) {
    return path.equals("/health") || (path.startsWith("/health/") && !path.contains(".."));
  }

  /** What is behind would fail on one that is not. */
  private static boolean isUri(String path, String query) {
    try {
      URI.create("http://host" + path + (query.isEmpty() ? "" : "?" + query));
      return true;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static void problem(RoutingResponse response, Status status, String detail) {
    response
        .status(status)
        .header(HeaderValues.create(HeaderNames.CONTENT_TYPE, "application/problem+json"))
        .send(
            "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}"
                .formatted(status.reasonPhrase(), status.code(), detail));
  }
}
