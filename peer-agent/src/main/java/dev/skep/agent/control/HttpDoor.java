package dev.skep.agent.control;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The agent's HTTP server, the JDK's own. The only class that knows of it. What one address or all
 * can make it hold is bounded: connections, the time that a request or an answer may take, the size
 * of bodies, bodies at a time, and calls that wait.
 */
public final class HttpDoor implements AutoCloseable {
  private static final Logger LOG = System.getLogger(HttpDoor.class.getName());

  static final int MOST_BODY_BYTES = 24 << 20;
  private static final int SMALL_BODY_BYTES = 64 << 10;
  private static final int BODIES_MEBIBYTES = 48;
  private static final long PATIENCE_SECONDS = 20;

  /** Some are always left by calls that wait for other machines. */
  private static final int WORKERS = 2 + TorrentAdd.MOST_FETCHES;

  private static final int WAITING = 100;
  private static final int BACKLOG = 64;

  static {
    // Read by the server's class when it is made. The first three are seconds.
    preset("sun.net.httpserver.maxReqTime", "60");
    preset("sun.net.httpserver.maxRspTime", "120");
    preset("sun.net.httpserver.idleInterval", "60");
    preset("sun.net.httpserver.timerMillis", "5000"); // how often it looks at the first two
    preset("jdk.httpserver.maxConnections", "200");
    preset("sun.net.httpserver.nodelay", "true");
  }

  private static void preset(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  private final HttpServer server;
  private final Guard guard;
  private final Map<String, Route> routes;
  private final ExecutorService connections =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("skep-http").factory());

  /** File I/O on a virtual thread would hold one of the few carriers of all connections. */
  private final ExecutorService workers =
      new ThreadPoolExecutor(
          WORKERS,
          WORKERS,
          10,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING),
          Thread.ofPlatform().daemon().name("skep-rpc-", 0).factory());

  private final Semaphore bodies = new Semaphore(BODIES_MEBIBYTES, true);

  private HttpDoor(HttpServer server, Guard guard, Map<String, Route> routes) {
    this.server = server;
    this.guard = guard;
    this.routes = Map.copyOf(routes);
    ((ThreadPoolExecutor) workers).allowCoreThreadTimeOut(true);
  }

  /**
   * Opens it.
   *
   * @param routes by path
   * @throws BindException naming the address and port if they cannot be had
   */
  static HttpDoor open(InetAddress bind, int port, Guard guard, Map<String, Route> routes)
      throws IOException {
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(bind, port), BACKLOG);
    } catch (BindException e) {
      throw new BindException(
          "cannot listen on %s port %d for the remote control (%s); choose another with --rpc-port"
              .formatted(bind.getHostAddress(), port, e.getMessage()));
    }
    HttpDoor door = new HttpDoor(server, guard, routes);
    server.setExecutor(door.connections);
    server.createContext("/", door::handle);
    server.start();
    return door;
  }

  /** Where it is. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  /** All that there are, in order. */
  List<String> paths() {
    return routes.keySet().stream().sorted().toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Reply reply;
      try {
        reply = reply(exchange);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "a fault in skep: " + exchange.getRequestURI().getPath(), e);
        reply = Reply.text(500, "a fault in skep; its log says more");
      }
      try {
        send(exchange, reply);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Reply reply(HttpExchange exchange) throws IOException, InterruptedException {
    Ask ask =
        new Ask(
            exchange.getRequestMethod(),
            exchange.getRequestURI().getRawPath(),
            Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse(""),
            exchange.getRemoteAddress().getAddress(),
            name -> Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)));
    Route route = routes.get(ask.path());
    Optional<Reply> refusal = guard.refusal(ask, route != null && route.isOpen());
    if (refusal.isPresent()) {
      return refusal.get();
    }
    if (route == null) {
      return Reply.text(404, "there is nothing here");
    }
    Optional<Reply> early = route.early(ask);
    return early.isPresent() ? early.get() : withBody(exchange, ask, route);
  }

  private Reply withBody(HttpExchange exchange, Ask ask, Route route)
      throws IOException, InterruptedException {
    long announced = ask.header("Content-Length").map(HttpDoor::length).orElse(-1L);
    if (announced > MOST_BODY_BYTES) {
      return tooLong();
    }
    // Whoever does not say how much comes may send as much as anybody.
    int large = (int) ((announced < 0 ? MOST_BODY_BYTES : announced) >> 20);
    boolean chunked = announced < 0 && ask.header("Transfer-Encoding").isPresent();
    int permits = announced > SMALL_BODY_BYTES || chunked ? 1 + large : 0;
    if (!bodies.tryAcquire(permits, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      return busy();
    }
    try (InputStream in = exchange.getRequestBody()) {
      byte[] body = in.readNBytes(MOST_BODY_BYTES + 1);
      return body.length > MOST_BODY_BYTES ? tooLong() : work(ask, route, body);
    } finally {
      bodies.release(permits);
    }
  }

  private static long length(String header) {
    try {
      return Long.parseLong(header.strip());
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  private Reply work(Ask ask, Route route, byte[] body) throws InterruptedException {
    try {
      return workers
          .submit(() -> route.answer(ask, body))
          .get(2 * PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (RejectedExecutionException | TimeoutException e) {
      return busy();
    } catch (ExecutionException e) {
      LOG.log(Level.ERROR, "a fault in skep: " + ask.path(), e.getCause());
      return Reply.text(500, "a fault in skep; its log says more");
    }
  }

  private static Reply tooLong() {
    return Reply.text(413, "more than " + (MOST_BODY_BYTES >> 20) + " MiB are not read");
  }

  private static Reply busy() {
    return Reply.text(503, "too many calls at a time; try again").with("Retry-After", "1");
  }

  private static void send(HttpExchange exchange, Reply reply)
      throws IOException, InterruptedException {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Referrer-Policy", "no-referrer");
    reply.headers().forEach(headers::set);
    boolean empty = exchange.getRequestMethod().equals("HEAD") || reply.length() == 0;
    // To the server 0 says that nobody knows how much comes, and -1 that nothing does.
    exchange.sendResponseHeaders(reply.status(), empty ? -1 : Math.max(0, reply.length()));
    if (!empty) {
      try (OutputStream out = exchange.getResponseBody()) {
        reply.body().writeTo(out);
      }
    }
  }

  /** What is being answered has a second to end. */
  @Override
  public void close() {
    server.stop(1);
    connections.shutdownNow();
    workers.shutdownNow();
  }
}
