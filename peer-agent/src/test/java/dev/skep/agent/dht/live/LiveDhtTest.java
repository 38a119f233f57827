package dev.skep.agent.dht.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.datagram.DatagramPort;
import dev.skep.agent.dht.Dht;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.dht.Krpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes with sockets of their own, in both families. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class LiveDhtTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final InfoHash TORRENT = new InfoHash(1, 2, 3);
  private static final Optional<Dht.Here> HERE = Optional.of(new Dht.Here(7000, true));

  private final List<LiveDht> nodes = new ArrayList<>();
  private final List<DatagramPort> ports = new ArrayList<>();

  /** What a search brought. */
  private static final class Found implements Dht.Search {
    private final Set<Endpoint> peers = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;

    @Override
    public void found(List<Endpoint> some) {
      peers.addAll(some);
    }

    @Override
    public void counted(Krpc.Counts counts) {}

    @Override
    public void ended(int answered) {
      ended = true;
    }
  }

  @AfterEach
  void theyEnd() {
    ports.forEach(DatagramPort::close);
  }

  /** A node that knows these; returns where it is. */
  private Endpoint node(InetAddress bind, Endpoint... doors) throws IOException {
    DatagramPort port = DatagramPort.open(bind, 0);
    ports.add(port);
    List<String> names = List.of(doors).stream().map(Endpoint::toString).toList();
    LiveDht dht = new LiveDht(port, new DhtSettings(names, false, Optional.empty()), (_, _) -> {});
    nodes.add(dht);
    port.begin(dht, Runnable::run);
    return port.at();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void whatOneAnnouncesAnotherFinds(String address) throws Exception {
    InetAddress bind = InetAddress.ofLiteral(address);
    Endpoint first = node(bind);
    for (int i = 0; i < 4; i++) {
      node(bind, first);
    }
    boolean ipv4 = first.isIpv4();
    await()
        .atMost(SOON)
        .until(() -> nodes.stream().allMatch(node -> known(node, ipv4) == nodes.size() - 1));
    Found announced = new Found();
    nodes.get(1).search(TORRENT, HERE, announced);
    await().atMost(SOON).until(() -> announced.ended);

    Found found = new Found();
    nodes.get(4).search(TORRENT, Optional.empty(), found);

    await().atMost(SOON).until(() -> found.ended);
    assertThat(found.peers).containsExactly(new Endpoint(bind, 7000));
    assertThat(known(nodes.get(4), !ipv4)).as("of the other family").isZero();
  }

  private static int known(LiveDht node, boolean ipv4) {
    return ipv4 ? node.status().ipv4Nodes() : node.status().ipv6Nodes();
  }

  /** BEP 32: who is in both DHTs leads from one into the other. */
  @Test
  void whoKnowsOneOfTheDhtsComesToKnowTheOtherAndFindsThePeersOfBoth() throws Exception {
    InetAddress all = new InetSocketAddress(0).getAddress();
    Endpoint four = node(InetAddress.ofLiteral("127.0.0.1"));
    Endpoint six = node(InetAddress.ofLiteral("::1"));
    node(all, four, six);
    await().atMost(SOON).until(() -> known(nodes.get(2), true) == 1);
    await().atMost(SOON).until(() -> known(nodes.get(2), false) == 1);
    for (LiveDht seeder : nodes.subList(0, 2)) {
      Found announced = new Found();
      seeder.search(TORRENT, HERE, announced);
      await().atMost(SOON).until(() -> announced.ended);
    }

    node(all, four);

    LiveDht newcomer = nodes.getLast();
    await().atMost(SOON).until(() -> known(newcomer, false) == 2);
    Found found = new Found();
    newcomer.search(TORRENT, Optional.empty(), found);
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(found.peers)
                    .containsExactlyInAnyOrder(
                        new Endpoint(four.address(), 7000), new Endpoint(six.address(), 7000)));
  }
}
