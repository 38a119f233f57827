package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.system.tracker.ForeignClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Web seeds (BEP 19) from servers that people have: nginx, and Python's own. */
class WebSeedIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String HOST = Nginx.HOST;

  @TempDir private Path folder;
  private final List<AutoCloseable> running = new ArrayList<>();
  private Path site;
  private Path data;
  private int port;

  @BeforeEach
  void aSiteWithAFolderOfFiles() throws IOException {
    site = Files.createDirectory(folder.resolve("site"));
    data = Files.createDirectories(site.resolve("data & more"));
    TestFolder.file(data.resolve("big.bin"), 24 << 20, 1);
    TestFolder.file(data.resolve("ü 100%.txt"), 70_001, 2);
    Files.createDirectory(data.resolve("sub"));
    TestFolder.file(data.resolve("sub/#1"), 300_000, 3);
  }

  @AfterEach
  void everythingEnds() throws Exception {
    for (AutoCloseable server : running.reversed()) {
      server.close();
    }
  }

  private void startNginx() throws IOException {
    startNginx("", "");
  }

  private void startNginx(String listen, String more) throws IOException {
    Nginx nginx = Nginx.start(folder, listen, more + "root site;");
    running.add(nginx);
    port = nginx.port();
  }

  private void startPython() throws Exception {
    Program.installed("python3");
    port = Nginx.freePort();
    running.add(
        Running.start(
            folder,
            "python",
            List.of(
                "python3",
                "-m",
                "http.server",
                String.valueOf(port),
                "--bind",
                HOST,
                "--directory",
                site.toString())));
    Nginx.awaitListening(port);
  }

  private Path torrent(String... more) throws Exception {
    Path torrent = folder.resolve("it.torrent");
    List<Object> words = new ArrayList<>(List.of("create", data, "-o", torrent));
    words.addAll(List.of(more));
    if (!words.contains("--web-seed")) {
      words.addAll(List.of("--web-seed", "http://" + HOST + ":" + port + "/"));
    }
    new Program(Running.skepCommand(words.toArray())).output(folder);
    return torrent;
  }

  private void get(Path torrent) throws Exception {
    Path copy = folder.resolve("copy");

    Skep get = Skep.run(folder, "get", torrent, "-d", copy, "--bind", HOST);

    assertThat(get.process().exitValue()).as(get.err()).isZero();
    assertThat(TestFolder.digests(copy.resolve(data.getFileName())))
        .isEqualTo(TestFolder.digests(data));
  }

  @Test
  void aFolderComesFromNginx() throws Exception {
    startNginx();

    get(torrent());
  }

  @Test
  void andFromPythonsServerWhichGivesWholeFilesOnly() throws Exception {
    startPython();

    get(torrent());
  }

  @Test
  void overTlsItComesFromWhomThisMachineTrusts() throws Exception {
    Path certificate = folder.resolve("certificate.pem");
    Program.installed("openssl")
        .with("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=it")
        .with("-addext", "subjectAltName=IP:" + HOST, "-out", certificate.toString())
        .with("-keyout", folder.resolve("key.pem").toString())
        .output(folder);
    startNginx("ssl", "ssl_certificate certificate.pem; ssl_certificate_key key.pem;");
    Path torrent = torrent("--web-seed", "https://" + HOST + ":" + port + "/");
    Path copy = folder.resolve("copy");

    Skep stranger = Skep.run(folder, "get", torrent, "-d", copy, "--give-up", "1s");
    assertThat(stranger.process().exitValue()).isEqualTo(1);
    assertThat(stranger.err()).contains("its certificate is signed by nobody whom this machine");

    Path trusted = folder.resolve("trusted.p12");
    new Program(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()))
        .with("-importcert", "-noprompt", "-alias", "it", "-file", certificate.toString())
        .with("-keystore", trusted.toString(), "-storepass", "changeit")
        .output(folder);
    String options =
        "-Djavax.net.ssl.trustStore=" + trusted + " -Djavax.net.ssl.trustStorePassword=changeit";
    Skep friend =
        Skep.runWith(Map.of("SKEP_JAVA_OPTS", options), folder, "get", torrent, "-d", copy);

    assertThat(friend.process().exitValue()).as(friend.err()).isZero();
    assertThat(TestFolder.digests(copy.resolve(data.getFileName())))
        .isEqualTo(TestFolder.digests(data));
  }

  @Test
  void aVersion2TorrentComesFromNginxToo() throws Exception {
    startNginx();

    get(torrent("--v2"));
  }

  @Test
  void libtorrentAndWeTakeTheSameTorrentFromTheSameServer() throws Exception {
    Assumptions.assumeTrue(ForeignClient.LIBTORRENT.isInstalled(), "libtorrent is not installed");
    startNginx();
    Path torrent = torrent();
    get(torrent);
    Path theirs = Files.createDirectory(folder.resolve("theirs"));

    Running.start(folder, "libtorrent", libtorrent(torrent, theirs)).awaitDone(SOON);

    assertThat(TestFolder.digests(theirs.resolve(data.getFileName())))
        .isEqualTo(TestFolder.digests(data));
  }

  private List<String> libtorrent(Path torrent, Path into) throws IOException {
    Path script = folder.resolve("web_seed_peer.py");
    try (var in =
        Objects.requireNonNull(
            WebSeedIT.class.getResourceAsStream("/dev/skep/system/web_seed_peer.py"))) {
      Files.write(script, in.readAllBytes());
    }
    return List.of("/usr/bin/python3", script.toString(), torrent.toString(), into.toString());
  }
}
