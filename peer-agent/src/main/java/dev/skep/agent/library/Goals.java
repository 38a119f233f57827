package dev.skep.agent.library;

import java.time.Duration;
import java.util.Optional;

/**
 * When a torrent has done its part, or is given up.
 *
 * @param ratio it sent so many times its size
 * @param seedTime it had everything for so long
 * @param idleTime it had everything, and nobody took anything for so long
 * @param giveUp it still lacks something, and nothing came for so long
 * @param removeWhenDone whether it is then forgotten instead of paused; its data stays
 */
public record Goals(
    Goal<Double> ratio,
    Goal<Duration> seedTime,
    Goal<Duration> idleTime,
    Goal<Duration> giveUp,
    boolean removeWhenDone) {

  /** What holds for all torrents. */
  public static final Goals INHERITED =
      new Goals(Goal.inherited(), Goal.inherited(), Goal.inherited(), Goal.inherited(), false);

  /** It goes on until somebody stops it. */
  public static final Goals NONE =
      new Goals(Goal.never(), Goal.never(), Goal.never(), Goal.never(), false);

  /** Why a torrent's work is over. */
  public enum Reached {
    RATIO,
    SEED_TIME,
    IDLE_TIME,
    GAVE_UP
  }

  /**
   * How far a torrent has come.
   *
   * @param complete whether it has all that is wanted
   * @param wantedBytes length of what is wanted
   * @param uploadedBytes payload sent in all
   * @param seeding how long it has been complete and at work
   * @param still how long it was at work since something came, or went if it is complete
   */
  public record Progress(
      boolean complete, long wantedBytes, long uploadedBytes, Duration seeding, Duration still) {}

  /** The first that is reached, if any. */
  public Optional<Reached> reached(Progress now) {
    if (!now.complete) {
      return isOver(giveUp, now.still) ? Optional.of(Reached.GAVE_UP) : Optional.empty();
    }
    if (ratio.end().filter(times -> now.uploadedBytes >= times * now.wantedBytes).isPresent()) {
      return Optional.of(Reached.RATIO);
    }
    if (isOver(seedTime, now.seeding)) {
      return Optional.of(Reached.SEED_TIME);
    }
    return isOver(idleTime, now.still) ? Optional.of(Reached.IDLE_TIME) : Optional.empty();
  }

  private static boolean isOver(Goal<Duration> goal, Duration passed) {
    return goal.end().filter(most -> passed.compareTo(most) >= 0).isPresent();
  }

  /** Whether there is any that can be reached. */
  public boolean hasEnd() {
    return ratio.end().isPresent()
        || seedTime.end().isPresent()
        || idleTime.end().isPresent()
        || giveUp.end().isPresent();
  }

  /** The same with {@code others} for what it is not told itself. */
  public Goals or(Goals others) {
    return new Goals(
        ratio.or(others.ratio),
        seedTime.or(others.seedTime),
        idleTime.or(others.idleTime),
        giveUp.or(others.giveUp),
        removeWhenDone || others.removeWhenDone);
  }

  public Goals withRatio(Goal<Double> next) {
    return new Goals(next, seedTime, idleTime, giveUp, removeWhenDone);
  }

  public Goals withSeedTime(Goal<Duration> next) {
    return new Goals(ratio, next, idleTime, giveUp, removeWhenDone);
  }

  public Goals withIdleTime(Goal<Duration> next) {
    return new Goals(ratio, seedTime, next, giveUp, removeWhenDone);
  }
}
