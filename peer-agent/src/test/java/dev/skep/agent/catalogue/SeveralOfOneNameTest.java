package dev.skep.agent.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A tracker's catalogue with two torrents of one name: the last one is meant, but never removed.
 */
class SeveralOfOneNameTest {
  private static final String NEWER = "a".repeat(40);
  private static final String OLDER = "b".repeat(40);

  private HttpServer server;
  private TrackerApi api;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/api/v1/torrents",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          String answer =
              path.endsWith("/torrents")
                  ? "{\"torrents\":[%s,%s]}".formatted(row(NEWER), row(OLDER))
                  : row(path.substring(path.lastIndexOf('/') + 1));
          exchange.sendResponseHeaders(200, answer.getBytes(UTF_8).length);
          exchange.getResponseBody().write(answer.getBytes(UTF_8));
          exchange.close();
        });
    server.start();
    URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    api = new TrackerApi(base, new AdminSecret(Optional.empty(), "nowhere"), Optional.empty());
  }

  private static String row(String hash) {
    return "{\"infoHash\":\"%s\",\"name\":\"site\"}".formatted(hash);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void theNameMeansTheLastOne() throws IOException {
    assertThat(api.torrent("site").getString("infoHash")).isEqualTo(NEWER);
    assertThat(api.torrent(OLDER).getString("infoHash")).isEqualTo(OLDER);
  }

  @Test
  void whatIsToBeTheOnlyOneIsAskedForByItsInfoHash() throws IOException {
    assertThatThrownBy(() -> api.onlyInfoHash("site"))
        .hasMessageContaining("2 torrents are called 'site'")
        .hasMessageContaining(NEWER)
        .hasMessageContaining(OLDER);
    assertThat(api.onlyInfoHash(OLDER)).isEqualTo(OLDER);
  }
}
