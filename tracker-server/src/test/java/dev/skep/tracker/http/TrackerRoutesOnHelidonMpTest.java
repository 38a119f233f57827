package dev.skep.tracker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.microprofile.testing.AddConfig;
import io.helidon.microprofile.testing.junit5.HelidonTest;
import jakarta.inject.Inject;
import jakarta.ws.rs.client.WebTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The whole server lets every query through to the announce route, where it is told what is wrong.
 */
@HelidonTest
@AddConfig(key = "skep.data.folder", value = "target/test-data/routes")
class TrackerRoutesOnHelidonMpTest {
  @Inject private WebTarget server;

  @ParameterizedTest
  @ValueSource(strings = {"info_hash=%zz&x", "info_hash=%z", "info_hash=%", "a=<>\"{}|^`"})
  void whatIsWrongWithAQueryIsToldInBencode(String query) throws IOException {
    assertThat(answerUntilClosed("/announce?" + query))
        .startsWith("HTTP/1.1 200")
        .contains("d14:failure reason");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/health/live", "/metrics", "/stats", "/api/v1/stats", "/page/tracker.js"})
  void everyRouteClosesTheConnectionWhenAskedTo(String path) throws IOException {
    assertThat(answerUntilClosed(path)).startsWith("HTTP/1.1 200");
  }

  @Test
  void theApiIsCompressedForWhoCanReadThat() throws IOException {
    String head = "GET /api/v1/stats HTTP/1.1\r\nHost: t\r\nConnection: close\r\n";
    try (Socket socket = connect()) {
      Front.Answer answer = Front.ask(socket, head + "Accept-Encoding: gzip\r\n\r\n");
      assertThat(answer.headers()).contains("content-encoding: gzip", "vary: accept-encoding");
      assertThat(answer.unzipped()).startsWith("{\"announces\":");
    }
    try (Socket socket = connect()) {
      assertThat(Front.ask(socket, head + "\r\n").body()).startsWith("{\"announces\":");
    }
  }

  /** What the server's own code refuses never comes to a route; nor may its end take a timeout. */
  @Test
  void aRequestThatNoRouteCouldServeEndsItsConnection() throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: t:x\r\n\r\n".getBytes(ISO_8859_1));
      assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
          .startsWith("HTTP/1.1 400");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/health/live", "/metrics", "/stats", "/api/v1/stats", "/page/tracker.js"})
  void everyRouteAnswersHttp10(String path) throws IOException {
    try (Socket socket = connect()) {
      String request = "GET " + path + " HTTP/1.0\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
          .startsWith("HTTP/1.1 200")
          .doesNotContain("Transfer-Encoding");
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getUri().getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private String answerUntilClosed(String path) throws IOException {
    try (Socket socket = connect()) {
      String request = "GET " + path + " HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }
}
