package dev.skep.tracker.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.persistence.SavedState.Contents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every file of a data folder, cut or with garbage in it: the tracker starts in time, and says
 * nothing that is not so.
 */
class DamagedStoreTest {
  @Test
  void aStoreThatIsTooLargeForTheHeapIsNotTakenForDamaged() {
    assertThat(StoreOpening.isTooLarge(56L << 20, 123L << 20)).isTrue();
    assertThat(StoreOpening.isTooLarge(1 << 20, 123L << 20)).as("a wrong length in it").isFalse();
    assertThat(StoreOpening.tooLarge(Path.of("store-1"), 56L << 20, 123L << 20))
        .isEqualTo(
            "the saved swarms in store-1 do not fit a heap of 123 MiB: start with"
                + " SKEP_JAVA_OPTS=-Xmx448m");
  }

  /** For damaged stores, of which some never open; a whole one that is slower is set aside, too. */
  private static final Duration LIMIT = Duration.ofSeconds(1);

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int TORRENTS = 40;

  @TempDir private static Path whole;
  private static Contents saved;

  @TempDir private Path folder;

  @BeforeAll
  static void save() throws IOException {
    try (Persistence persistence = Persistence.open(whole, PATIENCE)) {
      SavedState.save(persistence, SavedState.emptySwarms(), TORRENTS, 25);
    }
    try (Persistence persistence = Persistence.open(whole, PATIENCE)) {
      saved = SavedState.read(persistence);
    }
  }

  static Stream<Integer> someSeeds() {
    return IntStream.range(0, 16).boxed();
  }

  static Stream<Integer> manySeeds() {
    return IntStream.range(16, 400).boxed();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("someSeeds")
  void aDamagedStoreNeitherHangsNorLies(int seed) throws IOException {
    damageAndOpen(seed);
  }

  @Tag("full")
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("manySeeds")
  void aDamagedStoreNeitherHangsNorLiesAtManyPlaces(int seed) throws IOException {
    damageAndOpen(seed);
  }

  @Test
  void aStoreThatLostItsLastChangesButLooksWholeIsSetAside() throws IOException {
    Path transactions = whole.resolve("store-1/channel_0/transactions_0.sft");
    copy(whole, folder);
    long size = Files.size(transactions);
    try (Persistence persistence = Persistence.open(folder, PATIENCE)) {
      persistence.store().putCompleted(Map.of(SavedState.hash(998), 7));
      persistence.put(SavedState.torrent(998), SavedState.metainfo(998));
    }
    Path grown = folder.resolve(whole.relativize(transactions));
    assertThat(grown).satisfies(file -> assertThat(Files.size(file)).isGreaterThan(size));
    try (var channel = FileChannel.open(grown, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
    try (Persistence persistence = Persistence.open(folder, PATIENCE)) {
      assertThat(persistence.damage()).hasValueSatisfying(d -> assertThat(d).contains("missing"));
      Contents back = SavedState.read(persistence);
      assertThat(back.torrents()).as("files have no part in it").hasSize(TORRENTS + 1);
      assertThat(back.completed()).containsEntry(SavedState.hash(998), 0);
    }
    try (Persistence persistence = Persistence.open(folder, PATIENCE)) {
      assertThat(persistence.damage()).as("the next start finds it whole").isEmpty();
    }
  }

  @Test
  void aWholeStoreWithoutAMarkIsToldAndUsedAsItIs() throws IOException {
    copy(whole, folder);
    Files.delete(folder.resolve("store-1/mark"));
    try (Persistence persistence = Persistence.open(folder, PATIENCE)) {
      assertThat(persistence.damage()).hasValueSatisfying(d -> assertThat(d).contains("no mark"));
      assertThat(folder.toFile().list())
          .containsExactlyInAnyOrder(
              "lock", "access", "torrents", "removed", "rollouts", "store-1");
      Contents back = SavedState.read(persistence);
      assertThat(back.torrents()).isEqualTo(saved.torrents());
      assertThat(back.peers()).isEqualTo(saved.peers());
    }
    try (Persistence persistence = Persistence.open(folder, PATIENCE)) {
      assertThat(persistence.damage()).as("now it has one").isEmpty();
    }
  }

  @Test
  void aStoreWhoseMarkIsDamagedIsSetAsideAndAllOfItIsKept() throws IOException {
    copy(whole, folder);
    Files.write(folder.resolve("store-1/mark"), new byte[0]);
    try (Persistence persistence = Persistence.open(folder, PATIENCE)) {
      Contents back = SavedState.read(persistence);
      assertThat(back.damage()).hasValueSatisfying(d -> assertThat(d).contains("set aside as "));
      assertThat(back.peers()).isEqualTo(saved.peers());
    }
  }

  /** The length of an image is garbage: no memory is taken for it. */
  @Test
  void anImageThatTellsAnyLengthCostsThatImage() throws IOException {
    copy(whole, folder);
    Path file = folder.resolve("store-1/channel_0/channel_0_1.dat");
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
    int image = imageOf(SavedState.hash(0), bytes);
    bytes.putLong(image + Long.BYTES, Integer.MAX_VALUE - 8);
    Files.write(file, bytes.array());
    try (Persistence persistence = Persistence.open(folder, PATIENCE)) {
      assertThat(persistence.damage())
          .hasValueSatisfying(damage -> assertThat(damage).contains("1 entries are damaged"));
      Contents back = SavedState.read(persistence);
      assertThat(back.peers().get(SavedState.hash(1)))
          .isEqualTo(saved.peers().get(SavedState.hash(1)));
    }
  }

  /** Where the last image of a torrent begins, with the bytes and the number that it takes. */
  private static int imageOf(InfoHash hash, ByteBuffer bytes) {
    int found = -1;
    for (int at = 0; at + 40 < bytes.limit(); at++) {
      if (bytes.getLong(at) == hash.high()
          && bytes.getLong(at + 8) == hash.middle()
          && bytes.getInt(at + 16) == hash.low()) {
        found = at + 20;
      }
    }
    assertThat(found).isPositive();
    return found;
  }

  @Test
  void aStoreThatNeverOpensKeepsNoProcessorBusy() throws IOException {
    copy(whole, folder);
    Path transactions = folder.resolve("store-1/channel_0/transactions_0.sft");
    try (var channel = FileChannel.open(transactions, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - 1);
    }
    assertThatThrownBy(
            () -> Patience.withinOwnTime(LIMIT, () -> TrackerStore.open(folder.resolve("store-1"))))
        .hasMessageContaining("did not open within 1 s");
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(threadsOfStores()).isEmpty());
  }

  private static List<String> threadsOfStores() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.contains("StorageChannel") || name.equals("store-opening"))
        .toList();
  }

