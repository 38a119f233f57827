package dev.skep.agent.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.skep.agent.connection.Traffic.Moved;
import dev.skep.agent.torrent.PeerStats;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import org.junit.jupiter.api.Test;

class TrafficTest {
  private final Traffic traffic = new Traffic();

  private static Endpoint at(int number, int port) {
    return Endpoint.of("10.1." + number / 250 + "." + number % 250, port);
  }

  private static PeerStats peer(Endpoint at, long downBytes, long upBytes) {
    PeerId id = new PeerId(1, 2, 3);
    return new PeerStats(
        at, id, false, 0, downBytes, upBytes, 0, 0, false, false, false, false, false, 0, 0, 0, 0);
  }

  @Test
  void whatPeersOfOneAddressMovedIsAddedUp() {
    traffic.add(peer(at(1, 1000), 3, 0));
    traffic.add(peer(at(1, 2000), 4, 5));

    assertThat(traffic.byAddress()).containsOnly(entry(at(1, 0).address(), new Moved(7, 5)));
  }

  @Test
  void whoMovedNothingIsLeftOut() {
    traffic.add(peer(at(1, 1000), 0, 0));

    assertThat(traffic.byAddress()).isEmpty();
  }

  @Test
  void addressesBeyondTheBoundAreLeftOutHoweverTheyCome() {
    for (int i = 0; i < 10_000; i++) {
      traffic.add(peer(at(i, 1000), 1, 1));
    }
    Traffic more = new Traffic();
    more.add(peer(at(10_000, 1000), 1, 1));
    more.add(peer(at(7, 1000), 1, 1));

    traffic.add(more);

    assertThat(traffic.byAddress())
        .hasSize(10_000)
        .containsEntry(at(7, 0).address(), new Moved(2, 2));
  }
}
