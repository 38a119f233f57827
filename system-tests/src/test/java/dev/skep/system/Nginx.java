package dev.skep.system;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** nginx with one server, on a port of 127.0.0.1. */
final class Nginx implements AutoCloseable {
  static final String HOST = "127.0.0.1";
  private static final Duration TO_START = Duration.ofSeconds(90);

  private final Running running;
  private final int port;

  private Nginx(Running running, int port) {
    this.running = running;
    this.port = port;
  }

  /**
   * Starts it and waits until it listens. Skips the test where it is not installed.
   *
   * @param folder for what it writes; names of files in {@code server} begin there
   * @param listen what follows the port, such as {@code ssl}
   * @param server what its server does, in its own words
   */
  static Nginx start(Path folder, String listen, String server) throws IOException {
    Program.installed("nginx");
    int port = freePort();
    // As root its workers would be another user's, who may not read here.
    String user = System.getProperty("user.name").equals("root") ? "user root;" : "";
    Path config =
        Files.writeString(
            folder.resolve("nginx.conf"),
            """
            %1$s daemon off; worker_processes 1; pid %2$s/nginx.pid; error_log %2$s/error.log;
            events {}
            http {
              access_log off; client_body_temp_path %2$s/t1; proxy_temp_path %2$s/t2;
              fastcgi_temp_path %2$s/t3; uwsgi_temp_path %2$s/t4; scgi_temp_path %2$s/t5;
              server { listen %3$s:%4$d %5$s; %6$s }
            }
            """
                .formatted(user, folder, HOST, port, listen, server));
    Running running =
        Running.start(
            folder,
            "nginx",
            List.of(
                "nginx",
                "-p",
                folder.toString(),
                "-c",
                config.toString(),
                "-e",
                folder.resolve("begin.log").toString()));
    awaitListening(port);
    return new Nginx(running, port);
  }

  /** A port that nobody has, for a program that cannot choose one itself. */
  static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral(HOST))) {
      return free.getLocalPort();
    }
  }

  /** Waits until somebody takes connections there. */
  static void awaitListening(int port) {
    await("a server at port " + port)
        .atMost(TO_START)
        .ignoreExceptions()
        .until(
            () -> {
              try (Socket socket = new Socket(InetAddress.ofLiteral(HOST), port)) {
                return socket.isConnected();
              }
            });
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    running.close();
  }
}
