package dev.skep.tracker.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.skep.protocol.tracker.AnnounceEvent;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What happens where the store is full. */
class SwarmLimitsTest {
  private static Announcing store(int torrents, int peersPerTorrent, int peers) {
    return new Announcing(
        Announcing.limits(torrents, peersPerTorrent, peers), new PeerPreference.Uniform());
  }

  @Test
  void oneTorrentTooManyIsRefusedAndTheOthersGoOn() {
    Announcing store = store(2, 100, 100);
    store.leecher(1, 1);
    store.leecher(2, 1);

    assertThat(store.leecher(3, 1)).isEqualTo(Admission.TOO_MANY_TORRENTS);
    assertThat(store.leecher(1, 2)).isEqualTo(Admission.ADMITTED);
    assertThat(store.store.tallies().refusedTorrents().sum()).isOne();
    store.store.pin(Announcing.torrent(3), 0);
    assertThat(store.leecher(3, 1)).as("a registered one is let in").isEqualTo(Admission.ADMITTED);
  }

  @Test
  void whatIsRegisteredOrForgottenShowsInTheOverviewWithinTheSameSecond() {
    SwarmStore swarms = store(10, 10, 10).store;
    assertThat(swarms.overview()).isEmpty();

    swarms.pin(Announcing.torrent(1), 3);
    assertThat(swarms.overview().getFirst().counts().completed()).isEqualTo(3);

    swarms.drop(Announcing.torrent(1));
    assertThat(swarms.overview()).isEmpty();
  }

  @Test
  void aTorrentThatAllHaveLeftMakesRoomForAnother() {
    Announcing store = store(1, 100, 100);
    store.leecher(1, 1);
    store.announce(1, 1, 1, AnnounceEvent.STOPPED, 0);
    store.sweepAll();

    assertThat(store.leecher(2, 1)).isEqualTo(Admission.ADMITTED);
  }

  @Test
  void inAFullTorrentAStalePeerGivesWay() {
    Announcing store = store(10, 50, 1000);
    for (int host = 0; host < 50; host++) {
      store.leecher(1, host);
    }
    store.pass(60);
    for (int host = 50; host < 60; host++) {
      assertThat(store.leecher(1, host)).isEqualTo(Admission.ADMITTED);
    }
    assertThat(store.peersOf(1)).isEqualTo(50);
    assertThat(store.store.tallies().evicted().sum()).isEqualTo(10);
    store.announce(1, 99, 1, AnnounceEvent.NONE, 100);
    assertThat(store.told()).as("who came late stays").contains(50, 55, 59);
  }

  @Test
  void inAFullStoreTheBiggestSwarmGivesWayAndSmallOnesAreKept() {
    Announcing store = store(1000, 1000, 300);
    for (int host = 0; host < 200; host++) {
      store.leecher(1, host);
    }
    for (int torrent = 2; torrent < 102; torrent++) {
      store.leecher(torrent, torrent);
    }
    for (int torrent = 200; torrent < 250; torrent++) {
      assertThat(store.leecher(torrent, torrent)).isEqualTo(Admission.ADMITTED);
    }
    assertThat(store.peersOf(1)).isEqualTo(150);
    for (int torrent = 2; torrent < 102; torrent++) {
      assertThat(store.peersOf(torrent)).isOne();
    }
    assertThat(store.leecher(1, 999))
        .as("the biggest replaces its own")
        .isEqualTo(Admission.ADMITTED);
    assertThat(store.peersOf(1)).isEqualTo(150);
    assertThat(store.store.tallies().peers().get()).isEqualTo(300);
  }

  @Test
  void whereAllSwarmsAreSmallTheNewcomerIsRefused() {
    Announcing store = store(1000, 1000, 20);
    for (int torrent = 0; torrent < 20; torrent++) {
      store.leecher(torrent, 1);
    }
    assertThat(store.leecher(100, 1)).isEqualTo(Admission.TOO_MANY_PEERS);
    assertThat(store.leecher(3, 1)).as("who is in may go on").isEqualTo(Admission.ADMITTED);
    assertThat(store.store.tallies().refusedPeers().sum()).isOne();
  }

  @Test
  void inAFullStoreOfTinySwarmsEveryNewcomerFindsRoomAsLongAsAnyHasTwoPeers() {
    int pairs = 1_000;
    Announcing store = store(10_000, 100, 2 * pairs);
    for (int torrent = 0; torrent < pairs; torrent++) {
      store.leecher(torrent, 1);
      store.leecher(torrent, 2);
    }
    for (int torrent = pairs; torrent < 2 * pairs; torrent++) {
      assertThat(store.leecher(torrent, 1)).as("torrent " + torrent).isEqualTo(Admission.ADMITTED);
    }
    assertThat(store.leecher(2 * pairs, 1)).isEqualTo(Admission.TOO_MANY_PEERS);
    for (int torrent = 0; torrent < 2 * pairs; torrent++) {
      assertThat(store.peersOf(torrent)).isOne();
    }
  }

  @Test
  void oneSweepLooksAtABoundedNumberOfRows() {
    Announcing store = Announcing.unlimited();
    for (int host = 0; host < 20_000; host++) {
      store.leecher(1, host);
    }
    store.pass(Announcing.TIMEOUT_SECONDS + 1);
    int left = 20_000;
    boolean done = false;
    while (!done) {
      done = store.store.sweep().toTheEnd();
      int now = store.store.tallies().peers().get();
      assertThat(left - now).isLessThanOrEqualTo(SwarmStore.SWEEP_PEERS);
      left = now;
    }
    assertThat(left).isZero();
    assertThat(store.store.tallies().expired().sum()).isEqualTo(20_000);
    store.sweepAll();
    assertThat(store.store.tallies().torrents().get()).isZero();
  }

  @Test
  void limitsThatMakeNoSenseAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SwarmLimits(0, 1, 1, Duration.ofMinutes(1), false))
        .withMessageContaining("torrents");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SwarmLimits(1, 1, 1, Duration.ofHours(13), false))
        .withMessageContaining("timeout");
  }
}
