package dev.skep.agent.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.Json;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that speaks Dropbox's HTTP API, as far as a file is put there and found. */
final class TestDropbox implements AutoCloseable {
  static final String TOKEN = "sl.short";
  static final String REFRESH = "lasting";
  static final String KEY = "key-of-the-app";

  private final HttpServer server;
  final Map<String, byte[]> files = new ConcurrentHashMap<>();
  final List<String> asked = new CopyOnWriteArrayList<>();

  /** What an upload is refused with; empty for not at all. */
  volatile String refusal = "";

  /** What every request is told of its token; empty if it is right. */
  volatile String tokenTrouble = "";

  TestDropbox() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/oauth2/token", this::token);
    server.createContext("/2/files/upload", exchange -> authorized(exchange, this::upload));
    server.createContext("/2/files/download", exchange -> authorized(exchange, this::download));
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private interface Answer {
    void to(HttpExchange exchange, String path, byte[] body) throws IOException;
  }

  private void token(HttpExchange exchange) throws IOException {
    String form = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    asked.add("token " + URLDecoder.decode(form, UTF_8));
    boolean isRight =
        form.contains("grant_type=refresh_token") && form.contains("refresh_token=" + REFRESH);
    if (isRight) {
      say(
          exchange,
          200,
          "{\"access_token\":\"%s\",\"expires_in\":14400,\"token_type\":\"bearer\"}"
              .formatted(TOKEN));
    } else {
      say(
          exchange,
          400,
          "{\"error\":\"invalid_grant\",\"error_description\":\"refresh token is invalid or"
              + " revoked\"}");
    }
  }

  private void authorized(HttpExchange exchange, Answer answer) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String arguments = exchange.getRequestHeaders().getFirst("Dropbox-API-Arg");
    asked.add(exchange.getRequestURI() + " " + arguments);
    boolean isRight =
        ("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"));
    String trouble =
        Optional.of(tokenTrouble)
            .filter(text -> !text.isEmpty())
            .orElse(isRight ? "" : "invalid_access_token");
    if (!trouble.isEmpty()) {
      say(exchange, 401, error(trouble + "/..", "{\".tag\":\"%s\"}".formatted(trouble)));
      return;
    }
    try (JsonReader reader = Json.createReader(new StringReader(arguments))) {
      answer.to(exchange, reader.readObject().getString("path"), body);
    }
  }

  private void upload(HttpExchange exchange, String path, byte[] body) throws IOException {
    if (!refusal.isEmpty()) {
      say(
          exchange,
          409,
          error(
              "path/" + refusal + "/..",
              "{\".tag\":\"path\",\"reason\":{\".tag\":\"%s\"},\"upload_session_id\":\"x\"}"
                  .formatted(refusal)));
      return;
    }
    files.put(path, body);
    say(exchange, 200, metadata(path, body.length));
  }

  private void download(HttpExchange exchange, String path, byte[] body) throws IOException {
    byte[] file = files.get(path);
    if (file == null) {
      say(
          exchange,
          409,
          error("path/not_found/..", "{\".tag\":\"path\",\"path\":{\".tag\":\"not_found\"}}"));
      return;
    }
    exchange.getResponseHeaders().add("Dropbox-API-Result", metadata(path, file.length));
    exchange.getResponseHeaders().add("Content-Type", "application/octet-stream");
    exchange.sendResponseHeaders(200, file.length);
    exchange.getResponseBody().write(file);
    exchange.close();
  }

  private static String error(String summary, String error) {
    return "{\"error_summary\":\"%s\",\"error\":%s}".formatted(summary, error);
  }

  private static String metadata(String path, int size) {
    return """
    {"name":"%s","id":"id:1","client_modified":"2026-11-30T10:00:00Z","server_modified":"2026-11-30T10:00:00Z",\
    "rev":"0123456789abcdef","size":%d,"path_lower":"%s","path_display":"%s","is_downloadable":true}\
    """
        .formatted(path.substring(path.lastIndexOf('/') + 1), size, path, path);
  }

  private static void say(HttpExchange exchange, int status, String json) throws IOException {
    byte[] bytes = json.getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
