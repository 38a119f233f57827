package dev.skep.tracker.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.address.IpAddress;
import dev.skep.protocol.tracker.AnnounceEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One address that wants to be a whole swarm. */
class CrowdedSwarmTest {
  private static final IpAddress STRANGER = IpAddress.ofIpv4(0x05060708);
  private static final int PORTS = 100;
  private static final int HONEST = 20;

  private Announcing swarm = limitedTo(100_000);

  private static Announcing limitedTo(int peersPerTorrent) {
    SwarmLimits limits = Announcing.limits(10, peersPerTorrent, 1_000_000);
    return new Announcing(
        limits.withPerAddress(new SwarmLimits.PerAddress(1000, PORTS, 100, 10)),
        new PeerPreference.Uniform());
  }

  private void honestPeersJoin() {
    for (int host = 0; host < HONEST; host++) {
      swarm.announce(1, publicHost(host), 6881, host, 1, AnnounceEvent.STARTED, 0);
    }
  }

  private static IpAddress publicHost(int host) {
    return IpAddress.ofIpv4(0x09000000 + host);
  }

  private long honestAmongTold() {
    long honest = 0;
    for (int i = 0; i < swarm.announce.ipv4.count(); i++) {
      honest += swarm.announce.ipv4.address(i).low() >>> 24 == (0xffff_0900_0000L >>> 24) ? 1 : 0;
    }
    return honest;
  }

  @Test
  void sixtyFiveThousandPortsOfOneAddressAreAHundredAndEveryHonestPeerIsTold() {
    honestPeersJoin();
    for (int port = 1; port <= 65_535; port++) {
      swarm.announce(1, STRANGER, port, port, 1, AnnounceEvent.STARTED, 0);
    }
    assertThat(swarm.peersOf(1)).isEqualTo(HONEST + PORTS);
    assertThat(swarm.store.tallies().crowdedOut().sum()).isEqualTo(65_535 - PORTS);

    for (int host = 0; host < HONEST; host++) {
      swarm.announce(1, publicHost(host), 6881, host, 1, AnnounceEvent.NONE, 50);
      assertThat(swarm.announce.ipv4.count()).isEqualTo(50);
      assertThat(honestAmongTold()).as("all but oneself").isEqualTo(HONEST - 1);
    }
  }

  @Test
  void whoIsNotTakenInIsToldOfTheOthersAllTheSame() {
    honestPeersJoin();
    for (int port = 1; port <= PORTS; port++) {
      swarm.announce(1, STRANGER, port, port, 1, AnnounceEvent.STARTED, 0);
    }
    assertThat(swarm.announce(1, STRANGER, 7000, 7000, 1, AnnounceEvent.STARTED, 200))
        .isEqualTo(Admission.ADMITTED);
    assertThat(swarm.announce.ipv4.count()).isEqualTo(HONEST + PORTS);
    swarm.announce(1, STRANGER, 1, 1, 1, AnnounceEvent.STOPPED, 0);
    swarm.announce(1, STRANGER, 7000, 7000, 1, AnnounceEvent.NONE, 0);
    assertThat(swarm.peersOf(1))
        .as("it takes the place of one that left")
        .isEqualTo(HONEST + PORTS);
  }

