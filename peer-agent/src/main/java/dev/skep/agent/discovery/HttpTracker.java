package dev.skep.agent.discovery;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.tracker.AnnounceRequest;
import dev.skep.protocol.tracker.HttpAnnounceCodec;
import dev.skep.protocol.tracker.HttpScrapeCodec;
import dev.skep.protocol.tracker.ScrapeEntry;
import dev.skep.protocol.tracker.TrackerProtocolException;
import dev.skep.protocol.tracker.TrackerReply;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Asks trackers over HTTP and HTTPS (BEP 3, 23, 48). */
final class HttpTracker implements AutoCloseable {
  private static final long MAX_BODY_BYTES = 1 << 20;

  private final InetAddress bind;
  private @Nullable HttpClient client;

  HttpTracker(InetAddress bind) {
    this.bind = bind;
  }

  TrackerReply announce(URI tracker, AnnounceRequest request, Duration timeout)
      throws TrackerException, InterruptedException {
    byte[] body = get(tracker, HttpAnnounceCodec.toQuery(request), timeout);
    try {
      return HttpAnnounceCodec.parse(body);
    } catch (TrackerProtocolException e) {
      throw new TrackerException("tracker " + tracker + " answered nonsense: " + e.getMessage(), e);
    }
  }

  List<ScrapeEntry> scrape(URI tracker, List<InfoHash> infoHashes, Duration timeout)
      throws TrackerException, InterruptedException {
    String url =
        HttpScrapeCodec.scrapeUrl(tracker.toString())
            .orElseThrow(
                () ->
                    new TrackerException(
                        "tracker " + tracker + " cannot be scraped: its URL has no /announce"));
    byte[] body = get(URI.create(url), HttpScrapeCodec.toQuery(infoHashes), timeout);
    try {
      return HttpScrapeCodec.parse(body);
    } catch (TrackerProtocolException e) {
      throw new TrackerException("tracker " + tracker + " answered nonsense: " + e.getMessage(), e);
    }
  }

  private byte[] get(URI tracker, String query, Duration timeout)
      throws TrackerException, InterruptedException {
    String separator = tracker.getRawQuery() == null ? "?" : "&";
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(tracker + separator + query))
            .timeout(timeout)
            .header("User-Agent", "Skep")
            .build();
    try {
      HttpResponse<byte[]> response =
          client().send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BODY_BYTES));
      if (response.statusCode() != 200) {
        throw new TrackerException(
            "tracker " + tracker + " answered with HTTP status " + response.statusCode());
      }
      return response.body();
    } catch (TrackerException e) {
      throw e;
    } catch (IOException e) {
      throw new TrackerException("cannot reach tracker " + tracker + ": " + reason(e), e);
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case HttpConnectTimeoutException _ -> "no connection in time";
      case HttpTimeoutException _ -> "no answer in time";
      case ConnectException c
          when c.getCause() instanceof ConnectException cause
              && cause.getCause() instanceof UnresolvedAddressException ->
          "unknown host";
      case ConnectException c -> c.getMessage() == null ? "connection refused" : c.getMessage();
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }

  /** Made when first needed: it starts a thread. */
  private synchronized HttpClient client() {
    HttpClient made = client;
    if (made == null) {
      HttpClient.Builder builder =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NORMAL)
              .connectTimeout(Duration.ofSeconds(10))
              .executor(Executors.newVirtualThreadPerTaskExecutor());
      if (!bind.isAnyLocalAddress()) {
        builder.localAddress(bind);
      }
      made = builder.build();
      client = made;
    }
    return made;
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.shutdownNow();
    }
  }
}
