package dev.skep.protocol.metainfo;

import dev.skep.protocol.Sha256;
import dev.skep.protocol.bencode.BDictionary;
import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.bencode.BValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The SHA-256 node that each piece must have (BEP 52), checked against the roots of the files.
 *
 * @param files those that have bytes, in order
 */
record PieceLayers(List<FileLayer> files, int pieceLengthBytes) {
  /**
   * One file's nodes.
   *
   * @param layer one node for each piece; empty while unknown, as after a magnet link
   */
  record FileLayer(int firstPiece, long lengthBytes, Sha256 root, Optional<BString> layer) {}

  static PieceLayers read(BDictionary raw, List<TorrentFile> files, int pieceLength)
      throws MetainfoException {
    Optional<BDictionary> layers = raw.dictionary("piece layers");
    List<FileLayer> all = new ArrayList<>();
    Set<Sha256> checked = new HashSet<>();
    Set<Sha256> roots = new HashSet<>();
    int owned = 0;
    for (TorrentFile file : files) {
      if (file.piecesRoot().isEmpty()) {
        continue;
      }
      Sha256 root = file.piecesRoot().get();
      Optional<BString> layer =
          file.lengthBytes() <= pieceLength
              ? Optional.of(BString.of(root.toBytes()))
              : layers.flatMap(l -> l.get(BString.of(root.toBytes()))).map(PieceLayers::asString);
      if (layer.isPresent()) {
        check(file, layer.get(), pieceLength, checked);
      }
      BString key = BString.of(root.toBytes());
      owned += layers.flatMap(l -> l.get(key)).isPresent() && roots.add(root) ? 1 : 0;
      all.add(
          new FileLayer((int) (file.offsetBytes() / pieceLength), file.lengthBytes(), root, layer));
    }
    if (layers.isPresent() && layers.get().size() > owned) {
      throw new MetainfoException("the torrent has piece layers that none of its files has");
    }
    return new PieceLayers(List.copyOf(all), pieceLength);
  }

  private static BString asString(BValue value) {
    return value instanceof BString s ? s : BString.of("");
  }

  /** Equal files share one layer, which is hashed once. */
  private static void check(TorrentFile file, BString layer, int pieceLength, Set<Sha256> checked)
      throws MetainfoException {
    String name = String.join("/", file.path());
    long pieces = (file.lengthBytes() - 1) / pieceLength + 1;
    if (layer.length() != pieces * Sha256.BYTES) {
      throw new MetainfoException(
          "the piece layer of \"%s\" has %d bytes; its %d pieces need %d"
              .formatted(name, layer.length(), pieces, pieces * Sha256.BYTES));
    }
    if (pieces > 1
        && checked.add(file.piecesRoot().orElseThrow())
        && !file.piecesRoot().equals(Optional.of(Merkle.fileRoot(layer.toBytes(), pieceLength)))) {
      throw new MetainfoException("the piece layer of \"" + name + "\" does not match its root");
    }
  }

  boolean complete() {
    return files.stream().allMatch(f -> f.layer().isPresent());
  }

  /** Those that are not known, each once. */
  List<Metainfo.MissingLayer> missing() {
    return files.stream()
        .filter(file -> file.layer().isEmpty())
        .map(
            file ->
                new Metainfo.MissingLayer(
                    file.root(), pieces(file), Merkle.pieceLayer(pieceLengthBytes)))
        .distinct()
        .toList();
  }

  private int pieces(FileLayer file) {
    return (int) ((file.lengthBytes() - 1) / pieceLengthBytes) + 1;
  }

  /** The tree above the pieces of a file that has several. */
  Optional<MerkleTree> tree(Sha256 root) {
    for (FileLayer file : files) {
      if (file.root().equals(root) && file.layer().isPresent() && pieces(file) > 1) {
        return Optional.of(
            MerkleTree.of(file.layer().get().toBytes(), Merkle.pieceLayer(pieceLengthBytes)));
      }
    }
    return Optional.empty();
  }

  /** The file that a piece belongs to; padding belongs to the file before it. */
  FileLayer fileOf(int piece) {
    int low = 0;
    int high = files.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (files.get(middle).firstPiece() <= piece) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return files.get(low);
  }

  /** How many bytes of the piece are the file's. */
  int fileBytes(int piece) {
    FileLayer file = fileOf(piece);
    long from = (long) (piece - file.firstPiece()) * pieceLengthBytes;
    return (int) Math.min(pieceLengthBytes, file.lengthBytes() - from);
  }

  /** How many leaves the tree over the piece has at least. */
  int leastLeaves(int piece) {
    return fileOf(piece).lengthBytes() <= pieceLengthBytes
        ? 1
        : pieceLengthBytes / PieceLayout.BLOCK_BYTES;
  }

  boolean matches(int piece, Sha256 node) {
    FileLayer file = fileOf(piece);
    return file.layer()
        .map(l -> l.matches((piece - file.firstPiece()) * Sha256.BYTES, node.toBytes()))
        .orElse(false);
  }
}
