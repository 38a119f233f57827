package dev.skep.tracker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.tracker.http.admission.ConnectionLimits;
import dev.skep.tracker.http.admission.HttpSettings;
import dev.skep.tracker.http.admission.TlsFront;
import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.tls.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS, and those who do not agree on it. */
class TlsFrontTest {
  private static final String ANNOUNCE =
      "/announce?info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-SK0100-abcdefghijkl&left=1&port=1";
  private static final int MOST = 20;
  private static final int MOST_PER_ADDRESS = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  @TempDir private static Path folder;
  private Tls client;
  private Front front;

  @BeforeEach
  void start() throws Exception {
    Path store = folder.resolve("keys.p12");
    if (!store.toFile().exists()) {
      SelfSignedKeys.write(store);
    }
    Keys keys =
        Keys.builder()
            .keystore(k -> k.keystore(Resource.create(store)).passphrase("changeit").type("PKCS12"))
            .build();
    Tls server = Tls.builder().privateKey(keys).privateKeyCertChain(keys).build();
    client = Tls.builder().trustAll(true).build();
    var limits =
        new ConnectionLimits(MOST, MOST_PER_ADDRESS, 1, List.of(), MOST, PATIENCE, 8 << 10);
    HttpSettings settings = HttpSettings.DEFAULT.with(limits);
    front = new Front(settings, Optional.of(new TlsFront(() -> server)), _ -> {});
  }

  @AfterEach
  void stop() {
    front.close();
  }

  @Test
  void anAnnounceIsAnsweredAndItsConnectionEndedInTls() throws IOException {
    announceOnce();
  }

  private void announceOnce() throws IOException {
    try (SSLSocket socket = connect("127.0.0.1")) {
      String request = Front.request(ANNOUNCE) + "Connection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      // Fails if the end is not said in TLS.
      assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
          .startsWith("HTTP/1.1 200")
          .contains("d8:complete");
    }
  }

  @Test
  void connectionsThatNeverAgreeOnTlsTakeNoRoomForGood() throws IOException {
    for (int i = 0; i < 3 * MOST; i++) {
      try (Socket socket = front.connectFrom("127.0.0." + (2 + i % 5))) {
        if (i % 2 == 0) {
          socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1));
        }
      } catch (SocketException _) {
        // One of too many, and ended already.
      }
    }
    await().until(() -> front.counters().httpConnections().get() == 0);
    announceOnce();
  }

  @Test
  void silentHandshakesAreCountedByAddressAndEndedInTime() throws IOException {
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < MOST_PER_ADDRESS + 5; i++) {
      silent.add(front.connectFrom("127.0.0.2"));
    }
    await().until(() -> front.counters().httpCrowdedOut().sum() == 5);
    announceOnce();
    await().atMost(20, TimeUnit.SECONDS).until(() -> front.counters().httpConnections().get() == 0);
    assertThat(front.tallies().late().sum()).isEqualTo(MOST_PER_ADDRESS);
    for (Socket socket : silent) {
      socket.close();
    }
  }

  private SSLSocket connect(String from) throws IOException {
    Socket plain = front.connectFrom(from);
    SSLSocket socket =
        (SSLSocket)
            client
                .sslContext()
                .getSocketFactory()
                .createSocket(plain, InetAddress.getLoopbackAddress().getHostName(), 0, true);
    socket.startHandshake();
    return socket;
  }
}
