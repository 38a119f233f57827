package dev.skep.agent.connection;

import java.util.ArrayList;
import java.util.List;

/** Rate limits of which each holds, as the agent's and its torrent's do for a connection. */
public record Limits(List<RateLimit> each) {
  /** None at all. */
  public static final Limits NONE = new Limits(List.of());

  public Limits {
    each = List.copyOf(each);
  }

  /** Those of the other too. */
  Limits and(Limits other) {
    List<RateLimit> both = new ArrayList<>(each);
    both.addAll(other.each);
    return new Limits(both);
  }

  /** See {@link RateLimit#turnBytes}. */
  int turnBytes(int wanted) {
    int bytes = wanted;
    for (int i = 0; i < each.size(); i++) {
      bytes = each.get(i).turnBytes(bytes);
    }
    return bytes;
  }

  /** See {@link RateLimit#waited}. */
  void waited(long now) {
    for (int i = 0; i < each.size(); i++) {
      each.get(i).waited(now);
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

  /** Pays all; returns the longest wait in nanoseconds. */
  long pay(long bytes, long now) {
    long wait = 0;
    for (int i = 0; i < each.size(); i++) {
      wait = Math.max(wait, each.get(i).pay(bytes, now));
    }
    return wait;
  }
}
