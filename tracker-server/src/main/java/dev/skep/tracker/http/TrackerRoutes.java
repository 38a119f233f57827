package dev.skep.tracker.http;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.tracker.AnnounceRequest;
import dev.skep.protocol.tracker.HttpAnnounceCodec;
import dev.skep.protocol.tracker.HttpScrapeCodec;
import dev.skep.protocol.tracker.TrackerProtocolException;
import dev.skep.tracker.announce.AnnounceService;
import dev.skep.tracker.announce.Outcome;
import dev.skep.tracker.announce.Passkeys;
import dev.skep.tracker.swarm.Announce;
import dev.skep.tracker.swarm.IpAddress;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Optional;

/**
 * {@code /announce} and {@code /scrape}, with or without a passkey in front. What is wrong with a
 * request is told in a bencoded failure with status 200, as clients expect.
 */
public final class TrackerRoutes {
  private static final Header TEXT =
      HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "text/plain");

  private final AnnounceService service;
  private final Askers askers;
  private final HttpSettings settings;
  private final FullScrape fullScrape;

  /**
   * Creates the handlers.
   *
   * @param fullScrape answers scrapes of everything
   */
  public TrackerRoutes(AnnounceService service, HttpSettings settings, FullScrape fullScrape) {
    this.service = service;
    this.settings = settings;
    this.askers = new Askers(settings);
    this.fullScrape = fullScrape;
  }

  /** Adds the routes to a server's routing, and the end of connections to all of its routes. */
  public void addTo(HttpRouting.Builder rules) {
    rules
        .addFilter(new ConnectionClose())
        .get("/announce", this::announce)
        .get("/scrape", this::scrape)
        .get("/{passkey}/announce", this::announce)
        .get("/{passkey}/scrape", this::scrape);
  }

  private void announce(ServerRequest request, ServerResponse response) {
    try {
      AnnounceRequest asked = HttpAnnounceCodec.parseQuery(rawQuery(request));
      if (asked.port() == 0) {
        throw new TrackerProtocolException("port must be 1 to 65535");
      }
      Announce announce = read(asked, askers.of(request));
      switch (service.announce(announce, Passkeys.in(request.path().rawPath()))) {
        case Outcome.Refused(var reason, var retryIn) ->
            fail(response, AnswerEncoder.failure(reason, retryIn));
        case Outcome.Answered answered -> {
          service.counters().httpAnnounces().increment();
          send(
              response,
              asked.compact()
                  ? AnswerEncoder.compact(announce, answered)
                  : AnswerEncoder.dictionaries(announce, answered, !asked.noPeerId()));
        }
      }
    } catch (TrackerProtocolException e) {
      fail(response, AnswerEncoder.failure(reason(e), Optional.empty()));
    }
  }

  private Announce read(AnnounceRequest asked, IpAddress asker) {
    Announce announce = new Announce();
    announce.infoHash = asked.infoHash();
    announce.by(asked.peerId());
    announce.from(askers.stated(asker, asked.statedAddresses()), asked.port());
    announce.uploadedBytes = asked.uploadedBytes();
    announce.downloadedBytes = asked.downloadedBytes();
    announce.leftBytes = asked.leftBytes();
    announce.event = asked.event();
    announce.numwant = asked.numwant();
    announce.bothFamilies = true;
    announce.peerIdsWanted = !asked.compact() && !asked.noPeerId();
    return announce;
  }

  private void scrape(ServerRequest request, ServerResponse response) {
    try {
      List<InfoHash> asked = HttpScrapeCodec.parseQuery(rawQuery(request), settings.mostScraped());
      if (asked.isEmpty()) {
        fullScrape.answer(request, response);
        return;
      }
      IpAddress asker = askers.of(request);
      String passkey = Passkeys.in(request.path().rawPath());
      BencodeBuffer out = new BencodeBuffer(32 + 128 * asked.size()).raw("d5:filesd");
      asked.stream()
          .distinct()
          .sorted()
          .forEach(
              infoHash ->
                  AnswerEncoder.scraped(
                      service.scrape(infoHash, passkey, asker), out.string(infoHash)));
      service.counters().httpScrapes().increment();
      send(response, out.raw("ee"));
    } catch (TrackerProtocolException e) {
      fail(response, AnswerEncoder.failure(reason(e), Optional.empty()));
    }
  }

  /** The query as it came. What is not ASCII was lost on the way, and no client sends it so. */
  private static String rawQuery(ServerRequest request) throws TrackerProtocolException {
    String query = request.query().rawValue();
    if (query.indexOf('\ufffd') >= 0) {
      throw new TrackerProtocolException("the query has bytes that are not percent-encoded");
    }
    return query;
  }

  private static String reason(TrackerProtocolException e) {
    return String.valueOf(e.getMessage());
  }

  private void fail(ServerResponse response, BencodeBuffer body) {
    service.counters().httpFailures().increment();
    send(response, body);
  }

  static void send(ServerResponse response, BencodeBuffer body) {
    response.header(TEXT).send(body.array(), 0, body.length());
  }
}
