package dev.skep.agent.connection;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Rate limits of which each holds, as the agent's and its torrent's do for a connection.
 *
 * @param alone whether others than these do not hold beside them
 * @param share what comes through compared with most others when all want more than a limit lets
 *     through; above 0, 1 for most
 */
public record Limits(List<RateLimit> each, boolean alone, double share) {
  /** How soon a change of a limit is noticed by those who wait because of it. */
  static final long LOOK_NANOS = 500_000_000L;

  /** None at all. */
  public static final Limits NONE = new Limits(List.of());

  public Limits {
    each = List.copyOf(each);
  }

  /** That hold with others, and get as much as most. */
  public Limits(List<RateLimit> each) {
    this(each, false, 1);
  }

  /** Those of the other too, unless one of them holds alone. */
  public Limits and(Limits other) {
    if (alone || other.alone) {
      return alone ? this : other;
    }
    List<RateLimit> both = new ArrayList<>(each);
    both.addAll(other.each);
    return new Limits(both, false, share * other.share);
  }

  /** See {@link RateLimit#turnBytes}. */
  public int turnBytes(int wanted) {
    int bytes = wanted;
    for (int i = 0; i < each.size(); i++) {
      bytes = each.get(i).turnBytes(bytes);
    }
    return bytes;
  }

  /** See {@link RateLimit#waited}. */
  public void waited(long now) {
    for (int i = 0; i < each.size(); i++) {
      each.get(i).waited(now);
    }
  }

  /** Sleeps, but not much beyond a change of the limits that ask for it. */
  public void sleep(long nanos) throws InterruptedException {
    int changes = changes();
    long until = System.nanoTime() + nanos;
    long left = nanos;
    while (left > 0 && changes() == changes) {
      TimeUnit.NANOSECONDS.sleep(Math.min(left, LOOK_NANOS));
      left = until - System.nanoTime();
    }
  }

  /** See {@link RateLimit#changes}. */
  int changes() {
    int changes = 0;
    for (int i = 0; i < each.size(); i++) {
      changes += each.get(i).changes();
    }
    return changes;
  }

  /**
   * Pays all; returns the longest wait in nanoseconds. Who has a greater share waits for a part of
   * what is owed only. All owe as much as moved, so the limit holds whoever waits how long.
   */
  public long pay(long bytes, long now) {
    long wait = 0;
    for (int i = 0; i < each.size(); i++) {
      wait = Math.max(wait, each.get(i).pay(bytes, now));
    }
    return share == 1 ? wait : (long) (wait / share);
  }
}
