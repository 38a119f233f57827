package dev.skep.agent.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import dev.skep.agent.session.TestTracker;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoException;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A tracker with a catalogue and one rollout, as far as the commands see. */
final class TestRollouts implements AutoCloseable {
  static final String ID = "3f9c2a71b05e";
  static final String HASH = "0123456789012345678901234567890123456789";

  private final TestTracker tracker;
  final List<String> asked = new CopyOnWriteArrayList<>();
  final List<JsonObject> posted = new CopyOnWriteArrayList<>();
  private final Map<String, JsonObject> hosts = new TreeMap<>();
  private @Nullable Metainfo published;
  private String name = "site.tar";
  private String state = "running";
  private Optional<String> deadline = Optional.empty();
  private Instant created = Instant.parse("2026-11-30T10:22:30Z");
  private Optional<Duration> took = Optional.empty();
  private boolean exists = true;
  private boolean down;

  TestRollouts() throws IOException {
    tracker = new TestTracker();
    tracker.serve("/api/v1/", this::answer);
  }

  String url() {
    return tracker.base();
  }

  synchronized Optional<Metainfo> published() {
    return Optional.ofNullable(published);
  }

  synchronized void none() {
    exists = false;
  }

  synchronized void called(String text) {
    name = text;
  }

  synchronized void becomes(String next) {
    state = next;
  }

  /** When it was begun, and how long it takes until it is done. */
  synchronized void lasts(Instant from, Duration time) {
    created = from;
    took = Optional.of(time);
  }

  synchronized void isDown(boolean now) {
    down = now;
  }

  /** How far a machine is; members of its row follow in pairs of name and text. */
  synchronized void host(String machine, String is, double share, String... more) {
    JsonObjectBuilder row =
        Json.createObjectBuilder()
            .add("name", machine)
            .add("state", is)
            .add("done", is.matches("verified|hooked"))
            .add("progress", share)
            .add("bytesPerSecond", is.equals("downloading") ? 1_258_291 : 0);
    for (int i = 0; i < more.length; i += 2) {
      if (more[i].equals("seconds")) {
        row.add(more[i], Double.parseDouble(more[i + 1]));
      } else {
        row.add(more[i], more[i + 1]);
      }
    }
    hosts.put(machine, row.build());
  }

  private String state() {
    boolean done = !hosts.isEmpty() && done() == hosts.size();
    return done && !state.equals("cancelled") ? "done" : state;
  }

  private int done() {
    return (int) hosts.values().stream().filter(host -> host.getBoolean("done")).count();
  }

  private JsonObject row() {
    JsonObjectBuilder row =
        Json.createObjectBuilder()
            .add("id", ID)
            .add("infoHash", published == null ? HASH : published.infoHash().hex())
            .add("name", published == null ? name : published.name())
            .add("totalBytes", 1 << 20)
            .add("state", state())
            .add("created", created.toString())
            .add("done", "verified")
            .add(
                "target",
                Json.createObjectBuilder()
                    .add("hosts", 0)
                    .add("labels", Json.createArrayBuilder(List.of("web"))))
            .add(
                "counts",
                Json.createObjectBuilder()
                    .add("needed", hosts.size())
                    .add("hosts", hosts.size())
                    .add("done", done()))
            .add("progress", 0.631)
            .add("bytesPerSecond", 1_258_291)
            .add("secondsLeft", 12);
    deadline.ifPresent(time -> row.add("deadline", time));
    took.filter(_ -> state().equals("done"))
        .ifPresent(time -> row.add("ended", created.plus(time).toString()));
    return row.build();
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String query = String.valueOf(exchange.getRequestURI().getRawQuery());
    asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
    byte[] body = exchange.getRequestBody().readAllBytes();
    boolean posts = exchange.getRequestMethod().equals("POST");
    if (down) {
      say(exchange, 503, "{\"title\":\"starting\"}");
    } else if (path.equals("/api/v1/hosts")) {
      say(exchange, 200, "{\"hosts\":[]}");
    } else if (path.equals("/api/v1/torrents") && posts) {
      publish(body);
      say(exchange, 201, "{}");
    } else if (path.equals("/api/v1/rollouts") && posts) {
      JsonObject wanted = read(new String(body, UTF_8));
      posted.add(wanted);
      deadline = Optional.ofNullable(wanted.getString("deadline", null));
      exists = true;
      say(exchange, 201, row().toString());
    } else if (path.equals("/api/v1/rollouts")) {
      boolean fits = exists && (!query.contains("state=") || query.contains("state=" + state()));
      JsonArrayBuilder rows = Json.createArrayBuilder();
      (fits ? List.of(row()) : List.<JsonObject>of()).forEach(rows::add);
      say(exchange, 200, Json.createObjectBuilder().add("rollouts", rows).build().toString());
    } else if (!exists || !path.startsWith("/api/v1/rollouts/" + ID)) {
      say(exchange, 404, "{\"detail\":\"no such rollout\"}");
    } else if (exchange.getRequestMethod().equals("DELETE")) {
      state = "cancelled";
      say(exchange, 204, "");
    } else if (path.endsWith("/hosts")) {
      JsonArrayBuilder rows = Json.createArrayBuilder();
      hosts.values().stream().filter(host -> isAsked(host, query)).forEach(rows::add);
      say(exchange, 200, Json.createObjectBuilder().add("hosts", rows).build().toString());
    } else {
      say(exchange, 200, row().toString());
    }
  }

  private static boolean isAsked(JsonObject host, String query) {
    return !query.contains("state=")
        || query.contains("state=" + host.getString("state"))
        || query.contains(host.getBoolean("done") ? "state=done" : "state=missing");
  }

  private void publish(byte[] torrent) throws IOException {
    try {
      published = Metainfo.parse(torrent);
    } catch (MetainfoException e) {
      throw new IOException(e);
    }
  }

  private static JsonObject read(String text) {
    try (JsonReader reader = Json.createReader(new StringReader(text))) {
      return reader.readObject();
    }
  }

  private static void say(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    tracker.close();
  }
}
