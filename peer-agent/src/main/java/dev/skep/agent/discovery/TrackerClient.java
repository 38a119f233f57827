package dev.skep.agent.discovery;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.tracker.AnnounceRequest;
import dev.skep.protocol.tracker.AnnounceResponse;
import dev.skep.protocol.tracker.ScrapeEntry;
import dev.skep.protocol.tracker.TrackerReply;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Asks trackers over HTTP, HTTPS (BEP 3, 23, 48) and UDP (BEP 15). Each call blocks for a bounded
 * time; call on a virtual thread. Safe for many threads.
 */
public final class TrackerClient implements AutoCloseable {
  /** How long a call without a time of its own may take. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  private final HttpTracker http;
  private final UdpTracker udp;
  private final Lookups lookups = new Lookups();
  private final NamedPeers named;
  private final LongAdder answered = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder failed = new LongAdder();

  /**
   * @param bind the local address that trackers shall see; the wildcard address for any
   */
  public TrackerClient(InetAddress bind) {
    BothFamilies families = new BothFamilies(bind, lookups);
    http = new HttpTracker(families);
    udp = new UdpTracker(families);
    named = new NamedPeers(lookups);
  }

  /** A tracker's URL for people: without the user and password that it may hold. */
  public static String shown(String url) {
    return TrackerUrl.shown(url);
  }

  /** The host of a tracker's URL; the URL itself where that cannot be read. */
  public static String host(String url) {
    try {
      return TrackerUrl.parse(url).host().toLowerCase(Locale.ROOT);
    } catch (TrackerException e) {
      return url;
    }
  }

  /** How many announces ended how: {@code answered}, {@code refused}, {@code failed}. */
  public Map<String, Long> announces() {
    return Map.of("answered", answered.sum(), "refused", refused.sum(), "failed", failed.sum());
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
    TrackerUrl tracker = TrackerUrl.parse(url);
    long deadline = System.nanoTime() + timeout.toNanos();
    LongAdder outcome = failed;
    try {
      TrackerReply reply =
          isUdp(tracker)
              ? udp.announce(tracker, request, deadline)
              : http.announce(tracker, request, deadline);
      outcome = reply instanceof AnnounceResponse ? answered : refused;
      return reply instanceof AnnounceResponse response ? named.resolved(response) : reply;
    } finally {
      outcome.increment();
    }
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
    TrackerUrl tracker = TrackerUrl.parse(url);
    long deadline = System.nanoTime() + timeout.toNanos();
    return isUdp(tracker)
        ? udp.scrape(tracker, infoHashes, deadline)
        : http.scrape(tracker, infoHashes, deadline);
  }

  private static boolean isUdp(TrackerUrl tracker) {
    return tracker.scheme() == TrackerUrl.Scheme.UDP;
  }

  @Override
  public void close() {
    http.close();
    lookups.close();
  }
}
