package dev.skep.tracker.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.tracker.AnnounceEvent;
import dev.skep.tracker.swarm.rows.RowLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several trackers of the same swarm that tell one another what they heard. */
class SwarmMergeTest {
  private static final int MOST_DEPARTURES = 1000;
  private static final InfoHash HASH = Announcing.torrent(1);

  private static Announcing tracker() {
    return tracker(MOST_DEPARTURES);
  }

  private static Announcing tracker(int mostDepartures) {
    return new Announcing(
        Announcing.limits(1000, 1_000_000, 10_000_000).withDepartures(mostDepartures),
        new PeerPreference.Uniform());
  }

  /** The swarm as it is now, whether it changed or not. */
  private static byte[] image(Announcing tracker) {
    List<byte[]> images = new ArrayList<>();
    tracker.changes.beginAnew();
    tracker.changes.forEachUnread(0, image -> images.add(image.bytes()));
    assertThat(images).hasSize(1);
    return images.getFirst();
  }

  private static void merge(Announcing into, byte[] image) {
    into.store.merge(HASH, image, 0);
  }

  private static Set<KnownPeer> peers(Announcing tracker) {
    return new HashSet<>(tracker.store.peers(HASH, 0, 1000));
  }

  /** Who left, and when, as its image tells. */
  private static Map<String, Integer> marks(byte[] image) {
    Map<String, Integer> marks = new HashMap<>();
    SwarmImage.visit(
        image,
        new SwarmImage.RowVisitor() {
          @Override
          public void header(int completed, int savedAt) {}

          @Override
          public void family(
              RowLayout layout, byte[] bytes, int at, int seeders, int partialSeeds, int size) {}

          @Override
          public void departed(long high, long low, int port, int at) {
            marks.put(high + " " + low + " " + port, at);
          }
        });
    return marks;
  }

  private static void stop(Announcing tracker, int host) {
    tracker.announce(1, host, 1, AnnounceEvent.STOPPED, 0);
  }

  private static void assertHolds(Announcing tracker, int... hosts) {
    assertThat(tracker.store.peers(HASH, 0, 1000).stream().map(p -> (int) p.address().low() & 0xff))
        .containsExactlyInAnyOrderElementsOf(Arrays.stream(hosts).boxed().toList());
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void imagesMayComeInAnyOrderAndMoreThanOnce(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<byte[]> images = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Announcing one = tracker();
      for (int step = 0; step < 300; step++) {
        announceAnything(one, random);
      }
      one.pass(600 - i);
      images.add(image(one));
    }
    Announcing first = tracker();
    images.forEach(image -> merge(first, image));
    for (int order = 0; order < 10; order++) {
      List<byte[]> shuffled = new ArrayList<>(images);
      shuffled.addAll(images.subList(0, random.nextInt(images.size() + 1)));
      Collections.shuffle(shuffled, new Random(random.nextLong()));
      Announcing other = tracker();
      shuffled.forEach(image -> merge(other, image));
      assertThat(peers(other)).as("seed " + seed).isEqualTo(peers(first));
      assertThat(other.store.counts(HASH)).as("seed " + seed).isEqualTo(first.store.counts(HASH));
      assertThat(marks(image(other))).as("seed " + seed).isEqualTo(marks(image(first)));
    }
    assertThat(marks(image(first))).as("somebody left").isNotEmpty();
  }

  /** Of few peers, so that trackers differ in what they heard of one. */
  private static void announceAnything(Announcing tracker, SplittableRandom random) {
    if (random.nextInt(20) == 0) {
      tracker.pass(random.nextInt(10));
    }
    AnnounceEvent[] events = AnnounceEvent.values();
    tracker.announce.uploadedBytes = (long) random.nextInt(5) << 20;
    tracker.announce.downloadedBytes = (long) random.nextInt(5) << 20;
    tracker.announce(1, random.nextInt(60), random.nextInt(3), events[random.nextInt(5)], 0);
  }

