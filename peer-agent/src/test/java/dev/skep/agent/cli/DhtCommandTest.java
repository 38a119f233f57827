package dev.skep.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.datagram.DatagramPort;
import dev.skep.agent.dht.Dht;
import dev.skep.agent.dht.live.DhtSettings;
import dev.skep.agent.dht.live.LiveDht;
import dev.skep.agent.trust.SigningKey;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.dht.Krpc;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DhtCommandTest {
  private static final InfoHash HASH = InfoHash.fromHex("0123456789abcdef0123456789abcdef01234567");

  @TempDir private Path temp;
  private final Console skep = new Console();
  private final List<AutoCloseable> open = new ArrayList<>();
  private Endpoint node = new Endpoint(InetAddress.getLoopbackAddress(), 0);

  @BeforeEach
  void aNodeRuns() throws Exception {
    node = start("127.0.0.1").address();
  }

  /** A node, and where it is. */
  private record Started(LiveDht dht, Endpoint address) {}

  private Started start(String address, String... doors) throws IOException {
    DatagramPort port = DatagramPort.open(InetAddress.ofLiteral(address), 0);
    open.add(port);
    LiveDht dht =
        new LiveDht(port, new DhtSettings(List.of(doors), false, Optional.empty()), (_, _) -> {});
    port.begin(dht, Runnable::run);
    return new Started(dht, port.at());
  }

  @AfterEach
  void itEnds() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  @Test
  void whoAnnouncedATorrentIsFound() throws Exception {
    LiveDht seeder = start("127.0.0.2", node.toString()).dht();
    seeder.search(HASH, Optional.of(new Dht.Here(7000, true)), new Nobody());
    await()
        .untilAsserted(
            () -> {
              int status = skep.run("dht", "lookup", HASH.hex(), "--node", node);
              assertThat(skep.out()).as(skep.err()).contains("127.0.0.2:7000");
              assertThat(status).isZero();
            });

    assertThat(skep.run("dht", "lookup", HASH.hex(), "--node", node, "--json")).isZero();
    assertThat(skep.out())
        .contains("\"infoHash\": \"" + HASH.hex() + "\"", "127.0.0.2:7000", "\"seeders\": 1");
  }

  private record Nobody() implements Dht.Search {
    @Override
    public void found(List<Endpoint> peers) {}

    @Override
    public void counted(Krpc.Counts counts) {}

    @Override
    public void ended(int answered) {}
  }

  @Test
  void whatNobodyHasIsAFailureInOneLine() {
    assertThat(skep.run("dht", "lookup", "00".repeat(20), "--node", node)).isEqualTo(1);
    assertThat(skep.err()).contains("know no peer of it");
  }

  @Test
  void aTextIsKeptAndFoundByItsHash() {
    assertThat(skep.run("dht", "put", "Hello World!", "--node", node)).as(skep.err()).isZero();
    String key = skep.out().strip();

    assertThat(key).isEqualTo("e5f96f6f38320f0f33959cb4d3d656452117aadb");
    await()
        .untilAsserted(
            () -> assertThat(skep.run("dht", "get", key, "--node", node)).as(skep.err()).isZero());
    assertThat(skep.out().strip()).isEqualTo("Hello World!");
  }

  @Test
  void whoGoesOnHasItsTextKeptAnewByWhoeverIsThereThen() throws Exception {
    Thread command =
        Thread.ofVirtual()
            .start(() -> skep.run("dht", "put", "Hello World!", "--node", node, "--again", "1s"));
    await().untilAsserted(() -> assertThat(skep.out()).contains("e5f96f6f"));
    LiveDht later = start("127.0.0.2", node.toString()).dht();

    await().until(() -> later.status().items() == 1);

    skep.stop();
    assertThat(command.join(Duration.ofSeconds(10))).isTrue();
    assertThat(skep.err()).contains("goes on");
  }

  @Test
  void anOwnersTextIsReplacedByALaterOne() throws Exception {
    Path key = temp.resolve("key");
    String owner = SigningKey.generate(key);
    for (int version = 1; version <= 2; version++) {
      Object[] put = {
        "dht",
        "put",
        "version " + version,
        "--key",
        key,
        "--salt",
        "a",
        "--sequence",
        version,
        "--node",
        node
      };
      assertThat(skep.run(put)).as(skep.err()).isZero();
      assertThat(skep.out().strip()).isEqualTo(owner);
    }

    await()
        .untilAsserted(
            () -> {
              skep.run("dht", "get", owner, "--salt", "a", "--node", node, "--json");
              assertThat(skep.out()).contains("\"value\": \"version 2\"", "\"sequence\": 2");
            });
    assertThat(skep.run("dht", "get", owner, "--node", node)).isEqualTo(1); // without salt
  }

  @Test
  void whatIsNoHashIsWrongUsage() {
    assertThat(skep.run("dht", "lookup", "disk.img")).isEqualTo(2);
    assertThat(skep.run("dht", "get", "disk.img")).isEqualTo(2);
    assertThat(skep.run("dht", "put", "x".repeat(1_000))).isEqualTo(2);
    assertThat(skep.run("dht", "put", "x", "--salt", "without a key")).isEqualTo(2);
    assertThat(skep.run("dht", "lookup", HASH.hex(), "--node", "nowhere")).isEqualTo(2);
  }
}
