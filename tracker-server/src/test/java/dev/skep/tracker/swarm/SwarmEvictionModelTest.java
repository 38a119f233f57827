package dev.skep.tracker.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.tracker.AnnounceEvent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories in a store that is nearly always full. Who gives way is drawn by lot, so the
 * model is told afterwards, and checks that it was somebody who might: one peer, of the swarm that
 * is full or of one that is big.
 */
class SwarmEvictionModelTest {
  private static final int TORRENTS = 12;
  private static final int MOST_TORRENTS = 10;
  private static final int MOST_PER_TORRENT = 14;
  private static final int MOST_PEERS = 100;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void whoGivesWayIsOneOfTheBigOnesAndEverythingElseAgreesWithAModel(long seed) {
    new History(seed).run(3_000);
  }

  private static final class History {
    private final long seed;
    private final SplittableRandom random;
    private final Announcing store =
        new Announcing(
            Announcing.limits(MOST_TORRENTS, MOST_PER_TORRENT, MOST_PEERS),
            new PeerPreference.Uniform());
    private final Map<Integer, Set<Integer>> model = new HashMap<>();
    private final SwarmTallies tallies = store.store.tallies();
    private long evicted;
    private long evictedFromBiggest;
    private long refusedTorrents;
    private long refusedPeers;
    private int step;

    History(long seed) {
      this.seed = seed;
      this.random = new SplittableRandom(seed);
      for (int torrent = 0; torrent < TORRENTS; torrent++) {
        model.put(torrent, new HashSet<>());
      }
    }

    void run(int steps) {
      for (step = 0; step < steps; step++) {
        int event = random.nextInt(300);
        if (event == 0) {
          everybodyExpires();
        } else {
          // Skewed, so that there are big swarms and small ones.
          announce(Math.min(random.nextInt(TORRENTS), random.nextInt(TORRENTS)), event < 60);
        }
        assertThat(tallies.evicted().sum()).as(where("evicted")).isEqualTo(evicted);
        assertThat(tallies.refusedPeers().sum()).as(where("refused")).isEqualTo(refusedPeers);
        assertThat(tallies.refusedTorrents().sum())
            .as(where("refused torrents"))
            .isEqualTo(refusedTorrents);
        assertThat(tallies.peers().get()).as(where("peers")).isEqualTo(peers());
      }
      assertThat(evictedFromBiggest).isPositive().isLessThan(evicted);
      assertThat(refusedTorrents).isPositive();
    }

    private void everybodyExpires() {
      store.pass(Announcing.TIMEOUT_SECONDS + 1);
      store.sweepAll();
      model.values().forEach(Set::clear);
      assertThat(tallies.torrents().get()).as(where("torrents")).isZero();
    }

    private void announce(int torrent, boolean stopped) {
      int host = random.nextInt(60);
      Set<Integer> swarm = model.getOrDefault(torrent, Set.of());
      AnnounceEvent event = stopped ? AnnounceEvent.STOPPED : AnnounceEvent.STARTED;
      long torrentsBefore = tallies.torrents().get();
      Admission admission = store.announce(torrent, host, 1, event, 10);
      if (stopped) {
        assertThat(admission).isEqualTo(Admission.ADMITTED);
        swarm.remove(host);
      } else if (admission == Admission.TOO_MANY_TORRENTS) {
        assertThat(swarm).as(where("a torrent that nobody has")).isEmpty();
        assertThat(torrentsBefore).as(where("torrents")).isEqualTo(MOST_TORRENTS);
        refusedTorrents++;
      } else if (admission == Admission.TOO_MANY_PEERS) {
        assertThat(peers()).as(where("full of peers")).isEqualTo(MOST_PEERS);
        assertThat(biggest()).as(where("nobody is big")).isLessThan(Math.max(2, swarm.size() + 1));
        refusedPeers++;
      } else {
        admitted(torrent, host, swarm);
      }
      model.forEach(
          (t, members) -> assertThat(membersOf(t)).as(where("members of " + t)).isEqualTo(members));
    }

    private void admitted(int torrent, int host, Set<Integer> swarm) {
      assertThat(swarm).as(where("told")).containsAll(toldButNotSelf(host));
      if (swarm.contains(host)) {
        return;
      }
      if (swarm.size() == MOST_PER_TORRENT) {
        Set<Integer> gone = gone(torrent, swarm);
        assertThat(gone).as(where("one of a full torrent")).hasSize(1);
        swarm.removeAll(gone);
        evicted++;
      } else if (peers() == MOST_PEERS) {
        oneOfABigSwarmIsGone(swarm.size());
        evictedFromBiggest++;
        evicted++;
      }
      swarm.add(host);
    }

    private void oneOfABigSwarmIsGone(int askersSwarm) {
      int biggest = biggest();
      int all = 0;
      for (Map.Entry<Integer, Set<Integer>> other : model.entrySet()) {
        Set<Integer> gone = gone(other.getKey(), other.getValue());
        if (!gone.isEmpty()) {
          assertThat(other.getValue().size())
              .as(where("the swarm that gave, of at most " + biggest))
              .isGreaterThanOrEqualTo(Math.max(2, askersSwarm))
              .isGreaterThanOrEqualTo(biggest * 7 / 8);
          other.getValue().removeAll(gone);
          all += gone.size();
        }
      }
      assertThat(all).as(where("gave way")).isEqualTo(1);
    }

    private Set<Integer> toldButNotSelf(int host) {
      assertThat(store.told()).as(where("not itself")).doesNotContain(host);
      return new HashSet<>(store.told());
    }

    private Set<Integer> gone(int torrent, Set<Integer> before) {
      Set<Integer> gone = new HashSet<>(before);
      gone.removeAll(membersOf(torrent));
      return gone;
    }

    private Set<Integer> membersOf(int torrent) {
      return store.store.peers(Announcing.torrent(torrent), 0, 1000).stream()
          .map(view -> (int) view.address().low() - 0x0a000000)
          .collect(Collectors.toSet());
    }

    private int peers() {
      return model.values().stream().mapToInt(Set::size).sum();
    }

    private int biggest() {
      return model.values().stream().mapToInt(Set::size).max().orElse(0);
    }

    private String where(String what) {
      return what + " (seed " + seed + ", step " + step + ")";
    }
  }
}
