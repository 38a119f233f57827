package dev.skep.tracker.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.address.IpAddress;
import dev.skep.protocol.tracker.AnnounceEvent;
import org.junit.jupiter.api.Test;

/** Strangers who bring torrents until there is no memory left for them. */
class FullMemoryTest {
  private static final int HONEST_TORRENTS = 40;
  private static final int HONEST_PEERS = 5;
  private static final long BYTES = 1 << 20;

  private final Announcing store =
      new Announcing(
          Announcing.limits(1_000_000, 1000, 1_000_000)
              .withBytes(BYTES)
              .withPerAddress(new SwarmLimits.PerAddress(1000, 100, 100, 1)),
          new PeerPreference.Uniform());

  private Admission bring(int torrent, int host) {
    return store.announce(
        torrent, IpAddress.ofIpv4(0x05000000 + host), 6881, host, 1, AnnounceEvent.STARTED, 0);
  }

  private void honestSwarms() {
    for (int torrent = 0; torrent < HONEST_TORRENTS; torrent++) {
      for (int peer = 0; peer < HONEST_PEERS; peer++) {
        bring(torrent, 10 * torrent + peer);
      }
    }
  }

  private void assertHonestSwarmsUntouched() {
    for (int torrent = 0; torrent < HONEST_TORRENTS; torrent++) {
      assertThat(store.peersOf(torrent)).as("torrent " + torrent).isEqualTo(HONEST_PEERS);
    }
  }

  @Test
  void oneAddressBringsSoManyNewTorrentsInAMinute() {
    honestSwarms();
    int taken = 0;
    for (int torrent = 1000; torrent < 101_000; torrent++) {
      taken += bring(torrent, 5000) == Admission.ADMITTED ? 1 : 0;
    }
    assertThat(taken).isEqualTo(1000);
    assertThat(bring(0, 5000)).as("one that is here").isEqualTo(Admission.ADMITTED);
    assertThat(bring(200_000, 5001)).as("another address").isEqualTo(Admission.ADMITTED);
    assertThat(store.store.tallies().hastyTorrents().sum()).isEqualTo(99_000);
    store.pass(60);
    assertThat(bring(200_001, 5000)).as("a minute later").isEqualTo(Admission.ADMITTED);
  }

  @Test
  void aFloodOfManyMinutesFillsTheMemoryAndNoMoreAndHonestSwarmsStay() {
    honestSwarms();
    int torrent = 1000;
    long most = 0;
    for (int minute = 0; minute < 20; minute++) {
      for (int i = 0; i < 5_000; i++) {
        bring(torrent++, 5000 + i % 5);
        most = Math.max(most, store.store.tallies().bytes().get());
      }
      honestSwarms();
      store.pass(60);
    }
    assertThat(most).isLessThanOrEqualTo(BYTES + 4096);
    assertThat(store.store.tallies().refusedTorrents().sum()).isPositive();
    assertHonestSwarmsUntouched();
  }

  @Test
  void whereMemoryIsFullNewcomersTakeThePlacesOfWhoBroughtMany() {
    honestSwarms();
    int torrent = 1000;
    while (bring(torrent, 5000 + torrent % 7) == Admission.ADMITTED) {
      assertThat(torrent++).as("there is an end to it").isLessThan(20_000);
    }
    for (int newcomer = 0; newcomer < 100; newcomer++) {
      assertThat(bring(1_000_000 + newcomer, 8000 + newcomer / 10)).isEqualTo(Admission.ADMITTED);
    }
    for (int peer = 0; peer < 100; peer++) {
      assertThat(bring(3, 9000 + peer)).as("a peer more").isEqualTo(Admission.ADMITTED);
    }
    assertThat(store.peersOf(3)).isEqualTo(HONEST_PEERS + 100);
    assertThat(store.store.tallies().evictedTorrents().sum()).isGreaterThanOrEqualTo(100);
    assertThat(store.store.tallies().evicted().sum()).as("of swarms with more").isZero();
    for (int newcomer = 0; newcomer < 100; newcomer++) {
      assertThat(store.peersOf(1_000_000 + newcomer)).isOne();
    }
  }

  @Test
  void whereMemoryIsFullALargeSwarmGrowsNoFurther() {
    var large =
        new Announcing(
            Announcing.limits(1000, 1_000_000, 10_000_000).withBytes(BYTES),
            new PeerPreference.Uniform());
    for (int host = 0; host < 60_000; host++) {
      large.announce(
          1, IpAddress.ofIpv4(0x05000000 + host), 6881, host, 1, AnnounceEvent.STARTED, 0);
      assertThat(large.store.tallies().bytes().get()).isLessThan(BYTES + BYTES / 8);
    }
    assertThat(large.peersOf(1)).isBetween(10_000, 25_000);
  }

  /** Whoever has one of IPv6 has 65,536 networks, each of which would bring few. */
  @Test
  void aSiteOfIpv6IsOneWhoBringsTorrents() {
    honestSwarms();
    int torrent = 1000;
    while (bringOverIpv6(torrent) != Admission.TOO_MANY_TORRENTS) {
      assertThat(torrent++).as("there is an end to it").isLessThan(20_000);
      store.pass(torrent % 500 == 0 ? 60 : 0);
    }
    assertThat(bring(1_000_000, 8000)).as("somebody else").isEqualTo(Admission.ADMITTED);
    assertThat(store.peersOf(1_000_000)).isOne();
  }

  private Admission bringOverIpv6(int network) {
    var address = new IpAddress(0x20010db8_0001_0000L + network, 1);
    return store.announce(network, address, 6881, network, 1, AnnounceEvent.STARTED, 0);
  }

  @Test
  void whatIsCountedIsWhatIsGivenBack() {
    for (int round = 0; round < 3; round++) {
      for (int torrent = 0; torrent < 200; torrent++) {
        for (int peer = 0; peer < 1 + torrent % 40; peer++) {
          store.announce(
              torrent,
              IpAddress.ofIpv4(0x05000000 + peer / 3),
              peer + 1,
              peer,
              0,
              AnnounceEvent.COMPLETED,
              10);
        }
      }
      assertThat(store.store.tallies().bytes().get())
          .isGreaterThan(200L * SwarmBytes.TORRENT + 2L * 16 * store.store.tallies().peers().get());
      store.pass(2 * Announcing.TIMEOUT_SECONDS);
      store.sweepAll();
      store.sweepAll();
      assertThat(store.store.tallies().bytes().get()).isZero();
    }
  }

  @Test
  void whatIsRestoredFitsToo() {
    Announcing before = Announcing.unlimited();
    var small =
        new Announcing(
            Announcing.limits(1000, 1000, 100_000).withBytes(100_000),
            new PeerPreference.Uniform());
    for (int torrent = 0; torrent < 900; torrent++) {
      before.announce(torrent, torrent, 0, AnnounceEvent.COMPLETED, 0);
    }
    before.changes.forEachChanged(0, image -> small.store.load(image.infoHash(), image.bytes(), 0));
    before.changes.takeCompleted().forEach(small.store::pinRestored);
    assertThat(small.store.tallies().torrents().get()).isBetween(80, 900);
    assertThat(small.store.tallies().bytes().get()).isLessThanOrEqualTo(101_000);
  }
}
