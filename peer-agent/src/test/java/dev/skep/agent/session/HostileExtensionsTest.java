package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.peerwire.DontHave;
import dev.skep.protocol.peerwire.ExtensionHandshake;
import dev.skep.protocol.peerwire.MetadataMessage;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.PexMessage;
import dev.skep.protocol.peerwire.Reserved;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers whose extension messages are nearly right cost their connection, and nothing else. */
@Timeout(60)
class HostileExtensionsTest {
  private static final TestData DATA = TestData.file("wanted.bin", 2_000_000, 1024);
  private static final Reserved EXTENDED = Reserved.NONE.withFast().withExtended();
  private static final int PEERS = 60;
  private static final int MESSAGES = 40;

  @TempDir private Path temp;
  @AutoClose private Hosts hosts;

  @BeforeEach
  void openHosts() {
    hosts = new Hosts(temp);
  }

  @ParameterizedTest(name = "asking for the torrent itself: {0}")
  @ValueSource(booleans = {true, false})
  void whateverTheySayTheTorrentComesFromAnHonestOne(boolean asking) throws Exception {
    Session session = hosts.open(2);
    TorrentIdentity identity = TorrentIdentity.of(DATA.metainfo());
    TransferOptions options = TransferOptions.defaults();
    Transfer transfer =
        asking
            ? session.add(identity, hosts.folder(2), options)
            : session.add(DATA.metainfo(), hosts.folder(2), options);
    for (int seed = 0; seed < PEERS; seed++) {
      annoy(session.listening(), new Random(seed));
    }

    transfer.addPeer(hosts.seed(DATA));

    transfer.completed().get(40, TimeUnit.SECONDS);
    hosts.assertThatHas(2, DATA);
    assertThat(session.drops()).as("seeds 0 to " + PEERS).doesNotContainKey("internal_error");
    assertThat(session.faults()).isEmpty();
  }

  private static void annoy(Endpoint victim, Random random) {
    try (RawPeer peer = RawPeer.greet("127.0.0.9", victim, DATA.metainfo().infoHash(), EXTENDED)) {
      peer.send(PeerMessage.HAVE_NONE);
      for (int i = 0; i < MESSAGES; i++) {
        byte[] payload = spoilt(message(random), random);
        peer.send(new PeerMessage.Extended(random.nextInt(7), payload));
      }
    } catch (IOException e) {
      // It was thrown out, as it should.
    }
  }

  private static byte[] message(Random random) {
    int piece = random.nextInt(4);
    return switch (random.nextInt(6)) {
      case 0 -> new MetadataMessage.Request(piece).encode();
      case 1 -> new MetadataMessage.Data(piece, 40_000, new byte[16 * 1024]).encode();
      case 2 -> new MetadataMessage.Reject(piece).encode();
      case 3 -> new DontHave(random.nextInt(3000)).encode();
      case 4 ->
          new PexMessage(
                  List.of(
                      new PexMessage.Added(
                          Endpoint.of("127.0.0." + (70 + random.nextInt(99)), 1), 0xff)),
                  List.of(Endpoint.of("127.0.0.1", 1)))
              .encode();
      default ->
          new ExtensionHandshake(
                  Map.of(
                      ExtensionHandshake.UT_METADATA,
                      random.nextInt(256),
                      ExtensionHandshake.UT_PEX,
                      random.nextInt(256)),
                  Optional.of("x".repeat(random.nextInt(300))),
                  OptionalInt.of(1 + random.nextInt(65_535)),
                  OptionalInt.of(1 + random.nextInt(5000)),
                  OptionalLong.of(1 + random.nextLong(1L << random.nextInt(1, 62))),
                  Optional.empty(),
                  Optional.of(random.nextBoolean()))
              .encode();
    };
  }

  /** A third stays as it is. */
  private static byte[] spoilt(byte[] message, Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> changed(message, random);
      case 1 -> Arrays.copyOf(message, random.nextInt(message.length + 20));
      default -> message;
    };
  }

  private static byte[] changed(byte[] message, Random random) {
    for (int i = random.nextInt(4); i >= 0; i--) {
      message[random.nextInt(message.length)] = (byte) random.nextInt(256);
    }
    return message;
  }
}
