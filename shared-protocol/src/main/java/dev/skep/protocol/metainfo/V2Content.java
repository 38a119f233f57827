package dev.skep.protocol.metainfo;

import dev.skep.protocol.Sha256;
import dev.skep.protocol.bencode.BDictionary;
import dev.skep.protocol.bencode.BString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code file tree} and {@code piece layers} (BEP 52). */
final class V2Content {
  private static final int LEAST_PIECE_BYTES = PieceLayout.BLOCK_BYTES;
  private static final Sha256 ZEROS = Sha256.of(new byte[Sha256.BYTES]);

  private final SafePaths paths;
  private final int pieceLength;
  private final List<TorrentFile> files = new ArrayList<>();
  private final Map<Integer, Integer> shortPieces = new HashMap<>();
  private long offset;

  private V2Content(SafePaths paths, int pieceLength) {
    this.paths = paths;
    this.pieceLength = pieceLength;
  }

  static InfoContent read(BDictionary raw, BDictionary info, NameRules rules)
      throws MetainfoException {
    SafePaths root = new SafePaths(rules);
    String name = InfoContent.name(info, root);
    BDictionary tree =
        info.dictionary("file tree")
            .orElseThrow(() -> new MetainfoException("the v2 torrent has no file tree"));
    V2Content content = new V2Content(new SafePaths(rules), pieceLength(info));
    if (tree.get("").isPresent()) {
      throw new MetainfoException("the file tree itself is a file");
    }
    content.folder(tree, new ArrayList<>());
    if (content.files.isEmpty()) { // folders within folders may be all that there is
      throw new MetainfoException("the torrent has no files");
    }
    boolean multiFile = isMultiFile(info, tree);
    PieceLayout layout =
        content.layout(InfoContent.layout(content.files.getLast().endBytes(), content.pieceLength));
    List<TorrentFile> files = content.paths.withSafeTargets(content.files);
    return new InfoContent(
        name,
        multiFile,
        multiFile ? files : List.of(renamed(files.getFirst(), name)),
        layout,
        Optional.empty(),
        Optional.of(PieceLayers.read(raw, files, content.pieceLength)),
        InfoContent.original(root, content.paths),
        InfoContent.notes(root, content.paths));
  }

  private static int pieceLength(BDictionary info) throws MetainfoException {
    long length = InfoContent.pieceLength(info);
    if (length < LEAST_PIECE_BYTES || length > 1 << 30 || Long.bitCount(length) != 1) {
      throw new MetainfoException(
          "piece length " + length + " is no power of two from 16 KiB to 1 GiB, as v2 needs");
    }
    return (int) length;
  }

  /** One file that is called as the torrent is stands alone; anything else lies in a folder. */
  private static boolean isMultiFile(BDictionary info, BDictionary tree) {
    return tree.size() > 1
        || !(tree.value(0) instanceof BDictionary only)
        || only.get("").isEmpty()
        || !info.string("name").equals(Optional.of(tree.key(0)));
  }

  private static TorrentFile renamed(TorrentFile file, String name) {
    return new TorrentFile(
        List.of(name),
        file.lengthBytes(),
        file.offsetBytes(),
        file.padding(),
        file.executable(),
        file.hidden(),
        file.linkTarget(),
        file.piecesRoot());
  }

  private void folder(BDictionary folder, List<String> path) throws MetainfoException {
    if (!folder.cameInOrder()) {
      throw new MetainfoException("the file tree's names are out of order, and so are its pieces");
    }
    for (int i = 0; i < folder.size(); i++) {
      if (!(folder.value(i) instanceof BDictionary below)) {
        throw new MetainfoException("the file tree holds something that is no dictionary");
      }
      path.add(folder.key(i).text());
      Optional<BDictionary> file = below.dictionary("");
      if (file.isPresent() && below.size() == 1) {
        file(new FileEntry(file.get()), path);
      } else if (below.get("").isEmpty()) {
        folder(below, path);
      } else {
        throw new MetainfoException("the file tree holds a file that is a folder too");
      }
      path.removeLast();
    }
  }

  private void file(FileEntry entry, List<String> path) throws MetainfoException {
    long length = entry.lengthBytes();
    Optional<Sha256> root = Optional.empty();
    if (length > 0) {
      align();
      BString bytes =
          entry
              .entry()
              .string("pieces root")
              .filter(r -> r.length() == Sha256.BYTES)
              .orElseThrow(() -> new MetainfoException("a file has no pieces root"));
      root = Optional.of(Sha256.of(bytes.toBytes()));
      if (entry.padding() || root.get().equals(ZEROS)) {
        throw new MetainfoException(
            entry.padding()
                ? "the file tree holds padding, which v2 has no use for"
                : "a file's pieces root is zeros, which no data has");
      }
    }
    TorrentFile file = entry.at(offset, paths.file(path), root);
    offset = InfoContent.add(offset, length);
    files.add(file);
  }

  /** Goes to the next piece's begin; what is left of this one is a gap. */
  private void align() throws MetainfoException {
    int rest = (int) (offset % pieceLength);
    if (rest != 0) {
      // Checked to be few enough pieces only at the end: this is a table by index of the real ones.
      long piece = offset / pieceLength;
      if (piece >= Integer.MAX_VALUE) {
        throw new MetainfoException("the torrent has too many pieces");
      }
      shortPieces.put((int) piece, rest);
      offset = InfoContent.add(offset, pieceLength - rest);
    }
  }

  private PieceLayout layout(PieceLayout plain) {
    int last = plain.pieceCount() - 1;
    if (plain.lengthBytes(last) < pieceLength) {
      shortPieces.put(last, plain.lengthBytes(last));
    }
    return new PieceLayout(plain.totalBytes(), plain.pieceLengthBytes(), shortPieces);
  }
}
