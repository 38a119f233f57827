package dev.skep.agent.dht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.dht.Krpc;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PeerStoreTest {
  private static final long MINUTE = 60 * 1_000_000_000L;
  private static final InfoHash ONE = new InfoHash(1, 2, 3);

  private final PeerStore store = new PeerStore(new SplittableRandom(1));

  private static Endpoint lan(int number) {
    return Endpoint.of("10.0." + number / 250 + "." + (1 + number % 250), 6881);
  }

  @Test
  void aPeerIsForgottenAfterHalfAnHour() {
    store.add(ONE, lan(1), false, 0);

    assertThat(store.peers(ONE, true, 10, 29 * MINUTE)).containsExactly(lan(1));
    assertThat(store.peers(ONE, true, 10, 31 * MINUTE)).isEmpty();
    store.expire(10, 31 * MINUTE);
    assertThat(store.torrents()).isZero();
    assertThat(store.peers()).isZero();
  }

  @Test
  void ofATorrentTheLatestStay() {
    for (int i = 0; i < PeerStore.MOST_PEERS + 50; i++) {
      store.add(ONE, lan(i), false, i);
    }

    assertThat(store.peers(ONE, true, 1_000, MINUTE))
        .hasSize(PeerStore.MOST_PEERS)
        .contains(lan(PeerStore.MOST_PEERS + 49))
        .doesNotContain(lan(0));
  }

  @Test
  void oneNetworkBringsOnlySoManyPeersAndTorrents() {
    for (int i = 0; i < 250; i++) {
      store.add(ONE, Endpoint.of("66.66.1." + (1 + i), 6881), false, i);
    }
    assertThat(store.peers()).isEqualTo(20);
    assertThat(store.add(ONE, Endpoint.of("77.1.1.1", 6881), false, 300)).isTrue();

    for (int i = 0; i < 2_000; i++) {
      store.add(new InfoHash(9, i, 0), Endpoint.of("66.66.2." + (1 + i % 250), 6881), false, i);
    }
    assertThat(store.torrents()).isEqualTo(1_000);
  }

  @Test
  void seedsAreCountedApartAndTorrentsSampled() {
    for (int i = 0; i < 30; i++) {
      store.add(ONE, lan(i), i < 20, 0);
      store.add(new InfoHash(9, i, 0), lan(i), false, 0);
    }

    Krpc.Counts counts = store.counts(ONE, lan(99), MINUTE).orElseThrow();
    assertThat(counts.seeds().estimate()).isBetween(18.0, 22.0);
    assertThat(counts.peers().estimate()).isBetween(9.0, 11.0);
    assertThat(store.samples(lan(99)).torrents()).isEqualTo(31);
    assertThat(store.samples(lan(99)).some()).hasSize(20).doesNotHaveDuplicates();
  }

  @Test
  void nobodyOutsideHearsOfTheLocalNetwork() {
    Endpoint outside = Endpoint.of("66.66.1.1", 6881);
    store.add(ONE, lan(1), true, 0);

    assertThat(store.samples(outside).some()).isEmpty();
    assertThat(store.counts(ONE, outside, 0).orElseThrow().seeds().estimate()).isZero();
  }

  @Test
  void allTogetherAreBounded() {
    for (int i = 0; i < 400; i++) {
      for (int j = 0; j < PeerStore.MOST_PEERS; j++) {
        store.add(new InfoHash(9, i, 0), lan(j), false, i);
      }
    }
    assertThat(store.peers()).isLessThanOrEqualTo(PeerStore.MOST_PEERS_IN_ALL);

    for (int i = 0; i < PeerStore.MOST_TORRENTS + 10; i++) {
      store.add(new InfoHash(10, i, 0), lan(1), false, i);
    }
    assertThat(store.torrents()).isLessThanOrEqualTo(PeerStore.MOST_TORRENTS);
  }
}
