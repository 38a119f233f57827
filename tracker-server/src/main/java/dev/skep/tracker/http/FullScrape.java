package dev.skep.tracker.http;

import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.announce.AnnounceService;
import dev.skep.tracker.http.admission.AnswerRules;
import dev.skep.tracker.http.admission.HttpSettings;
import dev.skep.tracker.swarm.SwarmStore;
import dev.skep.tracker.swarm.SwarmSummary;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
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

  private final SwarmStore swarms;
  private final HttpSettings settings;
  private final AnnounceService service;
  private final LongSupplier nanoTime;
  private final AtomicLong nextAt;

  /** A reader that stands still holds a list of all torrents: one at a time may. */
  private final Semaphore oneAtATime = new Semaphore(1);

  /** {@code nanoTime} is the monotonic clock. */
  public FullScrape(
      SwarmStore swarms, HttpSettings settings, AnnounceService service, LongSupplier nanoTime) {
    this.swarms = swarms;
    this.settings = settings;
    this.service = service;
    this.nanoTime = nanoTime;
    this.nextAt = new AtomicLong(nanoTime.getAsLong());
  }

  /** Answers with every torrent that this asker may announce. */
  void answer(ServerRequest request, ServerResponse response, IpAddress asker, String passkey) {
    if (!settings.fullScrape()) {
      refuse(response, "name the torrents to scrape: info_hash is missing", Optional.empty());
      return;
    }
    long now = nanoTime.getAsLong();
    long allowedAt = nextAt.get();
    long next = now + settings.fullScrapeEvery().toNanos();
    if (now - allowedAt < 0 || !nextAt.compareAndSet(allowedAt, next) || !oneAtATime.tryAcquire()) {
      Duration wait = Duration.ofNanos(Math.max(0, allowedAt - now));
      refuse(response, "too many scrapes of all torrents; try again later", Optional.of(wait));
      return;
    }
    try {
      service.counters().httpScrapes().increment();
      answer(response, asker, passkey, Compression.isAccepted(request.headers()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      oneAtATime.release();
    }
  }

  private void answer(ServerResponse response, IpAddress asker, String passkey, boolean gzip)
      throws IOException {
    response.header(AnswerRules.TEXT).header(Compression.VARIES);
    if (gzip) {
      response.header(Compression.GZIP);
    }
    try (OutputStream plain = response.outputStream();
        OutputStream out = gzip ? new GZIPOutputStream(plain, CHUNK_BYTES) : plain) {
      write(swarms.overview(), asker, passkey, out);
    }
  }

  private void write(List<SwarmSummary> all, IpAddress asker, String passkey, OutputStream out)
      throws IOException {
    BencodeBuffer chunk = new BencodeBuffer(CHUNK_BYTES + 256).raw("d5:filesd");
    for (SwarmSummary swarm :
        (Iterable<SwarmSummary>)
            all.stream()
                    .filter(swarm -> service.mayKnow(swarm.infoHash(), passkey, asker))
                    .sorted(Comparator.comparing(SwarmSummary::infoHash))
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
    service.counters().httpFailures().increment();
    TrackerRoutes.send(response, AnswerEncoder.failure(reason, retryIn));
  }
}
