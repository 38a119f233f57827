package dev.skep.tracker.http.admission;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the front end holds now, and what its bounds did since the start.
 *
 * @param unsentBytes bytes of answers on the heap that wait to be taken
 * @param requests requests that cost more than an announce and are handled now
 * @param refusedRequests such requests that were answered with 503 because too many waited
 * @param gaveWay connections closed to make room for another's answer or connection
 * @param late connections closed because an answer was not taken in time, or nothing was asked for
 */
public record HttpTallies(
    AtomicLong unsentBytes,
    AtomicInteger requests,
    LongAdder refusedRequests,
    LongAdder gaveWay,
    LongAdder late) {
  /** All at zero. */
  public HttpTallies() {
    this(new AtomicLong(), new AtomicInteger(), new LongAdder(), new LongAdder(), new LongAdder());
  }
}
