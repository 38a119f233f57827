package dev.skep.system;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * Stands before a tracker and notes what it is asked for. It passes all on but streams of events,
 * of which it says that there are none.
 */
final class AskedTracker implements AutoCloseable {
  private static final Set<String> PASSED_ON = Set.of("if-none-match", "authorization");
  private static final Set<String> PASSED_BACK = Set.of("etag", "content-type", "retry-after");

  /**
   * A request that was answered.
   *
   * @param beganNanos when it came, by {@link System#nanoTime}
   */
  record Asked(String path, int status, long beganNanos, long endedNanos) {
    boolean isLook() {
      return path.startsWith("/api/v1/catalogue?");
    }
  }

  private final URI tracker;
  private final HttpServer server;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Asked> all = new CopyOnWriteArrayList<>();

  AskedTracker(String tracker) throws IOException {
    this.tracker = URI.create(tracker);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::passOn);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** In the order in which they were answered. */
  List<Asked> all() {
    return List.copyOf(all);
  }

  private void passOn(HttpExchange exchange) throws IOException {
    long began = System.nanoTime();
    String path = exchange.getRequestURI().toString();
    try (exchange) {
      if (path.startsWith("/api/v1/catalogue/events")) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      var request = HttpRequest.newBuilder(tracker.resolve(path));
      exchange
          .getRequestHeaders()
          .forEach(
              (name, values) -> {
                if (PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                  values.forEach(value -> request.header(name, value));
                }
              });
      HttpResponse<byte[]> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      answer
          .headers()
          .map()
          .forEach(
              (name, values) -> {
                if (PASSED_BACK.contains(name)) {
                  exchange.getResponseHeaders().put(name, values);
                }
              });
      byte[] body = answer.body();
      exchange.sendResponseHeaders(answer.statusCode(), body.length == 0 ? -1 : body.length);
      if (body.length > 0) {
        exchange.getResponseBody().write(body);
      }
      all.add(new Asked(path, answer.statusCode(), began, System.nanoTime()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    http.close();
  }
}
