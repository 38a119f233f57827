package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
  private final List<AutoCloseable> running = new ArrayList<>();

  @AfterEach
  void endAll() throws Exception {
    for (AutoCloseable program : running.reversed()) {
      program.close();
    }
  }

  private int nginx() throws IOException {
    Files.createDirectory(temp.resolve("site"));
    String dav = "root site; dav_methods PUT DELETE; client_max_body_size 1k;";
    Nginx nginx = Nginx.start(temp, "", dav);
    running.add(nginx);
    return nginx.port();
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
