package dev.skep.agent.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.agent.discovery.ConnectionFailures;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Requests to one tracker's HTTP API, and what its answers say. */
final class TrackerHttp {
  private static final int CONNECT_MILLIS = (int) Duration.ofSeconds(5).toMillis();
  private static final int READ_MILLIS = (int) Duration.ofSeconds(20).toMillis();
  private static final int SILENCE_MILLIS = (int) Duration.ofSeconds(45).toMillis();

  /** Longest answer that is read. */
  static final int MAX_ANSWER_BYTES = 64 << 20;

  private static final int PAGE = 500;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final String GZIP = "gzip";
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final URI base;
  private final AdminSecret secret;

  /** Nothing is sent yet. */
  TrackerHttp(URI base, AdminSecret secret) {
    this.base = base;
    this.secret = secret;
  }

  /** Where the tracker is. */
  URI base() {
    return base;
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

  // ---- Requests ----

  /** The document at a path. */
  JsonObject json(String path) throws IOException {
    return object(send(Request.get(path)).body);
  }

  /** Whatever is at a path. No connection is kept for the next time. */
  byte[] bytes(String path) throws IOException {
    return send(Request.get(path).last(Optional.empty())).body;
  }

  /**
   * All pages of a list, joined.
   *
   * @param path with a question mark, and an ampersand behind what is after that
   */
  List<JsonObject> all(String path, String member) throws IOException {
    var all = new ArrayList<JsonObject>();
    each(path, member, all::add);
    return all;
  }

  /** Takes the rows of a list. */
  @FunctionalInterface
  interface Rows {
    void take(JsonObject row) throws IOException;
  }

  /** Shows all rows of a list, of which a page at a time is in memory. */
  void each(String path, String member, Rows rows) throws IOException {
    String after = "";
    do {
      JsonObject page = json(path + "limit=" + PAGE + after);
      if (!(page.get(member) instanceof JsonArray onPage)
          || !onPage.stream().allMatch(JsonObject.class::isInstance)) {
        throw noTracker(null);
      }
      for (JsonObject row : onPage.getValuesAs(JsonObject.class)) {
        rows.take(row);
      }
      after =
          page.get("next") instanceof JsonString next ? "&after=" + encode(next.getString()) : "";
    } while (!after.isEmpty());
  }

  /**
   * A document.
   *
   * @param tag names its state
   * @param bytes how long it was
   */
  record Tagged(JsonObject document, Optional<String> tag, int bytes) {}

  /**
   * The document at a path; nothing if the tag that was answered before still names its state. No
   * connection is kept for the next time.
   */
  Optional<Tagged> unless(Optional<String> before, String path) throws IOException {
    Answer answer = send(Request.get(path).last(before));
    return answer.status == HttpURLConnection.HTTP_NOT_MODIFIED
        ? Optional.empty()
        : Optional.of(new Tagged(object(answer.body), answer.tag, answer.body.length));
  }

  /** The document at a path, whatever its state. No connection is kept for the next time. */
  Tagged tagged(String path) throws IOException {
    Answer answer = send(Request.get(path).last(Optional.empty()));
    return new Tagged(object(answer.body), answer.tag, answer.body.length);
  }

  /** A stream of events. A read fails after 45 s in which nothing came. */
  InputStream stream(String path) throws IOException {
    HttpURLConnection http = sent(Request.get(path));
    http.setReadTimeout(SILENCE_MILLIS);
    String type = String.valueOf(http.getContentType());
    if (http.getResponseCode() != HttpURLConnection.HTTP_OK
        || !type.startsWith("text/event-stream")) {
      http.disconnect();
      throw new TrackerApiException(base + " has no stream of events", http.getResponseCode());
    }
    return http.getInputStream();
  }

  void post(String path) throws IOException {
    send(Request.of("POST", path));
  }

  void post(String path, String type, byte[] body) throws IOException {
    send(new Request("POST", path, type, Optional.of(body), Optional.empty(), false));
  }

  /** Posts a document; returns the one that answers it. */
  JsonObject post(String path, JsonObject document) throws IOException {
    byte[] body = document.toString().getBytes(UTF_8);
    Request request =
        new Request("POST", path, "application/json", Optional.of(body), Optional.empty(), false);
    return object(send(request).body);
  }

  /** Posts nothing; returns the document that answers it. */
  JsonObject posted(String path) throws IOException {
    return object(send(Request.of("POST", path)).body);
  }

  void put(String path) throws IOException {
    send(Request.of("PUT", path));
  }

  void delete(String path) throws IOException {
    send(Request.of("DELETE", path));
  }

  // ---- How they are sent and answered ----

  private JsonObject object(byte[] body) throws TrackerApiException {
    try (var reader = Json.createReader(new ByteArrayInputStream(body))) {
      return reader.readObject();
    } catch (JsonException e) {
      throw noTracker(e);
    }
  }

  /** Who answers so is none. */
  TrackerApiException noTracker(@Nullable Throwable cause) {
    return new TrackerApiException(
        base + " does not answer as a Skep tracker does; check the URL", cause);
  }

  /** Sends a request, again after a while where the tracker says that too much is asked of it. */
  private Answer send(Request request) throws IOException {
    try {
      for (Duration waited = Duration.ZERO; ; ) {
        HttpURLConnection http = sent(request);
        Optional<Duration> pause = pause(http);
        if (pause.isEmpty() || waited.compareTo(PATIENCE) > 0) {
          return answer(http);
        }
        http.disconnect();
        waited = waited.plus(pause.get());
        Thread.sleep(pause.get());
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
      throw new TrackerApiException(base + ": " + ConnectionFailures.inWords(e), e);
    }
  }

  /** When to ask again, if that is said and soon: some later, as others were told the same. */
  private static Optional<Duration> pause(HttpURLConnection http) throws IOException {
    int status = http.getResponseCode();
    long otherwise = status == TOO_MANY_REQUESTS ? 1 : Long.MAX_VALUE;
    long seconds = Math.max(1, http.getHeaderFieldLong("Retry-After", otherwise));
    boolean isBusy = status == TOO_MANY_REQUESTS || status == HttpURLConnection.HTTP_UNAVAILABLE;
    if (!isBusy || seconds > LONGEST_PAUSE.toSeconds()) {
      return Optional.empty();
    }
    long millis = Duration.ofSeconds(seconds).toMillis();
    return Optional.of(Duration.ofMillis(ThreadLocalRandom.current().nextLong(millis, 2 * millis)));
  }

  private HttpURLConnection sent(Request request) throws IOException {
    URI url = base.resolve(base.getRawPath() + request.path);
    var http = (HttpURLConnection) url.toURL().openConnection();
    http.setRequestMethod(request.method);
    http.setConnectTimeout(CONNECT_MILLIS);
    http.setReadTimeout(READ_MILLIS);
    http.setInstanceFollowRedirects(false); // the secret is for this tracker only
    secret.text().ifPresent(text -> http.setRequestProperty("Authorization", "Bearer " + text));
    if (request.isLast) {
      http.setRequestProperty("Connection", "close");
      http.setRequestProperty("Accept-Encoding", GZIP);
    }
    request.tag.ifPresent(tag -> http.setRequestProperty("If-None-Match", tag));
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
      try (InputStream in = unpacked(http, http.getInputStream())) {
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
      detail = in == null ? "" : problem(unpacked(http, in).readNBytes(MAX_ANSWER_BYTES));
    }
    throw new TrackerApiException(
        base
            + " refuses: "
            + orElse(detail, "HTTP status " + status)
            + (status == HttpURLConnection.HTTP_UNAUTHORIZED ? hint() : ""),
        status);
  }

  private static InputStream unpacked(HttpURLConnection http, InputStream in) throws IOException {
    return GZIP.equals(http.getContentEncoding()) ? new GZIPInputStream(in) : in;
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

  static String encode(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
