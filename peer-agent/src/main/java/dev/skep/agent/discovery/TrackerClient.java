package dev.skep.agent.discovery;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.tracker.AnnounceRequest;
import dev.skep.protocol.tracker.ScrapeEntry;
import dev.skep.protocol.tracker.TrackerReply;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Asks trackers over HTTP, HTTPS (BEP 3, 23, 48) and UDP (BEP 15). Each call blocks for a bounded
 * time; call on a virtual thread. Safe for many threads.
 */
public final class TrackerClient implements AutoCloseable {
  /** How long a call without a time of its own may take. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  private final HttpTracker http;
  private final UdpTracker udp;

  /**
   * @param bind the local address that trackers shall see; the wildcard address for any
   */
  public TrackerClient(InetAddress bind) {
    this(new BothFamilies(bind, InetAddress::getAllByName));
  }

  TrackerClient(BothFamilies families) {
    http = new HttpTracker(families);
    udp = new UdpTracker(families);
  }

  /** Announces, for at most {@link #DEFAULT_TIMEOUT}. */
  public TrackerReply announce(String url, AnnounceRequest request)
      throws TrackerException, InterruptedException {
    return announce(url, request, DEFAULT_TIMEOUT);
  }

  /**
   * Announces. A tracker's refusal is a reply, not an exception.
   *
   * @throws TrackerException if the tracker cannot be reached in time or answers nonsense
   */
  public TrackerReply announce(String url, AnnounceRequest request, Duration timeout)
      throws TrackerException, InterruptedException {
    URI uri = parse(url);
    return isUdp(uri) ? udp.announce(uri, request, timeout) : http.announce(uri, request, timeout);
  }

  /** Scrapes, for at most {@link #DEFAULT_TIMEOUT}. */
  public List<ScrapeEntry> scrape(String url, List<InfoHash> infoHashes)
      throws TrackerException, InterruptedException {
    return scrape(url, infoHashes, DEFAULT_TIMEOUT);
  }

  /**
   * Asks for the counts of some torrents; those that the tracker does not know may be absent.
   *
   * @param url the announce URL
   * @throws TrackerException if the tracker cannot be reached in time, refuses, or answers nonsense
   */
  public List<ScrapeEntry> scrape(String url, List<InfoHash> infoHashes, Duration timeout)
      throws TrackerException, InterruptedException {
    URI uri = parse(url);
    return isUdp(uri)
        ? udp.scrape(uri, infoHashes, timeout)
        : http.scrape(uri, infoHashes, timeout);
  }

  private static boolean isUdp(URI uri) {
    return uri.getScheme().equalsIgnoreCase("udp");
  }

  private static URI parse(String url) throws TrackerException {
    try {
      URI uri = new URI(url);
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      if (!List.of("http", "https", "udp").contains(scheme) || uri.getHost() == null) {
        throw new TrackerException(
            "cannot ask tracker " + url + ": a tracker's URL begins with http, https or udp");
      }
      if (scheme.equals("udp") && uri.getPort() < 1) {
        throw new TrackerException("cannot ask tracker " + url + ": a udp URL needs a port");
      }
      return uri;
    } catch (URISyntaxException e) {
      throw new TrackerException("cannot ask tracker " + url + ": not a URL", e);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
