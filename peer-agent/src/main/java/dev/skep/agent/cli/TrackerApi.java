package dev.skep.agent.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.agent.cli.console.Failure;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks and administers a running tracker over its HTTP API. */
final class TrackerApi {
  private static final int CONNECT_MILLIS = (int) Duration.ofSeconds(5).toMillis();
  private static final int READ_MILLIS = (int) Duration.ofSeconds(20).toMillis();
  private static final int MAX_ANSWER_BYTES = 64 << 20;
  private static final int PAGE = 500;

  private final URI base;
  private final Optional<String> token;

  /** Nothing is sent yet. */
  TrackerApi(URI base, Optional<String> token) {
    this.base = base;
    this.token = token;
  }

  /** Where the tracker is. */
  URI base() {
    return base;
  }

  /** The tracker itself: version, uptime, counts. */
  JsonObject stats() throws Failure {
    return json("/api/v1/stats");
  }

  /** All torrents, page by page. */
  List<JsonObject> torrents() throws Failure {
    return all("/api/v1/torrents?", "torrents");
  }

  /** The peers of one torrent, or of all. */
  List<JsonObject> peers(Optional<String> infoHash) throws Failure {
    Optional<String> path = infoHash.map(hash -> "/api/v1/torrents/" + hash + "/peers?");
    return all(path.orElse("/api/v1/peers?"), "peers");
  }

  /**
   * The one torrent of that name or info-hash.
   *
   * @throws Failure if there is none, or several share the name
   */
  JsonObject torrent(String nameOrHash) throws Failure {
    if (nameOrHash.matches("[0-9a-fA-F]{40}")) {
      return json("/api/v1/torrents/" + nameOrHash.toLowerCase(java.util.Locale.ROOT));
    }
    List<JsonObject> named =
        all("/api/v1/torrents?name=" + encode(nameOrHash) + "&", "torrents").stream()
            .filter(torrent -> torrent.getString("name", "").equals(nameOrHash))
            .toList();
    return switch (named.size()) {
      case 0 ->
          throw new Failure(
              base + " has no torrent called '" + nameOrHash + "'; skep tracker list shows them");
      case 1 -> json("/api/v1/torrents/" + named.getFirst().getString("infoHash"));
      default ->
          throw new Failure(
              named.size() + " torrents are called '" + nameOrHash + "'; give the info-hash");
    };
  }

  /** Puts a .torrent into the catalogue. */
  void publish(byte[] torrent) throws Failure {
    send("POST", "/api/v1/torrents", "application/x-bittorrent", torrent);
  }

  /** Takes a torrent out of the catalogue. */
  void remove(String infoHash) throws Failure {
    send("DELETE", "/api/v1/torrents/" + infoHash, "", new byte[0]);
  }

  /** Asks the tracker to end. */
  void stop() throws Failure {
    send("POST", "/api/v1/stop", "", new byte[0]);
  }

  /** The .torrent file of a torrent in the catalogue. */
  byte[] torrentFile(String infoHash) throws Failure {
    return send("GET", "/torrents/" + infoHash + ".torrent", "", new byte[0]);
  }

  private List<JsonObject> all(String path, String member) throws Failure {
    var all = new ArrayList<JsonObject>();
    while (true) {
      JsonObject page = json(path + "offset=" + all.size() + "&limit=" + PAGE);
      List<JsonObject> rows = page.getJsonArray(member).getValuesAs(JsonObject.class);
      all.addAll(rows);
      if (rows.isEmpty() || all.size() >= page.getInt("total", 0)) {
        return all;
      }
    }
  }

  private JsonObject json(String path) throws Failure {
    byte[] body = send("GET", path, "", new byte[0]);
    try (var reader = Json.createReader(new ByteArrayInputStream(body))) {
      return reader.readObject();
    } catch (JsonException e) {
      throw new Failure(base + " does not answer as a Skep tracker does; check the URL", e);
    }
  }

  private byte[] send(String method, String path, String type, byte[] body) throws Failure {
    try {
      var http =
          (HttpURLConnection) base.resolve(base.getRawPath() + path).toURL().openConnection();
      http.setRequestMethod(method);
      http.setConnectTimeout(CONNECT_MILLIS);
      http.setReadTimeout(READ_MILLIS);
      token.ifPresent(secret -> http.setRequestProperty("Authorization", "Bearer " + secret));
      if (body.length > 0) {
        http.setRequestProperty("Content-Type", type);
        http.setDoOutput(true);
        http.getOutputStream().write(body);
      }
      return answer(http);
    } catch (ConnectException | SocketTimeoutException | UnknownHostException e) {
      throw new Failure(
          "no tracker answers at " + base + " (" + Connections.reason(e) + "); is it running?", e);
    } catch (IOException e) {
      throw new Failure(base + ": " + e.getMessage(), e);
    }
  }

  private byte[] answer(HttpURLConnection http) throws IOException, Failure {
    int status = http.getResponseCode();
    if (status < 400) {
      try (InputStream in = http.getInputStream()) {
        return in.readNBytes(MAX_ANSWER_BYTES);
      }
    }
    String detail = "";
    try (InputStream in = http.getErrorStream()) {
      detail = in == null ? "" : problem(in.readNBytes(MAX_ANSWER_BYTES));
    }
    throw new Failure(
        switch (status) {
          case 401, 403 ->
              base + " refuses: " + orElse(detail, "not allowed") + "; is SKEP_ADMIN_TOKEN right?";
          default -> base + " refuses: " + orElse(detail, "HTTP status " + status);
        });
  }

  private static String orElse(String text, String otherwise) {
    return text.isBlank() ? otherwise : text;
  }

  /** The detail or title of a problem document (RFC 9457); empty if it is none. */
  private static String problem(byte[] body) {
    try (var reader = Json.createReader(new ByteArrayInputStream(body))) {
      JsonObject problem = reader.readObject();
      for (String member : List.of("detail", "title")) {
        if (problem.get(member) instanceof JsonString text) {
          return text.getString();
        }
      }
      return "";
    } catch (JsonException | ClassCastException e) {
      return "";
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
