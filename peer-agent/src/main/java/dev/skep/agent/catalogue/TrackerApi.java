package dev.skep.agent.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.agent.discovery.ConnectionFailures;
import dev.skep.protocol.metainfo.Metainfo;
import jakarta.json.Json;
import jakarta.json.JsonArray;
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
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks and administers a running tracker over its HTTP API. Every failure is one line that says
 * what happened and what to do.
 */
public final class TrackerApi {
  private static final int CONNECT_MILLIS = (int) Duration.ofSeconds(5).toMillis();
  private static final int READ_MILLIS = (int) Duration.ofSeconds(20).toMillis();
  private static final int SILENCE_MILLIS = (int) Duration.ofSeconds(45).toMillis();
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

  /**
   * A tracker that a setting names.
   *
   * @param url as {@link TrackerAddress} reads it
   * @param tokenFile what opens it, if that is another than its passkey
   * @throws IOException if one of the two cannot be used, in one line
   */
  public static TrackerApi named(String url, Optional<Path> tokenFile) throws IOException {
    TrackerAddress at =
        TrackerAddress.parse(url)
            .orElseThrow(() -> new IOException("'" + url + "' is no tracker's URL"));
    try {
      AdminSecret secret =
          tokenFile.isPresent()
              ? AdminSecret.read(tokenFile.get())
              : new AdminSecret(at.passkey(), "the tracker's address");
      return new TrackerApi(at.base(), secret, at.passkey());
    } catch (FileSystemException e) {
      throw new IOException(e.getFile() + ": cannot be read; is it there?", e);
    }
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

  /**
   * All torrents, page by page.
   *
   * @param label only registered ones that have it, the latest first, if there is one
   */
  public List<JsonObject> torrents(Optional<String> label) throws IOException {
    String wanted = label.map(text -> "label=" + encode(text) + "&").orElse("");
    return all("/api/v1/torrents?" + wanted, "torrents");
  }

  /**
   * What a catalogue carries under a label.
   *
   * @param torrents the latest first
   * @param tag names the state of the catalogue that reading began with
   * @param isAll whether that is all of it: it was read to its end, and did not change meanwhile
   */
  public record Carried(List<JsonObject> torrents, Optional<String> tag, boolean isAll) {}

  /**
   * What the catalogue carries under a label, unless that is the same as before. No connection is
   * kept for the next time: thousands who ask again and again would hold all that a tracker has.
   *
   * @param before the tag of what was answered before
   * @param most more are not asked for
   * @return nothing if the catalogue has not changed
   */
  public Optional<Carried> carried(String label, Optional<String> before, int most)
      throws IOException {
    String path = "/api/v1/catalogue?limit=" + PAGE + "&label=" + encode(label);
    Answer first = send(Request.get(path).last(before));
    if (first.status == HttpURLConnection.HTTP_NOT_MODIFIED) {
      return Optional.empty();
    }
    var all = new ArrayList<JsonObject>();
    Answer answer = first;
    long bytes = 0;
    boolean isSame = true;
    for (int pages = 1; ; pages++) {
      bytes += answer.body.length;
      isSame &= answer.tag.equals(first.tag);
      JsonObject page = object(answer.body);
      if (!(page.get("torrents") instanceof JsonArray rows)
          || !rows.stream().allMatch(JsonObject.class::isInstance)) {
        throw noTracker(null);
      }
      all.addAll(rows.getValuesAs(JsonObject.class));
      if (!(page.get("next") instanceof JsonString next)) {
        return Optional.of(new Carried(all, first.tag, isSame));
      }
      if (all.size() > most || pages > most || bytes > MAX_ANSWER_BYTES) {
        return Optional.of(new Carried(all, first.tag, false));
      }
      answer = send(Request.get(path + "&after=" + encode(next.getString())));
    }
  }

  /**
   * The stream of what changes in the catalogue from now on. A read fails after 45 s in which
   * nothing came.
   *
   * @throws IOException if the tracker has none, or none for us now
   */
  public InputStream events() throws IOException {
    HttpURLConnection http = sent(Request.get("/api/v1/catalogue/events"));
    http.setReadTimeout(SILENCE_MILLIS);
    String type = String.valueOf(http.getContentType());
    if (http.getResponseCode() != HttpURLConnection.HTTP_OK
        || !type.startsWith("text/event-stream")) {
      http.disconnect();
      throw new TrackerApiException(base + " has no stream of events", http.getResponseCode());
    }
    return http.getInputStream();
  }

  /** The peers of one torrent, or of all. */
  public List<JsonObject> peers(Optional<String> infoHash) throws IOException {
    Optional<String> path = infoHash.map(hash -> "/api/v1/torrents/" + hash + "/peers?");
    return all(path.orElse("/api/v1/peers?"), "peers");
  }

  /**
   * The torrent of that name or info-hash; of several of the name the one that was published last.
   *
   * @throws IOException if there is none
   */
  public JsonObject torrent(String nameOrHash) throws IOException {
    return json("/api/v1/torrents/" + infoHashes(nameOrHash).getFirst());
  }

  /**
   * The info-hash of the only torrent of that name or info-hash.
   *
   * @throws IOException if there is none, or several have the name
   */
  public String onlyInfoHash(String nameOrHash) throws IOException {
    List<String> named = infoHashes(nameOrHash);
    if (named.size() > 1) {
      throw new TrackerApiException(
          named.size()
              + " torrents are called '"
              + nameOrHash
              + "'; give the info-hash of the one that is meant: "
              + String.join(", ", named));
    }
    return named.getFirst();
  }

  private List<String> infoHashes(String nameOrHash) throws IOException {
    if (nameOrHash.matches("[0-9a-fA-F]{40}")) {
      return List.of(nameOrHash.toLowerCase(java.util.Locale.ROOT));
    }
    List<String> named =
        all("/api/v1/torrents?exact=true&name=" + encode(nameOrHash) + "&", "torrents").stream()
            .filter(torrent -> torrent.getString("name", "").equals(nameOrHash))
            .map(torrent -> torrent.getString("infoHash"))
            .toList();
    if (named.isEmpty()) {
      throw new TrackerApiException(
          base + " has no torrent called '" + nameOrHash + "'; skep tracker list shows them");
    }
    return named;
  }

  /** Puts a .torrent into the catalogue. */
  public void publish(byte[] torrent) throws IOException {
    publish(torrent, Map.of());
  }

  /**
   * The same with what else is to be told of it.
   *
   * @param about query parameters: {@code name}, {@code label}, {@code signature}, {@code signer},
   *     {@code published}
   */
  public void publish(byte[] torrent, Map<String, List<String>> about) throws IOException {
    List<String> query = new ArrayList<>();
    about.forEach((name, values) -> values.forEach(v -> query.add(name + "=" + encode(v))));
    String path = "/api/v1/torrents" + (query.isEmpty() ? "" : "?" + String.join("&", query));
    send(
        new Request(
            "POST",
            path,
            "application/x-bittorrent",
            Optional.of(torrent),
            Optional.empty(),
            false));
  }

  /** Takes a torrent out of the catalogue. */
  public void remove(String infoHash) throws IOException {
    send(Request.of("DELETE", "/api/v1/torrents/" + infoHash));
  }

  /** Asks the tracker to end. */
  public void stop() throws IOException {
    send(Request.of("POST", "/api/v1/stop"));
  }

  /** The .torrent file of a torrent in the catalogue. */
  public byte[] torrentFile(String infoHash) throws IOException {
    return send(Request.get("/torrents/" + infoHash + ".torrent")).body;
  }

  /** Announce URLs in tiers of a torrent from the catalogue, this tracker's first. */
  public List<List<String>> trackersOf(Metainfo torrent) {
    // Who published it may not have known under which address we reach this tracker.
    List<String> announce = List.of(announceUrl());
    boolean hasItsOwn = torrent.isPrivate() && !torrent.trackers().isEmpty(); // BEP 27: no other
    if (hasItsOwn || torrent.trackers().stream().anyMatch(tier -> tier.containsAll(announce))) {
      return torrent.trackers();
    }
    var tiers = new ArrayList<>(torrent.trackers());
    tiers.addFirst(announce);
    return tiers;
  }

  /**
   * A request.
   *
   * @param type of the body
   * @param tag not answered if this still names what there is
   * @param isLast whether its connection ends with it
   */
  private record Request(
      String method,
      String path,
      String type,
      Optional<byte[]> body,
      Optional<String> tag,
      boolean isLast) {
    static Request of(String method, String path) {
      return new Request(method, path, "", Optional.empty(), Optional.empty(), false);
    }

    static Request get(String path) {
      return of("GET", path);
    }

    /** The last one of its connection, not answered if this tag still names what there is. */
    Request last(Optional<String> unlessIs) {
      return new Request(method, path, type, body, unlessIs, true);
    }
  }

  private static final class Answer {
    final int status;
    final byte[] body;
    final Optional<String> tag;

    Answer(int status, byte[] body, Optional<String> tag) {
      this.status = status;
      this.body = body;
      this.tag = tag;
    }
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
    return object(send(Request.get(path)).body);
  }

  private JsonObject object(byte[] body) throws TrackerApiException {
    try (var reader = Json.createReader(new ByteArrayInputStream(body))) {
      return reader.readObject();
    } catch (JsonException e) {
      throw noTracker(e);
    }
  }

  private TrackerApiException noTracker(@Nullable Throwable cause) {
    return new TrackerApiException(
        base + " does not answer as a Skep tracker does; check the URL", cause);
  }

  /** Sends a request, again after a while where the tracker says that we ask too often. */
  private Answer send(Request request) throws IOException {
    try {
      for (Duration waited = Duration.ZERO; ; ) {
        HttpURLConnection http = sent(request);
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

  private HttpURLConnection sent(Request request) throws IOException {
    URI url = base.resolve(base.getRawPath() + request.path);
    var http = (HttpURLConnection) url.toURL().openConnection();
    http.setRequestMethod(request.method);
    http.setConnectTimeout(CONNECT_MILLIS);
    http.setReadTimeout(READ_MILLIS);
    http.setInstanceFollowRedirects(false); // the secret is for this tracker only
    secret.text().ifPresent(text -> http.setRequestProperty("Authorization", "Bearer " + text));
    request.tag.ifPresent(tag -> http.setRequestProperty("If-None-Match", tag));
    if (request.isLast) {
      http.setRequestProperty("Connection", "close");
    }
    if (request.body.isPresent()) {
      http.setRequestProperty("Content-Type", request.type);
      http.setDoOutput(true);
      http.getOutputStream().write(request.body.get());
    }
    return http;
  }

  private Answer answer(HttpURLConnection http) throws IOException {
    int status = http.getResponseCode();
    if (status < 300 || status == HttpURLConnection.HTTP_NOT_MODIFIED) {
      try (InputStream in = http.getInputStream()) {
        byte[] body = in.readNBytes(MAX_ANSWER_BYTES);
        return new Answer(status, body, Optional.ofNullable(http.getHeaderField("ETag")));
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
            + (status == HttpURLConnection.HTTP_UNAUTHORIZED ? hint() : ""),
        status);
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
