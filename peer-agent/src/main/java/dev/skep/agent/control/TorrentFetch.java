package dev.skep.agent.control;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;

/** Gets a .torrent file over HTTP. */
final class TorrentFetch {
  private static final int CONNECT_MILLIS = 10_000;
  private static final int READ_MILLIS = 20_000;

  private TorrentFetch() {}

  /**
   * Its bytes.
   *
   * @throws IOException in words, also if there are more than {@code mostBytes}
   */
  static byte[] fetch(String url, int mostBytes) throws IOException {
    HttpURLConnection http;
    try {
      http = (HttpURLConnection) new URI(url).toURL().openConnection();
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new IOException("is no URL", e);
    }
    http.setConnectTimeout(CONNECT_MILLIS);
    http.setReadTimeout(READ_MILLIS);
    int status = http.getResponseCode();
    if (status != HttpURLConnection.HTTP_OK) {
      http.disconnect();
      throw new IOException("http error " + status);
    }
    try (InputStream in = http.getInputStream()) {
      byte[] bytes = in.readNBytes(mostBytes + 1);
      if (bytes.length > mostBytes) {
        http.disconnect();
        throw new IOException("too long for a .torrent file");
      }
      return bytes;
    }
  }
}
