package dev.skep.protocol.metainfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.bencode.BDictionary;
import dev.skep.protocol.bencode.BInteger;
import dev.skep.protocol.bencode.BList;
import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.bencode.BValue;
import dev.skep.protocol.bencode.Bencode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetainfoTest {
  private static final int PIECE = 16_384;

  private static BList list(String... texts) {
    return BList.of(Arrays.stream(texts).map(BString::of).toList());
  }

  /** A valid v1 torrent of one file, 20,000 bytes, with changes to its info dictionary. */
  private static byte[] torrent(Consumer<BDictionary.Builder> change) {
    BDictionary.Builder info =
        BDictionary.builder()
            .put("name", "file")
            .put("length", 20_000)
            .put("piece length", PIECE)
            .put("pieces", new byte[40]);
    change.accept(info);
    return BDictionary.builder().put("info", info.build()).build().rawBytes();
  }

  private static Consumer<BDictionary.Builder> files(BDictionary... files) {
    return info -> info.remove("length").put("files", BList.of(List.of(files)));
  }

  private static BDictionary file(long length, BValue path) {
    return BDictionary.builder().put("length", length).put("path", path).build();
  }

  private static void assertRefused(byte[] torrent, String reason) {
    assertThatThrownBy(() -> Metainfo.parse(torrent))
        .isInstanceOf(MetainfoException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void whatNoOneCanUseIsRefused() {
    assertRefused(
        "nonsense".getBytes(StandardCharsets.US_ASCII), "not a torrent: no value begins with 'n'");
    assertRefused("le".getBytes(StandardCharsets.US_ASCII), "no dictionary");
    assertRefused("de".getBytes(StandardCharsets.US_ASCII), "no info dictionary");
    assertRefused(torrent(i -> i.remove("name")), "no name");
    assertRefused(torrent(i -> i.remove("pieces")), "no pieces");
    assertRefused(torrent(i -> i.put("pieces", new byte[39])), "39 bytes of piece hashes");
    assertRefused(torrent(i -> i.put("pieces", new byte[60])), "60 bytes of piece hashes");
    assertRefused(torrent(i -> i.remove("length")), "length is missing");
    assertRefused(torrent(i -> i.put("length", -1)), "length is missing or negative");
    assertRefused(torrent(i -> i.put("length", 0).put("pieces", new byte[0])), "no data");
    assertRefused(torrent(i -> i.put("piece length", 0)), "piece length 0");
    assertRefused(torrent(i -> i.remove("piece length")), "the torrent has no piece length");
    assertRefused(torrent(i -> i.put("piece length", 1L << 31)), "piece length 2147483648");
    assertRefused(torrent(i -> i.put("length", Long.MAX_VALUE)), "too many pieces");
    assertRefused(torrent(files()), "no files");
    assertRefused(
        torrent(files(file(Long.MAX_VALUE, list("a")), file(1, list("b")))), "exceed 64 bits");
    assertRefused(torrent(files(file(20_000, list()))), "no name");
    assertRefused(
        torrent(files(file(20_000, BList.of(List.of(new BInteger(1)))))), "no list of names");
    assertRefused(torrent(i -> i.put("meta version", 3)), "newer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "/etc", "../../x", "a\0b", ".", ""})
  void hostilePathsStayBelowTheFolder(String hostile) throws Exception {
    Metainfo torrent =
        Metainfo.parse(
            torrent(
                files(file(10_000, list(hostile, hostile)), file(10_000, list(hostile, hostile)))
                    .andThen(i -> i.put("name", hostile))));

    assertThat(torrent.name()).isNotIn("", ".", "..").doesNotContain("/", "\0");
    assertThat(torrent.files()).extracting(TorrentFile::path).doesNotHaveDuplicates();
    assertThat(torrent.files())
        .allSatisfy(
            f ->
                assertThat(f.path())
                    .allSatisfy(
                        n -> assertThat(n).isNotIn("", ".", "..").doesNotContain("/", "\0")));
    assertThat(torrent.notes()).hasSize(3);
  }

  @Test
  void theUtf8NameWinsOverTheLocalOne() throws Exception {
    Metainfo torrent =
        Metainfo.parse(
            torrent(i -> i.put("name", new byte[] {(byte) 0xe4}).put("name.utf-8", "ä")));

    assertThat(torrent.name()).isEqualTo("ä");
  }

  @Test
  void theInfoHashIsThatOfTheBytesReceived() throws Exception {
    // Keys out of order, as some real torrents have them.
    byte[] wild =
        ("d4:infod4:name1:a6:lengthi1e12:piece lengthi16384e6:pieces20:" + "h".repeat(20) + "ee")
            .getBytes(StandardCharsets.US_ASCII);

    Metainfo torrent = Metainfo.parse(wild);

    // sha1sum of the info dictionary as it stands above
    assertThat(torrent.infoHash())
        .isEqualTo(InfoHash.fromHex("5fc963cfb64f5b7871f37962c063f699745c2a3e"));
    assertThat(torrent.raw().rawBytes()).isEqualTo(wild);
  }

  @Test
  void paddingNeedsNoPathAndIsNoPayload() throws Exception {
    BDictionary padding = BDictionary.builder().put("length", 6384).put("attr", "p").build();
    Metainfo torrent =
        Metainfo.parse(torrent(files(file(10_000, list("a")), padding, file(3_616, list("b")))));

    assertThat(torrent.totalBytes()).isEqualTo(13_616);
    assertThat(torrent.layout().totalBytes()).isEqualTo(20_000);
    assertThat(torrent.files())
        .extracting(TorrentFile::padding)
        .containsExactly(false, true, false);
  }

  @Test
  void paddingMayHaveItsOldNameWhereItFillsAPiece() throws Exception {
    String old = "_____padding_file_0_if you see this file, please update to BitComet 0.85";
    Metainfo torrent =
        Metainfo.parse(
            torrent(
                files(
                    file(10_000, list("a")),
                    file(6_384, list(old)),
                    file(3_000, list("b")),
                    file(616, list(old + "1")))));

    assertThat(torrent.files())
        .extracting(TorrentFile::padding)
        .containsExactly(false, true, false, false);
    assertThat(torrent.totalBytes()).isEqualTo(13_616);
  }

  @Test
  void aFilesNameIsKnownAsTheTorrentHasItToo() throws Exception {
    Metainfo torrent =
        Metainfo.parse(
            MetainfoBuilder.folder("a:b")
                .file(List.of("x?", "..", "y"), 3, "")
                .file(List.of("plain"), 3, "")
                .pieceLength(16384)
                .pieceHashes(new byte[20])
                .build(),
            NameRules.PORTABLE);

    assertThat(torrent.name()).isEqualTo("a_b");
    assertThat(torrent.files().getFirst().path()).containsExactly("x_", "__", "y");
    assertThat(torrent.originalPath(torrent.files().getFirst()))
        .containsExactly("a:b", "x?", "..", "y");
    assertThat(torrent.originalPath(torrent.files().getLast())).containsExactly("a:b", "plain");
  }

  @Test
  void webSeedsAreNamedWithoutAnotherInfoHash() throws Exception {
    Metainfo torrent = Metainfo.parse(torrent(_ -> {}));

    Metainfo named = torrent.withWebSeeds(List.of("http://w/"));

    assertThat(named.webSeeds()).containsExactly("http://w/");
    assertThat(named.infoHash()).isEqualTo(torrent.infoHash());
    assertThat(torrent.withWebSeeds(List.of())).isSameAs(torrent);
  }

  @Test
  void equalWebSeedsCountOnce() throws Exception {
    byte[] bytes =
        ((BDictionary) Bencode.decode(torrent(i -> {})))
            .toBuilder().put("url-list", list("http://w/f", "http://w/f")).build().rawBytes();

    assertThat(Metainfo.parse(bytes).webSeeds()).containsExactly("http://w/f");
  }

  @Test
  void trackersComeInTiersWithoutRepetition() throws Exception {
    BDictionary all =
        BDictionary.builder()
            .put("announce", "http://ignored")
            .put(
                "announce-list",
                BList.of(
                    List.of(list("http://a", "http://b"), list("http://a"), BString.of("udp://c"))))
            .put("url-list", "http://one")
            .put("httpseeds", list("http://two", ""))
            .put("nodes", BList.of(List.of(BList.of(List.of(BString.of("::1"), new BInteger(1))))))
            .put(
                "info",
                ((BDictionary) Bencode.decode(torrent(i -> {}))).dictionary("info").orElseThrow())
            .build();

    Metainfo torrent = Metainfo.parse(all.rawBytes());

    assertThat(torrent.trackers())
        .containsExactly(List.of("http://a", "http://b"), List.of("udp://c"));
    assertThat(torrent.webSeeds()).containsExactly("http://one");
    assertThat(torrent.httpSeeds()).containsExactly("http://two");
    assertThat(torrent.nodes()).containsExactly("[::1]:1");
  }

  @Test
  void unknownKeysSurvive() throws Exception {
    Metainfo torrent = Metainfo.parse(torrent(i -> i.put("x-ours", "kept")));

    Metainfo changed = torrent.withTrackers(List.of(List.of("http://t")));

    assertThat(changed.infoHash()).isEqualTo(torrent.infoHash());
    assertThat(changed.raw().dictionary("info").flatMap(i -> i.string("x-ours")))
        .contains(BString.of("kept"));
  }

  @Test
  void absurdDatesAreAbsent() throws Exception {
    for (long seconds : new long[] {-1, Long.MAX_VALUE}) {
      byte[] bytes =
          ((BDictionary) Bencode.decode(torrent(i -> {})))
              .toBuilder().put("creation date", seconds).build().rawBytes();
      assertThat(Metainfo.parse(bytes).createdAt()).isEmpty();
    }
  }

  private static final byte[] NODE = "n".repeat(32).getBytes(StandardCharsets.US_ASCII);

  private static byte[] v2(Consumer<BDictionary.Builder> change, boolean withV1) throws Exception {
    MetainfoBuilder builder =
        MetainfoBuilder.folder("folder")
            .file(List.of("a"), 40_000)
            .file(List.of("b"), 10)
            .pieceLength(PIECE)
            .fileHashes(List.of(new byte[96], NODE));
    if (withV1) {
      builder.pieceHashes(new byte[80]);
    }
    BDictionary root = Metainfo.parse(builder.build()).raw();
    BDictionary.Builder info = root.dictionary("info").orElseThrow().toBuilder();
    BDictionary.Builder changed = root.toBuilder();
    change.accept(info);
    return changed.put("info", info.build()).build().rawBytes();
  }

  @Test
  void v2FilesBeginWithTheirOwnPiece() throws Exception {
    Metainfo torrent = Metainfo.parse(v2(i -> {}, false));

    assertThat(torrent.infoHashV1()).isEmpty();
    assertThat(torrent.infoHash()).isEqualTo(torrent.infoHashV2().orElseThrow().truncated());
    assertThat(torrent.layout().pieceCount()).isEqualTo(4);
    assertThat(torrent.layout().lengthBytes(2)).isEqualTo(40_000 - 2 * PIECE);
    assertThat(torrent.layout().lengthBytes(3)).isEqualTo(10);
    assertThat(torrent.files())
        .extracting(TorrentFile::offsetBytes)
        .containsExactly(0L, 3L * PIECE);
    assertThat(torrent.totalBytes()).isEqualTo(40_010);
  }

  @Test
  void aHybridHasBothHashes() throws Exception {
    Metainfo torrent = Metainfo.parse(v2(i -> {}, true));

    assertThat(torrent.infoHashV1()).contains(torrent.infoHash());
    assertThat(torrent.infoHashV2()).isPresent();
    assertThat(torrent.files())
        .extracting(TorrentFile::padding)
        .containsExactly(false, true, false);
    assertThat(torrent.files().getFirst().piecesRoot()).isPresent();
  }

  @Test
  void aHybridWhoseHalvesDisagreeIsRefused() throws Exception {
    BDictionary pad = BDictionary.builder().put("length", 9_152).put("attr", "p").build();
    assertRefused(
        v2(files(file(40_000, list("a")), pad, file(10, list("c"))), true), "disagree at \"c\"");
    assertRefused(
        v2(files(file(40_000, list("a")), pad, file(11, list("b"))), true), "disagree at \"b\"");
    assertRefused(
        v2(
            files(file(40_000, list("a")), file(10, list("b")))
                .andThen(i -> i.put("pieces", new byte[60])),
            true),
        "disagree at \"b\"");
    assertRefused(
        v2(files(file(40_000, list("a"))).andThen(i -> i.put("pieces", new byte[60])), true),
        "v1 half lacks");
  }

  @Test
  void v2TorrentsThatNoOneCanUseAreRefused() throws Exception {
    assertRefused(v2(i -> i.put("piece length", 24_576), false), "no power of two");
    assertRefused(v2(i -> i.put("piece length", 8_192), false), "no power of two");
    assertRefused(
        v2(i -> i.put("piece length", 2 * PIECE), false), "piece layer of \"a\" has 96 bytes");
    assertRefused(v2(i -> i.remove("file tree"), false), "no file tree");
    BDictionary noRoot =
        BDictionary.builder().put("", BDictionary.builder().put("length", 1).build()).build();
    assertRefused(
        v2(i -> i.put("file tree", BDictionary.builder().put("a", noRoot).build()), false),
        "no pieces root");
    assertRefused(v2(i -> i.put("file tree", noRoot), false), "itself is a file");
    BDictionary empty = BDictionary.builder().build();
    assertRefused(v2(i -> i.put("file tree", empty), false), "no files");
    BDictionary folders = BDictionary.builder().put("folder", empty).build();
    assertRefused(v2(i -> i.put("file tree", folders), false), "no files");
    BDictionary both = noRoot.toBuilder().put("b", noRoot).build();
    assertRefused(
        v2(i -> i.put("file tree", BDictionary.builder().put("a", both).build()), false),
        "a folder too");
  }

  @Test
  void aPieceLayerThatDoesNotMatchItsRootIsRefused() throws Exception {
    BDictionary root = Metainfo.parse(v2(i -> {}, false)).raw();
    BDictionary layers = root.dictionary("piece layers").orElseThrow();
    byte[] wrong = new byte[96];
    wrong[5] = 1;

    assertRefused(
        root.toBuilder()
            .put("piece layers", layers.toBuilder().put(layers.key(0), BString.of(wrong)).build())
            .build()
            .rawBytes(),
        "does not match its root");
    assertRefused(
        root.toBuilder()
            .put("piece layers", layers.toBuilder().put(BString.of(NODE), BString.of(NODE)).build())
            .put("info", info(root, tree("a", file(root, "a"))))
            .build()
            .rawBytes(),
        "piece layers that none of its files has");
  }

  private static BDictionary info(BDictionary root, BDictionary tree) {
    return root.dictionary("info").orElseThrow().toBuilder().put("file tree", tree).build();
  }

  private static BDictionary tree(String name, BDictionary file) {
    return BDictionary.builder().put(name, BDictionary.builder().put("", file).build()).build();
  }

  private static BDictionary file(BDictionary root, String name) {
    return root.dictionary("info")
        .flatMap(info -> info.dictionary("file tree"))
        .flatMap(tree -> tree.dictionary(name))
        .flatMap(file -> file.dictionary(""))
        .orElseThrow();
  }

  @Test
  void aTorrentWithoutItsPieceLayersIsStillOne() throws Exception {
    BDictionary root = Metainfo.parse(v2(i -> {}, false)).raw();

    Metainfo torrent =
        Metainfo.parse(
            root.toBuilder().put("piece layers", BDictionary.builder().build()).build().rawBytes());

    assertThat(torrent.files()).hasSize(2);
    assertThat(torrent.hasAllHashes()).isFalse();
  }

  @Test
  void torrentsThatContradictThemselvesAreRefused() throws Exception {
    BDictionary root = Metainfo.parse(v2(i -> {}, false)).raw();
    BDictionary a = file(root, "a");
    assertRefused(
        v2(i -> i.put("file tree", tree("a", a.toBuilder().put("attr", "p").build())), false),
        "holds padding");
    byte[] zeros = new byte[32];
    assertRefused(
        v2(
            i -> i.put("file tree", tree("a", a.toBuilder().put("pieces root", zeros).build())),
            false),
        "root is zeros");
    String text = new String(v2(i -> {}, false), StandardCharsets.ISO_8859_1);
    String one = text.substring(text.indexOf("1:ad0:"), text.indexOf("1:bd0:"));
    String two = text.substring(text.indexOf("1:bd0:"), text.indexOf("12:meta version") - 1);
    assertRefused(
        text.replace(one + two, two + one).getBytes(StandardCharsets.ISO_8859_1), "out of order");
  }

  @Test
  void halvesOfAHybridThatContradictEachOtherAreRefused() throws Exception {
    MetainfoBuilder single =
        MetainfoBuilder.singleFile("one", 10)
            .pieceLength(PIECE)
            .pieceHashes(new byte[20])
            .fileHashes(List.of(NODE));
    BDictionary root = Metainfo.parse(single.build()).raw();
    BDictionary other = info(root, tree("other", file(root, "one")));
    assertRefused(
        root.toBuilder().put("info", other).build().rawBytes(), "halves have different names");

    BDictionary pad = BDictionary.builder().put("length", 9_151).put("attr", "p").build();
    BDictionary more = BDictionary.builder().put("length", 1).put("attr", "p").build();
    assertRefused(
        v2(files(file(40_000, list("a")), pad, more, file(10, list("b"))), true),
        "padding that does not end with a piece");
  }

  @Test
  void aSmallFileWithTheSameRootVouchesForNoLayer() throws Exception {
    byte[] forged = new byte[64];
    BDictionary small = BDictionary.builder().put("length", 1).put("pieces root", NODE).build();
    BDictionary large = small.toBuilder().put("length", 20_000).build();
    BDictionary tree =
        BDictionary.builder()
            .put("a", BDictionary.builder().put("", small).build())
            .put("b", BDictionary.builder().put("", large).build())
            .build();
    BDictionary root = Metainfo.parse(v2(i -> {}, false)).raw();
    BDictionary info =
        root.dictionary("info").orElseThrow().toBuilder().put("file tree", tree).build();
    BDictionary layers = BDictionary.builder().put(BString.of(NODE), BString.of(forged)).build();

    assertRefused(
        root.toBuilder().put("info", info).put("piece layers", layers).build().rawBytes(),
        "does not match its root");
  }

  @Test
  void afterAMagnetLinkTheLayersAreStillUnknown() throws Exception {
    Metainfo torrent = Metainfo.ofInfo(Metainfo.parse(v2(i -> {}, false)).infoBytes(), List.of());

    assertThat(torrent.hasAllHashes()).isFalse();
  }
}
