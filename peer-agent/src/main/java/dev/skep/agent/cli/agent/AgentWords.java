package dev.skep.agent.cli.agent;

import dev.skep.agent.cli.console.ByteSize;
import dev.skep.agent.cli.console.Numbers;
import dev.skep.agent.cli.console.Text;
import dev.skep.agent.cli.console.TimeSpan;
import dev.skep.agent.cli.console.WrongUsage;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an agent answers, as people read it, and what they type, as an agent takes it. */
final class AgentWords {
  private static final Pattern RANGE = Pattern.compile("(\\d{1,9})(-(\\d{1,9})?)?");

  /** A range without an end goes so far beyond its begin at most. */
  private static final int MOST_FILES = 1_000_000;

  private AgentWords() {}

  static String state(JsonObject torrent) {
    String state =
        switch (torrent.getInt("status")) {
          case 0 -> "paused";
          case 1, 2 -> "checking";
          case 3 -> "waits";
          case 4 -> "downloading";
          case 5 -> "waits to seed";
          default -> "seeding";
        };
    return switch (torrent.getInt("error")) {
      case 0 -> state;
      case 3 -> "failed";
      default -> state + ", no tracker";
    };
  }

  static String rate(long bytesPerSecond) {
    return bytesPerSecond == 0 ? "-" : ByteSize.format(bytesPerSecond) + "/s";
  }

  static String ratio(double ratio) {
    return ratio < 0 ? "-" : String.format(Locale.ROOT, "%.2f", ratio);
  }

  static String webServer(JsonObject seed) {
    String got = ByteSize.format(seed.getJsonNumber("received_bytes").longValue()) + " received";
    String problem = seed.getString("problem");
    long wait = seed.getJsonNumber("retry_seconds").longValue();
    String state = wait > 0 ? problem + "; asked again in " + wait + " s" : problem;
    return Text.printable(
        "web server %s  %s%s"
            .formatted(seed.getString("url"), got, state.isEmpty() ? "" : "  (" + state + ")"));
  }

  static String wish(JsonObject file) {
    if (!file.getBoolean("wanted")) {
      return "no";
    }
    return switch (file.getInt("priority")) {
      case -1 -> "low";
      case 1 -> "high";
      default -> "yes";
    };
  }

  /** What is worth knowing of a torrent, in order. */
  static Map<String, String> facts(JsonObject torrent, Instant now) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("name", torrent.getString("name"));
    facts.put("number", String.valueOf(torrent.getInt("id")));
    facts.put("info-hash", torrent.getString("hash_string"));
    facts.put("state", state(torrent));
    if (!torrent.getString("error_string").isEmpty()) {
      facts.put("problem", torrent.getString("error_string"));
    }
    facts.put(
        "size",
        "%s in %s of %s"
            .formatted(
                ByteSize.format(number(torrent, "total_size")),
                Numbers.count(torrent.getInt("piece_count"), "piece"),
                ByteSize.format(number(torrent, "piece_size"))));
    long wanted = number(torrent, "size_when_done");
    long left = number(torrent, "left_until_done");
    facts.put(
        "done", "%s of %s".formatted(ByteSize.format(wanted - left), ByteSize.format(wanted)));
    facts.put("folder", torrent.getString("download_dir"));
    String labels =
        torrent.getJsonArray("labels").getValuesAs(JsonString.class).stream()
            .map(JsonString::getString)
            .collect(Collectors.joining(", "));
    if (!labels.isEmpty()) {
      facts.put("labels", labels);
    }
    facts.put("down", transferred(torrent, "downloaded_ever", "rate_download", "download_limit"));
    facts.put("up", transferred(torrent, "uploaded_ever", "rate_upload", "upload_limit"));
    facts.put("ratio", ratio(torrent.getJsonNumber("upload_ratio").doubleValue()));
    facts.put("peers", String.valueOf(torrent.getInt("peers_connected")));
    long eta = number(torrent, "eta");
    if (eta >= 0) {
      facts.put("time left", TimeSpan.format(Duration.ofSeconds(eta)));
    }
    facts.put("queue", String.valueOf(1 + torrent.getInt("queue_position")));
    facts.put("added", ago(number(torrent, "added_date"), now));
    facts.put("complete", ago(number(torrent, "done_date"), now));
    facts.put("active", ago(number(torrent, "activity_date"), now));
    for (JsonObject tracker : torrent.getJsonArray("tracker_stats").getValuesAs(JsonObject.class)) {
      facts.merge("trackers", tracker(tracker), (before, next) -> before + "; " + next);
    }
    return facts;
  }

  private static String transferred(JsonObject torrent, String ever, String rate, String limit) {
    String limited =
        torrent.getBoolean(limit + "ed")
            ? ", at most " + ByteSize.format(1000 * number(torrent, limit)) + "/s"
            : "";
    return ByteSize.format(number(torrent, ever))
        + ", now "
        + rate(number(torrent, rate))
        + limited;
  }

  private static String tracker(JsonObject tracker) {
    String said = tracker.getString("last_announce_result");
    return tracker.getString("announce") + (said.isEmpty() ? "" : " (" + said + ")");
  }

  private static String ago(long seconds, Instant now) {
    if (seconds == 0) {
      return "never";
    }
    Instant at = Instant.ofEpochSecond(seconds);
    Duration passed = Duration.between(at, now.truncatedTo(ChronoUnit.SECONDS));
    return at + " (" + TimeSpan.format(passed.isNegative() ? Duration.ZERO : passed) + " ago)";
  }

  private static long number(JsonObject of, String name) {
    return of.getJsonNumber(name).longValue();
  }

  /** Adds indexes of files, which people count from 1. */
  static void files(JsonObjectBuilder params, String name, @Nullable String typed)
      throws WrongUsage {
    if (typed == null) {
      return;
    }
    JsonArrayBuilder indexes = Json.createArrayBuilder();
    if (!typed.equals("all")) { // which is what an empty list says
      for (String part : typed.split(",", -1)) {
        Matcher range = RANGE.matcher(part.strip());
        int from = range.matches() ? Integer.parseInt(range.group(1)) : 0;
        int to = from > 0 && range.group(3) != null ? Integer.parseInt(range.group(3)) : from;
        boolean open = from > 0 && range.group(2) != null && range.group(3) == null;
        if (from < 1 || to < from || open || to - from > MOST_FILES) {
          throw new WrongUsage("'" + part + "' is no file; give numbers such as 1,3-5, or all");
        }
        for (int file = from; file <= to; file++) {
          indexes.add(file - 1);
        }
      }
    }
    params.add(name, indexes);
  }
}
