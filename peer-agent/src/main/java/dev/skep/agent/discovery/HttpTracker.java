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
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Asks trackers over HTTP and HTTPS (BEP 3, 7, 23, 48). */
final class HttpTracker implements AutoCloseable {
  private static final Logger LOG = System.getLogger(HttpTracker.class.getName());
  private static final int MOST_REDIRECTIONS = 5;

  private final BothFamilies families;
  private final Set<HttpGet> underWay = ConcurrentHashMap.newKeySet();

  HttpTracker(BothFamilies families) {
    this.families = families;
  }

  TrackerReply announce(URI tracker, AnnounceRequest request, Duration timeout)
      throws TrackerException, InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    URI question = with(tracker, HttpAnnounceQuery.format(request));
    return families.ask(
        tracker,
        address -> {
          byte[] body = get(tracker, question, address, deadline);
          try {
            return HttpAnnounceReply.parse(body);
          } catch (TrackerProtocolException e) {
            throw nonsense(tracker, e);
          }
        });
  }

  List<ScrapeEntry> scrape(URI tracker, List<InfoHash> infoHashes, Duration timeout)
      throws TrackerException {
    long deadline = System.nanoTime() + timeout.toNanos();
    String url =
        HttpScrapeCodec.scrapeUrl(tracker.toString())
            .orElseThrow(
                () ->
                    new TrackerException(
                        "tracker " + tracker + " cannot be scraped: its URL has no /announce"));
    URI question = with(URI.create(url), HttpScrapeCodec.toQuery(infoHashes));
    try {
      return HttpScrapeCodec.parse(getAnywhere(tracker, question, deadline));
    } catch (TrackerProtocolException e) {
      throw nonsense(tracker, e);
    }
  }

  private static URI with(URI url, String query) {
    return URI.create(url + (url.getRawQuery() == null ? "?" : "&") + query);
  }

  private static TrackerException nonsense(URI tracker, TrackerProtocolException e) {
    return new TrackerException("tracker " + tracker + " answered nonsense: " + e.getMessage(), e);
  }

  /** At the first address that answers. */
  private byte[] getAnywhere(URI tracker, URI question, long deadline) throws TrackerException {
    List<InetAddress> addresses = families.addresses(tracker);
    for (InetAddress address : addresses.subList(0, addresses.size() - 1)) {
      try {
        return get(tracker, question, address, deadline);
      } catch (TrackerException e) {
        LOG.log(Level.DEBUG, "{0}", e.getMessage());
      }
    }
    return get(tracker, question, addresses.getLast(), deadline);
  }

  private byte[] get(URI tracker, URI question, InetAddress address, long deadline)
      throws TrackerException {
    try {
      URI url = question;
      InetAddress at = address;
      for (int i = 0; i <= MOST_REDIRECTIONS; i++) {
        HttpGet.Answer answer = get(url, at, deadline);
        Optional<URI> elsewhere = redirection(url, answer);
        if (elsewhere.isEmpty()) {
          if (answer.status() != 200) {
            throw new TrackerException(
                "tracker " + tracker + " answered with HTTP status " + answer.status());
          }
          return answer.body();
        }
        url = elsewhere.get();
        at = sameFamily(families.addresses(url), address);
      }
      throw new TrackerException("tracker " + tracker + " redirects without end");
    } catch (TrackerException e) {
      throw e;
    } catch (IOException e) {
      throw new TrackerException("cannot reach tracker " + tracker + ": " + reason(e), e);
    }
  }

  private HttpGet.Answer get(URI url, InetAddress at, long deadline) throws IOException {
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
  private static Optional<URI> redirection(URI from, HttpGet.Answer answer) throws IOException {
    boolean redirected = List.of(301, 302, 303, 307, 308).contains(answer.status());
    if (!redirected || answer.location().isEmpty()) {
      return Optional.empty();
    }
    try {
      URI to = from.resolve(answer.location().get());
      String scheme = String.valueOf(to.getScheme());
      boolean safe =
          scheme.equalsIgnoreCase("https")
              || (scheme.equalsIgnoreCase("http") && !from.getScheme().equalsIgnoreCase("https"));
      return safe && to.getHost() != null ? Optional.of(to) : Optional.empty();
    } catch (IllegalArgumentException e) {
      throw new IOException("it redirects to what is no URL", e);
    }
  }

  private static InetAddress sameFamily(List<InetAddress> addresses, InetAddress as) {
    return addresses.stream()
        .filter(each -> each.getClass() == as.getClass())
        .findFirst()
        .orElse(addresses.getFirst());
  }

  private static String reason(IOException e) {
    return switch (e) {
      case SocketTimeoutException _ -> "no answer in time";
      case ConnectException _ -> "connection refused";
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
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
