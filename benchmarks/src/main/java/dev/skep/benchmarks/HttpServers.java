package dev.skep.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import io.helidon.webserver.WebServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

/**
 * The least that answers a POST with its own length: {@code jdk} or {@code helidon}. Prints its
 * port when it listens. For {@code benchmarks/http-servers}.
 */
public final class HttpServers {
  private HttpServers() {}

  public static void main(String[] args) throws Exception {
    int port =
        switch (args[0]) {
          case "jdk" -> jdk();
          case "helidon" -> helidon();
          default -> throw new IllegalArgumentException(args[0]);
        };
    System.out.println(port);
    Thread.currentThread().join();
  }

  private static int jdk() throws Exception {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("sun.net.httpserver.maxReqTime", "10");
    System.setProperty("jdk.httpserver.maxConnections", "1000");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            byte[] answer = answer(exchange.getRequestBody().readAllBytes().length);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
          }
        });
    server.start();
    return server.getAddress().getPort();
  }

  private static int helidon() {
    WebServer server =
        WebServer.builder()
            .address(InetAddress.getLoopbackAddress())
            .port(0)
            .routing(
                routing ->
                    routing.any(
                        (request, response) ->
                            response.send(answer(request.content().as(byte[].class).length))))
            .build()
            .start();
    return server.port();
  }

  private static byte[] answer(int length) {
    return (length + "\n").getBytes(UTF_8);
  }
}
