package dev.skep.tracker.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.swarm.rows.Hashing;
import dev.skep.tracker.swarm.rows.PeerRows;
import dev.skep.tracker.swarm.rows.RowKinds;
import dev.skep.tracker.swarm.rows.Standing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Swarms by info-hash and by size, beside plain maps. */
class SwarmIndexTest {
  private static final Hashing HASHING = Hashing.drawnFrom(new SplittableRandom(1));
  private static final RowKinds KINDS = new RowKinds(HASHING, false);

  private final SwarmIndex table = new SwarmIndex();

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void whateverComesAndGoesIsFoundAndListedOnceAndAtItsPlace(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<Integer, TorrentSwarm> members = new HashMap<>();
    for (int most : new int[] {3_000, 20, 700, 0}) {
      while (members.size() != most) {
        int torrent = random.nextInt(6_000);
        TorrentSwarm known = members.get(torrent);
        assertThat(find(torrent)).isSameAs(known);
        if (known == null && members.size() < most) {
          members.put(torrent, swarm(torrent));
          table.add(members.get(torrent));
        } else if (known != null && members.size() > most) {
          table.remove(known);
          members.remove(torrent);
        }
      }
      assertThat(listed()).containsExactlyInAnyOrderElementsOf(members.values());
      members.forEach((torrent, swarm) -> assertThat(find(torrent)).isSameAs(swarm));
      assertThat(table.buckets()).isBetween(Math.max(8, most), Math.max(8, 4 * most + 4));
    }
  }

  @Test
  void oneSwarmMoreMovesOnlyWhatIsInOneBucket() {
    for (int torrent = 0; torrent < 20_000; torrent++) {
      int buckets = table.buckets();
      Map<TorrentSwarm, Integer> before = torrent % 500 == 0 ? places() : Map.of();
      table.add(swarm(torrent));
      assertThat(table.buckets() - buckets).isBetween(0, 1);
      Map<TorrentSwarm, Integer> after = before.isEmpty() ? Map.of() : places();
      Set<Integer> left = new HashSet<>();
      before.forEach(
          (swarm, bucket) -> {
            if (!bucket.equals(after.get(swarm))) {
              left.add(bucket);
            }
          });
      assertThat(left).hasSizeLessThanOrEqualTo(1);
    }
  }

  @Test
  void oneOfTheLargestIsAlwaysKnown() {
    SplittableRandom random = new SplittableRandom(7);
    SwarmsBySize bySize = new SwarmsBySize();
    List<TorrentSwarm> swarms = new ArrayList<>();
    for (int torrent = 0; torrent < 40; torrent++) {
      swarms.add(swarm(torrent));
    }
    int hosts = 0;
    for (int step = 0; step < 60_000; step++) {
      // Ups and downs of all, and now and then the end of one.
      int which = Math.min(random.nextInt(40), random.nextInt(40));
      TorrentSwarm swarm = swarms.get(which);
      PeerRows rows = swarm.firsts(true);
      if (rows.size() > 0 && random.nextInt(100) < (step / 10_000 % 2 == 0 ? 30 : 70)) {
        rows.remove(random.nextInt(rows.size()));
      } else {
        rows.insert(0, hosts++, 1, Standing.LEECHER);
      }
      bySize.note(swarm);
      if (random.nextInt(200) == 0) {
        bySize.remove(swarm);
        swarms.set(which, swarm(which));
      }
      int most = swarms.stream().mapToInt(TorrentSwarm::peers).max().orElseThrow();
      TorrentSwarm largest = bySize.largest();
      assertThat(largest == null ? 0 : largest.peers())
          .as("the largest of step " + step)
          .isGreaterThanOrEqualTo(most < 16 ? most : most - most / 8);
      assertThat(bySize.highestClass()).isEqualTo(SwarmsBySize.classOf(most));
    }
  }

  private @Nullable TorrentSwarm find(int torrent) {
    return table.find(hash(torrent), infoHash(torrent));
  }

  private List<TorrentSwarm> listed() {
    List<TorrentSwarm> listed = new ArrayList<>();
    for (int bucket = 0; bucket < table.buckets(); bucket++) {
      int place = 0;
      for (TorrentSwarm swarm = table.at(bucket, 0);
          swarm != null;
          swarm = table.at(bucket, ++place)) {
        listed.add(swarm);
      }
    }
    List<TorrentSwarm> walked = new ArrayList<>();
    table.forEach(walked::add);
    assertThat(walked).isEqualTo(listed);
    return listed;
  }

  private Map<TorrentSwarm, Integer> places() {
    Map<TorrentSwarm, Integer> places = new HashMap<>();
    for (int bucket = 0; bucket < table.buckets(); bucket++) {
      int place = 0;
      for (TorrentSwarm swarm = table.at(bucket, 0);
          swarm != null;
          swarm = table.at(bucket, ++place)) {
        places.put(swarm, bucket);
      }
    }
    return places;
  }

  private static InfoHash infoHash(int torrent) {
    return new InfoHash(torrent, 5, 6);
  }

  private static long hash(int torrent) {
    return SwarmStore.hash(HASHING, infoHash(torrent));
  }

  private static TorrentSwarm swarm(int torrent) {
    var swarm = new TorrentSwarm(infoHash(torrent), hash(torrent), KINDS, Sources.NOBODY, 0);
    swarm.setRows(RowKinds.firsts(true), KINDS.create(RowKinds.firsts(true)));
    return swarm;
  }
}