  /** Each hears some, and in the end all know what each peer said last, to whomever it was. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void trackersThatTellOneAnotherAgreeOnWhatEachPeerSaidLast(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Announcing> trackers = List.of(tracker(), tracker(), tracker());
    Map<Integer, Boolean> seeds = new HashMap<>(); // who is there
    for (int step = 0; step < 400; step++) {
      trackers.forEach(tracker -> tracker.pass(3)); // more than what a way there rounds off
      int host = random.nextInt(40);
      Announcing one = trackers.get(random.nextInt(trackers.size()));
      if (random.nextInt(4) == 0) {
        stop(one, host);
        seeds.remove(host);
      } else {
        int left = random.nextInt(2);
        one.announce(1, host, left, AnnounceEvent.NONE, 0);
        seeds.put(host, left == 0);
      }
      if (random.nextInt(3) == 0 && one.store.has(HASH)) {
        merge(trackers.get(random.nextInt(trackers.size())), image(one));
      }
    }
    for (int round = 0; round < 2; round++) {
      for (Announcing from : trackers) {
        byte[] image = image(from);
        trackers.forEach(into -> merge(into, image));
      }
    }
    for (Announcing tracker : trackers) {
      Map<Integer, Boolean> found = new HashMap<>();
      peers(tracker).forEach(p -> found.put((int) p.address().low() - 0x0a000000, p.isSeeder()));
      assertThat(found).as("seed " + seed).isEqualTo(seeds);
    }
  }

  @Test
  void whatHappenedLastCountsWhicheverWayItComes() {
    Announcing a = tracker();
    Announcing b = tracker();
    a.leecher(1, 1);
    for (Announcing each : List.of(a, b)) {
      each.pass(100);
    }
    b.announce(1, 1, 0, AnnounceEvent.NONE, 0);
    byte[] older = image(a);
    byte[] newer = image(b);
    merge(a, newer);
    merge(b, older);
    assertThat(a.store.counts(HASH)).isEqualTo(new SwarmCounts(1, 0, 0, 0));
    assertThat(b.store.counts(HASH)).isEqualTo(new SwarmCounts(1, 0, 0, 0));
    assertThat(a.store.tallies().seeders().sum()).isOne();
  }

  @Test
  void whoLeftDoesNotComeBackWithAnOlderImageAndDoesByComing() {
    Announcing a = tracker();
    Announcing b = tracker();
    a.leecher(1, 1);
    a.leecher(1, 2);
    byte[] before = image(a);
    merge(b, before);
    assertHolds(b, 1, 2);

    for (Announcing each : List.of(a, b)) {
      each.pass(10);
    }
    stop(a, 1);
    merge(b, image(a));
    assertHolds(b, 2);
    for (int seconds = 10; seconds < 3 * Announcing.TIMEOUT_SECONDS; seconds += 50) {
      for (Announcing each : List.of(a, b)) {
        each.store.merge(HASH, before, seconds);
        each.leecher(1, 2);
        each.sweepAll();
        assertHolds(each, 2);
        each.pass(50);
      }
    }

    a.leecher(1, 1);
    a.leecher(1, 2);
    merge(b, image(a));
    assertHolds(b, 1, 2);
  }

  @Test
  void whoLeftATrackerThatDidNotKnowItIsGoneFromAll() {
    Announcing a = tracker();
    Announcing b = tracker();
    a.leecher(1, 1);
    a.leecher(1, 2);
    b.leecher(1, 3);
    a.pass(10);
    b.pass(10);
    stop(b, 1);
    merge(a, image(b));
    merge(b, image(a));
    assertHolds(a, 2, 3);
    assertHolds(b, 2, 3);
  }

  @Test
  void aSwarmThatAllHaveLeftIsRememberedAsLongAsSomebodyMayBringItBack() {
    Announcing a = tracker();
    a.leecher(1, 1);
    byte[] before = image(a);
    a.pass(1);
    stop(a, 1);
    a.sweepAll();
    merge(a, before);
    assertThat(a.peersOf(1)).isZero();
    assertThat(a.store.tallies().torrents().get()).isOne();
    a.pass(Announcing.TIMEOUT_SECONDS);
    a.pass(Announcing.TIMEOUT_SECONDS);
    a.sweepAll();
    a.sweepAll();
    assertThat(a.store.tallies().torrents().get()).isZero();
    assertThat(a.store.tallies().bytes().get()).isZero();
  }

  @Test
  void soManyDeparturesAreRememberedAndCountedAsMemory() {
    Announcing a = tracker(3);
    Announcing none = tracker(0);
    for (Announcing each : List.of(a, none)) {
      for (int host = 1; host <= 6; host++) {
        each.leecher(1, host);
      }
      for (int host = 1; host <= 5; host++) {
        each.pass(1);
        stop(each, host);
      }
    }
    assertThat(marks(image(a)).values().stream().sorted().toList())
        .as("the last three")
        .isEqualTo(List.of(3, 4, 5).stream().map(s -> Announcing.TIMEOUT_SECONDS + 1 + s).toList());
    assertThat(marks(image(none))).isEmpty();
    assertThat(a.store.tallies().bytes().get())
        .isGreaterThan(none.store.tallies().bytes().get() + 3 * Departures.MARK_BYTES);
    a.leecher(1, 5);
    assertThat(marks(image(a))).as("one is here again").hasSize(2);
    a.store.drop(HASH);
    assertThat(a.store.tallies().bytes().get()).isZero();
  }

  /** Their seconds begin at different times; nobody lives longer for being told to and fro. */
  @ParameterizedTest(name = "{0} ms apart")
  @ValueSource(ints = {0, 1, 250, 500, 750, 999})
  void whatGoesToAndFroOnlyGetsOlder(int millisApart) {
    long[] nanos = {TimeUnit.MILLISECONDS.toNanos(millisApart)};
    SwarmLimits limits = Announcing.limits(10, 10, 10).withDepartures(10);
    SwarmStore a = new SwarmStore(limits, new PeerPreference.Uniform(), new Random(1), 0);
    SwarmStore b = new SwarmStore(limits, new PeerPreference.Uniform(), new Random(1), nanos[0]);
    a.advance(nanos[0]);
    Announce announce = new Announce();
    announce.torrent(HASH);
    announce.port = 6881;
    announce.leftBytes = 1;
    a.announce(announce);
    SwarmReader fromA = a.reader(Set.of(SwarmChange.PEERS));
    SwarmReader fromB = b.reader(Set.of(SwarmChange.PEERS));
    int longest = Announcing.TIMEOUT_SECONDS + limits.mostUnsavedSeconds() + 3;
    for (long millis = 0; millis < Duration.ofSeconds(longest).toMillis(); millis += 1700) {
      nanos[0] += TimeUnit.MILLISECONDS.toNanos(1700);
      a.advance(nanos[0]);
      b.advance(nanos[0]);
      tell(fromA, b);
      tell(fromB, a);
    }
    for (SwarmStore each : List.of(a, b)) {
      while (!each.sweep().toTheEnd()) {}
      assertThat(each.tallies().peers().get()).isZero();
    }
  }

