package dev.skep.agent.catalogue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPInputStream;

/** Gets a .torrent file by its HTTP address. */
public final class TorrentDownload {
  private static final int CONNECT_MILLIS = (int) Duration.ofSeconds(10).toMillis();
  private static final int READ_MILLIS = (int) Duration.ofSeconds(30).toMillis();
  private static final Duration ALL = Duration.ofMinutes(5);
  private static final int MOST_REDIRECTS = 5;

  private static final int CHUNK_BYTES = 16 * 1024;
  private static final Set<Integer> REDIRECTIONS = Set.of(301, 302, 303, 307, 308);

  private TorrentDownload() {}

  /** What was answered is no .torrent file; the message says what it is. */
  public static final class UnfitException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    UnfitException(String why, int status) {
      super(why);
      this.status = status;
    }

    /** The HTTP status, if that is what was wrong. */
    public OptionalInt status() {
      return status == 0 ? OptionalInt.empty() : OptionalInt.of(status);
    }
  }

  /**
   * Its bytes, whatever they are. Redirects are followed, but not from HTTPS to plain HTTP; what
   * was compressed on its way, though nobody asked for that, is inflated. Takes five minutes at
   * most.
   *
   * @param mostBytes more are not read
   * @throws UnfitException if the URL is none, or no or too much is answered
   * @throws IOException if there is no connection, or it breaks
   */
  public static byte[] fetch(String url, int mostBytes) throws IOException {
    return fetch(url, Optional.empty(), mostBytes, ALL);
  }

  /**
   * The same.
   *
   * @param cookies for the host of the URL and no other
   * @param time until the answer has come but for its last part, which may take as long again
   */
  public static byte[] fetch(String url, Optional<String> cookies, int mostBytes, Duration time)
      throws IOException {
    long deadline = System.nanoTime() + time.toNanos();
    URI at = uri(url);
    String host = at.getAuthority();
    for (int i = 0; i <= MOST_REDIRECTS; i++) {
      HttpURLConnection http = connection(at);
      http.setReadTimeout((int) Math.min(READ_MILLIS, time.toMillis()));
      if (cookies.isPresent() && Objects.equals(at.getAuthority(), host)) {
        http.setRequestProperty("Cookie", cookies.get());
      }
      try {
        int status = status(http, deadline);
        Optional<URI> next = redirection(at, status, http);
        if (next.isEmpty()) {
          return body(http, status, mostBytes, deadline);
        }
        at = next.get();
      } finally {
        http.disconnect();
      }
    }
    throw new UnfitException("redirects more than " + MOST_REDIRECTS + " times", 0);
  }

  /** The read timeout is for single bytes of the head, which may be many: this is for all. */
  private static int status(HttpURLConnection http, long deadline) throws IOException {
    FutureTask<Integer> status = new FutureTask<>(http::getResponseCode);
    Thread.ofVirtual().start(status);
    try {
      return status.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new SocketTimeoutException("no answer in time");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private static Optional<URI> redirection(URI from, int status, HttpURLConnection http)
      throws UnfitException {
    String location = http.getHeaderField("Location");
    if (!REDIRECTIONS.contains(status) || location == null) {
      return Optional.empty();
    }
    return Optional.of(redirected(from, location));
  }

  /** Where a redirection leads. */
  static URI redirected(URI from, String location) throws UnfitException {
    URI to = from.resolve(uri(location));
    if ("https".equalsIgnoreCase(from.getScheme()) && !"https".equalsIgnoreCase(to.getScheme())) {
      throw new UnfitException("redirects from https to " + to.getScheme(), 0);
    }
    return to;
  }

  private static byte[] body(HttpURLConnection http, int status, int mostBytes, long deadline)
      throws IOException {
    if (status >= 300) {
      throw new UnfitException("answers with HTTP status " + status, status);
    }
    boolean compressed = "gzip".equalsIgnoreCase(http.getContentEncoding());
    try (InputStream in = http.getInputStream()) {
      byte[] bytes = bounded(in, mostBytes, deadline);
      if (!compressed) {
        return bytes;
      }
      try (InputStream inflated = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
        return bounded(inflated, mostBytes, deadline);
      }
    }
  }

  private static URI uri(String url) throws UnfitException {
    try {
      return new URI(url);
    } catch (URISyntaxException e) {
      throw new UnfitException("is no HTTP URL", 0);
    }
  }

  private static HttpURLConnection connection(URI at) throws IOException {
    try {
      if (at.toURL().openConnection() instanceof HttpURLConnection http) {
        http.setConnectTimeout(CONNECT_MILLIS);
        http.setInstanceFollowRedirects(false); // Java follows none to another protocol
        return http;
      }
    } catch (IllegalArgumentException | MalformedURLException e) {
      // Told below.
    }
    throw new UnfitException("is no HTTP URL", 0);
  }

  private static byte[] bounded(InputStream in, int mostBytes, long deadline) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] some = new byte[CHUNK_BYTES];
    for (int n = in.read(some); n >= 0; n = in.read(some)) {
      all.write(some, 0, n);
      if (all.size() > mostBytes) {
        throw new UnfitException("too long for a .torrent file; is it the data?", 0);
      }
      if (System.nanoTime() - deadline > 0) {
        throw new SocketTimeoutException("no answer in time");
      }
    }
    return all.toByteArray();
  }
}
