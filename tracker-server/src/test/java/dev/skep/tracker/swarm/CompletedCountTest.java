package dev.skep.tracker.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.address.IpAddress;
import dev.skep.protocol.tracker.AnnounceEvent;
import org.junit.jupiter.api.Test;

/** When a completed download counts. */
class CompletedCountTest {
  private final Announcing swarm = Announcing.unlimited();

  private int completedAfter(int host, AnnounceEvent event) {
    swarm.announce(1, host, 0, event, 0);
    return swarm.announce.completed;
  }

  @Test
  void aPeerCountsOnceHoweverOftenItSaysSo() {
    assertThat(completedAfter(1, AnnounceEvent.STARTED)).isZero();
    assertThat(completedAfter(1, AnnounceEvent.COMPLETED)).isOne();
    assertThat(completedAfter(1, AnnounceEvent.COMPLETED)).isOne();
    assertThat(completedAfter(2, AnnounceEvent.COMPLETED)).isEqualTo(2);
    swarm.pass(700);
    assertThat(completedAfter(1, AnnounceEvent.COMPLETED)).isEqualTo(2);
  }

  @Test
  void onePeerIdOnBothFamiliesCountsOnceWithinTenMinutes() {
    completedAfter(1, AnnounceEvent.COMPLETED);
    overIpv6(1);
    assertThat(swarm.announce.completed).isOne();
    assertThat(swarm.announce.seeders).isEqualTo(2);

    swarm.pass(601);
    overIpv6(2);
    swarm.announce.peerIdLow = 1;
    assertThat(swarm.store.counts(Announcing.torrent(1)).completed()).isEqualTo(2);
  }

  @Test
  void anAddressThatLeftAndCameBackCountsOnce() {
    completedAfter(1, AnnounceEvent.COMPLETED);
    completedAfter(1, AnnounceEvent.STOPPED);
    assertThat(completedAfter(1, AnnounceEvent.COMPLETED)).isOne();
  }

  @Test
  void onePeerIdOnAThousandPortsCountsOnce() {
    for (int port = 1; port <= 1000; port++) {
      completedAt(IpAddress.ofIpv4(0x05060708), port, 77);
    }
    assertThat(swarm.announce.completed).isOne();
    assertThat(swarm.announce.seeders).isEqualTo(1000);
  }

  @Test
  void twelveDownloadsOfOneMachineCountTwelve() {
    for (int peer = 1; peer <= 12; peer++) {
      completedAt(IpAddress.ofIpv4(0x05060708), 6881 + peer, peer);
    }
    for (int peer = 1; peer <= 12; peer++) {
      completedAt(IpAddress.ofIpv4(0x05060708), 6881 + peer, peer);
    }
    assertThat(swarm.announce.completed).isEqualTo(12);
  }

  @Test
  void anAddressThatMakesUpPeerIdsCountsSoManyTimesInTenMinutes() {
    var limits = Announcing.limits(10, 10_000, 10_000);
    var store =
        new Announcing(
            limits.withPerAddress(new SwarmLimits.PerAddress(1000, 10_000, 20, 1)),
            new PeerPreference.Uniform());
    for (int peer = 1; peer <= 500; peer++) {
      // Of one /64, whose other half anybody there may choose.
      store.announce(1, new IpAddress(5, peer), peer, peer, 0, AnnounceEvent.COMPLETED, 0);
    }
    assertThat(store.announce.completed).isEqualTo(20);
    assertThat(store.store.tallies().uncountedCompleted().sum()).isEqualTo(480);
    store.announce(1, new IpAddress(6, 1), 1, 501, 0, AnnounceEvent.COMPLETED, 0);
    assertThat(store.announce.completed).as("another address").isEqualTo(21);
    store.pass(601);
    store.announce(1, new IpAddress(5, 1), 9999, 502, 0, AnnounceEvent.COMPLETED, 0);
    assertThat(store.announce.completed).as("ten minutes later").isEqualTo(22);
  }

  private void completedAt(IpAddress address, int port, int id) {
    swarm.announce(1, address, port, id, 0, AnnounceEvent.COMPLETED, 0);
  }

  private void overIpv6(int port) {
    swarm.announce.addressHigh = 0x20010db8L << 32;
    swarm.announce.addressLow = 1;
    swarm.announce.port = port;
    assertThat(swarm.store.announce(swarm.announce)).isEqualTo(Admission.ADMITTED);
  }

  @Test
  void theCountOutlivesThePeersOfARegisteredTorrent() {
    swarm.store.pin(Announcing.torrent(1), 41);
    completedAfter(1, AnnounceEvent.COMPLETED);
    completedAfter(1, AnnounceEvent.STOPPED);
    swarm.pass(3 * Announcing.TIMEOUT_SECONDS);
    swarm.sweepAll();

    assertThat(swarm.store.counts(Announcing.torrent(1)).completed()).isEqualTo(42);
    swarm.store.unpin(Announcing.torrent(1));
    swarm.sweepAll();
    assertThat(swarm.store.tallies().torrents().get()).isZero();
  }
}
