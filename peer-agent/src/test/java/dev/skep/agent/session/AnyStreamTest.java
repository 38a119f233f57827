package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.connection.TorrentKey;
import dev.skep.agent.stream.TcpConnector;
import dev.skep.agent.stream.XorConnector;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.encryption.Encryption;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Transfers need TCP nowhere but in the stream below their connections. */
@Timeout(60)
class AnyStreamTest {
  @TempDir private Path temp;
  @AutoClose private Hosts hosts;

  @BeforeEach
  void openHosts() {
    hosts =
        new Hosts(temp) {
          @Override
          Session open(SessionSettings settings) throws IOException {
            return Session.open(
                settings.with(s -> s.encryption = Encryption.OFF),
                new XorConnector(TcpConnector.open(settings.bind(), settings.port())));
          }
        };
  }

  @Test
  void aTransferRunsOverAStreamThatCopiesAndChangesEveryByte() throws Exception {
    TestData data =
        TestData.folder("changed", 64 * 1024)
            .with(List.of("long"), 5_000_000)
            .with(List.of("short"), 100_001);
    Endpoint seeder = hosts.seed(data);

    Session first = hosts.open(2);
    Transfer one = hosts.get(first, 2, data, seeder);
    Transfer other = hosts.get(hosts.open(3), 3, data, seeder, first.listening());
    one.completed().get(20, TimeUnit.SECONDS);
    other.completed().get(20, TimeUnit.SECONDS);

    hosts.assertThatHas(2, data);
    hosts.assertThatHas(3, data);
  }

  @Test
  void aTorrentIsFoundByADigestOfItsInfoHashToo() throws Exception {
    TestData data = TestData.file("hidden", 100_000, 16 * 1024);
    hosts.seed(data);
    MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
    sha1.update("req2".getBytes(StandardCharsets.US_ASCII));
    InfoHash digest = InfoHash.of(sha1.digest(data.metainfo().infoHash().toBytes()));
    Session session = hosts.sessionOfSeeder();

    assertThat(session.connectionOwner().topic(new TorrentKey.Obfuscated(digest))).isPresent();
    assertThat(session.connectionOwner().topic(new TorrentKey.Plain(digest))).isEmpty();
    session.remove(hosts.transferOfSeeder());
    assertThat(session.connectionOwner().topic(new TorrentKey.Obfuscated(digest))).isEmpty();
  }

  @Test
  void whoSpeaksPlainlyToItIsNoPeer() throws Exception {
    TestData data = TestData.file("plain", 100_000, 16 * 1024);
    Endpoint seeder = hosts.seed(data);

    try (Hosts plain = new Hosts(temp.resolve("plain"))) {
      plain.get(plain.open(2), 2, data, seeder);

      await().until(() -> !hosts.sessionOfSeeder().drops().isEmpty());
    }
    assertThat(hosts.transferOfSeeder().status().uploadedBytes()).isZero();
  }
}
