package dev.skep.tracker.http.admission;

import dev.skep.protocol.address.Cidr;
import java.time.Duration;
import java.util.List;

/**
 * What the HTTP front end believes and allows.
 *
 * @param trustedProxies whose {@code X-Forwarded-For} is believed
 * @param mayStateAddress who may name another address than its own ({@code ip}, {@code ipv4},
 *     {@code ipv6})
 * @param mostScraped most info-hashes in one scrape
 * @param fullScrape whether a scrape without info-hash is answered with all torrents
 * @param fullScrapeEvery how often one full scrape is answered, whoever asks
 * @param mostConnections connections at once, at least 1; one more is turned away
 * @param mostPerAddress of these from one address, at least 1
 * @param privateTimes how many times as many those of this machine and of private networks may
 *     have, at least 1, but no more than half of all
 * @param uncounted addresses that may have any number, as trusted proxies may
 * @param patience how long a connection may be silent
 * @param answers what answers may take until they are with those who asked
 */
public record HttpSettings(
    List<Cidr> trustedProxies,
    List<Cidr> mayStateAddress,
    int mostScraped,
    boolean fullScrape,
    Duration fullScrapeEvery,
    int mostConnections,
    int mostPerAddress,
    int privateTimes,
    List<Cidr> uncounted,
    Duration patience,
    AnswerLimits answers) {
  /** Believes nobody, and answers no full scrape. */
  public static final HttpSettings DEFAULT =
      new HttpSettings(
          List.of(),
          List.of(),
          74,
          false,
          Duration.ofSeconds(10),
          5000,
          500,
          10,
          List.of(),
          Duration.ofSeconds(30),
          AnswerLimits.DEFAULT);

  public HttpSettings {
    trustedProxies = List.copyOf(trustedProxies);
    mayStateAddress = List.copyOf(mayStateAddress);
    uncounted = List.copyOf(uncounted);
    if (mostScraped < 1) {
      throw new IllegalArgumentException("a scrape may name at least 1 info-hash");
    }
    if (mostConnections < 1 || mostPerAddress < 1 || privateTimes < 1) {
      throw new IllegalArgumentException("there may be at least 1 connection");
    }
  }
}
