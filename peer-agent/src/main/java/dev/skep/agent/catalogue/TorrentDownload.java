package dev.skep.agent.catalogue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.zip.GZIPInputStream;

/** Gets a .torrent file by its HTTP address. */
public final class TorrentDownload {
  private static final int CONNECT_MILLIS = (int) Duration.ofSeconds(10).toMillis();
  private static final int READ_MILLIS = (int) Duration.ofSeconds(30).toMillis();

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
   * Its bytes, whatever they are. Redirects are followed; what was compressed on its way, though
   * nobody asked for that, is inflated.
   *
   * @param mostBytes more are not read
   * @throws UnfitException if the URL is none, or no or too much is answered
   * @throws IOException if there is no connection, or it breaks
   */
  public static byte[] fetch(String url, int mostBytes) throws IOException {
    HttpURLConnection http = connection(url);
    http.setConnectTimeout(CONNECT_MILLIS);
    http.setReadTimeout(READ_MILLIS);
    int status = http.getResponseCode();
    if (status >= 300) {
      http.disconnect();
      throw new UnfitException("answers with HTTP status " + status, status);
    }
    boolean compressed = "gzip".equalsIgnoreCase(http.getContentEncoding());
    try (InputStream in = http.getInputStream()) {
      byte[] bytes = bounded(in, mostBytes);
      if (!compressed) {
        return bytes;
      }
      try (InputStream inflated = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
        return bounded(inflated, mostBytes);
      }
    } finally {
      http.disconnect();
    }
  }

  private static HttpURLConnection connection(String url) throws IOException {
    try {
      if (new URI(url).toURL().openConnection() instanceof HttpURLConnection http) {
        return http;
      }
    } catch (URISyntaxException | IllegalArgumentException e) {
      // Told below.
    }
    throw new UnfitException("is no HTTP URL", 0);
  }

  private static byte[] bounded(InputStream in, int mostBytes) throws IOException {
    byte[] bytes = in.readNBytes(mostBytes + 1);
    if (bytes.length > mostBytes) {
      throw new UnfitException("too long for a .torrent file; is it the data?", 0);
    }
    return bytes;
  }
}
