package dev.skep.tracker.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.skep.protocol.tracker.AnnounceEvent;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * A swarm so large that to touch all of it under its lock would be a stop. Whoever copies peers
 * takes memory for them, so that is counted, too.
 */
class LargeSwarmTest {
  private static final int PEERS = 60_000;

  /** A quarter of what 60,000 rows take, and more than one segment, a table and a directory do. */
  private static final long MOST_BYTES = 250_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Announcing swarm = Announcing.unlimited();

  @Test
  void noAnnounceThatMakesItGrowCopiesItWhole() {
    long most = 0;
    for (int host = 0; host < PEERS; host++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      join(host);
      most = Math.max(most, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(most).isLessThan(MOST_BYTES);
    assertThat(swarm.peersOf(1)).isEqualTo(PEERS);
  }

  @Test
  void noPassThatSweepsItOutTouchesMoreThanSomeOfItsPeers() {
    for (int host = 0; host < PEERS; host++) {
      join(host);
    }
    swarm.pass(Announcing.TIMEOUT_SECONDS + 1);
    int left = PEERS;
    boolean done = false;
    while (!done) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      Swept swept = swarm.store.sweep();
      assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_BYTES);
      assertThat(swept.touchedPeers()).isLessThanOrEqualTo(SwarmStore.SWEEP_PEERS);
      int gone = left - swarm.store.tallies().peers().get();
      assertThat(gone).isLessThanOrEqualTo(swept.touchedPeers());
      left -= gone;
      done = swept.toTheEnd();
    }
    assertThat(left).isZero();
    assertThat(swarm.store.tallies().expired().sum()).isEqualTo(PEERS);
  }

  @Test
  void whoeverComesAndGoesInALargeSwarmIsFoundAgain() {
    SplittableRandom random = new SplittableRandom(5);
    Set<Integer> members = new HashSet<>();
    // Grows, shrinks to nearly nothing and grows again, through every size of table and segment.
    for (int most : new int[] {12_000, 40, 3_000, 0}) {
      while (members.size() != most) {
        int host = random.nextInt(20_000);
        if (members.size() < most || random.nextInt(8) == 0) {
          swarm.announce(1, host, random.nextInt(3), AnnounceEvent.NONE, 0);
          members.add(host);
        } else {
          int leaving = members.contains(host) ? host : members.iterator().next();
          swarm.announce(1, leaving, 1, AnnounceEvent.STOPPED, 0);
          members.remove(leaving);
        }
        assertThat(swarm.peersOf(1)).isEqualTo(members.size());
      }
      assertThat(hosts()).containsExactlyInAnyOrderElementsOf(members);
    }
  }

  @Test
  void anImageIsTheSwarmAsItWasAtOneMomentWhateverComesMeanwhile() {
    for (int host = 0; host < 5_000; host++) {
      join(host);
    }
    StripeChanges stripe = swarm.store.stripeOf(Announcing.torrent(1)).changes();
    int reader = swarm.changes.number();
    TorrentSwarm saved = stripe.takeChanged(reader).getFirst();
    FrozenSwarm asItWas =
        stripe
            .freeze(saved, reader, SwarmChange.PEERS, Announcing.TIMEOUT_SECONDS + 1)
            .orElseThrow();
    SplittableRandom random = new SplittableRandom(9);
    for (int i = 0; i < 20_000; i++) {
      int host = random.nextInt(8_000);
      AnnounceEvent event = random.nextInt(3) == 0 ? AnnounceEvent.STOPPED : AnnounceEvent.NONE;
      swarm.announce(1, host, random.nextInt(2), event, 0);
    }
    for (int pass = 0; pass < 1_000; pass++) {
      assertThat(swarm.store.sweep().toTheEnd()).as("sweeps wait for what is saved").isFalse();
    }
    SwarmImage image = SwarmImage.of(asItWas, 0);
    stripe.thaw(saved);
    swarm.sweepAll();

    Announcing second = Announcing.unlimited();
    second.store.load(image.infoHash(), image.bytes(), 0);
    assertThat(second.store.counts(Announcing.torrent(1)))
        .isEqualTo(new SwarmCounts(1_666 + 1, 3_333, 0, 0));
    assertThat(new HashSet<>(hostsOf(second))).hasSize(5_000).allMatch(host -> host < 5_000);
    assertThat(hosts()).as("nobody is lost here").hasSize(swarm.peersOf(1)).doesNotHaveDuplicates();
  }

  private void join(int host) {
    swarm.announce(1, host, host % 3, AnnounceEvent.NONE, 0);
  }

  private List<Integer> hosts() {
    return hostsOf(swarm);
  }

  private static List<Integer> hostsOf(Announcing store) {
    List<Integer> hosts = new ArrayList<>();
    List<KnownPeer> views;
    do {
      views = store.store.peers(Announcing.torrent(1), hosts.size(), 1000);
      views.forEach(view -> hosts.add((int) view.address().low() - 0x0a000000));
    } while (!views.isEmpty());
    return hosts;
  }
}
