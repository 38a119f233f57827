package dev.skep.tracker.rollout;

import java.util.concurrent.atomic.LongAdder;

/**
 * What became of reports, since the start.
 *
 * @param taken noted
 * @param wrong none that can be read
 * @param ignored of a torrent that is not registered and of no rollout, or from where none are
 *     taken
 * @param alien under a name that is another machine's
 * @param full of a host, or of a host for a rollout, that there was no room for
 * @param gaveWay hosts that are known no more since there was no room for others
 */
public record ReportTallies(
    LongAdder taken,
    LongAdder wrong,
    LongAdder ignored,
    LongAdder alien,
    LongAdder full,
    LongAdder gaveWay) {
  /** All at zero. */
  public ReportTallies() {
    this(
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder());
  }
}
