package dev.skep.tracker.http;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.IpAddress;
import dev.skep.protocol.tracker.AnnounceEvent;
import dev.skep.protocol.tracker.AnnounceRequest;
import dev.skep.protocol.tracker.HostReport;
import dev.skep.protocol.tracker.HttpAnnounceQuery;
import dev.skep.protocol.tracker.HttpScrapeCodec;
import dev.skep.protocol.tracker.TrackerProtocolException;
import dev.skep.tracker.announce.AnnounceService;
import dev.skep.tracker.announce.HostReports;
import dev.skep.tracker.announce.Outcome;
import dev.skep.tracker.announce.Passkeys;
import dev.skep.tracker.http.admission.AnswerRules;
import dev.skep.tracker.http.admission.HttpSettings;
import dev.skep.tracker.http.admission.PlainAnswers;
import dev.skep.tracker.http.admission.PlainRequest;
import dev.skep.tracker.http.admission.RequestTurns;
import dev.skep.tracker.swarm.Announce;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * {@code /announce} and {@code /scrape}, with or without a passkey in front. What is wrong with a
 * request is told in a bencoded failure with status 200, as clients expect.
 */
public final class TrackerRoutes implements PlainAnswers {
  private final AnnounceService service;
  private final Askers askers;
  private final HttpSettings settings;
  private final FullScrape fullScrape;
  private final RequestTurns turns;
  private final HostReports reports;

  /**
   * Creates the handlers.
   *
   * @param fullScrape answers scrapes of everything
   * @param turns whom all other requests have to wait for
   * @param reports takes what hosts tell of themselves
   */
  public TrackerRoutes(
      AnnounceService service,
      HttpSettings settings,
      FullScrape fullScrape,
      RequestTurns turns,
      HostReports reports) {
    this.reports = reports;
    this.service = service;
    this.settings = settings;
    this.askers = new Askers(settings);
    this.fullScrape = fullScrape;
    this.turns = turns;
  }

  /**
   * Adds the routes to a server's routing, and turns and the end of connections to all of it.
   *
   * @param sooner answers some requests before they wait for a turn
   * @param again answers some of those that have waited
   */
  public void addTo(HttpRouting.Builder rules, Filter sooner, Filter again) {
    rules
        .addFilter(new ConnectionClose())
        .addFilter(sooner)
        .addFilter(turns)
        .addFilter(again)
        .get("/announce", this::announce) // by itself: a pattern has to be matched
        .get("/announce/", this::announce)
        .get("/scrape", this::scrape)
        .get("/scrape/", this::scrape)
        .get("/{passkey}/announce[/]", this::announce)
        .get("/{passkey}/scrape[/]", this::scrape);
  }

  /** An announce that needs nothing of the server. */
  @Override
  public Optional<ByteBuffer> to(PlainRequest request, IpAddress far) {
    String path = settings.prefix().behind(request.path());
    if (!RequestTurns.isAnnounce(path)) {
      return Optional.empty();
    }
    BencodeBuffer answer;
    try {
      AnnounceRequest asked =
          HttpAnnounceQuery.parse(request.bytes(), request.queryStart(), request.queryEnd());
      answer = announce(asked, request.query(), askers.behind(far), path);
    } catch (TrackerProtocolException e) {
      answer = failure(e);
    }
    return Optional.of(ByteBuffer.wrap(answer.array(), 0, answer.length()));
  }

  private void announce(ServerRequest request, ServerResponse response) {
    try {
      String query = rawQuery(request);
      AnnounceRequest asked = HttpAnnounceQuery.parse(query);
      send(response, announce(asked, query, askers.of(request), request.path().rawPath()));
    } catch (TrackerProtocolException e) {
      send(response, failure(e));
    }
  }

  private BencodeBuffer announce(AnnounceRequest asked, String query, IpAddress asker, String path)
      throws TrackerProtocolException {
    if (asked.port() == 0 && asked.event() != AnnounceEvent.STOPPED) {
      throw new TrackerProtocolException("port must be 1 to 65535");
    }
    List<IpAddress> addresses = askers.addresses(asker, asked.statedAddresses());
    String passkey = Passkeys.in(path);
    Announce announce = read(asked, addresses.getFirst());
    return switch (service.announce(announce, passkey)) {
      case Outcome.Refused(var reason, var retryIn) -> failure(reason, retryIn);
      case Outcome.Answered answered -> {
        service.counters().httpAnnounces().increment();
        Outcome.Answered told = reported(query, announce, answered, passkey);
        if (addresses.size() > 1) {
          announceToo(asked, addresses.getLast(), passkey);
        }
        yield asked.compact()
            ? AnswerEncoder.compact(announce, told)
            : AnswerEncoder.dictionaries(announce, told, !asked.noPeerId());
      }
    };
  }

  /** The answer to one that may be a host's report; one that is wrong is an announce as others. */
  private Outcome.Answered reported(
      String query, Announce said, Outcome.Answered answered, String passkey) {
    try {
      Optional<HostReport> report = HostReport.in(query);
      if (report.isEmpty()) { // as nearly all
        return answered;
      }
      return reports
          .take(report.get(), said, service.vouchesFor(passkey))
          .map(interval -> AnnounceService.sooner(answered, interval))
          .orElse(answered);
    } catch (TrackerProtocolException _) {
      reports.countWrong();
      return answered;
    }
  }

  /** The same peer under its address in the other family (BEP 7). */
  private void announceToo(AnnounceRequest asked, IpAddress address, String passkey) {
    Announce announce = read(asked, address);
    announce.numwant = 0;
    service.announce(announce, passkey);
  }

  private static Announce read(AnnounceRequest asked, IpAddress address) {
    Announce announce = new Announce();
    announce.torrent(asked.infoHash());
    announce.by(asked.peerId());
    announce.from(address, asked.port());
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
      IpAddress asker = askers.of(request);
      String passkey = Passkeys.in(request.path().rawPath());
      List<InfoHash> asked = HttpScrapeCodec.parseQuery(rawQuery(request), settings.mostScraped());
      if (asked.isEmpty()) {
        fullScrape.answer(request, response, asker, passkey);
        return;
      }
      BencodeBuffer out = new BencodeBuffer(32 + 128 * asked.size()).raw("d5:filesd");
      asked.stream()
          .distinct()
          .sorted()
          .forEach(
              infoHash ->
                  AnswerEncoder.scraped(
                      service.scrape(infoHash, passkey, asker), out.string(infoHash)));
      service.counters().httpScrapes().increment();
      sendScraped(request, response, out.raw("ee"));
    } catch (TrackerProtocolException e) {
      send(response, failure(e));
    }
  }

  private static void sendScraped(
      ServerRequest request, ServerResponse response, BencodeBuffer body) {
    if (body.length() < Compression.SHORTEST_BYTES) {
      send(response, body);
      return;
    }
    response.header(Compression.VARIES);
    if (Compression.isAccepted(request.headers())) {
      response.header(AnswerRules.TEXT).header(Compression.GZIP).send(body.compressed());
    } else {
      send(response, body);
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

  private BencodeBuffer failure(TrackerProtocolException e) {
    return failure(String.valueOf(e.getMessage()), Optional.empty());
  }

  private BencodeBuffer failure(String reason, Optional<Duration> retryIn) {
    service.counters().httpFailures().increment();
    return AnswerEncoder.failure(reason, retryIn);
  }

  static void send(ServerResponse response, BencodeBuffer body) {
    response.header(AnswerRules.TEXT).send(body.array(), 0, body.length());
  }
}
