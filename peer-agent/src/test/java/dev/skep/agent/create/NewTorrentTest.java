package dev.skep.agent.create;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.agent.storage.StorageOptions;
import dev.skep.protocol.metainfo.MerkleHasher;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NewTorrentTest {
  private static final int PIECE = 16 << 10;

  @TempDir Path folder;

  private Path write(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve("data").resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes);
  }

  private Source scan() throws IOException {
    return Source.scan(folder.resolve("data"), Source.Without.NOTHING);
  }

  private static Metainfo make(Source source) throws Exception {
    return NewTorrent.of("data", PIECE, List.of(), "test").make(source, done -> {});
  }

  private static List<String> paths(Source source) {
    return source.files().stream().map(file -> String.join("/", file.path())).toList();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyPieceHasTheHashOfTheFilesOneAfterTheOther(long seed) throws Exception {
    var random = new SplittableRandom(seed);
    int files = random.nextInt(1, 12);
    for (int i = 0; i < files; i++) {
      int length = random.nextInt(4) == 0 ? 0 : random.nextInt(5 * PIECE);
      byte[] bytes = new byte[i == 0 ? length + 1 : length];
      random.nextBytes(bytes);
      write("%c/%02d".formatted('a' + random.nextInt(3), i), bytes);
    }
    Source source = scan();

    Metainfo torrent = make(source);

    var all = new ByteArrayOutputStream();
    for (SourceFile file : source.files()) {
      all.write(Files.readAllBytes(file.file()));
    }
    byte[] stream = all.toByteArray();
    assertThat(torrent.layout().totalBytes()).as("seed %d", seed).isEqualTo(stream.length);
    for (int piece = 0; piece < torrent.layout().pieceCount(); piece++) {
      int begin = piece * PIECE;
      byte[] bytes = Arrays.copyOfRange(stream, begin, Math.min(stream.length, begin + PIECE));
      assertThat(torrent.pieceHash(piece))
          .as("seed %d, piece %d", seed, piece)
          .isEqualTo(MessageDigest.getInstance("SHA-1").digest(bytes));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void aHybridsHalvesAgreeAndEveryPieceOfBothVersionsIsGood(long seed) throws Exception {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 6; i++) {
      byte[] bytes = new byte[i == 3 ? 0 : random.nextInt(1, 5 * PIECE)];
      random.nextBytes(bytes);
      write("%c/%02d".formatted('a' + random.nextInt(3), i), bytes);
    }
    Source source = scan();
    for (var version : List.of(TorrentVersion.V2, TorrentVersion.HYBRID)) {
      Metainfo made = torrent(version).make(source, done -> {});

      // Refuses layers and halves that do not agree.
      Metainfo read = Metainfo.parse(made.raw().rawBytes());
      assertThat(read.infoHashV1().isPresent()).isEqualTo(version == TorrentVersion.HYBRID);
      assertThat(read.infoHashV2()).isPresent();
      assertPiecesAreGood(read, seed);
    }
  }

  private static NewTorrent torrent(TorrentVersion version) {
    return new NewTorrent(
        "data",
        version,
        PIECE,
        List.of(),
        List.of(),
        false,
        Optional.empty(),
        Optional.empty(),
        "test",
        Optional.empty());
  }

  private void assertPiecesAreGood(Metainfo torrent, long seed) throws Exception {
    var files = torrent.files().stream().filter(f -> !f.padding() && f.lengthBytes() > 0).toList();
    for (var file : files) {
      Path path = folder.resolve("data").resolve(String.join("/", file.path()));
      var merkle = new MerkleHasher();
      byte[] bytes = Files.readAllBytes(path);
      merkle.update(ByteBuffer.wrap(bytes));
      assertThat(file.piecesRoot()).as("seed %d, %s", seed, path).contains(merkle.root(1));
      for (int at = 0; torrent.infoHashV1().isPresent() && at < bytes.length; at += PIECE) {
        boolean last = file.equals(files.getLast());
        int end = last ? Math.min(bytes.length, at + PIECE) : at + PIECE;
        byte[] piece = Arrays.copyOfRange(bytes, at, end);
        int index = torrent.layout().pieceAt(file.offsetBytes() + at);
        assertThat(torrent.pieceHash(index))
            .as("seed %d, %s at %d", seed, path, at)
            .isEqualTo(MessageDigest.getInstance("SHA-1").digest(piece));
      }
    }
  }

  /** As the kernel counts what this process reads: some class files besides. */
  @ParameterizedTest
  @EnumSource
  void everyByteIsReadOnceWhateverTheVersion(TorrentVersion version) throws Exception {
    Path counters = Path.of("/proc/self/io");
    assumeTrue(Files.isReadable(counters), "no " + counters + " here");
    int length = 24 << 20;
    write("a", new byte[length / 2 + 1]);
    write("b", new byte[length / 2 - 1]);
    Source source = scan();
    torrent(version).make(source, done -> {}); // loads the classes
    long before = bytesRead(counters);

    torrent(version).make(source, done -> {});

    assertThat(bytesRead(counters) - before).isBetween((long) length, length * 5L / 4);
  }

  private static long bytesRead(Path counters) throws IOException {
    return Files.readAllLines(counters).stream()
        .filter(line -> line.startsWith("rchar: "))
        .mapToLong(line -> Long.parseLong(line.substring(7)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theSameFilesMakeTheSameBytes() throws Exception {
    write("b", new byte[] {1});
    write("a/z", new byte[100_000]);
    var torrent = NewTorrent.of("data", PIECE, List.of(List.of("http://t/announce")), "test");

    byte[] first = torrent.make(scan(), done -> {}).raw().rawBytes();
    assertThat(torrent.make(scan(), done -> {}).raw().rawBytes()).isEqualTo(first);
  }

  @Test
  void filesAreOrderedByTheBytesOfTheirNamesFolderByFolder() throws Exception {
    for (String name : List.of("b", "a.txt", "a/x", "B", "é", "z", ".hidden", "a/Ä")) {
      write(name, new byte[] {1});
    }

    assertThat(paths(scan())).containsExactly(".hidden", "B", "a/x", "a/Ä", "a.txt", "b", "z", "é");
  }

  @Test
  void everyFileOfALargeTreeIsFoundOnceAndInOrder() throws Exception {
    var names = new TreeSet<String>();
    for (int i = 0; i < 700; i++) {
      names.add("%d/%d/%03d".formatted(i % 3, i % 7, i));
      names.add("flat/%03d".formatted(i));
    }
    for (String name : names) {
      write(name, new byte[] {1});
    }
    Files.createSymbolicLink(folder.resolve("data/linked"), Path.of("0"));
    names.stream()
        .filter(name -> name.startsWith("0/"))
        .toList()
        .forEach(name -> names.add("linked/" + name.substring(2)));

    assertThat(paths(scan())).containsExactlyElementsOf(names);
  }

  @Test
  void whatIsLeftOutIsNotLookedAt() throws Exception {
    write("kept", new byte[] {1});
    Files.createSymbolicLink(folder.resolve("data/.gone"), Path.of("nothing"));

    var without = new Source.Without(true, false, Optional.empty());

    assertThat(paths(Source.scan(folder.resolve("data"), without))).containsExactly("kept");
  }

  @Test
  void hiddenFilesLinksAndTheOutputCanBeLeftOut() throws Exception {
    write("kept", new byte[] {1});
    write(".git/config", new byte[] {1});
    Path output = write("data.torrent", new byte[] {1});
    Files.createSymbolicLink(folder.resolve("data/link"), Path.of("kept"));

    Source source =
        Source.scan(folder.resolve("data"), new Source.Without(true, true, Optional.of(output)));

    assertThat(paths(source)).containsExactly("kept");
    assertThat(source.skipped()).singleElement().asString().endsWith("link: a symbolic link");
  }

  @Test
  void whatSkepKnowsOfDownloadsIsLeftOutAndTold() throws Exception {
    write("kept", new byte[] {1});
    write("sub/" + StorageOptions.STATE_FOLDER + "/1234.resume", new byte[] {1});

    Source source = scan();

    assertThat(paths(source)).containsExactly("kept");
    assertThat(source.skipped()).singleElement().asString().endsWith("skep keeps its own state");
  }

  @Test
  void aLinkGoesAlongAsWhatItPointsTo() throws Exception {
    write("kept", "hello".getBytes(UTF_8));
    Files.createSymbolicLink(folder.resolve("data/link"), Path.of("kept"));

    assertThat(scan().files()).extracting(SourceFile::lengthBytes).containsExactly(5L, 5L);
  }

  @Test
  void aLinkToNothingAndALinkIntoItsOwnFolderAreRefusedByName() throws Exception {
    write("kept", new byte[] {1});
    Path link = Files.createSymbolicLink(folder.resolve("data/link"), Path.of("gone"));
    assertThatThrownBy(this::scan)
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("link: a link to nothing");

    Files.delete(link);
    Files.createSymbolicLink(folder.resolve("data/loop"), Path.of("."));
    assertThatThrownBy(this::scan)
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("loop: a link into its own folder");
  }

  @Test
  void aFileThatChangesMeanwhileIsRefused() throws Exception {
    Path file = write("x", new byte[100_000]);
    Source source = scan();
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));
    assertThatThrownBy(() -> make(source)).hasMessageContaining("was changed while it was read");

    Files.write(file, new byte[10]);
    assertThatThrownBy(() -> make(source)).hasMessageContaining("became shorter");
  }

  @Test
  void nothingMakesNoTorrent() throws Exception {
    write("empty", new byte[0]);

    assertThatThrownBy(() -> make(scan())).isInstanceOf(MetainfoException.class);
    assertThatThrownBy(() -> Source.scan(folder.resolve("gone"), Source.Without.NOTHING))
        .isInstanceOf(NoSuchFileException.class);
  }
}
