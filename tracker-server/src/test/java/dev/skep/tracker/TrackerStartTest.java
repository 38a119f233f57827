package dev.skep.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.service.settings.Documentation;
import dev.skep.tracker.config.Keys;
import dev.skep.tracker.http.SelfSignedKeys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps a tracker from starting is told in one line, and by a status. */
class TrackerStartTest {
  @TempDir private Path folder;

  @Test
  void aPortThatIsTakenIsNamed() throws Exception {
    try (var tcp = new ServerSocket()) {
      tcp.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      assertThat(failure(1, "--bind", "127.0.0.1", "--port", "" + tcp.getLocalPort()))
          .contains("TCP port " + tcp.getLocalPort());
    }
    try (var udp = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      String port = "" + udp.getLocalPort();
      assertThat(failure(1, "--bind", "127.0.0.1", "--port", "0", "--udp-port", port))
          .contains("UDP port " + port);
    }
  }

  @Test
  void wrongUsageIsOneLineAndStatusTwo() throws Exception {
    Path file = folder.resolve("tracker.properties");
    Files.writeString(file, "skep.anounce.interval=1m\n");
    assertThat(failure(2, "--config", file.toString()))
        .contains("unknown key skep.anounce.interval; did you mean skep.announce.interval?");
    assertThat(failure(2, "--prot", "7000")).contains("--prot");
    assertThat(failure(2, "--port", "70000")).contains("skep.http.port is '70000'");
    assertThat(failure(1, "--config", folder.resolve("none").toString())).contains("no such file");
    Files.writeString(file, "skep.announce.interval=1h\n");
    assertThat(failure(2, "--config", file.toString()))
        .contains("skep.announce.interval must not be more than skep.announce.interval.max");
  }

  @Test
  void thePrintedConfigurationIsTakenAsItIs() throws Exception {
    Path file = folder.resolve("tracker.properties");
    try (var out = new PrintStream(Files.newOutputStream(file))) {
      assertThat(TrackerMain.start(out, System.err, "--print-config")).isZero();
    }
    assertThat(Files.readString(file))
        .isEqualTo(
            Documentation.defaultFile(Keys.ALL, "Skep tracker", "skep tracker run --config FILE"));
    assertThat(failure(1, "--config", file.toString(), "--bind", "192.0.2.1", "--port", "0"))
        .contains("192.0.2.1");
  }

  @Test
  void keysThatCannotBeUsedAreToldAndEndTheStart() throws Exception {
    Path keys = folder.resolve("keys.p12");
    Path file = folder.resolve("tracker.properties");
    Files.writeString(
        file,
        """
        server.tls.private-key.keystore.resource.path=%s
        server.tls.private-key.keystore.passphrase=changeit
        server.tls.private-key.keystore.type=PKCS12
        """
            .formatted(keys));
    assertThat(failure(1, "--config", file.toString())).contains("TLS cannot be used", "keys.p12");
    Files.writeString(keys, "no keys at all");
    assertThat(failure(1, "--config", file.toString()))
        .contains("TLS cannot be used")
        .doesNotContain("null", "Exception");
    Files.delete(keys);
    SelfSignedKeys.write(keys, "mine");
    assertThat(failure(1, "--config", file.toString()))
        .contains("no private key", "server.tls.private-key.keystore.key.alias");
  }

  @Test
  void whatNobodyForesawIsToldInWordsToo() {
    assertThat(TrackerMain.inOneLine(new IOException("the port is taken; use another")))
        .isEqualTo("the port is taken; use another");
    assertThat(TrackerMain.inOneLine(new NoSuchFileException("/x"))).endsWith("there is no /x");
    List<Throwable> wordless =
        List.of(
            new IllegalStateException(),
            new IllegalStateException(new NullPointerException()),
            new IOException((String) null),
            new ExceptionInInitializerError(new IllegalStateException("java.lang.Error: x")));
    assertThat(wordless)
        .extracting(TrackerMain::inOneLine)
        .allSatisfy(
            line ->
                assertThat(line)
                    .startsWith("the tracker did not start: ")
                    .doesNotContain("null", "Exception", "Error", "java."));
  }

  /** The one line that a start in this process ends with; it gets no further than to fail. */
  private static String failure(int status, String... arguments) {
    var said = new ByteArrayOutputStream();
    var err = new PrintStream(said, true, StandardCharsets.UTF_8);
    assertThat(TrackerMain.start(System.out, err, arguments)).isEqualTo(status);
    List<String> lines = said.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst()).startsWith("skep: ");
    return lines.getFirst();
  }
}
