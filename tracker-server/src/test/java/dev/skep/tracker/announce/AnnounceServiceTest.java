package dev.skep.tracker.announce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.swarm.Announce;
import dev.skep.tracker.swarm.PeerPreference;
import dev.skep.tracker.swarm.SwarmLimits;
import dev.skep.tracker.swarm.SwarmStore;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The one path of announces: intervals, limits and access. */
class AnnounceServiceTest {
  private static final AnnounceSettings SETTINGS =
      new AnnounceSettings(
          Duration.ofSeconds(1000), Duration.ofMinutes(1), Duration.ofMinutes(50), 100, 50, 80);

  private final SwarmStore swarms =
      new SwarmStore(SwarmLimits.DEFAULT, new PeerPreference.Uniform(), new SplittableRandom(1), 0);
  private final TrackerCounters counters = new TrackerCounters();
  private final AnnounceService service =
      new AnnounceService(swarms, Access.OPEN, SETTINGS, counters, 0);

  private Outcome announce(int host, int numwant, AnnounceService by, Announce announce) {
    announce.torrent(new InfoHash(1, 2, 3));
    announce.from(IpAddress.ofIpv4(host), 6881);
    announce.leftBytes = 1;
    announce.numwant = numwant;
    return by.announce(announce, "");
  }

  @Test
  void intervalsVaryByATenthSoThatNoWaveComesBack() {
    boolean below = false;
    boolean above = false;
    for (int i = 0; i < 1000; i++) {
      Outcome outcome = announce(1, 0, service, new Announce());
      assertThat(outcome).isInstanceOf(Outcome.Answered.class);
      if (outcome instanceof Outcome.Answered(int interval, int minInterval)) {
        assertThat(interval).isBetween(900, 1100);
        assertThat(minInterval).isEqualTo(60);
        below |= interval < 940;
        above |= interval > 1060;
      }
    }
    assertThat(below && above).isTrue();
  }

  @Test
  void intervalsStretchUnderLoadWithinBoundsAndComeBack() {
    counters.udpAnnounces().add(200);
    service.advance(TimeUnit.SECONDS.toNanos(1));
    assertThat(service.interval()).isEqualTo(Duration.ofSeconds(2000));
    counters.httpAnnounces().add(100_000);
    service.advance(TimeUnit.SECONDS.toNanos(2));
    assertThat(service.interval()).isEqualTo(Duration.ofMinutes(50));
    service.advance(TimeUnit.SECONDS.toNanos(3));
    assertThat(service.interval()).isEqualTo(Duration.ofSeconds(1000));
  }

  @Test
  void numwantHasADefaultAndAnUpperBound() {
    for (int host = 0; host < 200; host++) {
      announce(host, 0, service, new Announce());
    }
    Announce announce = new Announce();
    announce(500, -1, service, announce);
    assertThat(announce.ipv4.count()).isEqualTo(50);
    announce(500, 199, service, announce);
    assertThat(announce.ipv4.count()).isEqualTo(80);
    announce(500, 0, service, announce);
    assertThat(announce.ipv4.count()).isZero();
  }

  @Test
  void atALimitThePeerIsRefusedForAQuarterOfAnHour() {
    SwarmLimits onePeer = new SwarmLimits(10, 10, 1, Duration.ofHours(1), false);
    SwarmStore full =
        new SwarmStore(onePeer, new PeerPreference.Uniform(), new SplittableRandom(1), 0);
    AnnounceService limited = new AnnounceService(full, Access.OPEN, SETTINGS, counters, 0);

    assertThat(announce(1, 0, limited, new Announce())).isInstanceOf(Outcome.Answered.class);
    assertThat(announce(2, 0, limited, new Announce()))
        .isEqualTo(
            new Outcome.Refused(
                "this tracker has all the peers it may hold; try again later",
                Optional.of(Duration.ofMinutes(15))));
    assertThat(full.tallies().refusedPeers().sum()).isOne();
    assertThat(counters.refused().sum()).isOne();
  }

  @Test
  void whoIsRefusedLeavesNoTraceButACount() {
    Access closed =
        (infoHash, passkey, from) ->
            new Access.Verdict.Refused("not registered", Optional.of(Duration.ofHours(1)));
    AnnounceService refusing = new AnnounceService(swarms, closed, SETTINGS, counters, 0);

    assertThat(announce(1, 0, refusing, new Announce()))
        .isEqualTo(new Outcome.Refused("not registered", Optional.of(Duration.ofHours(1))));
    assertThat(swarms.tallies().peers().get()).isZero();
    assertThat(counters.refused().sum()).isOne();
  }
}
