package dev.skep.agent.service;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** What became of torrents in catalogues that are followed, since the start. */
public final class FollowFigures {
  /** What can become of one. */
  public enum Outcome {
    ADDED,
    DROPPED,
    /** It is not signed, and has to be. */
    UNSIGNED,
    /** Its signature is wrong, or a stranger's. */
    WRONG_SIGNATURE,
    /** A later one of its name was there before. */
    REPLAYED,
    /** What the catalogue says of it, or its .torrent, makes no sense. */
    UNFIT
  }

  private final Map<Outcome, LongAdder> counts = new EnumMap<>(Outcome.class);

  FollowFigures() {
    for (Outcome outcome : Outcome.values()) {
      counts.put(outcome, new LongAdder());
    }
  }

  public void count(Outcome outcome) {
    counter(outcome).increment();
  }

  public long of(Outcome outcome) {
    return counter(outcome).sum();
  }

  /** All of them by their names in lower case. */
  public Map<String, Long> all() {
    Map<String, Long> all = new TreeMap<>();
    counts.forEach(
        (outcome, count) -> all.put(outcome.name().toLowerCase(Locale.ROOT), count.sum()));
    return all;
  }

  private LongAdder counter(Outcome outcome) {
    return Objects.requireNonNull(counts.get(outcome));
  }
}
