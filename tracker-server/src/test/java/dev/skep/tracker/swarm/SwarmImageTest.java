package dev.skep.tracker.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.skep.protocol.tracker.AnnounceEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Swarms packed into bytes and back. */
class SwarmImageTest {
  private final Announcing swarm = Announcing.unlimited();

  private List<SwarmImage> changed() {
    List<SwarmImage> images = new ArrayList<>();
    swarm.store.forEachChanged(0, images::add);
    return images;
  }

  private SwarmImage image() {
    for (int host = 0; host < 20; host++) {
      swarm.announce.uploadedBytes = 1 << 20;
      swarm.announce(1, host, host % 2, AnnounceEvent.COMPLETED, 0);
    }
    return changed().getFirst();
  }

  @Test
  void onlyWhatChangedIsHandedOut() {
    swarm.leecher(1, 1);
    swarm.leecher(2, 1);
    assertThat(changed()).hasSize(2);
    assertThat(changed()).isEmpty();
    swarm.leecher(2, 2);
    assertThat(changed()).singleElement().satisfies(i -> assertThat(i.peers()).isEqualTo(2));
    swarm.pass(Announcing.TIMEOUT_SECONDS + 1);
    swarm.sweepAll();
    assertThat(changed()).as("both are empty now").allMatch(i -> i.peers() == 0);
  }

  @Test
  void aLoadedSwarmIsWhatItWasAndOlder() {
    SwarmImage image = image();
    Announcing second = Announcing.unlimited();
    second.store.load(image.infoHash(), image.bytes(), 100);

    assertThat(second.store.counts(image.infoHash())).isEqualTo(new SwarmCounts(10, 10, 0, 20));
    PeerView peer = second.store.peers(image.infoHash(), 0, 1).getFirst();
    assertThat(peer.idleSeconds()).isEqualTo(100);
    assertThat(peer.uploadedBytes()).isEqualTo(1 << 20);
    second.store.load(image.infoHash(), image.bytes(), 100);
    assertThat(second.peersOf(1)).as("twice is once").isEqualTo(20);
  }

  @Test
  void whoWouldHaveExpiredMeanwhileIsLeftOut() {
    SwarmImage image = image();
    Announcing second = Announcing.unlimited();
    second.store.load(image.infoHash(), image.bytes(), Announcing.TIMEOUT_SECONDS + 1);
    assertThat(second.peersOf(1)).isZero();
    assertThat(second.store.counts(image.infoHash()).completed()).isEqualTo(20);
  }

  @Test
  void damageAnywhereIsToldAndNothingIsLoaded() {
    SwarmImage image = image();
    Announcing second = Announcing.unlimited();
    for (int at = 0; at < image.bytes().length; at++) {
      byte[] flipped = image.bytes().clone();
      flipped[at] ^= 0x10;
      assertThatIllegalArgumentException()
          .as("byte " + at)
          .isThrownBy(() -> second.store.load(image.infoHash(), flipped, 0))
          .withMessageContaining("damaged");
      byte[] cut = Arrays.copyOf(image.bytes(), at);
      assertThatIllegalArgumentException()
          .as("cut at " + at)
          .isThrownBy(() -> second.store.load(image.infoHash(), cut, 0));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> second.store.load(Announcing.torrent(2), image.bytes(), 0))
        .withMessageContaining("another torrent");
    assertThat(second.store.tallies().torrents().get()).isZero();
  }
}
