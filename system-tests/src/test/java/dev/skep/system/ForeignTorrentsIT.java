package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoBuilder;
import dev.skep.protocol.metainfo.PieceHasher;
import dev.skep.protocol.metainfo.TorrentFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Torrents that others write are read here, and ours there, with the same names, lengths and
 * info-hashes.
 */
class ForeignTorrentsIT {
  private static final int PIECE_BYTES = 32 * 1024;

  @TempDir Path folder;
  private final TreeMap<List<String>, byte[]> files = new TreeMap<>(MetainfoBuilder.FILE_ORDER);
  private Path data = Path.of("");

  @BeforeEach
  void writeFiles() throws IOException {
    data = folder.resolve("data");
    write(List.of("a"), 1);
    write(List.of("b c.txt"), PIECE_BYTES);
    write(List.of("empty"), 0);
    write(List.of("sub", "deep", "er", "u"), 3 * PIECE_BYTES);
    write(List.of("sub", "z"), 4 * PIECE_BYTES + 12_345);
    write(List.of("sub.txt"), 16_385);
  }

  private void write(List<String> path, int length) throws IOException {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    files.put(path, bytes);
    Path file = data.resolve(String.join("/", path));
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  private Metainfo read(String file) throws Exception {
    Metainfo torrent = Metainfo.parse(Files.readAllBytes(folder.resolve(file)));
    assertDescribesTheData(torrent);
    return torrent;
  }

  private void assertDescribesTheData(Metainfo torrent) {
    byte[] all = new byte[(int) torrent.layout().totalBytes()];
    List<List<String>> seen = new ArrayList<>();
    for (TorrentFile file : torrent.files()) {
      if (!file.padding()) {
        byte[] bytes = files.getOrDefault(file.path(), new byte[0]);
        assertThat(bytes).as(file.path().toString()).hasSize((int) file.lengthBytes());
        System.arraycopy(bytes, 0, all, (int) file.offsetBytes(), bytes.length);
        if (bytes.length > 0) { // some leave empty files out
          seen.add(file.path());
        }
      }
    }
    assertThat(seen)
        .containsExactlyInAnyOrderElementsOf(
            files.entrySet().stream()
                .filter(e -> e.getValue().length > 0)
                .map(Map.Entry::getKey)
                .toList());
    PieceHasher hasher = torrent.pieceHasher();
    for (int piece = 0; piece < torrent.layout().pieceCount(); piece++) {
      hasher.begin(piece);
      hasher.update(
          ByteBuffer.wrap(
              all, (int) torrent.layout().offsetBytes(piece), torrent.layout().lengthBytes(piece)));
      assertThat(hasher.end()).as("piece %d", piece).isTrue();
    }
  }

  @Test
  void mktorrent() throws Exception {
    Program.installed("mktorrent")
        .with("-l", "15", "-a", "http://t/a,http://t/b", "-a", "udp://u:1/x", "-c", "hi", "-p")
        .with("-n", "given", "-o", "their.torrent", "data")
        .output(folder);

    Metainfo torrent = read("their.torrent");

    assertThat(torrent.name()).isEqualTo("given");
    assertThat(torrent.trackers())
        .containsExactly(List.of("http://t/a", "http://t/b"), List.of("udp://u:1/x"));
    assertThat(torrent.comment()).contains("hi");
    assertThat(torrent.isPrivate()).isTrue();
  }

  @Test
  void transmission() throws Exception {
    Program.installed("transmission-create")
        .with("-o", "their.torrent", "-t", "http://t/announce", "-c", "hi", "data")
        .output(folder);

    Metainfo torrent = read("their.torrent");

    assertThat(torrent.trackers()).containsExactly(List.of("http://t/announce"));
    assertThat(Program.installed("transmission-show").with("their.torrent").output(folder))
        .contains("Hash: " + torrent.infoHash());
  }

  @ParameterizedTest
  @ValueSource(strings = {"data", "data/sub/z"})
  void transmissionReadsOurs(String source) throws Exception {
    Program show = Program.installed("transmission-show");
    Metainfo torrent = create(source, "v1");

    assertThat(show.with("our.torrent").output(folder))
        .contains("Name: " + torrent.name(), "Hash: " + torrent.infoHash());
  }

  /** Debian's own Python: only it has the module. */
  private Program libtorrent() throws Exception {
    Path script = folder.resolve("torrents.py");
    try (InputStream in = getClass().getResourceAsStream("libtorrent_torrents.py")) {
      Files.copy(in, script);
    }
    Program python = new Program(List.of("/usr/bin/python3"));
    boolean there =
        Files.isExecutable(Path.of("/usr/bin/python3"))
            && python.with("-c", "import libtorrent").succeeds(folder);
    assumeTrue(there, "python3-libtorrent is not installed");
    return python.with(script.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2", "hybrid"})
  void libtorrent(String version) throws Exception {
    String shown =
        libtorrent()
            .with("create", version, data.toString(), folder + "/their.torrent")
            .output(folder);

    Metainfo torrent = read("their.torrent");

    assertThat(shown).contains(hashes(torrent)).contains("name data");
  }

  @ParameterizedTest
  @CsvSource({
    "data, v1", "data, v2", "data, hybrid",
    "data/sub/z, v1", "data/sub/z, v2", "data/sub/z, hybrid",
    "data/a, v1", "data/a, v2", "data/a, hybrid"
  })
  void libtorrentReadsOurs(String source, String version) throws Exception {
    Program libtorrent = libtorrent();
    Metainfo torrent = create(source, version);

    String shown = libtorrent.with("show", folder + "/our.torrent").output(folder);

    String name = torrent.name();
    assertThat(shown).contains(hashes(torrent)).contains("name " + name + "\n");
    String above = torrent.multiFile() ? name + "/" : "";
    for (TorrentFile file : torrent.files()) {
      if (!file.padding()) {
        String path = above + String.join("/", file.path());
        assertThat(shown).contains("file %d %s\n".formatted(file.lengthBytes(), path));
      }
    }
  }

  private static String hashes(Metainfo torrent) {
    return "v1 %s%nv2 %s%n"
        .formatted(
            torrent.infoHashV1().map(Object::toString).orElse("-"),
            torrent.infoHashV2().map(Object::toString).orElse("-"));
  }

  /** As a person makes one, from a path below the test's folder. */
  private Metainfo create(String source, String version) throws Exception {
    List<Object> words =
        new ArrayList<>(
            List.of("create", source, "-o", "our.torrent", "--piece-length", PIECE_BYTES));
    if (!version.equals("v1")) {
      words.add("--" + version);
    }
    Skep skep = Skep.run(folder, words.toArray());
    assertThat(skep.status()).as(skep.err()).isZero();
    Metainfo torrent = Metainfo.parse(Files.readAllBytes(folder.resolve("our.torrent")));
    if (torrent.multiFile()) {
      assertDescribesTheData(torrent);
    }
    assertThat(torrent.infoHashV1().isPresent()).isEqualTo(!version.equals("v2"));
    assertThat(torrent.infoHashV2().isPresent()).isEqualTo(!version.equals("v1"));
    assertThat(skep.out()).contains(torrent.magnet().toString());
    return torrent;
  }
}