  private void damageAndOpen(int seed) throws IOException {
    copy(whole, folder);
    String done = damage(new Random(seed));
    assertTimeoutPreemptively(
        PATIENCE, () -> check(done + ", seed " + seed), () -> done + ", seed " + seed);
  }

  private void check(String done) throws IOException {
    try (Persistence persistence = Persistence.open(folder, LIMIT)) {
      Contents back = SavedState.read(persistence);
      assertThat(back.damage().orElse("")).as(done).doesNotContain("memory");
      partOf(back, Contents::torrents, done);
      partOf(back, Contents::metainfos, done);
      back.peers()
          .forEach(
              (hash, peers) -> assertThat(saved.peers().get(hash)).as(done).containsAll(peers));
      back.completed()
          .forEach(
              (hash, count) -> assertThat(count).as(done).isIn(0, saved.completed().get(hash)));
      boolean allThere =
          back.torrents().size() == TORRENTS
              && back.peers().equals(saved.peers())
              && back.completed().equals(saved.completed())
              && back.metainfos().equals(saved.metainfos())
              && back.access().equals(saved.access());
      assertThat(allThere || back.damage().isPresent() || !back.withoutMetainfo().isEmpty())
          .as(done + ": what is missing is told")
          .isTrue();
      assertThat(back.access())
          .as(done + ": lists are what they were, or known to be lost")
          .isIn(saved.access(), Optional.empty());
      for (InfoHash hash : back.withoutMetainfo()) {
        persistence.put(Objects.requireNonNull(back.torrents().get(hash)), new byte[3000]);
      }
      persistence.put(SavedState.torrent(999), SavedState.metainfo(999));
      persistence.putAccess(new SavedAccess(SavedState.ACCESS, true));
    }
    try (Persistence persistence = Persistence.open(folder, PATIENCE)) {
      assertThat(persistence.damage()).as(done + ": the next start finds it whole").isEmpty();
      assertThat(SavedState.read(persistence).torrents())
          .as(done)
          .containsKey(SavedState.hash(999));
    }
  }

  private static void partOf(Contents back, Function<Contents, Map<?, ?>> part, String done) {
    assertThat(saved.torrents()).isNotEmpty();
    part.apply(back)
        .forEach(
            (key, value) ->
                assertThat((Object) part.apply(saved).get(key)).as(done).isEqualTo(value));
  }

  /** Cuts one file of the data folder, or writes garbage into it. */
  private String damage(Random random) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder.resolve("store-1"))) {
      files =
          all.filter(Files::isRegularFile).filter(f -> f.toFile().length() > 0).sorted().toList();
    }
    Path file = files.get(random.nextInt(files.size()));
    long size = Files.size(file);
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      if (random.nextBoolean()) {
        long cut = 1 + random.nextLong(random.nextBoolean() ? size : Math.min(size, 40));
        channel.truncate(size - cut);
        return "cut " + cut + " of " + size + " bytes off " + folder.relativize(file);
      }
      byte[] garbage = new byte[1 + random.nextInt(200)];
      random.nextBytes(garbage);
      long at = random.nextLong(size);
      channel.write(ByteBuffer.wrap(garbage), at);
      return garbage.length
          + " bytes of garbage at "
          + at
          + " of "
          + size
          + " in "
          + folder.relativize(file);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Path copy = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(path, copy);
        }
      }
    }
  }
}
