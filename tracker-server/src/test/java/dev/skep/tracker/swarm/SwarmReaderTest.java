package dev.skep.tracker.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.management.ThreadMXBean;
import dev.skep.protocol.BigEndian;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.tracker.AnnounceEvent;
import dev.skep.tracker.swarm.rows.RowLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several who follow the same swarms, each as often as it likes. */
class SwarmReaderTest {
  private static final int MOST_READERS = 10;
  private static final Set<SwarmChange> ALL = EnumSet.allOf(SwarmChange.class);
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Announcing swarms = Announcing.unlimited();

  /** Keeps what it read, as somebody who saves or shows it would. */
  private static final class Follower {
    private final SwarmStore store;
    private final SwarmReader reader;
    private final Map<InfoHash, Integer> peers = new HashMap<>();
    private final Map<InfoHash, Integer> completed = new HashMap<>();

    Follower(SwarmStore store) {
      this.store = store;
      this.reader = store.reader(ALL);
    }

    void read() {
      reader.forEachUnread(0, image -> keep(peers, image.infoHash(), image.peers()));
      reader.takeCompleted().forEach((hash, count) -> keep(completed, hash, count));
      if (reader.takeLosses()) {
        peers.keySet().removeIf(hash -> !store.has(hash));
        completed.keySet().removeIf(hash -> !store.has(hash));
      }
    }

