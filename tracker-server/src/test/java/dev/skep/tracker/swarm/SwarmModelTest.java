package dev.skep.tracker.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.IpAddress;
import dev.skep.protocol.tracker.AnnounceEvent;
import dev.skep.tracker.swarm.rows.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories, on a virtual clock that also jumps, against a model too simple to be wrong. */
class SwarmModelTest {
  private static final int TIMEOUT = 1800;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void countsMembershipAndHandoutsAgreeWithAModel(long seed) {
    new History(seed, new SplittableRandom(seed)).run(6_000);
  }

  private record Address(long high, long low, int port) {
    boolean ipv4() {
      return IpAddress.isIpv4(high, low);
    }
  }

  private record Known(Standing standing, long heardAt) {}

  private static final Known NOBODY = new Known(Standing.SEEDER, Long.MIN_VALUE / 2);

  private static final class History {
    private final long seed;
    private final SplittableRandom random;
    private final SwarmStore store;
    private final SwarmReader changes;
    private final Map<InfoHash, Map<Address, Known>> model = new HashMap<>();
    private final Announce announce = new Announce();
    private long clock = TimeUnit.DAYS.toNanos(3);
    private long seconds;

    History(long seed, SplittableRandom random) {
      this.seed = seed;
      this.random = random;
      SwarmLimits limits =
          new SwarmLimits(1000, 100_000, 1_000_000, Duration.ofSeconds(TIMEOUT), seed % 2 == 0);
      this.store = new SwarmStore(limits, new PeerPreference.Uniform(), random.split(), clock);
      this.changes = store.reader(EnumSet.allOf(SwarmChange.class));
    }

    void run(int steps) {
      for (int step = 0; step < steps; step++) {
        switch (random.nextInt(100)) {
          case 0 -> pass(random.nextInt(4 * TIMEOUT));
          case 1 -> clock -= TimeUnit.SECONDS.toNanos(random.nextInt(5000));
          case 2, 3, 4 -> expire();
          case 5 -> restart();
          default -> announce(step);
        }
        if (random.nextInt(10) == 0) {
          pass(random.nextInt(20));
        }
      }
      expire();
    }

    private void pass(int elapsed) {
      // What was set back is made up for first: the store counts from the last time it was told.
      store.advance(clock);
      clock += TimeUnit.SECONDS.toNanos(elapsed);
      store.advance(clock);
      seconds += elapsed;
    }

    private void expire() {
      while (!store.sweep().toTheEnd()) {}
      model.values().forEach(swarm -> swarm.values().removeIf(peer -> !alive(peer)));
      int peers = 0;
      int seeders = 0;
      int completed = 0;
      for (Map.Entry<InfoHash, Map<Address, Known>> swarm : model.entrySet()) {
        SwarmCounts counts = store.counts(swarm.getKey());
        assertThat(counts.seeders())
            .as(where("seeders"))
            .isEqualTo(count(swarm.getValue(), Standing.SEEDER));
        assertThat(counts.partialSeeds())
            .as(where("partial seeds"))
            .isEqualTo(count(swarm.getValue(), Standing.PARTIAL_SEED));
        assertThat(counts.downloaders())
            .as(where("downloaders"))
            .isEqualTo(count(swarm.getValue(), Standing.LEECHER));
        assertThat(members(swarm.getKey()))
            .as(where("members"))
            .isEqualTo(standings(swarm.getValue()));
        peers += swarm.getValue().size();
        seeders += counts.seeders();
        completed += counts.completed();
      }
      SwarmTallies tallies = store.tallies();
      assertThat(tallies.peers().get()).as(where("peers in all")).isEqualTo(peers);
      assertThat(tallies.seeders().sum()).as(where("seeders in all")).isEqualTo(seeders);
      assertThat(tallies.leechers()).as(where("leechers in all")).isEqualTo(peers - seeders);
      assertThat(tallies.everCompleted().sum()).as(where("completed in all")).isEqualTo(completed);
    }

    private static Map<Address, Standing> standings(Map<Address, Known> swarm) {
      Map<Address, Standing> standings = new HashMap<>();
      swarm.forEach((address, known) -> standings.put(address, known.standing()));
      return standings;
    }

    private Map<Address, Standing> members(InfoHash infoHash) {
      Map<Address, Standing> members = new HashMap<>();
      for (int skip = 0; ; skip += 1000) {
        List<KnownPeer> views = store.peers(infoHash, skip, 1000);
        for (KnownPeer view : views) {
          IpAddress ip = view.address();
          Address address = new Address(ip.high(), ip.low(), view.port());
          assertThat(members.put(address, view.standing())).as(where("twice " + address)).isNull();
        }
        if (views.size() < 1000) {
          return members;
        }
      }
    }

    /** Saves all, loads it into a store of its own and checks that this one holds the same. */
    private void restart() {
      expire();
      SwarmStore second =
          new SwarmStore(store.limits(), new PeerPreference.Uniform(), random.split(), 0);
      List<SwarmImage> images = new ArrayList<>();
      for (InfoHash infoHash : model.keySet()) {
        store.pin(infoHash, 0);
      }
      changes.forEachUnread(0, images::add);
      int age = random.nextInt(TIMEOUT / 2);
      int grace = store.limits().mostUnsavedSeconds();
      for (SwarmImage image : images) {
        second.load(image.infoHash(), image.bytes(), age);
        SwarmCounts counts = second.counts(image.infoHash());
        long left =
            model.getOrDefault(image.infoHash(), Map.of()).values().stream()
                .filter(peer -> seconds + age - peer.heardAt() <= TIMEOUT + grace)
                .count();
        assertThat(counts.seeders() + counts.leechers()).as(where("loaded")).isEqualTo((int) left);
      }
    }

