package dev.skep.agent.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.metainfo.PieceLayout;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SwarmTest {
  private static final int MIB = 1 << 20;
  private static final long FAST_ETHERNET = 12_500_000; // bytes per second

  @Test
  void oneLeecherTakesAllFromOneSeeder() {
    Swarm swarm = new Swarm(new PieceLayout(10 * MIB + 12_345, 256 * 1024), 1);
    swarm.seeder(FAST_ETHERNET, FAST_ETHERNET);
    Agent leecher = swarm.leecher(FAST_ETHERNET, FAST_ETHERNET);

    assertThat(swarm.run(Duration.ofSeconds(2))).isTrue();
    assertThat(leecher.torrent.stats(swarm.clock.now()).downloadedBytes())
        .isEqualTo(10 * MIB + 12_345);
    assertThat(leecher.torrent.stats(swarm.clock.now()).wastedBytes()).isZero();
  }

  @Test
  void twentyTorrentsFormASwarmAndAllFinish() {
    Swarm swarm = new Swarm(new PieceLayout(64 * MIB, 256 * 1024), 20);
    swarm.seeder(FAST_ETHERNET, FAST_ETHERNET);
    for (int i = 1; i < 20; i++) {
      swarm.leecher(FAST_ETHERNET, FAST_ETHERNET);
    }

    assertThat(swarm.run(Duration.ofSeconds(10))).isTrue();
    assertThat(swarm.misconducts).isEmpty();
  }
}