    private static void keep(Map<InfoHash, Integer> kept, InfoHash hash, int count) {
      if (count == 0) {
        kept.remove(hash);
      } else {
        kept.put(hash, count);
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void whoeverReadsWheneverKnowsAllInTheEnd(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Follower> followers = new ArrayList<>();
    for (int i = 0; i < MOST_READERS - 1; i++) { // the store has one already
      followers.add(new Follower(swarms.store));
    }
    for (int step = 0; step < 20_000; step++) {
      int torrent = random.nextInt(20);
      switch (random.nextInt(50)) {
        case 0 -> swarms.store.drop(Announcing.torrent(torrent));
        case 1 -> comeAndGo(1000 + step, random.nextInt(200));
        case 2 -> {
          swarms.pass(random.nextInt(400));
          swarms.sweepAll();
        }
        case 3, 4 -> {
          int which = random.nextInt(followers.size());
          if (random.nextInt(1 + which) == 0) { // the later, the lazier
            followers.get(which).read();
          }
        }
        default -> swarms.announce(torrent, random.nextInt(50), 1, event(random), 0);
      }
    }
    swarms.pass(1); // the overview is a second old
    Map<InfoHash, Integer> peers = new HashMap<>();
    Map<InfoHash, Integer> completed = new HashMap<>();
    for (SwarmSummary swarm : swarms.store.overview()) {
      SwarmCounts counts = swarms.store.counts(swarm.infoHash());
      Follower.keep(peers, swarm.infoHash(), counts.seeders() + counts.leechers());
      Follower.keep(completed, swarm.infoHash(), counts.completed());
    }
    for (Follower follower : followers) {
      follower.read();
      assertThat(follower.peers).as("seed " + seed).isEqualTo(peers);
      assertThat(follower.completed).as("seed " + seed).isEqualTo(completed);
    }
  }

  private static AnnounceEvent event(SplittableRandom random) {
    return switch (random.nextInt(6)) {
      case 0 -> AnnounceEvent.COMPLETED;
      case 1, 2 -> AnnounceEvent.STOPPED;
      default -> AnnounceEvent.NONE;
    };
  }

  private void comeAndGo(int first, int torrents) {
    for (int torrent = first; torrent < first + torrents; torrent++) {
      swarms.announce(torrent, 1, 0, AnnounceEvent.COMPLETED, 0);
      swarms.store.drop(Announcing.torrent(torrent));
    }
  }

  @Test
  void whoNeverReadsHoldsABoundedNumberOfTorrentsThatAreGone() {
    swarms.leecher(1, 1);
    swarms.leecher(2, 1);
    swarms.changes.forEachChanged(0, _ -> {});
    SwarmReader other = swarms.store.reader(ALL);
    for (int round = 0; round < 200; round++) {
      comeAndGo(1000 + 1000 * round, 1000);
      other.forEachChanged(0, _ -> {});
      other.takeCompleted();
    }
    List<InfoHash> handedOut = new ArrayList<>();
    swarms.changes.forEachChanged(0, image -> handedOut.add(image.infoHash()));
    assertThat(handedOut)
        .as("all that there is, and no more of the 200,000 that are gone than their lists hold")
        .contains(Announcing.torrent(1), Announcing.torrent(2))
        .hasSizeLessThan(256 * (Changes.FEW + 10));
    assertThat(swarms.changes.takeLosses()).isTrue();
    assertThat(swarms.changes.takeLosses()).as("told once").isFalse();
    assertThat(other.takeLosses()).as("one that reads misses nothing").isFalse();
  }

  @Test
  void oneThatBeginsLateReadsWhatThereIsIfItWantsTo() {
    swarms.announce(1, 1, 0, AnnounceEvent.COMPLETED, 0);
    try (SwarmReader fromNow = swarms.store.reader(ALL);
        SwarmReader fromTheBeginning = swarms.store.reader(ALL)) {
      fromTheBeginning.beginAnew();
      swarms.leecher(2, 1);
      assertThat(read(fromNow)).containsExactly(Announcing.torrent(2));
      assertThat(read(fromTheBeginning))
          .containsExactlyInAnyOrder(Announcing.torrent(1), Announcing.torrent(2));
      assertThat(fromNow.takeCompleted()).isEmpty();
      assertThat(fromTheBeginning.takeCompleted()).containsExactly(Map.entry(hash(1), 1));
    }
  }

  @Test
  void whoWantsOnlyWhoComesAndGoesIsNotToldWhoIsHeard() {
    try (SwarmReader peersOnly = swarms.store.reader(EnumSet.of(SwarmChange.PEERS))) {
      swarms.leecher(1, 1);
      assertThat(read(peersOnly)).hasSize(1);
      swarms.leecher(1, 1);
      assertThat(read(peersOnly)).isEmpty();
    }
  }

  @Test
  void countsAreReadWithoutImages() {
    try (SwarmReader pages = swarms.store.reader(EnumSet.of(SwarmChange.PEERS))) {
      swarms.leecher(1, 1);
      swarms.announce(1, 2, 0, AnnounceEvent.NONE, 0);
      swarms.leecher(2, 1);
      assertThat(counts(pages))
          .isEqualTo(
              Map.of(hash(1), new SwarmCounts(1, 1, 0, 0), hash(2), new SwarmCounts(0, 1, 0, 0)));
      swarms.store.drop(hash(2));
      swarms.leecher(1, 3);
      assertThat(counts(pages))
          .isEqualTo(Map.of(hash(1), new SwarmCounts(1, 2, 0, 0), hash(2), SwarmCounts.NONE));
      assertThat(counts(pages)).isEmpty();
    }
  }

  @Test
  void theEleventhIsRefusedUntilOneHasEnded() {
    List<SwarmReader> readers = new ArrayList<>(List.of(swarms.changes));
    while (readers.size() < MOST_READERS) {
      readers.add(swarms.store.reader(ALL));
    }
    assertThatIllegalStateException()
        .isThrownBy(() -> swarms.store.reader(ALL))
        .withMessageContaining("10 readers");
    swarms.leecher(1, 1);
    readers.getLast().close();
    readers.getLast().close();
    SwarmReader next = swarms.store.reader(ALL);
    assertThat(read(next)).as("another's place").isEmpty();
    swarms.leecher(1, 2);
    assertThat(read(next)).containsExactly(hash(1));
    assertThatIllegalStateException().isThrownBy(() -> read(readers.getLast()));
  }

  @Test
  void howeverManyReadAnAnnounceOfAKnownPeerAllocatesNothing() {
    for (int i = 1; i < MOST_READERS; i++) {
      swarms.store.reader(ALL);
    }
    swarms.announce.torrent(hash(1));
    swarms.announce.port = 6881;
    long allocated = Long.MAX_VALUE;
    for (int round = 0; round < 20 && allocated > 0; round++) { // until the code is compiled
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 10_000; i++) {
        swarms.announce.leftBytes = i % 2; // changes sides, or is heard
        swarms.store.announce(swarms.announce);
      }
      allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    }
    assertThat(allocated).isZero();
  }

  @Test
  void whatOneHasReadIsStillTheOthersToRead() {
    for (int host = 0; host < 3000; host++) {
      swarms.leecher(1, host);
    }
    int first = swarms.changes.number();
    int second = swarms.store.reader(ALL).number();
    StripeChanges stripe = swarms.store.stripeOf(hash(1)).changes();
    TorrentSwarm swarm = stripe.takeChanged(first).getFirst();
    int now = Announcing.TIMEOUT_SECONDS + 1;
    FrozenSwarm firsts = stripe.freeze(swarm, first, SwarmChange.PEERS, now).orElseThrow();
    leaveAndCome(0);
    FrozenSwarm seconds = stripe.freeze(swarm, second, SwarmChange.PEERS, now).orElseThrow();
    SwarmImage.visit(SwarmImage.of(firsts, 0).bytes(), new EachOnce(0, 3000));
    stripe.thaw(swarm);
    leaveAndCome(1000);
    SwarmImage.visit(SwarmImage.of(seconds, 0).bytes(), new EachOnce(1000, 4000));
    stripe.thaw(swarm);
    assertThat(swarm.isFrozen()).isFalse();
  }

  private void leaveAndCome(int from) {
    for (int host = from; host < from + 1000; host++) {
      swarms.announce(1, host, 1, AnnounceEvent.STOPPED, 0);
      swarms.leecher(1, host + 3000);
    }
  }

  /** Whoever leaves has another's row moved over its own: half old, an image has one twice. */
  @Test
  void severalMakeImagesOfOneSwarmWhileItChangesAndNoneIsHalfOld() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<Integer>> readers = new ArrayList<>();
      for (SwarmReader reader : List.of(swarms.changes, swarms.store.reader(ALL))) {
        Callable<Integer> reading = () -> checkImages(reader, done);
        readers.add(threads.submit(reading));
      }
      SplittableRandom random = new SplittableRandom(3);
      for (int i = 0; i < 200_000; i++) {
        AnnounceEvent event = random.nextInt(3) == 0 ? AnnounceEvent.STOPPED : AnnounceEvent.NONE;
        swarms.announce(1, random.nextInt(5000), 1, event, 0);
      }
      done.set(true);
      for (Future<Integer> reader : readers) {
        assertThat(reader.get()).isPositive();
      }
    }
  }

