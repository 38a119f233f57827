package dev.skep.tracker.admin.views;

import dev.skep.tracker.rollout.HostRow;
import dev.skep.tracker.rollout.Rollout;
import dev.skep.tracker.rollout.Rollouts;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * What changes in a rollout, as server-sent events, for one who follows it. Nothing is kept for
 * that one but where it is: hosts that changed since are told as they are when it can take more.
 */
public final class RolloutEvents {
  private static final int MOST_AT_A_TIME = 50;

  /** Between two batches: of hosts that change all the time each is told so often at most. */
  private static final Duration BATCH = Duration.ofMillis(500);

  private final Rollouts rollouts;
  private final Rollout rollout;
  private final EventWriter out;
  private long at;

  private RolloutEvents(Rollouts rollouts, Rollout rollout, long at, EventWriter out) {
    this.rollouts = rollouts;
    this.rollout = rollout;
    this.at = at;
    this.out = out;
  }

  /**
   * Writes events until the rollout has ended or a while is over.
   *
   * @param after the version to go on behind; one that there never was stands for the beginning
   * @throws IOException if nobody reads them any more
   */
  public static void write(
      Rollouts rollouts, Rollout rollout, long after, Duration howLong, EventWriter out)
      throws IOException {
    long begin = after <= rollout.version() ? after : 0;
    var events = new RolloutEvents(rollouts, rollout, begin, out);
    events.out.event(begin, "at", EventWriter.NOTHING);
    events.follow(howLong);
  }

  private void follow(Duration howLong) throws IOException {
    long end = System.nanoTime() + howLong.toNanos();
    for (boolean last = false; !last; ) {
      last = System.nanoTime() - end >= 0;
      boolean hasEnded = rollout.state().isEnd();
      boolean told = catchUp();
      if (hasEnded) {
        out.event(at, "end", RolloutRow.of(rollout).json());
        last = true;
      }
      out.flush();
      if (!last) {
        last = !waited(told, end);
      }
    }
  }

  /** Tells what changed; whether anything did. */
  private boolean catchUp() throws IOException {
    long now = rollout.version();
    if (now == at) {
      return false;
    }
    boolean more = true;
    while (more) {
      more = out.inTurn(() -> tellSome(now));
    }
    return true;
  }

  /** Tells of some hosts, and after the last one of the rollout; whether there are more. */
  private boolean tellSome(long upTo) {
    List<HostRow> changed = rollout.changedAfter(at, MOST_AT_A_TIME);
    for (HostRow host : changed) {
      at = host.version();
      out.event(at, "host", RolloutHost.of(rollouts, rollout, host).json());
    }
    if (at < upTo && changed.size() == MOST_AT_A_TIME) {
      return true;
    }
    at = Math.max(at, upTo);
    out.event(at, "rollout", RolloutRow.of(rollout).json());
    return false;
  }

  /** Whether the stream is to go on. */
  private boolean waited(boolean told, long endNanos) {
    try {
      Duration quiet = out.quiet(endNanos);
      return told
          ? rollout.pause(quiet.compareTo(BATCH) < 0 ? quiet : BATCH)
          : rollout.await(() -> rollout.version() != at, quiet);
    } catch (InterruptedException _) {
      return false; // the server stops
    }
  }
}
