package dev.skep.agent.report;

import dev.skep.agent.service.Doctor.Cause;
import dev.skep.protocol.tracker.HostReport.State;
import java.time.Duration;
import java.util.Optional;

/**
 * When a tracker is told of one torrent again: at once when its state has changed or something
 * breaks, and now and then while nothing changes, as the tracker wants. In the long run once in ten
 * seconds at most, whatever happens and whatever the tracker says. Pure: time is given, in
 * monotonic nanoseconds. Not thread-safe.
 */
final class ReportPace {
  /** In the long run there are no more. */
  static final Duration EACH = Duration.ofSeconds(10);

  /** But so many may come at once: a small torrent begins, is there and is handed over. */
  static final int AT_ONCE = 4;

  /** Which pieces are here takes many bytes, and is told no more often. */
  static final Duration PIECES_EACH = Duration.ofSeconds(30);

  private static final Duration LEAST_FETCHING = Duration.ofSeconds(5);
  private static final Duration LEAST_DONE = Duration.ofMinutes(1);
  private static final Duration MOST = Duration.ofHours(1);

  /** What has limited it for so long is worth a word. */
  private static final Duration LASTING = Duration.ofSeconds(5);

  private Optional<HostStanding> told = Optional.empty();
  private Optional<HostStanding> limited = Optional.empty();
  private boolean limits;
  private long limitedNanos;
  private long seenAt;
  private Duration wanted = EACH;
  private double left = AT_ONCE;
  private long at;
  private boolean piecesTold;
  private long piecesAt;

  /** Nothing was told yet. */
  ReportPace(long now) {
    at = now;
    seenAt = now;
  }

  /**
   * The same with a reason only if something has limited it for a while: what does now, or what did
   * last. So it is told what comes and goes, as where a rate is now a little below its limit.
   */
  HostStanding lasting(HostStanding standing, long now) {
    long passed = now - seenAt;
    seenAt = now;
    // It counts if it holds a third of the time.
    limitedNanos += limits ? passed : -passed / 2;
    limitedNanos = Math.clamp(limitedNanos, 0, 2 * LASTING.toNanos());
    limits = standing.state() == State.FETCHING && standing.reason().isPresent();
    if (standing.state() != State.FETCHING) {
      limitedNanos = 0;
      return standing;
    }
    if (limits) {
      limited = Optional.of(standing);
    }
    return switch (standing.cause()) {
      case BROKEN, QUEUED -> standing;
      default ->
          limited
              .filter(_ -> limitedNanos >= LASTING.toNanos())
              .orElse(new HostStanding(State.FETCHING, Cause.NOTHING, Optional.empty()));
    };
  }

  boolean isDue(HostStanding standing, long now) {
    if (told.isEmpty()) {
      return true;
    }
    Duration passed = Duration.ofNanos(now - at);
    boolean otherwise = standing.cause() != told.get().cause();
    boolean breaks = otherwise && standing.cause() == Cause.BROKEN;
    if (breaks || standing.state() != told.get().state()) {
      return left(now) >= 1;
    }
    return passed.compareTo(otherwise ? EACH : usual(standing.state())) >= 0;
  }

  private Duration usual(State state) {
    Duration least = state == State.FETCHING ? LEAST_FETCHING : LEAST_DONE;
    Duration longer = wanted.compareTo(least) > 0 ? wanted : least;
    return longer.compareTo(MOST) < 0 ? longer : MOST;
  }

  private double left(long now) {
    return Math.min(AT_ONCE, left + (double) (now - at) / EACH.toNanos());
  }

  /**
   * The tracker has heard it.
   *
   * @param interval when it wants to hear more
   */
  void told(HostStanding standing, Duration interval, long now) {
    left = Math.max(0, left(now) - 1);
    at = now;
    told = Optional.of(standing);
    wanted = interval;
  }

  /** Whether to tell which pieces are here with what is told now; of what is whole all are. */
  boolean wantsPieces(HostStanding standing, long now) {
    return standing.state() == State.FETCHING
        && (!piecesTold || now - piecesAt >= PIECES_EACH.toNanos());
  }

  /** The tracker has heard which pieces are here. */
  void toldPieces(long now) {
    piecesTold = true;
    piecesAt = now;
  }

  /** Whether there is nothing to come that is worth a look each second. */
  boolean rests() {
    return told.filter(last -> last.state() == State.HOOKED).isPresent();
  }
}
