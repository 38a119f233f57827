package dev.skep.agent.place;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.agent.discovery.ConnectionFailures;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * A file on a web server that takes it by PUT, as those with WebDAV do (RFC 4918). A redirection is
 * told and not followed: what is sent is for that server only.
 *
 * @param authorization who asks, if somebody has said so for this host
 * @param secrets where that is looked for
 */
record WebPlace(URI file, Optional<String> authorization, Netrc secrets) implements TorrentPlace {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofMinutes(2);

  private static final Set<Integer> WRITTEN = Set.of(200, 201, 204);
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int NO_SUCH_METHOD = 405;
  private static final int GONE = 410;

  static WebPlace of(URI file, Netrc secrets) throws PlaceException {
    String host = file.getHost();
    if (host == null) {
      throw new PlaceException(file + ": no URL of a web server");
    }
    if (file.getRawUserInfo() != null) {
      throw new PlaceException(
          host
              + ": a password does not belong on a command line; write 'machine "
              + host
              + " login NAME password SECRET' into "
              + secrets.file());
    }
    return new WebPlace(file, secrets.authorization(host), secrets);
  }

  /** The same, if it is one for which there is a name and a password. */
  static Optional<WebPlace> known(URI file, Netrc secrets) throws PlaceException {
    Optional<String> authorization =
        file.getHost() == null ? Optional.empty() : secrets.authorization(file.getHost());
    return authorization.map(_ -> new WebPlace(file, authorization, secrets));
  }

  /** A name as part of a URL's path. */
  static String encoded(String name) {
    return URLEncoder.encode(name, UTF_8).replace("+", "%20");
  }

  @Override
  public String shown() {
    return file.toString();
  }

  @Override
  public Optional<byte[]> read(int mostBytes) throws IOException {
    HttpURLConnection http = connection("GET");
    try {
      int status = http.getResponseCode();
      return switch (status) {
        case HttpURLConnection.HTTP_OK -> {
          byte[] bytes = http.getInputStream().readNBytes(mostBytes + 1);
          if (bytes.length > mostBytes) {
            throw new PlaceException(file + ": too long for a .torrent file; is it the data?");
          }
          yield Optional.of(bytes);
        }
        // Nothing is there, or nothing is shown: it may be written yet.
        case FORBIDDEN, NOT_FOUND, NO_SUCH_METHOD, GONE -> Optional.empty();
        default -> throw refused(status, http);
      };
    } catch (IOException e) {
      throw told(e);
    } finally {
      http.disconnect();
    }
  }

  @Override
  public void write(byte[] torrent) throws IOException {
    HttpURLConnection http = connection("PUT");
    http.setRequestProperty("Content-Type", "application/x-bittorrent");
    http.setDoOutput(true);
    try {
      http.getOutputStream().write(torrent);
      int status = http.getResponseCode();
      if (!WRITTEN.contains(status)) {
        throw refused(status, http);
      }
    } catch (IOException e) {
      throw told(e);
    } finally {
      http.disconnect();
    }
  }

  private HttpURLConnection connection(String method) throws IOException {
    var http = (HttpURLConnection) file.toURL().openConnection();
    http.setRequestMethod(method);
    http.setConnectTimeout((int) CONNECT.toMillis());
    http.setReadTimeout((int) ANSWER.toMillis());
    http.setInstanceFollowRedirects(false);
    http.setUseCaches(false);
    authorization.ifPresent(text -> http.setRequestProperty("Authorization", text));
    return http;
  }

  private PlaceException told(IOException e) {
    return e instanceof PlaceException told
        ? told
        : new PlaceException(
            file + ": cannot be reached (" + ConnectionFailures.inWords(e) + "); check the URL", e);
  }

  private PlaceException refused(int status, HttpURLConnection http) {
    String host = file.getHost();
    return new PlaceException(
        file
            + ": "
            + switch (status) {
              case 301, 302, 303, 307, 308 ->
                  "leads to "
                      + Optional.ofNullable(http.getHeaderField("Location")).orElse("another place")
                      + "; name that";
              case 401 ->
                  authorization.isEmpty()
                      ? "asks who you are; write 'machine %s login NAME password SECRET' into %s"
                          .formatted(host, secrets.file())
                      : "does not take the name and password for %s in %s"
                          .formatted(host, secrets.file());
              case FORBIDDEN -> "may not be written by you; ask who runs the server";
              case NOT_FOUND, 409 -> "there is no such folder; make it, or name another";
              case NO_SUCH_METHOD, 501 ->
                  "the server takes no uploads; it has to have WebDAV, or PUT";
              case 413 -> "too large for the server; ask who runs it";
              case 507 -> "the server has no room left; make some, or name another";
              default -> "answers with HTTP status " + status;
            });
  }
}