  @Test
  void aHundredAndTwentyThousandAddressesOfOneSlash64AreOneAddress() {
    honestPeersJoinOverIpv6();
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 120_000; i++) {
      swarm.announce(
          1,
          new IpAddress(0x20010db8ffff0000L, random.nextLong()),
          6881,
          i,
          1,
          AnnounceEvent.STARTED,
          0);
    }
    assertThat(swarm.peersOf(1)).isEqualTo(HONEST + PORTS);
    swarm.announce(1, honestOverIpv6(0), 6881, 0, 1, AnnounceEvent.NONE, 50);
    assertThat(sitesTold()).as("19 others and the stranger's").hasSize(HONEST);
  }

  @Test
  void allOfASlash48AreNoMoreThanSixteenInWhatOthersAreTold() {
    honestPeersJoinOverIpv6();
    for (int network = 0; network < 65_536; network++) {
      swarm.announce(
          1, new IpAddress(SITE + network, 1), 6881, network, 1, AnnounceEvent.STARTED, 0);
    }
    assertThat(swarm.peersOf(1))
        .as("ten times as many as of a /64, and sixteen firsts")
        .isEqualTo(HONEST + 10 * PORTS + 16);
    for (int host = 0; host < HONEST; host++) {
      swarm.announce(1, honestOverIpv6(host), 6881, host, 1, AnnounceEvent.NONE, 50);
      assertThat(swarm.announce.ipv6.count()).isEqualTo(50);
      assertThat(sitesTold()).as("all but oneself, and the stranger's").hasSize(HONEST);
    }
  }

  @Test
  void inAFullSwarmTheCrowdOfASlash48GivesWay() {
    swarm = limitedTo(500);
    for (int network = 0; network < 65_536; network++) {
      swarm.announce(
          1, new IpAddress(SITE + network, 1), 6881, network, 1, AnnounceEvent.STARTED, 0);
    }
    assertThat(swarm.peersOf(1)).isEqualTo(500);
    for (int host = 0; host < 480; host++) {
      swarm.announce(1, honestOverIpv6(host), 6881, host, 1, AnnounceEvent.STARTED, 0);
    }
    swarm.announce(1, honestOverIpv6(0), 6881, 0, 1, AnnounceEvent.NONE, 500);
    assertThat(swarm.announce.ipv6.count()).isEqualTo(499);
    assertThat(sitesTold()).as("each of the 479 others").hasSize(480);
  }

  /** As of phones, each of which has a network of its own. */
  @Test
  void neighboursOfOneSlash48AreAllTold() {
    for (int network = 0; network < 40; network++) {
      swarm.announce(
          1, new IpAddress(SITE + 7L * network, 1), 6881, network, 1, AnnounceEvent.STARTED, 0);
    }
    swarm.announce(1, new IpAddress(SITE, 1), 6881, 0, 1, AnnounceEvent.NONE, 50);
    assertThat(swarm.announce.ipv6.count()).isEqualTo(39);
  }

  private static final long SITE = 0x20010db8_ffff_0000L;

  private void honestPeersJoinOverIpv6() {
    for (int host = 0; host < HONEST; host++) {
      swarm.announce(1, honestOverIpv6(host), 6881, host, 1, AnnounceEvent.STARTED, 0);
    }
  }

  private static IpAddress honestOverIpv6(int host) {
    return new IpAddress(0x20010db8_0000_0000L + ((long) host << 16), 1);
  }

  /** Of whom the last announce was told: their /48s. */
  private Set<Long> sitesTold() {
    Set<Long> sites = new HashSet<>();
    for (int i = 0; i < swarm.announce.ipv6.count(); i++) {
      sites.add(swarm.announce.ipv6.address(i).high() >>> 16);
    }
    return sites;
  }

  @Test
  void privateNetworksHaveTenTimesAsManyPorts() {
    for (int port = 1; port <= 3_000; port++) {
      swarm.announce(1, IpAddress.ofIpv4(0x7f000001), port, port, 1, AnnounceEvent.STARTED, 0);
      swarm.announce(1, new IpAddress(0, 1), port, port, 1, AnnounceEvent.STARTED, 0);
    }
    assertThat(swarm.peersOf(1)).isEqualTo(2 * 10 * PORTS);
  }

  @Test
  void inAFullSwarmTheCrowdGivesWayAndNoOtherAddressForIt() {
    swarm = limitedTo(50);
    for (int port = 1; port <= 50; port++) {
      swarm.announce(1, STRANGER, port, port, 1, AnnounceEvent.STARTED, 0);
    }
    honestPeersJoin();
    assertThat(swarm.peersOf(1)).isEqualTo(50);
    assertThat(swarm.store.tallies().evicted().sum()).isEqualTo(HONEST);
    for (int host = HONEST; host < 200; host++) {
      swarm.announce(1, publicHost(host), 6881, host, 1, AnnounceEvent.STARTED, 0);
    }
    swarm.announce(1, STRANGER, 9999, 9999, 1, AnnounceEvent.STARTED, 50);
    assertThat(honestAmongTold()).isGreaterThanOrEqualTo(49);
  }

  @Test
  void inAFullSwarmWithoutACrowdNobodyGivesWayToAnotherPort() {
    swarm = limitedTo(HONEST + 1);
    honestPeersJoin();
    swarm.announce(1, STRANGER, 1, 1, 1, AnnounceEvent.STARTED, 0);
    swarm.announce(1, STRANGER, 2, 2, 1, AnnounceEvent.STARTED, 50);
    assertThat(honestAmongTold()).isEqualTo(HONEST);
    assertThat(swarm.store.tallies().evicted().sum()).isZero();
    assertThat(swarm.store.tallies().crowdedOut().sum()).isOne();
  }

  @Test
  void inAFullStoreCrowdsGiveWayBeforeLargerSwarmsOfManyAddresses() {
    swarm =
        new Announcing(
            Announcing.limits(10, 1000, 300)
                .withPerAddress(new SwarmLimits.PerAddress(1000, PORTS, 100, 10)),
            new PeerPreference.Uniform());
    for (int host = 0; host < 200; host++) {
      swarm.announce(1, publicHost(host), 6881, host, 1, AnnounceEvent.STARTED, 0);
    }
    for (int port = 1; port <= PORTS; port++) {
      swarm.announce(2, STRANGER, port, port, 1, AnnounceEvent.STARTED, 0);
    }
    for (int host = 0; host < 90; host++) {
      swarm.announce(3, publicHost(host), 6881, host, 1, AnnounceEvent.STARTED, 0);
    }
    assertThat(swarm.peersOf(1)).isEqualTo(200);
    assertThat(swarm.peersOf(2)).isEqualTo(10);
    assertThat(swarm.peersOf(3)).isEqualTo(90);
  }

  @Test
  void whenTheFirstOfAnAddressIsGoneAnotherOfItsPortsTakesItsPlace() {
    honestPeersJoin();
    swarm.announce(1, STRANGER, 1, 1, 1, AnnounceEvent.STARTED, 0);
    swarm.announce(1, STRANGER, 2, 2, 0, AnnounceEvent.STARTED, 0);
    swarm.announce(1, STRANGER, 1, 1, 1, AnnounceEvent.STOPPED, 0);
    swarm.announce(1, STRANGER, 2, 2, 0, AnnounceEvent.NONE, 0);
    assertThat(swarm.store.counts(Announcing.torrent(1)))
        .isEqualTo(new SwarmCounts(1, HONEST, 0, 0));
    for (int port = 3; port < 3 + PORTS + 10; port++) {
      swarm.announce(1, STRANGER, port, port, 1, AnnounceEvent.STARTED, 0);
    }
    assertThat(swarm.peersOf(1)).isEqualTo(HONEST + PORTS);
  }

  @Test
  void aRestartKeepsTheBoundAndBoth() {
    honestPeersJoin();
    for (int port = 1; port <= PORTS; port++) {
      swarm.announce(1, STRANGER, port, port, port % 2, AnnounceEvent.STARTED, 0);
    }
    List<SwarmImage> images = new ArrayList<>();
    swarm.changes.forEachChanged(0, images::add);
    SwarmCounts before = swarm.store.counts(Announcing.torrent(1));

    swarm = limitedTo(100_000);
    images.forEach(image -> swarm.store.load(image.infoHash(), image.bytes(), 0));
    assertThat(swarm.store.counts(Announcing.torrent(1))).isEqualTo(before);
    swarm.announce(1, STRANGER, 9999, 1, 1, AnnounceEvent.NONE, 40);
    assertThat(honestAmongTold()).isEqualTo(HONEST);
    assertThat(swarm.peersOf(1)).as("no port more").isEqualTo(HONEST + PORTS);
  }

  /** Addresses of few and of many ports come, change, leave and expire, beside a plain map. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void whateverComesAndGoesTheCountsAgreeWithAModel(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Boolean> model = new HashMap<>();
    Map<Integer, Set<Integer>> ports = new HashMap<>();
    for (int step = 0; step < 30_000; step++) {
      int host = Math.min(random.nextInt(60), random.nextInt(60));
      int port = 1 + random.nextInt(step / 5_000 % 2 == 0 ? 150 : 10);
      String peer = host + ":" + port;
      Set<Integer> own = ports.computeIfAbsent(host, _ -> new HashSet<>());
      boolean seeds = random.nextBoolean();
      if (random.nextInt(step / 5_000 % 2 == 0 ? 5 : 2) == 0) {
        swarm.announce(1, publicHost(host), port, port, 1, AnnounceEvent.STOPPED, 0);
        model.remove(peer);
        own.remove(port);
      } else {
        swarm.announce(1, publicHost(host), port, port, seeds ? 0 : 1, AnnounceEvent.NONE, 30);
        // Where the first of an address has left, the others may be one more until they are heard.
        if (model.containsKey(peer) || own.size() < PORTS - 1) {
          model.put(peer, seeds);
          own.add(port);
        } else {
          boolean entered =
              swarm.store.counts(Announcing.torrent(1)).seeders()
                      + swarm.store.counts(Announcing.torrent(1)).leechers()
                  > model.size();
          if (entered) {
            model.put(peer, seeds);
            own.add(port);
          }
        }
      }
      String where = "seed " + seed + ", step " + step;
      assertThat(own.size()).as(where).isLessThanOrEqualTo(PORTS);
      int seeders = (int) model.values().stream().filter(is -> is).count();
      assertThat(swarm.store.counts(Announcing.torrent(1)))
          .as(where)
          .isEqualTo(new SwarmCounts(seeders, model.size() - seeders, 0, 0));
      assertThat(swarm.store.tallies().peers().get()).as(where).isEqualTo(model.size());
    }
    swarm.pass(Announcing.TIMEOUT_SECONDS + 1);
    swarm.sweepAll();
    assertThat(swarm.store.tallies().torrents().get()).isZero();
    assertThat(swarm.store.tallies().bytes().get()).as("nothing is counted any more").isZero();
  }
}
