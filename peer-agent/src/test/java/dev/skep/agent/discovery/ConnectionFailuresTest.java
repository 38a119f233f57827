package dev.skep.agent.discovery;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.tracker.AnnounceRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What keeps us from a host is told in words, without the names of classes. */
@Timeout(60)
class ConnectionFailuresTest {
  private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");
  private static final AnnounceRequest REQUEST =
      AnnounceRequest.builder(new InfoHash(1, 2, 3), new PeerId(4, 5, 6), 6881).build();
  private static final char[] PASSWORD = "changeit".toCharArray();

  private static void announce(ServerSocket server) throws Exception {
    Thread.ofVirtual().start(() -> answer(server));
    try (TrackerClient client = new TrackerClient(HERE)) {
      client.announce("https://127.0.0.1:" + server.getLocalPort() + "/announce", REQUEST);
    }
  }

  private static void answer(ServerSocket server) {
    while (!server.isClosed()) {
      try (Socket asker = server.accept()) {
        asker.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
        asker.getInputStream().readAllBytes();
      } catch (IOException e) {
        // it has heard enough
      }
    }
  }

  @Test
  void aServerWithoutTls() throws Exception {
    try (ServerSocket plain = new ServerSocket(0, 50, HERE)) {
      assertThatThrownBy(() -> announce(plain))
          .hasMessageEndingWith(": it does not speak TLS; is it http instead of https?");
    }
  }

  @Test
  void aCertificateThatNobodyTrusts(@TempDir Path folder) throws Exception {
    try (ServerSocket signedByItself =
        tls(folder, "-validity", "90").getServerSocketFactory().createServerSocket(0, 50, HERE)) {
      assertThatThrownBy(() -> announce(signedByItself))
          .hasMessageEndingWith(": its certificate is signed by nobody whom this machine trusts");
    }
  }

  private static SSLContext tls(Path folder, String... more) throws Exception {
    Path store = folder.resolve("keys");
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "k",
                "-keyalg",
                "EC",
                "-dname",
                "CN=nobody",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD)));
    command.addAll(List.of(more));
    assertThat(
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor())
        .isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  @Test
  void whatTheSystemSays() {
    assertThat(ConnectionFailures.inWords(new UnknownHostException("x"))).isEqualTo("unknown host");
    assertThat(ConnectionFailures.inWords(new SocketTimeoutException()))
        .isEqualTo("no answer in time");
    assertThat(ConnectionFailures.inWords(new NoRouteToHostException("No route to host")))
        .isEqualTo("no way to that host");
    assertThat(ConnectionFailures.inWords(new SocketException("Connection reset")))
        .isEqualTo("connection reset");
    assertThat(ConnectionFailures.inWords(new IOException())).isEqualTo("the connection failed");
    assertThat(
            ConnectionFailures.inWords(
                new IOException("sun.security.validator.ValidatorException: bad path")))
        .isEqualTo("bad path");
  }
}