  private static void tell(SwarmReader from, SwarmStore into) {
    from.beginAnew();
    from.forEachUnread(0, image -> into.merge(image.infoHash(), image.bytes(), 0));
  }

  @Test
  void onlyWhatIsNewIsToldOn() {
    Announcing a = tracker();
    Announcing b = tracker();
    a.leecher(1, 1);
    a.changes.forEachUnread(0, image -> merge(b, image.bytes()));
    List<SwarmImage> echo = new ArrayList<>();
    b.changes.forEachUnread(0, echo::add);
    assertThat(echo).hasSize(1);
    echo.forEach(image -> merge(a, image.bytes()));
    List<SwarmImage> again = new ArrayList<>();
    a.changes.forEachUnread(0, again::add);
    assertThat(again).isEmpty();
  }

  @Test
  void noMoreAreTakenInThanThereIsRoomFor() {
    Announcing many = tracker();
    for (int host = 0; host < 100; host++) {
      many.leecher(1, host);
    }
    var small =
        new Announcing(
            Announcing.limits(10, 10, 100).withDepartures(10), new PeerPreference.Uniform());
    merge(small, image(many));
    assertThat(small.peersOf(1)).isEqualTo(10);
    assertThat(small.store.tallies().peers().get()).isEqualTo(10);
  }

  @Test
  void anImageIsOfTheOldFormWhereNobodyIsRemembered() {
    Announcing a = tracker();
    a.leecher(1, 1);
    assertThat(image(a)[Integer.BYTES]).isEqualTo((byte) 1);
    stop(a, 2);
    assertThat(image(a)[Integer.BYTES]).isEqualTo((byte) 2);
  }

  @Test
  void damageAnywhereIsToldAndNothingIsTakenIn() {
    Announcing a = tracker();
    for (int host = 0; host < 5; host++) {
      a.leecher(1, host);
    }
    stop(a, 1);
    stop(a, 2);
    byte[] image = image(a);
    Announcing b = tracker();
    for (int at = 0; at < image.length; at++) {
      byte[] flipped = image.clone();
      flipped[at] ^= 0x10;
      assertThatIllegalArgumentException()
          .as("byte " + at)
          .isThrownBy(() -> merge(b, flipped))
          .withMessageContaining("damaged");
      byte[] cut = Arrays.copyOf(image, at);
      assertThatIllegalArgumentException().as("cut at " + at).isThrownBy(() -> merge(b, cut));
    }
    assertThat(b.store.tallies().torrents().get()).isZero();
  }
}