    private void announce(int step) {
      InfoHash infoHash = new InfoHash(0, random.nextInt(4), 7);
      Address address = address(infoHash.middle());
      Map<Address, Known> swarm = model.computeIfAbsent(infoHash, _ -> new HashMap<>());
      announce.torrent(infoHash);
      announce.addressHigh = address.high();
      announce.addressLow = address.low();
      announce.port = address.port();
      announce.peerIdLow = step;
      announce.leftBytes = random.nextInt(3) == 0 ? 0 : random.nextLong(1L << 40) + 1;
      announce.uploadedBytes = random.nextLong(1L << 40);
      announce.numwant = random.nextInt(120);
      announce.bothFamilies = random.nextBoolean();
      announce.event = event();
      assertThat(store.announce(announce)).isEqualTo(Admission.ADMITTED);
      if (announce.event == AnnounceEvent.STOPPED) {
        swarm.remove(address);
        assertThat(announce.ipv4.count() + announce.ipv6.count()).as(where("none")).isZero();
        return;
      }
      Standing standing =
          announce.leftBytes == 0
              ? Standing.SEEDER
              : announce.event == AnnounceEvent.PAUSED ? Standing.PARTIAL_SEED : Standing.LEECHER;
      swarm.put(address, new Known(standing, seconds));
      checkHandout(swarm, address, standing);
    }

    private void checkHandout(Map<Address, Known> swarm, Address self, Standing standing) {
      Set<Address> own = handedOut(self.ipv4() ? announce.ipv4 : announce.ipv6);
      Set<Address> other = handedOut(self.ipv4() ? announce.ipv6 : announce.ipv4);
      Set<Address> all = new HashSet<>(own);
      all.addAll(other);
      assertThat(all).as(where("not itself")).doesNotContain(self);
      assertThat(all)
          .as(where("known and alive"))
          .allMatch(a -> alive(swarm.getOrDefault(a, NOBODY)));
      boolean unswept = swarm.values().stream().anyMatch(peer -> !alive(peer));
      long fit = fitting(swarm, self, standing);
      boolean doubtful =
          standing == Standing.SEEDER
              && announce.event == AnnounceEvent.STARTED
              && (fit == 0 || unswept);
      if (standing != Standing.LEECHER && !doubtful) {
        assertThat(all)
            .as(where("leechers only"))
            .allMatch(a -> swarm.getOrDefault(a, NOBODY).standing() == Standing.LEECHER);
      }
      if (!unswept) {
        long there = doubtful ? Math.min(5, fitting(swarm, self, Standing.LEECHER)) : fit;
        assertThat(all.size())
            .as(where("as many as there are"))
            .isEqualTo((int) Math.min(announce.numwant, there));
      }
    }

    private long fitting(Map<Address, Known> swarm, Address self, Standing standing) {
      return fitting(swarm, self, standing, self.ipv4())
          + (announce.bothFamilies ? fitting(swarm, self, standing, !self.ipv4()) : 0);
    }

    private long fitting(Map<Address, Known> swarm, Address self, Standing standing, boolean ipv4) {
      return swarm.entrySet().stream()
          .filter(e -> e.getKey().ipv4() == ipv4 && !e.getKey().equals(self))
          .filter(e -> alive(e.getValue()))
          .filter(e -> standing == Standing.LEECHER || e.getValue().standing() == Standing.LEECHER)
          .count();
    }

    private Set<Address> handedOut(Handout handout) {
      Set<Address> peers = new HashSet<>();
      for (int i = 0; i < handout.count(); i++) {
        IpAddress ip = handout.address(i);
        assertThat(peers.add(new Address(ip.high(), ip.low(), handout.port(i))))
            .as(where("each once"))
            .isTrue();
      }
      return peers;
    }

    private boolean alive(Known peer) {
      return seconds - peer.heardAt() <= TIMEOUT;
    }

    private static int count(Map<Address, Known> swarm, Standing standing) {
      return (int) swarm.values().stream().filter(p -> p.standing() == standing).count();
    }

    private AnnounceEvent event() {
      return switch (random.nextInt(12)) {
        case 0, 1 -> AnnounceEvent.STARTED;
        case 2 -> AnnounceEvent.COMPLETED;
        case 3, 4 -> AnnounceEvent.STOPPED;
        case 5, 6 -> AnnounceEvent.PAUSED;
        default -> AnnounceEvent.NONE;
      };
    }

    /** Few addresses, so that peers come back; swarms of about 10, 100, 1,000 and 1,000 peers. */
    private Address address(long swarm) {
      int which = random.nextInt(swarm == 0 ? 10 : swarm == 1 ? 100 : 1000);
      return random.nextInt(3) == 0
          ? new Address(0x2001_0db8_0000_0000L + (which >> 3), which >> 1, 1 + (which & 1))
          : new Address(0, 0xffff_0a00_0000L | which >> 1, 0x8000 + (which & 1));
    }

    private String where(String what) {
      return what + " (seed " + seed + ", second " + seconds + ")";
    }
  }
}
