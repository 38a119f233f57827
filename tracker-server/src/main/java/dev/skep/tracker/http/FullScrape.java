package dev.skep.tracker.http;

import dev.skep.tracker.announce.TrackerCounters;
import dev.skep.tracker.swarm.SwarmOverview;
import dev.skep.tracker.swarm.SwarmStore;
import dev.skep.tracker.swarm.SwarmSummary;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.zip.GZIPOutputStream;

/**
 * Scrapes of all torrents at once: off unless configured, one at a time per so many seconds,
 * streamed from an overview that is at most a second old, and compressed if the asker can read
 * that.
 */
public final class FullScrape {
  private static final int CHUNK_BYTES = 1 << 16;
  private static final Header TEXT =
      HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "text/plain");
  private static final Header GZIP =
      HeaderValues.createCached(HeaderNames.CONTENT_ENCODING, "gzip");

  private final SwarmStore swarms;
  private final HttpSettings settings;
  private final TrackerCounters counters;
  private final LongSupplier nanoTime;
  private final AtomicLong nextAt;

  /** {@code nanoTime} is the monotonic clock. */
  public FullScrape(
      SwarmStore swarms, HttpSettings settings, TrackerCounters counters, LongSupplier nanoTime) {
    this.swarms = swarms;
    this.settings = settings;
    this.counters = counters;
    this.nanoTime = nanoTime;
    this.nextAt = new AtomicLong(nanoTime.getAsLong());
  }

  void answer(ServerRequest request, ServerResponse response) {
    if (!settings.fullScrape()) {
      refuse(response, "name the torrents to scrape: info_hash is missing", Optional.empty());
      return;
    }
    long now = nanoTime.getAsLong();
    long allowedAt = nextAt.get();
    long next = now + settings.fullScrapeEvery().toNanos();
    if (now - allowedAt < 0 || !nextAt.compareAndSet(allowedAt, next)) {
      Duration wait = Duration.ofNanos(Math.max(0, allowedAt - now));
      refuse(response, "too many scrapes of all torrents; try again later", Optional.of(wait));
      return;
    }
    counters.httpScrapes().increment();
    boolean gzip =
        request.headers().contains(HeaderNames.ACCEPT_ENCODING)
            && request.headers().get(HeaderNames.ACCEPT_ENCODING).get().contains("gzip");
    response.header(TEXT);
    if (gzip) {
      response.header(GZIP);
    }
    try (OutputStream plain = response.outputStream();
        OutputStream out = gzip ? new GZIPOutputStream(plain, CHUNK_BYTES) : plain) {
      write(swarms.overview(), out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(SwarmOverview overview, OutputStream out) throws IOException {
    BencodeBuffer chunk = new BencodeBuffer(CHUNK_BYTES + 256).raw("d5:filesd");
    for (SwarmSummary swarm :
        (Iterable<SwarmSummary>)
            overview.swarms().stream().sorted(Comparator.comparing(SwarmSummary::infoHash))
                ::iterator) {
      AnswerEncoder.scraped(swarm.counts(), chunk.string(swarm.infoHash()));
      if (chunk.length() >= CHUNK_BYTES) {
        out.write(chunk.array(), 0, chunk.length());
        chunk.clear();
      }
    }
    chunk.raw("ee");
    out.write(chunk.array(), 0, chunk.length());
  }

  private void refuse(ServerResponse response, String reason, Optional<Duration> retryIn) {
    counters.httpFailures().increment();
    TrackerRoutes.send(response, AnswerEncoder.failure(reason, retryIn));
  }
}
