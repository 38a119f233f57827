package dev.skep.agent.cli.swarm;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.util.List;
import java.util.Locale;

/**
 * What a peer's process tells its parent, one JSON document in a line.
 *
 * @param event what has just happened
 * @param state of its transfer, in lower case, such as {@code downloading}
 * @param announced whether a tracker has heard of it
 * @param seconds since the parent said go; 0 before
 * @param peers whom it exchanged blocks with, also those that have left
 */
public record ChildReport(
    Event event,
    String state,
    boolean announced,
    double seconds,
    long totalBytes,
    long verifiedBytes,
    long downloadedBytes,
    long uploadedBytes,
    long downBytesPerSecond,
    long upBytesPerSecond,
    int connected,
    List<Exchange> peers) {

  /** What has just happened. */
  public enum Event {
    /** It listens; a leecher waits for its parent's go. */
    READY,
    /** Nothing in particular. */
    PROGRESS,
    /** Everything is verified. */
    DONE,
    /** It said goodbye and ends. */
    STOPPED
  }

  /** The bytes exchanged with the peer at one address. */
  public record Exchange(String address, long downloadedBytes, long uploadedBytes) {}

  public ChildReport {
    peers = List.copyOf(peers);
  }

  /** Before anything is known. */
  public static final ChildReport NOTHING =
      new ChildReport(Event.READY, "starting", false, 0, 0, 0, 0, 0, 0, 0, 0, List.of());

  /** The same, with another event. */
  public ChildReport with(Event other) {
    return new ChildReport(
        other,
        state,
        announced,
        seconds,
        totalBytes,
        verifiedBytes,
        downloadedBytes,
        uploadedBytes,
        downBytesPerSecond,
        upBytesPerSecond,
        connected,
        peers);
  }

  /** One line of JSON, without its end. */
  public String toLine() {
    var exchanges = Json.createArrayBuilder();
    for (Exchange peer : peers) {
      exchanges.add(
          Json.createObjectBuilder()
              .add("address", peer.address())
              .add("downloadedBytes", peer.downloadedBytes())
              .add("uploadedBytes", peer.uploadedBytes()));
    }
    return Json.createObjectBuilder()
        .add("event", event.name().toLowerCase(Locale.ROOT))
        .add("state", state)
        .add("announced", announced)
        .add("seconds", seconds)
        .add("totalBytes", totalBytes)
        .add("verifiedBytes", verifiedBytes)
        .add("downloadedBytes", downloadedBytes)
        .add("uploadedBytes", uploadedBytes)
        .add("downBytesPerSecond", downBytesPerSecond)
        .add("upBytesPerSecond", upBytesPerSecond)
        .add("connected", connected)
        .add("peers", exchanges)
        .build()
        .toString();
  }

  /**
   * Reads a line that {@link #toLine} wrote.
   *
   * @throws IllegalArgumentException if it is another
   */
  public static ChildReport parse(String line) {
    try (var reader = Json.createReader(new StringReader(line))) {
      JsonObject json = reader.readObject();
      return new ChildReport(
          Event.valueOf(json.getString("event").toUpperCase(Locale.ROOT)),
          json.getString("state"),
          json.getBoolean("announced"),
          json.getJsonNumber("seconds").doubleValue(),
          json.getJsonNumber("totalBytes").longValue(),
          json.getJsonNumber("verifiedBytes").longValue(),
          json.getJsonNumber("downloadedBytes").longValue(),
          json.getJsonNumber("uploadedBytes").longValue(),
          json.getJsonNumber("downBytesPerSecond").longValue(),
          json.getJsonNumber("upBytesPerSecond").longValue(),
          json.getInt("connected"),
          json.getJsonArray("peers").getValuesAs(ChildReport::exchange));
    } catch (JsonException | NullPointerException | ClassCastException e) {
      throw new IllegalArgumentException("not a peer's report: " + line, e);
    }
  }

  private static Exchange exchange(JsonObject json) {
    return new Exchange(
        json.getString("address"),
        json.getJsonNumber("downloadedBytes").longValue(),
        json.getJsonNumber("uploadedBytes").longValue());
  }
}
