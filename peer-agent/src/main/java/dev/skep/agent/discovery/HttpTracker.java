package dev.skep.agent.discovery;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.tracker.AnnounceRequest;
import dev.skep.protocol.tracker.HttpAnnounceQuery;
import dev.skep.protocol.tracker.HttpAnnounceReply;
import dev.skep.protocol.tracker.HttpScrapeCodec;
import dev.skep.protocol.tracker.ScrapeEntry;
import dev.skep.protocol.tracker.TrackerProtocolException;
import dev.skep.protocol.tracker.TrackerReply;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Asks trackers over HTTP and HTTPS (BEP 3, 7, 23, 48). */
final class HttpTracker implements AutoCloseable {
  private static final Logger LOG = System.getLogger(HttpTracker.class.getName());
  private static final int OK = 200;
  private static final int MOST_REDIRECTIONS = 5;
  private static final List<Integer> REDIRECTIONS = List.of(301, 302, 303, 307, 308);

  private final BothFamilies families;
  private final Set<HttpGet> underWay = ConcurrentHashMap.newKeySet();

  HttpTracker(BothFamilies families) {
    this.families = families;
  }

  TrackerReply announce(TrackerUrl tracker, AnnounceRequest request, long deadlineNanos)
      throws TrackerException, InterruptedException {
    TrackerUrl question = tracker.with(HttpAnnounceQuery.format(request));
    return families.ask(
        tracker,
        deadlineNanos,
        (address, until) -> {
          HttpGet.Answer answer = get(tracker, question, address, until);
          if (answer.status() != OK) {
            return HttpAnnounceReply.failure(answer.body())
                .map(failure -> later(failure, answer.retryAfter()))
                .orElseThrow(() -> status(tracker, answer));
          }
          try {
            return HttpAnnounceReply.parse(answer.body());
          } catch (TrackerProtocolException e) {
            throw nonsense(tracker, e);
          }
        });
  }

  List<ScrapeEntry> scrape(TrackerUrl tracker, List<InfoHash> infoHashes, long deadlineNanos)
      throws TrackerException, InterruptedException {
    TrackerUrl question =
        HttpScrapeCodec.scrapeUrl(tracker.requestTarget())
            .map(target -> tracker.withTarget(target).with(HttpScrapeCodec.toQuery(infoHashes)))
            .orElseThrow(
                () ->
                    new TrackerException(
                        "tracker " + tracker + " cannot be scraped: its URL has no /announce"));
    HttpGet.Answer answer =
        BothFamilies.first(
            families.addresses(tracker),
            deadlineNanos,
            (address, until) -> get(tracker, question, address, until));
    Optional<TrackerReply.Failure> failure = HttpAnnounceReply.failure(answer.body());
    if (failure.isPresent()) {
      throw refused(tracker, failure.get().reason());
    }
    if (answer.status() != OK) {
      throw status(tracker, answer);
    }
    try {
      return HttpScrapeCodec.parse(answer.body());
    } catch (TrackerProtocolException e) {
      throw nonsense(tracker, e);
    }
  }

  /** What its reason does not say, the answer around it may. */
  private static TrackerReply later(TrackerReply.Failure failure, Duration retryAfter) {
    boolean says = failure.retryIn().isPresent() || !retryAfter.isPositive();
    return says ? failure : new TrackerReply.Failure(failure.reason(), Optional.of(retryAfter));
  }

  private static TrackerException status(TrackerUrl tracker, HttpGet.Answer answer) {
    return new TrackerException(
        "tracker " + tracker + " answered with HTTP status " + answer.status(),
        answer.retryAfter());
  }

  private static TrackerException nonsense(TrackerUrl tracker, TrackerProtocolException e) {
    return new TrackerException("tracker " + tracker + " answered nonsense: " + e.getMessage(), e);
  }

  static TrackerException refused(TrackerUrl tracker, String reason) {
    return new TrackerException(
        "tracker " + tracker + " refused: " + StrangersWords.inOneLine(reason));
  }

  /** The answer at the end of all redirections. */
  private HttpGet.Answer get(
      TrackerUrl tracker, TrackerUrl question, InetAddress address, long deadlineNanos)
      throws TrackerException {
    try {
      TrackerUrl url = question;
      InetAddress at = address;
      for (int i = 0; i <= MOST_REDIRECTIONS; i++) {
        HttpGet.Answer answer = get(url, at, deadlineNanos);
        if (!REDIRECTIONS.contains(answer.status())) {
          return answer;
        }
        url = redirection(tracker, url, answer);
        at = sameFamily(families.addresses(url), address);
      }
      throw new TrackerException("tracker " + tracker + " redirects without end");
    } catch (TrackerException e) {
      throw e;
    } catch (IOException e) {
      throw new TrackerException(
          "cannot reach tracker " + tracker + ": " + ConnectionFailures.inWords(e), e);
    }
  }

  private HttpGet.Answer get(TrackerUrl url, InetAddress at, long deadline) throws IOException {
    try (HttpGet get = new HttpGet(url, deadline)) {
      underWay.add(get);
      try {
        return get.ask(at, families.bind());
      } finally {
        underWay.remove(get);
      }
    }
  }

  /** Where the answer sends us, but never from HTTPS to plain HTTP. */
  static TrackerUrl redirection(TrackerUrl tracker, TrackerUrl from, HttpGet.Answer answer)
      throws TrackerException {
    String why = "tracker " + tracker + " redirects, which is not followed: ";
    String location =
        answer.location().orElseThrow(() -> new TrackerException(why + "it does not say where to"));
    TrackerUrl to;
    try {
      to = from.resolve(location);
    } catch (TrackerException e) {
      throw new TrackerException(why + e.getMessage(), e);
    }
    if (to.scheme() == TrackerUrl.Scheme.UDP) {
      throw new TrackerException(why + to + " is not HTTP");
    }
    if (from.scheme() == TrackerUrl.Scheme.HTTPS && to.scheme() == TrackerUrl.Scheme.HTTP) {
      throw new TrackerException(why + to + " is not encrypted, as the tracker is");
    }
    return to;
  }

  private static InetAddress sameFamily(List<InetAddress> addresses, InetAddress as) {
    return addresses.stream()
        .filter(each -> each.getClass() == as.getClass())
        .findFirst()
        .orElse(addresses.getFirst());
  }

  @Override
  public void close() {
    for (HttpGet get : underWay) {
      try {
        get.close();
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "a connection to a tracker failed to close: {0}", e.toString());
      }
    }
  }
}
