package dev.skep.tracker.rollout;

import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Something that somebody may want to be told of.
 *
 * @param number of its rollout's, from 0
 * @param host of {@link Kind#FAILED}
 * @param reason why it failed, if it said so
 */
public record Occurrence(
    int number, Kind kind, Instant at, Optional<String> host, Optional<String> reason) {
  /** What. */
  public enum Kind {
    /** All that were needed are done. */
    DONE,
    /** The deadline passed before. */
    LATE,
    /** A host does not go on by itself. */
    FAILED;

    /** As it is said. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The one that is said so. */
    public static Optional<Kind> of(String word) {
      return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
    }
  }
}
