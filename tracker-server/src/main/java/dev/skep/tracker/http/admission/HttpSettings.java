package dev.skep.tracker.http.admission;

import dev.skep.protocol.address.Cidr;
import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.announce.PathPrefix;
import dev.skep.tracker.announce.Proxies;
import java.time.Duration;
import java.util.List;

/**
 * What the HTTP front end believes and allows.
 *
 * @param trustedProxies who is believed to say for whom it asks
 * @param proxyHeader in what these say it
 * @param balancers whose connections begin with whose they are (the PROXY protocol)
 * @param mayStateAddress who may name another address than its own ({@code ip}, {@code ipv4},
 *     {@code ipv6})
 * @param prefix under what path proxies show the tracker
 * @param mostScraped most info-hashes in one scrape
 * @param fullScrape whether a scrape without info-hash is answered with all torrents
 * @param fullScrapeEvery how often one full scrape is answered, whoever asks
 * @param connections how many there may be, and for how long
 * @param answers what answers may take until they are with those who asked
 * @param turns how many costly requests are handled at a time
 */
public record HttpSettings(
    List<Cidr> trustedProxies,
    Proxies.Header proxyHeader,
    List<Cidr> balancers,
    List<Cidr> mayStateAddress,
    PathPrefix prefix,
    int mostScraped,
    boolean fullScrape,
    Duration fullScrapeEvery,
    ConnectionLimits connections,
    AnswerLimits answers,
    TurnLimits turns) {
  /** Believes nobody, and answers no full scrape. */
  public static final HttpSettings DEFAULT =
      new HttpSettings(
          List.of(),
          Proxies.Header.X_FORWARDED_FOR,
          List.of(),
          List.of(),
          PathPrefix.NONE,
          74,
          false,
          Duration.ofSeconds(10),
          ConnectionLimits.DEFAULT,
          AnswerLimits.DEFAULT,
          TurnLimits.DEFAULT);

  public HttpSettings {
    trustedProxies = List.copyOf(trustedProxies);
    balancers = List.copyOf(balancers);
    mayStateAddress = List.copyOf(mayStateAddress);
    if (mostScraped < 1) {
      throw new IllegalArgumentException("a scrape may name at least 1 info-hash");
    }
  }

  /** Whether connections from there begin with whose they are. */
  boolean isBalancer(IpAddress from) {
    for (Cidr block : balancers) {
      if (block.contains(from)) {
        return true;
      }
    }
    return false;
  }

  /** The same, but these limits of connections. */
  public HttpSettings with(ConnectionLimits limits) {
    return new HttpSettings(
        trustedProxies,
        proxyHeader,
        balancers,
        mayStateAddress,
        prefix,
        mostScraped,
        fullScrape,
        fullScrapeEvery,
        limits,
        answers,
        turns);
  }

  /** The same, but these limits of answers and turns. */
  public HttpSettings with(AnswerLimits ofAnswers, TurnLimits ofTurns) {
    return new HttpSettings(
        trustedProxies,
        proxyHeader,
        balancers,
        mayStateAddress,
        prefix,
        mostScraped,
        fullScrape,
        fullScrapeEvery,
        connections,
        ofAnswers,
        ofTurns);
  }
}