  private static int checkImages(SwarmReader reader, AtomicBoolean done) {
    int[] images = {0};
    for (boolean last = false; !last; ) {
      last = done.get();
      reader.forEachUnread(
          0,
          image -> {
            images[0]++;
            SwarmImage.visit(image.bytes(), new EachOnce(0, 5000));
          });
    }
    return images[0];
  }

  /** Looks at rows of IPv4 as they lie: see {@link RowLayout}. */
  private static final class EachOnce implements SwarmImage.RowVisitor {
    private final int from;
    private final int to;

    EachOnce(int from, int to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public void header(int completed, int savedAt) {}

    @Override
    public void family(
        RowLayout layout, byte[] bytes, int offset, int seeders, int partialSeeds, int size) {
      BitSet hosts = new BitSet();
      for (int row = offset; row < offset + size * layout.stride(); row += layout.stride()) {
        hosts.set(BigEndian.intAt(bytes, row) & 0xffff);
      }
      assertThat(hosts.cardinality()).isEqualTo(size);
      assertThat(hosts.stream()).allMatch(host -> host >= from && host < to);
    }

    @Override
    public void departed(long high, long low, int port, int at) {}
  }

  private static InfoHash hash(int torrent) {
    return Announcing.torrent(torrent);
  }

  private static List<InfoHash> read(SwarmReader reader) {
    List<InfoHash> read = new ArrayList<>();
    reader.forEachUnread(0, image -> read.add(image.infoHash()));
    return read;
  }

  private static Map<InfoHash, SwarmCounts> counts(SwarmReader reader) {
    Map<InfoHash, SwarmCounts> counts = new HashMap<>();
    reader.forEachCount(swarm -> counts.put(swarm.infoHash(), swarm.counts()));
    return counts;
  }
}
