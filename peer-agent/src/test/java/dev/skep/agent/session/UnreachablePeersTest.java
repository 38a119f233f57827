package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.session.peers.KnownPeers;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.encryption.Encryption;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Peers that cannot be talked to: told to a person, and no reason to miss those that can. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class UnreachablePeersTest {
  private static final byte[] RANDOM = {(byte) 0x9c, 3, (byte) 0xf1, 77, 2, 9, (byte) 0xee, 1};

  @TempDir private Path temp;
  @AutoClose private Hosts hosts;

  @BeforeEach
  void openHosts() {
    hosts = new Hosts(temp);
  }

  /** One port on which nobody listens, at many addresses. */
  private static List<Endpoint> dead(int count) throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      int port = free.getLocalPort();
      return IntStream.range(0, count)
          .mapToObj(i -> Endpoint.of("127.9." + i / 250 + "." + (1 + i % 250), port))
          .toList();
    }
  }

  @Test
  void aThousandDeadAddressesAreTriedWithinSeconds() throws Exception {
    TestData data = TestData.file("x.bin", 100_000, 16 * 1024);

    Transfer transfer = hosts.get(hosts.open(2), 2, data, dead(1_000).toArray(Endpoint[]::new));

    await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> transfer.status().knownPeers().unreachable() == 1_000);
  }

  @Test
  void aPeerThatHangsUpAtOurHandshakeIsToldApart() throws Exception {
    TestData data = TestData.file("x.bin", 100_000, 16 * 1024);
    try (ServerSocket server = new ServerSocket(0, 9, InetAddress.ofLiteral("127.0.0.7"))) {
      Thread.ofVirtual().start(() -> hangUp(server));
      Endpoint[] peers = {Endpoint.of("127.0.0.7", server.getLocalPort()), dead(1).getFirst()};

      Transfer transfer = hosts.get(hosts.open(2), 2, data, peers);

      await()
          .untilAsserted(
              () ->
                  assertThat(transfer.status().knownPeers())
                      .isEqualTo(new KnownPeers(2, 0, 1, 1, 0)));
    }
  }

  private static void hangUp(ServerSocket server) {
    while (!server.isClosed()) {
      try (Socket peer = server.accept()) {
        peer.getInputStream().readNBytes(20);
      } catch (IOException e) {
        // it has heard enough
      }
    }
  }

  @Test
  void whoBeginsWithAnEncryptedHandshakeWhereThatIsOffIsDialledBackSoon() throws Exception {
    TestData data = TestData.file("x.bin", 100_000, 16 * 1024);
    CountDownLatch dialled = new CountDownLatch(1);
    Session session = hosts.open(2, s -> s.encryption = Encryption.OFF);
    Endpoint later;
    try (ServerSocket free = new ServerSocket(0, 9, InetAddress.ofLiteral("127.0.0.7"))) {
      later = Endpoint.of("127.0.0.7", free.getLocalPort());
    }
    Transfer transfer = hosts.get(session, 2, data, later);
    // Four failures: the next try would come 16 s after the last.
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> session.drops().getOrDefault("dial_failed", 0L) == 4);

    try (ServerSocket server = new ServerSocket(later.port(), 9, later.address())) {
      Thread.ofVirtual()
          .start(
              () -> {
                try (Socket _ = server.accept()) {
                  dialled.countDown();
                } catch (IOException e) {
                  // the test is over
                }
              });
      try (RawPeer peer = RawPeer.connect("127.0.0.7", session.listening())) {
        peer.send(RANDOM);
        peer.awaitEnd();
      }
      await().atMost(Duration.ofSeconds(8)).until(() -> dialled.getCount() == 0);
    }
    assertThat(session.drops()).containsEntry("handshake_encrypted", 1L);
    assertThat(transfer.status().state()).isEqualTo(TransferStatus.State.DOWNLOADING);
  }
}
