package dev.skep.tracker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a stranger asks for in the wrong way is refused, and the log does not grow by it. */
class WrongRequestsTest {
  private static final int ROUNDS = Boolean.getBoolean("skep.full") ? 200 : 3;
  private static final int MOST_LINES = 30;
  private static final int MOST_CHARACTERS = 1100;

  private static final List<String> PATHS =
      List.of(
          "/",
          "/stats",
          "/health",
          "/metrics",
          "/openapi",
          "/api/v1/stats",
          "/api/v1/torrents",
          "/api/v1/torrents/xyz",
          "/api/v1/torrents/xyz/peers",
          "/api/v1/peers",
          "/api/v1/catalogue",
          "/api/v1/catalogue/events",
          "/api/v1/rollouts",
          "/api/v1/rollouts/xyz",
          "/api/v1/rollouts/xyz/hosts",
          "/api/v1/rollouts/xyz/events",
          "/api/v1/hosts",
          "/api/v1/hosts/%00",
          "/api/v1/access",
          "/api/v1/access/nothing/x",
          "/api/v1/stop",
          "/torrents/xyz.torrent",
          "/torrents/xyz.magnet",
          "/page/events",
          "/page/session",
          "/page/tracker.js",
          "/announce",
          "/scrape",
          "/x/announce",
          "/nothing");
  private static final List<String> QUERIES =
      List.of(
          "offset=abc",
          "limit=abc",
          "offset=99999999999",
          "limit=-1",
          "sort=x",
          "label=%2c",
          "since=x",
          "wait=-1",
          "after=%ff",
          "info_hash=%zz",
          "skep_host=%00",
          "%",
          "a=%u1234",
          "name=%00%0a%1b[2J",
          "x=<script>");
  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW");
  private static final List<String> HEADERS =
      List.of(
          "Content-Type: nonsense",
          "Accept: nonsense",
          "Accept: text/html;q=abc",
          "Accept-Encoding: gzip;q=x, ,",
          "Content-Encoding: br",
          "X-Forwarded-For: [",
          "Authorization: Bearer \u001b[2J",
          "If-Modified-Since: yesterday",
          "Content-Length: x",
          "Transfer-Encoding: x",
          "Expect: more");

  @TempDir private Path folder;

  @Test
  void whateverIsWrongIsNoFailureOfOursAndWritesNoLog() throws Exception {
    try (RunningTracker tracker = RunningTracker.ready(folder.resolve("data"))) {
      int said = tracker.lines().size();
      List<String> failed = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        for (String path : PATHS) {
          for (String query : QUERIES) {
            failed.addAll(ask(tracker, "GET", path + "?" + query + round, ""));
          }
          for (String method : METHODS) {
            failed.addAll(ask(tracker, method, path, ""));
          }
          for (String header : HEADERS) {
            failed.addAll(ask(tracker, "GET", path, header + "\r\n"));
          }
        }
      }
      assertThat(failed).as("answered as failures of the tracker").isEmpty();
      assertThat(tracker.lines().size() - said).isLessThan(MOST_LINES);
      assertThat(tracker.lines()).allMatch(line -> line.length() < MOST_CHARACTERS);
    }
  }

  /** What was answered with 500, or not at all. */
  private static List<String> ask(
      RunningTracker tracker, String method, String target, String header) throws IOException {
    String head =
        "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n"
            .formatted(method, target, header);
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), tracker.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(head.getBytes(ISO_8859_1));
      String status = new String(socket.getInputStream().readNBytes(12), ISO_8859_1);
      return status.matches("HTTP/1.1 [1234]..|HTTP/1.1 503")
          ? List.of()
          : List.of(head + " -> " + status);
    }
  }
}
