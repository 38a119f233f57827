package dev.skep.agent.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.agent.discovery.ConnectionFailures;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
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

/**
 * Asks and administers a running tracker over its HTTP API. Every failure is one line that says
 * what happened and what to do.
 */
public final class TrackerApi {
  private static final int CONNECT_MILLIS = (int) Duration.ofSeconds(5).toMillis();
  private static final int READ_MILLIS = (int) Duration.ofSeconds(20).toMillis();
  private static final int MAX_ANSWER_BYTES = 64 << 20;
  private static final int PAGE = 500;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final URI base;
  private final AdminSecret secret;
  private final Optional<String> passkey;

  /**
   * Nothing is sent yet.
   *
   * @param passkey what its peers announce with, if they need one
   */
  public TrackerApi(URI base, AdminSecret secret, Optional<String> passkey) {
    this.base = base;
    this.secret = secret;
    this.passkey = passkey;
  }

  /** Where the tracker is. */
  public URI base() {
    return base;
  }

  /** Where its peers announce. */
  public String announceUrl() {
    return base + passkey.map(key -> "/" + key).orElse("") + "/announce";
  }

  /** The tracker itself: version, uptime, counts. */
  public JsonObject stats() throws IOException {
    return json("/api/v1/stats");
  }

  /** All torrents, page by page. */
  public List<JsonObject> torrents() throws IOException {
    return all("/api/v1/torrents?", "torrents");
  }

  /** The peers of one torrent, or of all. */
  public List<JsonObject> peers(Optional<String> infoHash) throws IOException {
    Optional<String> path = infoHash.map(hash -> "/api/v1/torrents/" + hash + "/peers?");
    return all(path.orElse("/api/v1/peers?"), "peers");
  }

  /**
   * The one torrent of that name or info-hash.
   *
   * @throws IOException if there is none, or several share the name
   */
  public JsonObject torrent(String nameOrHash) throws IOException {
    if (nameOrHash.matches("[0-9a-fA-F]{40}")) {
      return json("/api/v1/torrents/" + nameOrHash.toLowerCase(java.util.Locale.ROOT));
    }
    List<JsonObject> named =
        all("/api/v1/torrents?exact=true&name=" + encode(nameOrHash) + "&", "torrents").stream()
            .filter(torrent -> torrent.getString("name", "").equals(nameOrHash))
            .toList();
    return switch (named.size()) {
      case 0 ->
          throw new TrackerApiException(
              base + " has no torrent called '" + nameOrHash + "'; skep tracker list shows them");
      case 1 -> json("/api/v1/torrents/" + named.getFirst().getString("infoHash"));
      default ->
          throw new TrackerApiException(
              named.size() + " torrents are called '" + nameOrHash + "'; give the info-hash");
    };
  }

  /** Puts a .torrent into the catalogue. */
  public void publish(byte[] torrent) throws IOException {
    send("POST", "/api/v1/torrents", "application/x-bittorrent", torrent);
  }

  /** Takes a torrent out of the catalogue. */
  public void remove(String infoHash) throws IOException {
    send("DELETE", "/api/v1/torrents/" + infoHash, "", new byte[0]);
  }

  /** Asks the tracker to end. */
  public void stop() throws IOException {
    send("POST", "/api/v1/stop", "", new byte[0]);
  }

  /** The .torrent file of a torrent in the catalogue. */
  public byte[] torrentFile(String infoHash) throws IOException {
    return send("GET", "/torrents/" + infoHash + ".torrent", "", new byte[0]);
  }

  private List<JsonObject> all(String path, String member) throws IOException {
    var all = new ArrayList<JsonObject>();
    String after = "";
    do {
      JsonObject page = json(path + "limit=" + PAGE + after);
      all.addAll(page.getJsonArray(member).getValuesAs(JsonObject.class));
      after = page.containsKey("next") ? "&after=" + encode(page.getString("next")) : "";
    } while (!after.isEmpty());
    return all;
  }

  private JsonObject json(String path) throws IOException {
    byte[] body = send("GET", path, "", new byte[0]);
    try (var reader = Json.createReader(new ByteArrayInputStream(body))) {
      return reader.readObject();
    } catch (JsonException e) {
      throw new TrackerApiException(
          base + " does not answer as a Skep tracker does; check the URL", e);
    }
  }

  /** Sends a request, again after a while where the tracker says that we ask too often. */
  private byte[] send(String method, String path, String type, byte[] body) throws IOException {
    try {
      for (Duration waited = Duration.ZERO; ; ) {
        HttpURLConnection http = sent(method, path, type, body);
        long seconds = http.getHeaderFieldLong("Retry-After", 1);
        if (http.getResponseCode() != TOO_MANY_REQUESTS || seconds > LONGEST_PAUSE.toSeconds()) {
          return answer(http);
        }
        waited = waited.plusSeconds(Math.max(1, seconds));
        if (waited.compareTo(PATIENCE) > 0) {
          return answer(http);
        }
        Thread.sleep(Duration.ofSeconds(Math.max(1, seconds)));
      }
    } catch (TrackerApiException e) {
      throw e;
    } catch (ConnectException | SocketTimeoutException | UnknownHostException e) {
      throw new TrackerApiException(
          "no tracker answers at "
              + base
              + " ("
              + ConnectionFailures.inWords(e)
              + "); is it running?",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (IOException e) {
      throw new TrackerApiException(base + ": " + e.getMessage(), e);
    }
  }

  private HttpURLConnection sent(String method, String path, String type, byte[] body)
      throws IOException {
    var http = (HttpURLConnection) base.resolve(base.getRawPath() + path).toURL().openConnection();
    http.setRequestMethod(method);
    http.setConnectTimeout(CONNECT_MILLIS);
    http.setReadTimeout(READ_MILLIS);
    http.setInstanceFollowRedirects(false); // the secret is for this tracker only
    secret.text().ifPresent(text -> http.setRequestProperty("Authorization", "Bearer " + text));
    if (body.length > 0) {
      http.setRequestProperty("Content-Type", type);
      http.setDoOutput(true);
      http.getOutputStream().write(body);
    }
    return http;
  }

  private byte[] answer(HttpURLConnection http) throws IOException {
    int status = http.getResponseCode();
    if (status < 300) {
      try (InputStream in = http.getInputStream()) {
        return in.readNBytes(MAX_ANSWER_BYTES);
      }
    }
    if (status < 400) {
      throw new TrackerApiException(
          base + " leads to " + http.getHeaderField("Location") + "; give that as --tracker");
    }
    String detail = "";
    try (InputStream in = http.getErrorStream()) {
      detail = in == null ? "" : problem(in.readNBytes(MAX_ANSWER_BYTES));
    }
    throw new TrackerApiException(
        base
            + " refuses: "
            + orElse(detail, "HTTP status " + status)
            + (status == HttpURLConnection.HTTP_UNAUTHORIZED ? hint() : ""));
  }

  private String hint() {
    return secret.text().isPresent()
        ? " (from " + secret.origin() + ")"
        : "; skep takes it from --token-file FILE, SKEP_ADMIN_TOKEN, or the tracker's data folder"
            + " (--data DIR)";
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
