package dev.skep.agent.webseed;

import dev.skep.agent.discovery.HttpGet;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks web servers for parts of files, and believes nothing that they answer (RFC 9110). The only
 * class that knows {@code java.net.http}; made when the first server is asked.
 *
 * <p>HTTP/1.1, of which each connection carries one answer at a time, so that what we do not read
 * waits at the server and not in our memory.
 */
final class HttpRanges implements AutoCloseable {
  private static final int MOST_REDIRECTS = 5;
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (?:(\\d{1,18})-(\\d{1,18})|\\*)/(\\d{1,18}|\\*)");
  private static final Set<Integer> PASSING = Set.of(408, 425, 429, 500, 502, 503, 504);
  private static final Duration CONNECT = Duration.ofSeconds(10);

  private final HttpClient client;
  private final String userAgent;

  /**
   * @param bind the local address to connect from
   */
  HttpRanges(InetAddress bind, String userAgent) {
    this.userAgent = userAgent;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT)
            .executor(Executors.newVirtualThreadPerTaskExecutor());
    if (!bind.isAnyLocalAddress()) {
      builder.localAddress(bind);
    }
    client = builder.build();
  }

  /**
   * What is wanted.
   *
   * @param file for the body
   * @param from the first byte
   * @param lengthBytes at least 1
   * @param fileBytes how long the whole file is
   * @param mayBeLocal whether a redirection may lead into the local network
   */
  record Wanted(
      WebAddress at, int file, long from, long lengthBytes, long fileBytes, boolean mayBeLocal) {
    private boolean isWhole() {
      return from == 0 && lengthBytes == fileBytes;
    }

    private Wanted at(WebAddress other) {
      return new Wanted(other, file, from, lengthBytes, fileBytes, mayBeLocal);
    }
  }

  /**
   * An answer as it should be.
   *
   * @param from where it came from in the end
   */
  record Answer(WebBody body, WebAddress from) {}

  /**
   * Asks for it and follows redirections. An interrupt ends that.
   *
   * @throws WebTrouble if anything else is answered
   * @throws IOException if there is no connection, or it breaks
   */
  Answer get(Wanted wanted) throws WebTrouble, IOException, InterruptedException {
    Set<String> seen = new HashSet<>();
    Wanted now = wanted;
    while (true) {
      if (!seen.add(now.at.uri().toString())) {
        throw WebTrouble.ofServer("redirects in a circle");
      }
      HttpResponse<InputStream> answer = send(now);
      boolean taken = false;
      try {
        Optional<WebAddress> next = redirection(answer, now);
        if (next.isEmpty()) {
          check(answer.statusCode(), answer.headers(), now);
          taken = true;
          return new Answer(
              new WebBody(answer.body(), now.file, now.from, now.lengthBytes), now.at);
        }
        if (seen.size() > MOST_REDIRECTS) {
          throw WebTrouble.ofServer("redirects more than " + MOST_REDIRECTS + " times");
        }
        now = now.at(next.get());
      } finally {
        if (!taken) {
          answer.body().close();
        }
      }
    }
  }

  private HttpResponse<InputStream> send(Wanted wanted)
      throws WebTrouble, IOException, InterruptedException {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(wanted.at.uri())
              .header("User-Agent", userAgent)
              .header("Accept-Encoding", "identity")
              .header(
                  "Range", "bytes=" + wanted.from + "-" + (wanted.from + wanted.lengthBytes - 1));
      wanted.at.basic().ifPresent(basic -> request.header("Authorization", basic));
      return client.send(request.build(), BodyHandlers.ofInputStream());
    } catch (IllegalArgumentException e) {
      throw WebTrouble.ofServer("cannot be asked: its address names no host that HTTP knows");
    }
  }

  private static Optional<WebAddress> redirection(HttpResponse<?> answer, Wanted wanted)
      throws WebTrouble, IOException {
    int status = answer.statusCode();
    if (status != 301 && status != 302 && status != 303 && status != 307 && status != 308) {
      return Optional.empty();
    }
    Optional<String> location = answer.headers().firstValue("Location");
    if (location.isEmpty()) {
      throw WebTrouble.ofServer("redirects to nowhere");
    }
    WebAddress there = wanted.at.redirected(location.get());
    if (!wanted.mayBeLocal && WebHost.of(there).isLocal()) {
      throw WebTrouble.ofServer("redirects into the local network");
    }
    return Optional.of(there);
  }

  // ---- What a server may answer ----

  private static void check(int status, HttpHeaders headers, Wanted wanted) throws WebTrouble {
    switch (status) {
      case 206 -> checkPart(headers, wanted);
      case 200 -> checkWhole(headers, wanted);
      case 416 -> throw ofRange(headers, wanted);
      default -> throw refused(status, headers, wanted);
    }
    String encoding = headers.firstValue("Content-Encoding").orElse("identity");
    if (!encoding.equalsIgnoreCase("identity")) {
      throw WebTrouble.ofServer("sends its files compressed");
    }
  }

  private static void checkPart(HttpHeaders headers, Wanted wanted) throws WebTrouble {
    Matcher range = contentRange(headers);
    if (!range.matches() || range.group(1) == null) {
      throw WebTrouble.ofServer("does not say which part of a file it sends");
    }
    checkLength(range.group(3), wanted);
    long from = Long.parseLong(range.group(1));
    long last = Long.parseLong(range.group(2));
    if (from != wanted.from || last != wanted.from + wanted.lengthBytes - 1) {
      throw WebTrouble.ofServer("sends another part than it was asked for");
    }
    long length = length(headers);
    if (length >= 0 && length != wanted.lengthBytes) {
      throw WebTrouble.ofServer("sends another length than it says");
    }
  }

  private static void checkWhole(HttpHeaders headers, Wanted wanted) throws WebTrouble {
    long length = length(headers);
    if (length >= 0) {
      checkLength(Long.toString(length), wanted);
    }
    if (!wanted.isWhole()) {
      throw WebTrouble.noRanges();
    }
  }

  private static WebTrouble ofRange(HttpHeaders headers, Wanted wanted) throws WebTrouble {
    Matcher range = contentRange(headers);
    if (range.matches()) {
      checkLength(range.group(3), wanted);
    }
    return WebTrouble.ofFile(wanted.file, "says that its file ends before (HTTP status 416)");
  }

  private static Matcher contentRange(HttpHeaders headers) {
    String text = headers.firstValue("Content-Range").orElse("").strip();
    return CONTENT_RANGE.matcher(text.toLowerCase(Locale.ROOT));
  }

  private static void checkLength(String digits, Wanted wanted) throws WebTrouble {
    if (!digits.equals("*") && Long.parseLong(digits) != wanted.fileBytes) {
      throw WebTrouble.ofFile(
          wanted.file,
          "has a file of %,d bytes there, the torrent's has %,d"
              .formatted(Long.parseLong(digits), wanted.fileBytes));
    }
  }

  private static WebTrouble refused(int status, HttpHeaders headers, Wanted wanted) {
    String what = "answers with HTTP status " + status;
    if (PASSING.contains(status)) {
      String after = headers.firstValue("Retry-After").orElse("").strip();
      return WebTrouble.passes(what, HttpGet.retryAfter(after, Instant.now()));
    }
    boolean ofFile = status == 401 || status == 403 || status == 404 || status == 410;
    return ofFile ? WebTrouble.ofFile(wanted.file, what) : WebTrouble.ofServer(what);
  }

  /** What a Content-Length header says; -1 if there is none. */
  private static long length(HttpHeaders headers) {
    String text = headers.firstValue("Content-Length").orElse("").strip();
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
  }

  /** Ends all that is under way. */
  @Override
  public void close() {
    client.shutdownNow();
  }
}
