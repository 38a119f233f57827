package dev.skep.tracker.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.IpAddress;
import dev.skep.protocol.tracker.AnnounceEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many threads on few swarms. */
class SwarmStoreConcurrencyTest {
  private static final int THREADS = 8;
  private static final int ANNOUNCES = 30_000;
  private static final int TORRENTS = 3;

  /** Of each thread; few enough that all peers of a torrent fit one view, taken under one lock. */
  private static final int HOSTS = 300;

  /** Of each thread; these never leave. */
  private static final int STAYING_HOSTS = 30;

  private final Announcing swarms = Announcing.unlimited();
  private final SwarmStore store = swarms.store;
  private final AtomicBoolean done = new AtomicBoolean();
  private final AtomicInteger settledThreads = new AtomicInteger();

  @Test
  void noPeerIsLostAndNoneIsThereTwice() throws Exception {
    List<Set<IpAddress>> members = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1)) {
      Future<Boolean> observer = threads.submit(this::observe);
      List<Callable<Set<IpAddress>>> announcers = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        int number = thread;
        announcers.add(() -> announce(number));
      }
      for (Future<Set<IpAddress>> announcer : threads.invokeAll(announcers)) {
        members.add(announcer.get());
      }
      done.set(true);
      assertThat(observer.get()).isTrue();
    }
    int expected = 0;
    for (Set<IpAddress> mine : members) {
      expected += mine.size();
    }
    Set<String> found = new HashSet<>();
    for (int torrent = 0; torrent < TORRENTS; torrent++) {
      for (int skip = 0; skip < 10_000; skip += 1000) {
        for (KnownPeer view : store.peers(new InfoHash(torrent, 0, 0), skip, 1000)) {
          assertThat(found.add(torrent + " " + view.address())).isTrue();
        }
      }
    }
    assertThat(found).hasSize(expected);
    assertThat(store.tallies().peers().get()).isEqualTo(expected);
  }

  @Test
  void theOverviewHasEverySwarmOnceWhileOthersComeAndGo() throws Exception {
    int staying = 100_000; // several hundred in each stripe, more than are listed at a time
    Announcing announcing = new Announcing(manyTorrents(), new PeerPreference.Uniform());
    for (int torrent = 0; torrent < staying; torrent++) {
      announcing.leecher(torrent, 1);
    }
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Future<?> comingAndGoing = thread.submit(() -> comeAndGo(announcing, staying));
      for (int second = 1; second <= 20; second++) {
        announcing.pass(1);
        List<Long> seen =
            announcing.store.overview().stream()
                .map(swarm -> swarm.infoHash().high())
                .filter(torrent -> torrent < staying)
                .toList();
        assertThat(new HashSet<>(seen)).hasSize(staying);
        assertThat(seen).as("none twice").hasSize(staying);
      }
      done.set(true);
      comingAndGoing.get();
    }
  }

  private static SwarmLimits manyTorrents() {
    return Announcing.limits(1_000_000, 10, 10_000_000);
  }

  private void comeAndGo(Announcing announcing, int first) {
    Announce announce = new Announce();
    announce.port = 6881;
    announce.leftBytes = 1;
    while (!done.get()) {
      for (int torrent = first; torrent < first + 20_000; torrent++) {
        announce.torrent(Announcing.torrent(torrent));
        announcing.store.announce(announce);
      }
      for (int torrent = first; torrent < first + 20_000; torrent++) {
        announcing.store.drop(Announcing.torrent(torrent));
      }
    }
  }

  /** Announces peers of its own, which come, change sides and go; who is there at the end. */
  private Set<IpAddress> announce(int thread) {
    SplittableRandom random = new SplittableRandom(thread);
    Announce announce = new Announce();
    Set<IpAddress> members = new HashSet<>();
    for (int i = 0; i < ANNOUNCES; i++) {
      int host = i < STAYING_HOSTS ? i : random.nextInt(HOSTS);
      IpAddress address = IpAddress.ofIpv4((thread << 16) | host);
      announce.torrent(new InfoHash(host % TORRENTS, 0, 0));
      announce.from(address, 6881);
      announce.leftBytes = random.nextInt(2);
      announce.numwant = 50;
      boolean stops = host >= STAYING_HOSTS && random.nextInt(4) == 0;
      announce.event = stops ? AnnounceEvent.STOPPED : AnnounceEvent.NONE;
      assertThat(store.announce(announce)).isEqualTo(Admission.ADMITTED);
      if (stops) {
        members.remove(address);
      } else {
        members.add(address);
      }
      if (i == STAYING_HOSTS) {
        settledThreads.incrementAndGet();
      }
    }
    return members;
  }

  /** Sweeps, saves and looks on meanwhile; counts and members must make sense at every moment. */
  private boolean observe() {
    while (!done.get()) {
      store.sweep();
      swarms.changes.forEachChanged(0, image -> SwarmImage.check(image.infoHash(), image.bytes()));
      for (int torrent = 0; torrent < TORRENTS; torrent++) {
        SwarmCounts counts = store.counts(new InfoHash(torrent, 0, 0));
        assertThat(counts.seeders()).isNotNegative();
        assertThat(counts.leechers()).isNotNegative();
        assertThat(counts.seeders() + counts.leechers()).isLessThanOrEqualTo(THREADS * HOSTS);
        checkMembers(torrent);
      }
      assertThat(store.tallies().peers().get()).isBetween(0, THREADS * HOSTS);
    }
    return true;
  }

  private void checkMembers(int torrent) {
    boolean allSettled = settledThreads.get() == THREADS;
    Set<IpAddress> seen = new HashSet<>();
    for (KnownPeer view : store.peers(new InfoHash(torrent, 0, 0), 0, 1000)) {
      assertThat(seen.add(view.address())).as("none is there twice").isTrue();
    }
    for (int thread = 0; allSettled && thread < THREADS; thread++) {
      for (int host = torrent; host < STAYING_HOSTS; host += TORRENTS) {
        assertThat(seen).as("none is lost").contains(IpAddress.ofIpv4((thread << 16) | host));
      }
    }
  }
}
