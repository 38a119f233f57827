package dev.skep.tracker.announce;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the front ends and the announce path count, since the start. Add on any thread, read with
 * {@link LongAdder#sum()}.
 *
 * @param httpAnnounces announces answered over HTTP
 * @param httpScrapes scrape requests answered over HTTP
 * @param httpFailures HTTP requests answered with a failure reason, malformed ones and refused ones
 * @param httpConnections connections open now
 * @param httpTurnedAway connections closed because there were too many
 * @param httpCrowdedOut connections closed because there were too many of their address
 * @param httpShed connections reset because too many waited for their turn
 * @param udpConnects UDP connects answered
 * @param udpAnnounces announces answered over UDP
 * @param udpScrapes scrape requests answered over UDP
 * @param udpErrors datagrams answered with an error
 * @param udpIgnored datagrams not answered: too short, or with a connection id that is not ours
 * @param udpUnsent answers that the system would not send
 * @param started announces with event {@code started}
 * @param completed announces with event {@code completed}
 * @param stopped announces with event {@code stopped}
 * @param refused announces refused by access or by a limit
 */
public record TrackerCounters(
    LongAdder httpAnnounces,
    LongAdder httpScrapes,
    LongAdder httpFailures,
    AtomicInteger httpConnections,
    LongAdder httpTurnedAway,
    LongAdder httpCrowdedOut,
    LongAdder httpShed,
    LongAdder udpConnects,
    LongAdder udpAnnounces,
    LongAdder udpScrapes,
    LongAdder udpErrors,
    LongAdder udpIgnored,
    LongAdder udpUnsent,
    LongAdder started,
    LongAdder completed,
    LongAdder stopped,
    LongAdder refused) {
  /** All at zero. */
  public TrackerCounters() {
    this(
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new AtomicInteger(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder());
  }

  /** Announces answered, over both front ends. */
  public long announces() {
    return httpAnnounces.sum() + udpAnnounces.sum();
  }

  /** Scrapes answered, over both front ends. */
  public long scrapes() {
    return httpScrapes.sum() + udpScrapes.sum();
  }
}
