package dev.skep.tracker.swarm;

import static org.assertj.core.api.Assertions.assertThat;

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
  void twoAddressesOfOneFamilyCountEachWhateverIdTheySay() {
    completedAfter(1, AnnounceEvent.COMPLETED);
    swarm.announce.port = 7000;
    assertThat(swarm.store.announce(swarm.announce)).isEqualTo(Admission.ADMITTED);
    assertThat(swarm.announce.completed).isEqualTo(2);
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
