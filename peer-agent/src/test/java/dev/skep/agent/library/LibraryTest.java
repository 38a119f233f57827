package dev.skep.agent.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.agent.library.TorrentRecord.Limits;
import dev.skep.agent.library.TorrentRecord.Place;
import dev.skep.agent.library.TorrentRecord.Times;
import dev.skep.agent.library.TorrentRecord.Totals;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.metainfo.Magnet;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

  @TempDir private Path temp;
  private final List<String> told = new ArrayList<>();

  private Library open() throws IOException {
    return Library.open(temp.resolve("data"), told::add);
  }

  private Path torrents() {
    return temp.resolve("data").resolve("torrents");
  }

  private static Metainfo torrent(String name) throws Exception {
    return Metainfo.parse(bytes(name));
  }

  private static byte[] bytes(String name) throws Exception {
    return MetainfoBuilder.singleFile(name, 100)
        .pieceLength(16_384)
        .pieceHashes(new byte[20])
        .build();
  }

  private static TorrentRecord record(Metainfo torrent) {
    return TorrentRecord.of(torrent.infoHash(), Place.in(Path.of("/srv/data")), NOW);
  }

  private Metainfo add(Library library, String name) throws Exception {
    Metainfo torrent = torrent(name);
    library.add(record(torrent), Optional.of(bytes(name)));
    return torrent;
  }

  @Test
  void whatIsKeptComesBackAsItWas() throws Exception {
    for (long seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      TorrentRecord record = anyRecord(random, torrent("t" + seed).infoHash());
      assertThat(RecordCodec.decode(RecordCodec.encode(record)))
          .as("seed %d", seed)
          .isEqualTo(record);
    }
  }

  private static TorrentRecord anyRecord(SplittableRandom random, InfoHash hash) {
    List<FileWish> wishes =
        IntStream.range(0, random.nextInt(5))
            .mapToObj(_ -> FileWish.of(random.nextBoolean(), random.nextInt(-1, 2)))
            .toList();
    return TorrentRecord.of(hash, Place.in(Path.of("/srv/a b/ü")), NOW)
        .with(
            r -> {
              r.magnet = random.nextBoolean() ? Optional.of(Magnet.of(hash)) : Optional.empty();
              r.movingTo =
                  random.nextBoolean()
                      ? Optional.of(new Place(Path.of("/new"), Optional.of("other name"), true))
                      : Optional.empty();
              r.delivery =
                  random.nextBoolean()
                      ? Optional.of(
                          new Delivery(
                              "http://a/ web",
                              Path.of("/srv/web"),
                              random.nextBoolean(),
                              NOW,
                              random.nextBoolean()
                                  ? Delivery.Stage.PLACED
                                  : Delivery.Stage.FETCHING))
                      : Optional.empty();
              r.trackers = List.of(List.of("http://a/announce", "udp://b:1"), List.of("http://c/"));
              r.labels = random.nextBoolean() ? List.of("web", "ünï") : List.of();
              r.files = wishes;
              r.limits =
                  new Limits(random.nextInt(1 << 30), true, 5, random.nextBoolean(), false, 7, -1);
              r.queueKey = random.nextLong();
              r.paused = random.nextBoolean();
              r.sequential = random.nextBoolean();
              r.firstPiece = random.nextInt(100);
              r.leaving = random.nextBoolean();
              r.goals =
                  new Goals(
                      random.nextBoolean() ? Goal.at(random.nextDouble()) : Goal.never(),
                      random.nextBoolean() ? Goal.at(Duration.ofSeconds(9)) : Goal.inherited(),
                      Goal.never(),
                      Goal.inherited(),
                      random.nextBoolean());
              r.totals = new Totals(random.nextLong(1L << 50), random.nextLong(1L << 50), 3);
              r.times =
                  new Times(
                      NOW,
                      Optional.of(NOW.plusSeconds(5)),
                      Optional.empty(),
                      Duration.ofSeconds(random.nextInt(1 << 30)),
                      Duration.ofSeconds(1));
            });
  }

  @Test
  void torrentsComeBackInTheOrderOfTheQueue() throws Exception {
    try (Library library = open()) {
      Metainfo last = torrent("last");
      Metainfo first = torrent("first");
      library.add(record(last).with(r -> r.queueKey = 5), Optional.of(bytes("last")));
      library.add(record(first).with(r -> r.queueKey = -5), Optional.of(bytes("first")));
    }
    try (Library library = open()) {
      assertThat(library.load())
          .extracting(stored -> stored.metainfo().orElseThrow().name())
          .containsExactly("first", "last");
    }
    assertThat(told).isEmpty();
  }

  @Test
  void aRecordThatWasCutAnywhereIsSetAsideAndTheOthersComeBack() throws Exception {
    Path file;
    byte[] whole;
    try (Library library = open()) {
      add(library, "sound");
      file = torrents().resolve(add(library, "torn").infoHash().hex() + ".record");
      whole = Files.readAllBytes(file);
    }
    Path torrentFile = Path.of(file.toString().replace(".record", ".torrent"));
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      Files.write(torrentFile, bytes("torn"));
      try (Library library = open()) {
        assertThat(library.load()).as("cut to %d bytes", length).hasSize(1);
      }
    }
    assertThat(told).hasSize(whole.length);
    assertThat(told.getFirst()).contains("is set aside", "add it again");
    assertThat(temp.resolve("data/set-aside").resolve(file.getFileName())).exists();
  }

  @Test
  void aRecordWithAWrongBitIsNeverTrusted() throws Exception {
    byte[] whole = RecordCodec.encode(record(torrent("t")));
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      byte[] wrong = whole.clone();
      wrong[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThatThrownBy(() -> RecordCodec.decode(wrong))
          .as("bit %d", bit)
          .isInstanceOf(DamagedRecord.class);
    }
  }

  @Test
  void whatAnotherVersionWroteIsToldAsThat() throws Exception {
    byte[] later = RecordCodec.encode(record(torrent("t")));
    later[7] = '9';
    assertThatThrownBy(() -> RecordCodec.decode(later))
        .hasMessage("another version of skep wrote it");
  }

  @Test
  void aRecordWhoseTorrentIsMissingOrAnotherIsSetAside() throws Exception {
    Metainfo missing;
    Metainfo swapped;
    try (Library library = open()) {
      missing = add(library, "missing");
      swapped = add(library, "swapped");
    }
    Files.delete(torrents().resolve(missing.infoHash().hex() + ".torrent"));
    Files.write(torrents().resolve(swapped.infoHash().hex() + ".torrent"), bytes("stranger"));
    try (Library library = open()) {
      assertThat(library.load()).isEmpty();
    }
    assertThat(told)
        .anyMatch(line -> line.contains("its .torrent file is missing"))
        .anyMatch(line -> line.contains("another torrent's"));
  }

  /** So a kill in the middle of an addition or a removal leaves it, and nobody lost anything. */
  @Test
  void aTorrentFileWithoutARecordGoesWithoutAWord() throws Exception {
    Path file;
    try (Library library = open()) {
      Metainfo torrent = add(library, "half");
      file = torrents().resolve(torrent.infoHash().hex() + ".torrent");
      Files.delete(torrents().resolve(torrent.infoHash().hex() + ".record"));
    }
    try (Library library = open()) {
      assertThat(library.load()).isEmpty();
    }
    assertThat(file).doesNotExist();
    assertThat(told).isEmpty();
  }

  @Test
  void whatWasLeftByAKillInTheMiddleOfAWriteGoesAndWhatIsSomebodysStays() throws Exception {
    Path unfinished;
    Path strange = torrents().resolve("notes.txt");
    try (Library library = open()) {
      Metainfo torrent = add(library, "whole");
      unfinished = torrents().resolve(torrent.infoHash().hex() + ".record.new");
      Files.write(unfinished, new byte[] {1, 2, 3});
      Files.writeString(strange, "mine");
    }
    try (Library library = open()) {
      assertThat(library.load()).hasSize(1);
    }
    assertThat(unfinished).doesNotExist();
    assertThat(strange).hasContent("mine");
    assertThat(told).isEmpty();
  }

  @Test
  void whatCannotBeReadNowIsNotDamagedAndComesBackLater() throws Exception {
    Path file;
    try (Library library = open()) {
      add(library, "sound");
      file = torrents().resolve(add(library, "unreadable").infoHash().hex() + ".torrent");
    }
    Path away = Files.move(file, temp.resolve("away"));
    Files.createDirectory(file); // reading it fails as reading a bad disk does
    try (Library library = open()) {
      assertThat(library.load()).hasSize(1);
    }
    assertThat(told).singleElement().asString().contains("cannot be read", "stays where it is");
    Files.delete(file);
    Files.move(away, file);
    try (Library library = open()) {
      assertThat(library.load()).hasSize(2);
    }
  }

  @Test
  void whatIsRemovedLeavesNothing() throws Exception {
    try (Library library = open()) {
      Metainfo torrent = add(library, "gone");
      library.remove(torrent.infoHash());
      assertThat(library.load()).isEmpty();
      assertThat(torrents()).isEmptyDirectory();
    }
  }

  @Test
  void aLinkNeedsNoTorrentUntilItIsKnown() throws Exception {
    Metainfo torrent = torrent("learnt");
    try (Library library = open()) {
      Magnet link = Magnet.of(torrent.infoHash());
      library.add(record(torrent).with(r -> r.magnet = Optional.of(link)), Optional.empty());
      assertThat(library.load()).singleElement().matches(stored -> stored.metainfo().isEmpty());
      library.add(record(torrent), Optional.of(bytes("learnt")));
      assertThat(library.load()).singleElement().matches(stored -> stored.metainfo().isPresent());
    }
    assertThat(told).isEmpty();
  }

  @Test
  void oneProcessUsesItAtATime() throws Exception {
    try (Library library = open()) {
      assertThatThrownBy(this::open)
          .hasMessageStartingWith("another agent uses ")
          .hasMessageContaining("--data");
      assertThat(library.folder()).isEqualTo(temp.resolve("data"));
    }
    open().close();
  }

  @Test
  void aNameThatLeadsElsewhereIsNone() {
    for (String name : List.of("", "..", ".", "a/b", "/etc")) {
      assertThatThrownBy(() -> Place.in(Path.of("/srv")).withName(name))
          .as("'%s'", name)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
