package dev.skep.tracker.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.address.Cidr;
import dev.skep.protocol.tracker.AnnounceEvent;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom an announce is told. */
class PeerSelectionTest {
  @ParameterizedTest
  @CsvSource({"2, 1", "10, 3", "50, 50", "97, 10", "200, 50", "1000, 50", "5000, 200"})
  void everyPeerIsEquallyLikely(int peers, int numwant) {
    Announcing swarm = Announcing.unlimited();
    for (int host = 0; host < peers; host++) {
      swarm.leecher(1, host);
    }
    int rounds = 60_000 / numwant;
    long[] told = new long[peers];
    for (int round = 0; round < rounds; round++) {
      swarm.announce(1, peers, 1, AnnounceEvent.NONE, numwant);
      assertThat(swarm.told()).hasSize(Math.min(numwant, peers));
      swarm.told().forEach(host -> told[host]++);
    }
    // Drawn without replacement, a peer's count varies less than drawn with it: by 1 -
    // numwant/peers.
    double expected = (double) (rounds * Math.min(numwant, peers)) / peers;
    double variance = Math.max(1e-9, 1 - (double) Math.min(numwant, peers) / peers);
    assertUniform(told, expected, variance);
  }

  @Test
  void noPairIsFavouredOrAvoided() {
    int peers = 40;
    Announcing swarm = Announcing.unlimited();
    for (int host = 0; host < peers; host++) {
      swarm.leecher(1, host);
    }
    long[] pairs = new long[peers * (peers - 1) / 2];
    int rounds = 40_000;
    for (int round = 0; round < rounds; round++) {
      swarm.announce(1, peers, 1, AnnounceEvent.NONE, 4);
      List<Integer> told = swarm.told().stream().sorted().toList();
      for (int i = 0; i < told.size(); i++) {
        for (int j = i + 1; j < told.size(); j++) {
          pairs[told.get(j) * (told.get(j) - 1) / 2 + told.get(i)]++;
        }
      }
    }
    double expected = rounds * 6.0 / pairs.length;
    for (long count : pairs) {
      assertThat(count / expected).isBetween(0.5, 1.6);
    }
  }

  /** Chi-squared; seven standard deviations above what chance gives is not chance. */
  private static void assertUniform(long[] seen, double expected, double variance) {
    double chiSquared = 0;
    for (long count : seen) {
      chiSquared += (count - expected) * (count - expected) / expected / variance;
    }
    double degrees = seen.length - 1;
    assertThat(chiSquared).isLessThan(degrees + 7 * Math.sqrt(2 * degrees) + 10);
  }

  @Test
  void nobodyIsToldOfItselfAndSeedersAreToldOfLeechersOnly() {
    Announcing swarm = Announcing.unlimited();
    for (int host = 0; host < 30; host++) {
      swarm.announce(1, host, host < 10 ? 0 : 1, AnnounceEvent.NONE, 0);
    }
    for (int host = 30; host < 35; host++) {
      swarm.announce(1, host, 1, AnnounceEvent.PAUSED, 0);
    }

    swarm.announce(1, 5, 0, AnnounceEvent.NONE, 100);
    assertThat(swarm.told()).hasSize(20).allMatch(host -> host >= 10 && host < 30);
    swarm.announce(1, 32, 1, AnnounceEvent.PAUSED, 100);
    assertThat(swarm.told()).hasSize(20).allMatch(host -> host >= 10 && host < 30);
    swarm.announce(1, 12, 1, AnnounceEvent.NONE, 100);
    assertThat(swarm.told()).hasSize(34).doesNotContain(12);
  }

  /** As aria2 does, which says that nothing is missing before it knows how much is. */
  @Test
  void whoBeginsWithNothingMissingIsToldOfAFewSeedersWhereThereIsNobodyElse() {
    Announcing swarm = Announcing.unlimited();
    for (int host = 0; host < 30; host++) {
      swarm.announce(1, host, 0, AnnounceEvent.NONE, 0);
    }

    swarm.announce(1, 40, 0, AnnounceEvent.STARTED, 100);
    assertThat(swarm.told()).hasSize(5).doesNotContain(40).allMatch(host -> host < 30);
    swarm.announce(1, 40, 0, AnnounceEvent.STARTED, 2);
    assertThat(swarm.told()).hasSize(2);

    swarm.announce(1, 40, 0, AnnounceEvent.NONE, 100);
    assertThat(swarm.told()).as("later").isEmpty();
    swarm.announce.downloadedBytes = 1;
    swarm.announce(1, 40, 0, AnnounceEvent.STARTED, 100);
    assertThat(swarm.told()).as("who has downloaded something").isEmpty();
    swarm.announce.downloadedBytes = 0;
    swarm.leecher(1, 50);
    swarm.announce(1, 40, 0, AnnounceEvent.STARTED, 100);
    assertThat(swarm.told()).as("where somebody else is").containsExactly(50);
  }

  @Test
  void theSilentAreNotToldEvenBeforeTheyAreSwept() {
    Announcing swarm = Announcing.unlimited();
    swarm.leecher(1, 1);
    swarm.pass(Announcing.TIMEOUT_SECONDS);
    swarm.announce(1, 2, 1, AnnounceEvent.NONE, 50);
    assertThat(swarm.told()).containsExactly(1);
    swarm.pass(1);
    swarm.announce(1, 2, 1, AnnounceEvent.NONE, 50);
    assertThat(swarm.told()).isEmpty();
  }

  @Test
  void whoUploadsMoreIsToldMoreButNotMuchMore() {
    Announcing swarm =
        new Announcing(Announcing.limits(10, 1000, 1000), new PeerPreference.Uploaders());
    for (int round = 0; round < 2; round++) {
      for (int host = 0; host < 200; host++) {
        swarm.announce.uploadedBytes = host < 100 ? 0 : round * 10_000_000_000L;
        swarm.leecher(1, host);
      }
      swarm.pass(100);
    }
    long fast = 0;
    long slow = 0;
    for (int round = 0; round < 2000; round++) {
      swarm.announce(1, 300, 1, AnnounceEvent.NONE, 20);
      assertThat(swarm.told()).hasSize(20);
      fast += swarm.told().stream().filter(host -> host >= 100).count();
      slow += swarm.told().stream().filter(host -> host < 100).count();
    }
    assertThat((double) fast / (double) slow).isBetween(1.4, 3.4);
  }

  @Test
  void whoIsNearIsToldFirstAndOthersStillAre() {
    PeerPreference near =
        new PeerPreference.Near(
            List.of(List.of(Cidr.parse("10.0.0.0/24"), Cidr.parse("10.0.9.0/24"))));
    Announcing swarm = new Announcing(Announcing.limits(10, 1000, 1000), near);
    for (int host = 0; host < 40; host++) {
      swarm.leecher(1, host); // the asker's /24
      swarm.leecher(1, 9 * 256 + host); // its zone
      swarm.leecher(1, 200 * 256 + host); // elsewhere
    }
    int[] told = new int[3];
    for (int round = 0; round < 2000; round++) {
      swarm.announce(1, 255, 1, AnnounceEvent.NONE, 30);
      for (int host : swarm.told()) {
        told[host < 256 ? 0 : host < 200 * 256 ? 1 : 2]++;
      }
    }
    assertThat(told[0]).isGreaterThan(told[1] * 5 / 4);
    assertThat(told[1]).isGreaterThan(told[2] * 10 / 9);
    assertThat(told[2]).isGreaterThan(2000 * 30 / 20);
  }
}
