package dev.skep.agent.control;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.service.TestAgent;
import dev.skep.service.settings.BadSettingException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The remote control as a stranger on the network meets it. */
@Timeout(60)
class ControlTest {
  /** Whoever keeps services going asks these. */
  private static final List<String> OPEN =
      List.of("/health", "/health/live", "/health/ready", "/health/started");

  private static final String CALL = "{\"method\":\"session-get\"}";

  @TempDir private Path temp;
  private TestAgent test;
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeEach
  void open() throws Exception {
    test = TestAgent.open(temp.resolve("data"));
    open.add(test);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private InetSocketAddress control(Map<String, String> settings) throws Exception {
    return opened(settings).address();
  }

  private Control opened(Map<String, String> settings) throws Exception {
    Control control = TestControl.open(test, settings);
    open.add(control);
    return control;
  }

  private static Map<String, String> password() {
    return Map.of(
        "skep.agent.rpc.password", PasswordHash.of("secret".toCharArray(), 10).toString());
  }

  private InetSocketAddress withPassword() throws Exception {
    return control(password());
  }

  /** Sends this and gives what comes back until the connection ends or an answer is whole. */
  private static String exchange(InetSocketAddress at, String head, String body)
      throws IOException {
    try (Socket socket = new Socket(at.getAddress(), at.getPort())) {
      socket.setSoTimeout(10_000);
      String request =
          head.replace("\n", "\r\n")
              + "Connection: close\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body;
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      return read(socket.getInputStream());
    }
  }

  private static String read(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    try {
      for (int b = in.read(); b >= 0; b = in.read()) {
        text.append((char) b);
      }
    } catch (java.net.SocketException e) {
      // Closed in the middle of what we send: what came before counts.
    }
    return text.toString();
  }

  private static String post(InetSocketAddress at, String headers) throws IOException {
    return post(at, headers, CALL);
  }

  private static String post(InetSocketAddress at, String headers, String body) throws IOException {
    String host = headers.contains("Host:") ? "" : "Host: 127.0.0.1:" + at.getPort() + "\n";
    return exchange(at, "POST /transmission/rpc HTTP/1.1\n" + host + headers, body);
  }

  private static String sessionId(String answer) {
    return answer
        .lines()
        .filter(
            line ->
                line.toLowerCase(java.util.Locale.ROOT).startsWith("x-transmission-session-id:"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElseThrow();
  }

  private static String basic(String pair) {
    return "Authorization: Basic "
        + Base64.getEncoder().encodeToString(pair.getBytes(ISO_8859_1))
        + "\n";
  }

  @Test
  void aCallHasToSayTheSessionsId() throws Exception {
    InetSocketAddress at = control(Map.of());
    String first = post(at, "");
    assertThat(first).startsWith("HTTP/1.1 409 ");
    String id = "X-Transmission-Session-Id: " + sessionId(first) + "\n";
    assertThat(post(at, id)).startsWith("HTTP/1.1 200 ").contains("\"rpc-version\":18");
    assertThat(post(at, "X-Transmission-Session-Id: wrong\n")).startsWith("HTTP/1.1 409 ");
  }

  @Test
  void aPageThatCameHereByAStrangeNameIsRefused() throws Exception {
    InetSocketAddress at = control(Map.of("skep.agent.rpc.hosts", "nas.lan"));
    for (String strange :
        List.of("evil.example", "evil.example:80", "127.0.0.1.evil.example", "")) {
      assertThat(post(at, "Host: " + strange + "\n")).as(strange).startsWith("HTTP/1.1 421 ");
    }
    for (String ours :
        List.of("localhost:9091", "LOCALHOST.", "10.0.0.7", "[::1]:9091", "nas.lan:1")) {
      assertThat(post(at, "Host: " + ours + "\n")).as(ours).startsWith("HTTP/1.1 409 ");
    }
  }

  @Test
  void aPageOfAnotherHostIsRefused() throws Exception {
    InetSocketAddress at = control(Map.of());
    String host = "127.0.0.1:" + at.getPort();
    assertThat(post(at, "Origin: http://evil.example\n")).startsWith("HTTP/1.1 403 ");
    assertThat(post(at, "Origin: null\n")).startsWith("HTTP/1.1 403 ");
    assertThat(post(at, "Origin: http://" + host + "\n")).startsWith("HTTP/1.1 409 ");
  }

  @Test
  void whatAPageOfAnotherHostWouldLoadIsRefusedButItsLinksMayLeadHere() throws Exception {
    InetSocketAddress at = control(Map.of());
    String get = "GET /events HTTP/1.1\nHost: 127.0.0.1\n";
    for (String site : List.of("cross-site", "same-site")) {
      String from = "Sec-Fetch-Site: " + site + "\n";
      assertThat(exchange(at, get + from + "Sec-Fetch-Mode: no-cors\n", ""))
          .startsWith("HTTP/1.1 403 ");
      String link = "GET / HTTP/1.1\nHost: 127.0.0.1\n" + from + "Sec-Fetch-Mode: navigate\n";
      assertThat(exchange(at, link, "")).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void everyRouteWantsThePassword() throws Exception {
    Control control = opened(password());
    InetSocketAddress at = control.address();
    List<String> paths = new ArrayList<>(control.paths());
    assertThat(paths).contains("/", "/events", "/media", "/metrics", "/transmission/rpc");
    assertThat(paths).containsAll(OPEN);
    paths.removeAll(OPEN);
    paths.add("/no/such/path");
    for (String path : paths) {
      for (String method : List.of("GET", "POST", "PUT", "HEAD", "OPTIONS")) {
        String head = method + " " + path + " HTTP/1.1\nHost: 127.0.0.1\n";
        assertThat(exchange(at, head, "")).as(head).startsWith("HTTP/1.1 401 ");
        if (method.equals("GET")) { // each costs a try: as many as one address has
          assertThat(exchange(at, head + basic("skep:wrong"), ""))
              .as(head)
              .matches("(?s)HTTP/1.1 (401|429) .*");
        }
      }
    }
  }

  @Test
  void howItIsDoingIsToldWithoutAPassword() throws Exception {
    InetSocketAddress at = withPassword();
    for (String path : OPEN) {
      String head = "GET " + path + " HTTP/1.1\nHost: 127.0.0.1\n";
      assertThat(exchange(at, head, "")).as(path).matches("(?s)HTTP/1.1 (200|503) .*status.*");
    }
  }

  @Test
  void everyRouteRefusesStrangeNamesAndPagesOfOtherHosts() throws Exception {
    Control control = opened(Map.of());
    InetSocketAddress at = control.address();
    for (String path : control.paths()) {
      for (String method : List.of("GET", "POST", "OPTIONS")) {
        String head = method + " " + path + " HTTP/1.1\nHost: ";
        assertThat(exchange(at, head + "evil.example\n", "")).as(head).startsWith("HTTP/1.1 421 ");
        assertThat(exchange(at, head + "127.0.0.1\nOrigin: http://evil.example\n", ""))
            .as(head)
            .startsWith("HTTP/1.1 403 ");
        assertThat(
                exchange(
                    at, head + "127.0.0.1\nSec-Fetch-Site: cross-site\nSec-Fetch-Mode: cors\n", ""))
            .as(head)
            .startsWith("HTTP/1.1 403 ");
      }
    }
  }

  @Test
  void thePasswordOpensAndAWrongOneDoesNot() throws Exception {
    InetSocketAddress at = withPassword();
    assertThat(post(at, basic("skep:secret"))).startsWith("HTTP/1.1 409 ");
    assertThat(post(at, basic("skep:secret"))).startsWith("HTTP/1.1 409 ");
    assertThat(post(at, basic("skep:wrong"))).startsWith("HTTP/1.1 401 ");
    assertThat(post(at, basic("root:secret"))).startsWith("HTTP/1.1 401 ");
    assertThat(post(at, "Authorization: Bearer secret\n")).startsWith("HTTP/1.1 401 ");
    assertThat(post(at, "Authorization: Basic %%%\n")).startsWith("HTTP/1.1 401 ");
  }

  @Test
  void guessingIsSlowAndEndsSoonWhileTheRightOneGoesOn() throws Exception {
    InetSocketAddress at = withPassword();
    assertThat(post(at, basic("skep:secret"))).startsWith("HTTP/1.1 409 ");
    String last = "";
    for (int guess = 0; guess < 14 && !last.startsWith("HTTP/1.1 429 "); guess++) {
      last = post(at, basic("skep:guess" + guess));
    }
    assertThat(last).startsWith("HTTP/1.1 429 ").contains("wait a minute");
    assertThat(post(at, basic("skep:secret"))).startsWith("HTTP/1.1 409 ");
  }

  @Test
  void nobodyBindsItToTheNetworkWithoutAPassword() {
    assertThatThrownBy(() -> control(Map.of("skep.agent.rpc.bind", "0.0.0.0")))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("others could control this agent")
        .hasMessageContaining("skep agent password");
    assertThatThrownBy(() -> control(Map.of("skep.agent.rpc.password", "secret")))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("is no hash");
    assertThatThrownBy(() -> control(Map.of("skep.agent.rpc.bind", "my.host")))
        .hasMessageContaining("wants an IP address");
  }

  @Test
  void strangeAddressesAreNotAnswered() throws Exception {
    InetSocketAddress at = control(Map.of("skep.agent.rpc.allowed", "10.0.0.0/8"));
    assertThat(post(at, "")).startsWith("HTTP/1.1 403 ");
  }

  @Test
  void tooMuchIsNotRead() throws Exception {
    InetSocketAddress at = control(Map.of());
    String id = "X-Transmission-Session-Id: " + sessionId(post(at, "")) + "\n";
    try (Socket socket = new Socket(at.getAddress(), at.getPort())) {
      socket.setSoTimeout(10_000);
      String head =
          "POST /transmission/rpc HTTP/1.1\r\nHost: 127.0.0.1\r\n"
              + id.replace("\n", "\r\n")
              + "Content-Length: 30000000\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(ISO_8859_1));
      byte[] begin = socket.getInputStream().readNBytes(13);
      assertThat(new String(begin, ISO_8859_1)).isEqualTo("HTTP/1.1 413 ");
    }
  }

  @Test
  void whoSendsSlowlyKeepsNobodyElseWaiting() throws Exception {
    InetSocketAddress at = control(Map.of());
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        Socket socket = new Socket(at.getAddress(), at.getPort());
        socket
            .getOutputStream()
            .write("POST /transmission/rpc HTTP/1.1\r\nHo".getBytes(ISO_8859_1));
        slow.add(socket);
      }
      assertThat(post(at, "")).startsWith("HTTP/1.1 409 ");
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void whoServesATorrentSlowlyKeepsNobodyElseWaiting() throws Exception {
    InetSocketAddress at = control(Map.of());
    String id = "X-Transmission-Session-Id: " + sessionId(post(at, "")) + "\n";
    try (ServerSocket silent = new ServerSocket(0, 50, at.getAddress());
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      String add =
          "{\"method\":\"torrent-add\",\"arguments\":{\"filename\":\"http://127.0.0.1:%d/t\"}}"
              .formatted(silent.getLocalPort());
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        answers.add(callers.submit(() -> post(at, id, add)));
      }
      await().until(() -> answers.stream().anyMatch(Future::isDone)); // one that was too many

      assertThat(post(at, id)).startsWith("HTTP/1.1 200 ");

      assertThat(
              answers.stream()
                  .filter(answer -> answer.state() == Future.State.SUCCESS)
                  .map(Future::resultNow)
                  .toList())
          .isNotEmpty()
          .allSatisfy(answer -> assertThat(answer).contains("too many are being fetched"));
      callers.shutdownNow();
    }
  }

  @Test
  void onlyPostsAreCalls() throws Exception {
    InetSocketAddress at = control(Map.of());
    String get = "GET /transmission/rpc HTTP/1.1\nHost: 127.0.0.1\n";
    String first = exchange(at, get, "");
    assertThat(first).as("who fetches the id with a GET").startsWith("HTTP/1.1 409 ");
    String id = "X-Transmission-Session-Id: " + sessionId(first) + "\n";
    assertThat(exchange(at, get + id, "")).startsWith("HTTP/1.1 405 ").contains("Allow: POST");
    assertThat(post(at, id)).startsWith("HTTP/1.1 200 ");
    assertThat(exchange(at, "GET /etc/passwd HTTP/1.1\nHost: 127.0.0.1\n", ""))
        .startsWith("HTTP/1.1 404 ");
  }
}
