package dev.skep.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs of others that control Transmission, and now an agent. */
@Tag("ci")
@Timeout(300)
class FrontEndsIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String USER = "tom";
  private static final String PASSWORD = "not a secret";

  /** Where {@code .ci/run} puts packages of npm. */
  private static final Path PACKAGES = Path.of("target/front-ends/node_modules").toAbsolutePath();

  @TempDir private Path temp;
  private Path folder;
  private @Nullable Running agent;
  private @Nullable HttpServer web;

  @BeforeEach
  void makeTorrents() throws Exception {
    folder = Files.createDirectories(temp.resolve("downloads"));
    TestFolder.file(folder.resolve("disk.img"), 300_000, 1);
    TestFolder.file(folder.resolve("other"), 1_000, 2);
    TestFolder.file(folder.resolve("third"), 1_000, 3);
    Files.createDirectories(folder.resolve("photos/sub"));
    TestFolder.file(folder.resolve("photos/a"), 1_000, 4);
    TestFolder.file(folder.resolve("photos/sub/b"), 1_000, 5);
  }

  @AfterEach
  void close() {
    if (agent != null) {
      agent.close();
    }
    if (web != null) {
      web.stop(0);
    }
  }

  private void make(String... names) throws Exception {
    for (String name : names) {
      Path torrent = folder.resolve(name + ".torrent");
      Skep made = Skep.run(temp, "create", folder.resolve(name), "-o", torrent);
      assertThat(made.status()).as(made.err()).isZero();
    }
  }

  private URI start() throws Exception {
    Path password = Files.writeString(temp.resolve("password"), PASSWORD + "\n");
    Process hashing =
        new ProcessBuilder(Running.skepCommand("agent", "password"))
            .redirectInput(password.toFile())
            .start();
    String hash = new String(hashing.getInputStream().readAllBytes(), UTF_8).strip();
    Path config =
        Files.writeString(
            temp.resolve("agent.properties"),
            """
            skep.agent.bind=127.0.0.1
            skep.agent.rpc.user=%s
            skep.agent.rpc.password=%s
            """
                .formatted(USER, hash));
    agent =
        Running.skep(
            temp,
            "agent",
            "agent",
            "run",
            "--data",
            temp.resolve("kept"),
            "--port",
            0,
            "--rpc-port",
            0,
            "--config",
            config);
    return agent.controlledAt(SOON);
  }

  /** Serves one file; returns where. */
  private String serve(Path file) throws Exception {
    byte[] bytes = Files.readAllBytes(file);
    web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
          }
        });
    web.start();
    return "http://127.0.0.1:" + web.getAddress().getPort() + "/" + file.getFileName();
  }

  private static String script(String name) throws Exception {
    return Path.of(
            Objects.requireNonNull(FrontEndsIT.class.getResource("/front-ends/" + name)).toURI())
        .toString();
  }

  @Test
  void eachMethodOfNpmsPackageForTransmissionDoesWhatItSays() throws Exception {
    Program node = Program.installed("node");
    Path client = PACKAGES.resolve("@ctrl/transmission");
    assumeTrue(
        Files.exists(client),
        "@ctrl/transmission is not installed: npm install --prefix system-tests/target/front-ends"
            + " @ctrl/transmission@7.4.0");
    make("disk.img", "other", "third");
    String url = start().toString();
    assertThat(
            node.with(
                    script("ctrl-transmission.mjs"),
                    client.toString(),
                    url,
                    USER,
                    PASSWORD,
                    folder.toString(),
                    serve(folder.resolve("third.torrent")))
                .output(temp))
        .contains("methods of @ctrl/transmission");
    assertThat(folder.resolve("other")).as("of a torrent that was only forgotten").exists();
  }

  @Test
  void theFrontEndForEmacsShowsAndDoesWhatItsKeysSay() throws Exception {
    Program emacs = Program.installed("emacs");
    assumeTrue(
        emacs
            .with("--batch", "--eval", "(package-initialize)", "--eval", "(require 'transmission)")
            .succeeds(temp),
        "elpa-transmission is not installed");
    make("disk.img", "photos");
    String port = String.valueOf(start().getPort());
    assertThat(
            emacs
                .with(
                    "--batch",
                    "--load",
                    script("emacs-transmission.el"),
                    port,
                    USER,
                    PASSWORD,
                    folder.toString())
                .output(temp))
        .contains("looks at the windows of transmission.el");
  }
}
