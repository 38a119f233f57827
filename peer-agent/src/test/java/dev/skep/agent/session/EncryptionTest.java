package dev.skep.agent.session;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.stream.TappedConnector;
import dev.skep.agent.stream.TcpConnector;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.encryption.Encryption;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Transfers between agents that differ in which handshakes they take. */
@Timeout(60)
class EncryptionTest {
  private static final TestData DATA =
      TestData.folder("secret", 64 * 1024)
          .with(List.of("long"), 3_000_000)
          .with(List.of("short"), 100_001);

  @TempDir private Path temp;
  @AutoClose private Hosts hosts;
  private final List<TappedConnector> taps = new ArrayList<>();

  @BeforeEach
  void openHosts() {
    hosts =
        new Hosts(temp) {
          @Override
          Session open(SessionSettings settings) throws IOException {
            TappedConnector tap =
                new TappedConnector(TcpConnector.open(settings.bind(), settings.port()));
            taps.add(tap);
            return Session.open(settings.with(s -> s.localDiscovery = false), tap);
          }
        };
  }

  private boolean passed(byte[] bytes) {
    String wanted = new String(bytes, ISO_8859_1);
    return taps.stream().anyMatch(tap -> new String(tap.passed(), ISO_8859_1).contains(wanted));
  }

  @ParameterizedTest(name = "seeder {0}, leecher {1}: handshake plain {2}, data plain {3}")
  @CsvSource({
    "REQUIRE, REQUIRE, false, false",
    "ALLOW, REQUIRE, false, false",
    "PREFER, REQUIRE, false, false",
    "REQUIRE, PREFER, false, false",
    "ALLOW, PREFER, true, true", // the handshake that answers follows the encrypted one
    "ALLOW, ALLOW, true, true",
    "OFF, PREFER, true, true",
    "ALLOW, OFF, true, true",
  })
  void theyFindAFormOfHandshakeThatBothTake(
      Encryption seeder, Encryption leecher, boolean plainHandshake, boolean plainData)
      throws Exception {
    Endpoint at = hosts.seed(DATA, s -> s.encryption = seeder);
    Session session = hosts.open(2, s -> s.encryption = leecher);

    hosts.get(session, 2, DATA, at).completed().get(20, TimeUnit.SECONDS);

    hosts.assertThatHas(2, DATA);
    assertThat(passed("BitTorrent protocol".getBytes(ISO_8859_1))).isEqualTo(plainHandshake);
    assertThat(passed(DATA.metainfo().infoHash().toBytes())).isEqualTo(plainHandshake);
    byte[] file = DATA.files().getFirst().bytes();
    assertThat(passed(Arrays.copyOf(file, 200))).isEqualTo(plainData);
  }

  @Test
  void whoHangsUpAtAPlainHandshakeIsDialledEncryptedAtOnce() throws Exception {
    Endpoint at = hosts.seed(DATA, s -> s.encryption = Encryption.REQUIRE);
    Session session = hosts.open(2, s -> s.maxDownBytesPerSecond = 1_500_000);

    Transfer transfer = hosts.get(session, 2, DATA, at);
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(() -> transfer.status().peers().stream().anyMatch(p -> p.flags().contains("E")));
    transfer.completed().get(20, TimeUnit.SECONDS);

    assertThat(session.drops()).containsEntry("handshake_hung_up", 1L);
    assertThat(hosts.sessionOfSeeder().drops()).containsEntry("handshake_plain", 1L);
  }

  @Test
  void whereNoFormSuitsBothNothingMoves() throws Exception {
    Endpoint at = hosts.seed(DATA, s -> s.encryption = Encryption.OFF);
    Session session = hosts.open(2, s -> s.encryption = Encryption.REQUIRE);

    Transfer transfer = hosts.get(session, 2, DATA, at);

    await().until(() -> hosts.sessionOfSeeder().drops().containsKey("handshake_encrypted"));
    await().until(() -> session.drops().containsKey("handshake_hung_up"));
    assertThat(transfer.status().downloadedBytes()).isZero();
  }

  @Test
  void ofManyTorrentsTheOneIsFoundThatIsMeant() throws Exception {
    Endpoint at = hosts.seed(DATA, s -> s.encryption = Encryption.REQUIRE);
    List<TestData> others = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      TestData other = TestData.file("other" + i, 50_000 + i, 16 * 1024);
      others.add(other);
      hosts
          .sessionOfSeeder()
          .add(
              other.metainfo(),
              hosts.folder(1),
              TransferOptions.defaults().seeding(other.writeTo(hosts.folder(1))))
          .completed()
          .get(20, TimeUnit.SECONDS);
    }
    Session session = hosts.open(2, s -> s.encryption = Encryption.REQUIRE);

    for (TestData other : others) {
      hosts.get(session, 2, other, at).completed().get(20, TimeUnit.SECONDS);
      hosts.assertThatHas(2, other);
    }
  }

  // ---- Those who mean no good

  @Test
  void anEncryptedHandshakeThatDoesNotGoOnEndsInTime() throws Exception {
    hosts.seed(DATA, s -> s.handshakeTimeout = Duration.ofMillis(300));
    Session seeder = hosts.sessionOfSeeder();
    try (RawPeer peer = RawPeer.connect("127.0.0.9", seeder.listening())) {
      peer.send(noise(1, 96 + 200));
      peer.awaitEnd();
    }

    await().untilAsserted(() -> assertThat(seeder.drops()).containsEntry("handshake_timeout", 1L));
  }

  @Test
  void noiseIsNoHandshakeAndAnAddressThatSendsMuchOfItIsNotAnswered() throws Exception {
    Endpoint at = hosts.seed(DATA, s -> s.encryption = Encryption.ALLOW);
    Session seeder = hosts.sessionOfSeeder();
    for (int i = 0; i < 80; i++) {
      try (RawPeer peer = RawPeer.connect("127.0.0.9", seeder.listening())) {
        peer.send(noise(i, 2_000));
        peer.awaitEnd();
      } catch (IOException e) {
        // it was dropped while it sent
      }
    }

    await().untilAsserted(() -> assertThat(seeder.drops()).containsKey("refused_full"));
    assertThat(seeder.drops().get("handshake_invalid")).isBetween(64L, 79L);
    Session other = hosts.open(2, s -> s.encryption = Encryption.REQUIRE);
    hosts.get(other, 2, DATA, at).completed().get(20, TimeUnit.SECONDS);
  }

  private static byte[] noise(int seed, int bytes) {
    byte[] noise = new byte[bytes];
    new Random(seed).nextBytes(noise);
    return noise;
  }
}
