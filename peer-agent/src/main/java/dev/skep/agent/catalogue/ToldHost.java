package dev.skep.agent.catalogue;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import java.util.Optional;

/**
 * A machine that a rollout is for, as the tracker tells of it. Its words are strangers'.
 *
 * @param address empty if it was never heard of
 * @param state {@code unseen}, {@code waiting}, {@code downloading}, {@code stalled}, {@code
 *     failed}, {@code verified}, {@code hooked}, or what a later tracker may say
 * @param done whether it counts
 * @param reason why it is no further
 * @param progress 0.0 to 1.0, where it is known
 * @param seconds how long it took, of one that is done
 * @param alsoFrom another machine says that it is this one, from there, and is not believed
 * @param json the same as it came
 */
public record ToldHost(
    String name,
    Optional<String> address,
    String state,
    boolean done,
    Optional<String> reason,
    Optional<Double> progress,
    long bytesPerSecond,
    Optional<Long> secondsLeft,
    Optional<Double> seconds,
    Optional<String> alsoFrom,
    JsonObject json) {

  /** Nothing if it makes no sense. */
  static Optional<ToldHost> of(JsonObject row) {
    try {
      return Optional.of(
          new ToldHost(
              row.getString("name"),
              text(row, "address"),
              row.getString("state"),
              row.getBoolean("done", false),
              text(row, "reason"),
              number(row, "progress").map(JsonNumber::doubleValue),
              number(row, "bytesPerSecond").map(JsonNumber::longValue).orElse(0L),
              number(row, "secondsLeft").map(JsonNumber::longValue),
              number(row, "seconds").map(JsonNumber::doubleValue),
              text(row, "alsoFrom"),
              row));
    } catch (NullPointerException | ClassCastException e) { // a member is missing or no such thing
      return Optional.empty();
    }
  }

  private static Optional<String> text(JsonObject row, String member) {
    return Optional.ofNullable(row.getString(member, null));
  }

  private static Optional<JsonNumber> number(JsonObject row, String member) {
    return Optional.ofNullable(row.getJsonNumber(member));
  }
}
