package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.protocol.metainfo.MerkleHasher;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoBuilder;
import dev.skep.protocol.metainfo.PieceHasher;
import dev.skep.protocol.metainfo.TorrentFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Torrents that others write are read here, and ours there, with the same names, lengths and
 * info-hashes.
 */
class ForeignTorrentsTest {
  private static final int PIECE_BYTES = 32 * 1024;

  @TempDir Path folder;
  private final TreeMap<List<String>, byte[]> files = new TreeMap<>(MetainfoBuilder.FILE_ORDER);
  private Path data = Path.of("");

  @BeforeEach
  void writeFiles() throws IOException {
    data = folder.resolve("data");
    Random random = new Random(1);
    for (List<String> path :
        List.of(
            List.of("a"),
            List.of("b c.txt"),
            List.of("empty"),
            List.of("sub", "u"),
            List.of("sub", "z"))) {
      byte[] bytes = new byte[path.contains("empty") ? 0 : 1 + random.nextInt(5 * PIECE_BYTES)];
      random.nextBytes(bytes);
      files.put(path, bytes);
      Path file = data.resolve(String.join("/", path));
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
    }
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

  @Test
  void transmissionReadsOurs() throws Exception {
    Program show = Program.installed("transmission-show");
    Metainfo torrent = write("v1");

    assertThat(show.with("our.torrent").output(folder))
        .contains("Name: data", "Hash: " + torrent.infoHash(), "sub/u");
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
  @ValueSource(strings = {"v1", "v2", "hybrid"})
  void libtorrentReadsOurs(String version) throws Exception {
    Program libtorrent = libtorrent();
    Metainfo torrent = write(version);

    String shown = libtorrent.with("show", folder + "/our.torrent").output(folder);

    assertThat(shown).contains(hashes(torrent)).contains("name data");
    files.forEach(
        (path, bytes) ->
            assertThat(shown)
                .contains("file " + bytes.length + " data/" + String.join("/", path) + "\n"));
  }

  private static String hashes(Metainfo torrent) {
    return "v1 %s%nv2 %s%n"
        .formatted(
            torrent.infoHashV1().map(Object::toString).orElse("-"),
            torrent.infoHashV2().map(Object::toString).orElse("-"));
  }

  private Metainfo write(String version) throws Exception {
    MetainfoBuilder builder = MetainfoBuilder.folder("data").pieceLength(PIECE_BYTES);
    files.forEach((path, bytes) -> builder.file(path, bytes.length));
    if (!version.equals("v2")) {
      builder.pieceHashes(pieceHashes(version.equals("hybrid")));
    }
    if (!version.equals("v1")) {
      builder.fileHashes(files.values().stream().map(ForeignTorrentsTest::layer).toList());
    }
    byte[] bytes = builder.build();
    Files.write(folder.resolve("our.torrent"), bytes);
    Metainfo torrent = Metainfo.parse(bytes);
    assertDescribesTheData(torrent);
    return torrent;
  }

  private byte[] pieceHashes(boolean aligned) throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] bytes : files.values()) {
      if (aligned && bytes.length > 0) {
        all.writeBytes(new byte[Math.floorMod(-all.size(), PIECE_BYTES)]);
      }
      all.writeBytes(bytes);
    }
    MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
    ByteArrayOutputStream hashes = new ByteArrayOutputStream();
    for (int from = 0; from < all.size(); from += PIECE_BYTES) {
      sha1.update(all.toByteArray(), from, Math.min(PIECE_BYTES, all.size() - from));
      hashes.writeBytes(sha1.digest());
    }
    return hashes.toByteArray();
  }

  private static byte[] layer(byte[] bytes) {
    MerkleHasher hasher = new MerkleHasher();
    ByteArrayOutputStream layer = new ByteArrayOutputStream();
    for (int from = 0; from < bytes.length; from += PIECE_BYTES) {
      hasher.update(ByteBuffer.wrap(bytes, from, Math.min(PIECE_BYTES, bytes.length - from)));
      layer.writeBytes(
          hasher.root(bytes.length <= PIECE_BYTES ? 1 : PIECE_BYTES / 16_384).toBytes());
    }
    return layer.toByteArray();
  }
}
