package dev.skep.agent.catalogue;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A rollout as a tracker tells of it: a torrent, who must have it, and how far that is. Its words
 * are a stranger's.
 *
 * @param ended when it was done or cancelled
 * @param progress of all who are meant, 0.0 to 1.0
 * @param secondsLeft until all have it, where the tracker knows
 * @param json the same as it came
 */
public record ToldRollout(
    String id,
    String infoHash,
    String name,
    State state,
    Instant created,
    Optional<Instant> deadline,
    Optional<Instant> ended,
    Counts counts,
    double progress,
    long bytesPerSecond,
    Optional<Long> secondsLeft,
    JsonObject json) {

  /** What it has come to. */
  public enum State {
    RUNNING,
    /** Its deadline is over, and it goes on. */
    LATE,
    DONE,
    CANCELLED
  }

  /**
   * Machines.
   *
   * @param needed so many must be done
   * @param hosts all that are meant and known
   */
  public record Counts(int needed, int hosts, int done) {}

  /** Whether nothing of it goes on. */
  public boolean isOver() {
    return state == State.DONE || state == State.CANCELLED;
  }

  /** From its begin to its end, as the tracker's clock has it. */
  public Optional<Duration> taken() {
    return ended.map(end -> Duration.between(created, end)).filter(Duration::isPositive);
  }

  /** Whether as many are done as make that share of those that must be. */
  public boolean has(int percent) {
    return state == State.DONE
        || (counts.needed > 0 && 100L * counts.done >= (long) percent * counts.needed);
  }

  /** Whether it is the same torrent for those who carry these labels, and for nobody else. */
  public boolean isFor(String hash, List<String> labels) {
    if (!infoHash.equals(hash) || !(json.get("target") instanceof JsonObject target)) {
      return false;
    }
    boolean others =
        target.getInt("hosts", 0) > 0
            || target.containsKey("anyOf")
            || isThere(target, "networks")
            || isThere(target, "zones");
    return !others
        && target.get("labels") instanceof JsonArray theirs
        && Set.copyOf(theirs).equals(Set.copyOf(Json.createArrayBuilder(labels).build()));
  }

  private static boolean isThere(JsonObject target, String list) {
    return target.get(list) instanceof JsonArray some && !some.isEmpty();
  }

  /** Nothing if it makes no sense. */
  static Optional<ToldRollout> of(JsonObject row) {
    try {
      JsonObject counts = row.getJsonObject("counts");
      return Optional.of(
          new ToldRollout(
              row.getString("id"),
              row.getString("infoHash"),
              row.getString("name"),
              State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
              Instant.parse(row.getString("created")),
              Optional.ofNullable(row.getString("deadline", null)).map(Instant::parse),
              Optional.ofNullable(row.getString("ended", null)).map(Instant::parse),
              new Counts(counts.getInt("needed"), counts.getInt("hosts"), counts.getInt("done")),
              row.getJsonNumber("progress").doubleValue(),
              row.getJsonNumber("bytesPerSecond").longValue(),
              Optional.ofNullable(row.getJsonNumber("secondsLeft")).map(JsonNumber::longValue),
              row));
    } catch (NullPointerException
        | ClassCastException
        | IllegalArgumentException
        | DateTimeException e) { // a member is missing, of another kind, or out of its range
      return Optional.empty();
    }
  }
}
