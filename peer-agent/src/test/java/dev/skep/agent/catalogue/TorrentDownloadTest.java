package dev.skep.agent.catalogue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.skep.agent.webseed.WebServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What web servers answer to who wants a .torrent file. */
class TorrentDownloadTest {
  private static final int MOST_BYTES = 1_000;

  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String serving(int status, String encoding, byte[] body) {
    server.createContext(
        "/t",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Encoding", encoding);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/t";
  }

  private static byte[] compressed(byte[] bytes) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  @Test
  void whatWasCompressedOnItsWayIsInflated() throws Exception {
    byte[] file = "d4:infod6:lengthi1eee".getBytes(US_ASCII);

    assertThat(TorrentDownload.fetch(serving(200, "gzip", compressed(file)), MOST_BYTES))
        .isEqualTo(file);
  }

  @Test
  void moreThanIsTakenIsRefusedHoweverSmallItComes() throws Exception {
    String url = serving(200, "gzip", compressed(new byte[10_000_000]));

    assertThatThrownBy(() -> TorrentDownload.fetch(url, 100_000))
        .isInstanceOf(TorrentDownload.UnfitException.class)
        .hasMessageContaining("too long for a .torrent file");
  }

  @ParameterizedTest
  @CsvSource({
    "https://a/t, http://a/t",
    "HTTPS://a/t, http://a/t",
    "Https://a/t, HTTP://b/t",
    "https://a/t, ftp://a/t",
  })
  void nothingLeadsFromAnEncryptedConnectionToAPlainOne(String from, String to) {
    assertThatThrownBy(() -> TorrentDownload.redirected(URI.create(from), to))
        .isInstanceOf(TorrentDownload.UnfitException.class)
        .hasMessageStartingWith("redirects from https to ");
  }

  @ParameterizedTest
  @CsvSource({
    "https://a/t, HTTPS://b/u, HTTPS://b/u",
    "https://a/s/t, u, https://a/s/u",
    "http://a/t, https://a/t, https://a/t",
  })
  void otherRedirectionsAreFollowed(String from, String to, String there) throws Exception {
    assertThat(TorrentDownload.redirected(URI.create(from), to)).hasToString(there);
  }

  @Test
  void aStatusIsTold() {
    String url = serving(404, "identity", new byte[] {1});

    assertThatThrownBy(() -> TorrentDownload.fetch(url, MOST_BYTES))
        .isInstanceOfSatisfying(
            TorrentDownload.UnfitException.class, e -> assertThat(e.status()).hasValue(404))
        .hasMessage("answers with HTTP status 404");
  }

  @Test
  void redirectionsAreFollowedAFewTimes() throws Exception {
    byte[] file = "d4:infod6:lengthi1eee".getBytes(US_ASCII);
    try (WebServer other = new WebServer()) {
      other.answering(
          (request, out) -> {
            if (request.target().length() < 5) {
              WebServer.status(out, "302 There", "Location: " + request.target() + "x");
            } else {
              WebServer.head(out, "200 OK", "Content-Length: " + file.length);
              out.write(file);
            }
          });

      assertThat(TorrentDownload.fetch(other.url() + "/", MOST_BYTES)).isEqualTo(file);
    }
  }

  @Test
  void cookiesGoToTheHostOfTheUrlAndNoOther() throws Exception {
    byte[] file = "d4:infod6:lengthi1eee".getBytes(US_ASCII);
    try (WebServer named = new WebServer();
        WebServer other = new WebServer()) {
      named.answering(
          (request, out) -> WebServer.status(out, "302 There", "Location: " + other.url() + "/t"));
      other.answering(
          (request, out) -> {
            WebServer.head(out, "200 OK", "Content-Length: " + file.length);
            out.write(file);
          });

      byte[] got =
          TorrentDownload.fetch(
              named.url() + "/", Optional.of("uid=7; pass=x"), MOST_BYTES, Duration.ofSeconds(20));

      assertThat(got).isEqualTo(file);
      assertThat(named.requests().getFirst().headers()).containsEntry("cookie", "uid=7; pass=x");
      assertThat(other.requests().getFirst().headers()).doesNotContainKey("cookie");
    }
  }

  @Test
  void redirectionsWithoutEndAndToFilesAreNot() throws Exception {
    try (WebServer other = new WebServer()) {
      other.answering(
          (request, out) -> WebServer.status(out, "302 There", "Location: " + request.target()));
      assertThatThrownBy(() -> TorrentDownload.fetch(other.url() + "/", MOST_BYTES))
          .hasMessage("redirects more than 5 times");

      other.answering(
          (request, out) -> WebServer.status(out, "302 There", "Location: file:///etc/hostname"));
      assertThatThrownBy(() -> TorrentDownload.fetch(other.url() + "/", MOST_BYTES))
          .hasMessage("is no HTTP URL");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 200 OK\r\nX: ", "HTTP/1.1 200 OK\r\n\r\n"})
  void whoDripsIsNotListenedToForEver(String begin) throws Exception {
    try (WebServer other = new WebServer()) {
      other.answering(
          (request, out) -> {
            out.write(begin.getBytes(US_ASCII));
            while (true) {
              out.write('x');
              out.flush();
              TimeUnit.MILLISECONDS.sleep(10);
            }
          });

      assertThatThrownBy(
              () ->
                  TorrentDownload.fetch(
                      other.url() + "/", Optional.empty(), 1 << 20, Duration.ofMillis(300)))
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void whatIsOnThisMachineIsNotFetched() {
    for (String url : List.of("file:///etc/hostname", "jar:file:/x!/y", "no url", "http:")) {
      assertThatThrownBy(() -> TorrentDownload.fetch(url, MOST_BYTES))
          .as(url)
          .isInstanceOf(IOException.class);
    }
  }
}
