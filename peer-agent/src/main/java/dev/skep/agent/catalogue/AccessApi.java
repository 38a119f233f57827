package dev.skep.agent.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what at a running tracker, over its HTTP API. Every failure is one line, as its
 * others.
 */
public final class AccessApi {
  private static final String ACCESS = "/api/v1/access";

  private final TrackerHttp tracker;

  AccessApi(TrackerHttp tracker) {
    this.tracker = tracker;
  }

  /** What a secret is. */
  public enum SecretKind {
    PASSKEY("/passkeys"),
    TOKEN("/tokens");

    private final String path;

    SecretKind(String path) {
      this.path = path;
    }
  }

  /** Where the tracker is. */
  public URI base() {
    return tracker.base();
  }

  /**
   * The entries of a list, each with its note.
   *
   * @param list such as {@code denied-torrents}
   */
  public List<JsonObject> entries(String list) throws IOException {
    JsonValue lists = tracker.json(ACCESS).get("lists");
    return rows(lists instanceof JsonObject all ? all.get(list) : null);
  }

  /** Puts an entry on a list, with a note. */
  public void put(String list, String entry, String note) throws IOException {
    tracker.put(ACCESS + "/" + list + "/" + segment(entry) + "?note=" + TrackerHttp.encode(note));
  }

  /** Takes an entry off a list. */
  public void remove(String list, String entry) throws IOException {
    tracker.delete(ACCESS + "/" + list + "/" + segment(entry));
  }

  /** To whom the tracker is open, in a word, and who says so. */
  public JsonObject mode() throws IOException {
    if (tracker.json(ACCESS).get("mode") instanceof JsonObject mode) {
      return mode;
    }
    throw new IOException(base() + " is an older tracker, whose mode needs a restart");
  }

  /** Opens the tracker to everybody or to fewer; with nothing, as it is configured. */
  public void setMode(Optional<String> mode) throws IOException {
    if (mode.isPresent()) {
      tracker.put(ACCESS + "/mode/" + segment(mode.get()));
    } else {
      tracker.delete(ACCESS + "/mode");
    }
  }

  /** Everything as lines of text, with the hashes of secrets. */
  public String lines() throws IOException {
    return new String(tracker.bytes(ACCESS + "/lines"), UTF_8);
  }

  /** Adds such lines, 1 MiB at most. */
  public void add(String lines) throws IOException {
    tracker.post(ACCESS + "/lines", "text/plain", lines.getBytes(UTF_8));
  }

  /** What was given out, without what it is. */
  public List<JsonObject> secrets(SecretKind kind) throws IOException {
    return rows(tracker.json(ACCESS).get("secrets")).stream()
        .filter(row -> row.getString("may", "").equals("passkey") == (kind == SecretKind.PASSKEY))
        .toList();
  }

  /**
   * Makes a secret. The answer has it, which is told only there.
   *
   * @param may what a token is good for
   * @param lasts for how long it is good
   */
  public JsonObject make(
      SecretKind kind, Optional<String> may, String note, Optional<Duration> lasts)
      throws IOException {
    String good = may.map(word -> "&may=" + TrackerHttp.encode(word)).orElse("");
    String end = lasts.map(time -> "&lasts=" + time.toSeconds()).orElse("");
    return tracker.posted(ACCESS + kind.path + "?note=" + TrackerHttp.encode(note) + end + good);
  }

  /** From when on a secret is worth nothing. */
  public void expire(SecretKind kind, String id, Duration in) throws IOException {
    tracker.put(ACCESS + kind.path + "/" + segment(id) + "?lasts=" + in.toSeconds());
  }

  /** Forgets a secret, which is worth nothing from now on. */
  public void revoke(SecretKind kind, String id) throws IOException {
    tracker.delete(ACCESS + kind.path + "/" + segment(id));
  }

  /** In a path a plus is a plus. */
  private static String segment(String text) {
    return TrackerHttp.encode(text).replace("+", "%20");
  }

  private List<JsonObject> rows(@Nullable JsonValue value) throws IOException {
    if (!(value instanceof JsonArray rows)
        || !rows.stream().allMatch(JsonObject.class::isInstance)) {
      throw tracker.noTracker(null);
    }
    return rows.getValuesAs(JsonObject.class);
  }
}
