package dev.skep.tracker.http.admission;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the front end holds now, and what its bounds did since the start.
 *
 * @param unsentBytes bytes of answers on the heap that wait to be taken
 * @param requests requests that cost more than an announce and are handled now
 * @param waiting such requests that wait for their turn now
 * @param refusedRequests such requests that were answered with 503 because too many waited
 * @param wrongRequests requests answered with 400, 413 or 414: wrong or too long
 * @param gaveWay connections closed to make room for another's answer or connection
 * @param late connections closed because an answer was not taken in time, or a request did not come
 */
public record HttpTallies(
    AtomicLong unsentBytes,
    AtomicInteger requests,
    AtomicInteger waiting,
    LongAdder refusedRequests,
    LongAdder wrongRequests,
    LongAdder gaveWay,
    LongAdder late) {
  /** All at zero. */
  public HttpTallies() {
    this(
        new AtomicLong(),
        new AtomicInteger(),
        new AtomicInteger(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder());
  }
}
