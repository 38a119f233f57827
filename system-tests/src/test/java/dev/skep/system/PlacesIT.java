package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A torrent is put onto a web server with WebDAV that people have, and data comes by it. */
@Timeout(120)
class PlacesIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir private Path temp;
  private final List<Running> running = new ArrayList<>();

  @AfterEach
  void endAll() {
    running.reversed().forEach(Running::close);
  }

  private int nginx() throws Exception {
    Program.installed("nginx");
    Path site = Files.createDirectory(temp.resolve("site"));
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    boolean isRoot = System.getProperty("user.name").equals("root");
    Path config =
        Files.writeString(
            temp.resolve("nginx.conf"),
            """
            %4$s daemon off; worker_processes 1; pid %1$s/nginx.pid; error_log %1$s/error.log;
            events {}
            http {
              access_log off; client_body_temp_path %1$s/t1; proxy_temp_path %1$s/t2;
              fastcgi_temp_path %1$s/t3; uwsgi_temp_path %1$s/t4; scgi_temp_path %1$s/t5;
              server { listen 127.0.0.1:%2$d; root "%3$s"; dav_methods PUT DELETE; client_max_body_size 1k; }
            }
            """
                .formatted(temp, port, site, isRoot ? "user root;" : ""));
    running.add(
        Running.start(
            temp,
            "nginx",
            List.of("nginx", "-c", config.toString(), "-e", temp.resolve("begin.log").toString())));
    await()
        .atMost(SOON)
        .ignoreExceptions()
        .until(
            () -> {
              try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
              }
            });
    return port;
  }

  @Test
  @Tag("ci")
  void dataComesByATorrentThatWasPutOntoNginx() throws Exception {
    String site = "http://127.0.0.1:" + nginx() + "/";
    Path data = TestFolder.file(temp.resolve("disk.img"), 400_000, 11);
    Skep made = Skep.run(temp, "create", data, "--publish", site);
    assertThat(made.status()).as(made.err()).isZero();
    assertThat(temp.resolve("site/disk.img.torrent"))
        .hasSameBinaryContentAs(temp.resolve("disk.img.torrent"));

    Running seeder =
        Running.skep(
            temp, "seed", "seed", "disk.img.torrent", data, "--bind", "127.0.0.1", "--port", 0);
    running.add(seeder);
    seeder.awaitSaid("ready on", SOON);
    String port = seeder.said().replaceAll("(?s).*ready on \\S+:(\\d+).*", "$1");
    Skep got =
        Skep.run(
            temp,
            "get",
            site + "disk.img.torrent",
            "-d",
            temp.resolve("copy"),
            "--bind",
            "127.0.0.2",
            "--port",
            0,
            "--peer",
            "127.0.0.1:" + port);
    assertThat(got.status()).as(got.err()).isZero();
    assertThat(temp.resolve("copy/disk.img")).hasSameBinaryContentAs(data);

    Skep again = Skep.run(temp, "create", data, "-o", "2.torrent", "--publish", site);
    assertThat(again.err()).contains("disk.img.torrent: exists already; use --force");
    Skep tooLarge =
        Skep.run(
            temp,
            "create",
            data,
            "-f",
            "--piece-length",
            "16KiB",
            "--comment",
            "x".repeat(2000),
            "--publish",
            site);
    assertThat(tooLarge.err()).contains("too large for the server; ask who runs it");
  }
}
